"""Contents in few words: a headline, and a line of a list."""

from __future__ import annotations

import re

from bots.card import Item
from bots.request import Request
from reseau.threads import Content

_MARKS = re.compile(r"[*_`~>|]+|^#+\s", re.MULTILINE)
_LINK = re.compile(r"!?\[([^\]]*)\]\([^)]*\)")


def headline(content: Content, most: int = 80) -> str:
    """The title of a content, else its first words, without Markdown's marks, at most ``most`` characters."""
    said = content.title.strip() or content.text.strip()
    plain = " ".join(_MARKS.sub("", _LINK.sub(r"\1", said)).split())
    return shortened(plain, most)


def shortened(text: str, most: int) -> str:
    """At most ``most`` characters, cut between words where there is a gap to cut at."""
    if len(text) <= most:
        return text
    cut = text[: most - 1]
    gap = cut.rfind(" ")
    return (cut[:gap] if gap > most // 2 else cut).rstrip(" ,;:.") + "…"


def item(request: Request, content: Content, reason: str = "") -> Item:
    """A content as one line of a list; pressing it shows the thread."""
    about = " · ".join(part for part in (content.author, content.community or "", reason) if part)
    return Item(headline(content), code=content.code, reason=about, line=request.to_type("show", content.code))
