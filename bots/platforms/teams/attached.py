"""What stands beside the words of a Teams message: files, pictures, cards, forwarded messages; named, never fetched."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from bots.platforms.teams.text import dicts, word
from reseau.i18n import N_, Words
from reseau.markup.html import tree
from reseau.markup.markdown import quote, word as named

_SAID = "text/html"
_REFERENCE = "messageReference"  # a quotation: the message itself holds its words
_FORWARDED = "forwardedMessageReference"
_CARD = "application/vnd.microsoft.card."
_ATTACHMENT, _PICTURE = N_("an attachment"), N_("a picture")
_A_CARD, _A_FORWARDED = N_("a card"), N_("a forwarded message")
_MOST = 20  # attachments that are named
_DEEPEST = 8  # a card's own depth is three or four
_LONGEST = 300  # characters of a card's first words
_PREVIEW = 4000


def notes(activity: Mapping[str, Any], t: Words) -> str:
    """A line in Markdown for each thing beside the words; empty where there is none."""
    found = [line for one in dicts(activity.get("attachments"))[:_MOST] if (line := _note(one, t))]
    return "\n".join(dict.fromkeys(found))


def instead_of_words(activity: Mapping[str, Any], html: str, t: Words) -> str:
    """What a message without words and without anything that has a name is; empty where nothing was sent at all."""
    if any(one.tag == "img" for one in tree(html).elements()):
        return _picture(t)
    return f"📎 {named(t(_ATTACHMENT))}" if dicts(activity.get("attachments")) else ""


def _picture(t: Words) -> str:
    return f"🖼️ {named(t(_PICTURE))}"


def _note(one: Mapping[str, Any], t: Words) -> str:
    kind, name = word(one, "contentType"), named(word(one, "name"))
    if kind in (_SAID, _REFERENCE):
        return ""
    if kind == _FORWARDED:
        return _forwarded(one, t)
    if kind.startswith(_CARD):
        return f"🗂️ {named(_first_words(_content(one))[:_LONGEST]) or name or named(t(_A_CARD))}"
    if name:
        return f"📎 {name}"
    return _picture(t) if kind.startswith("image/") else f"📎 {named(t(_ATTACHMENT))}"


def _forwarded(one: Mapping[str, Any], t: Words) -> str:
    """A forwarded message: whose, and the words of it that Teams gives along."""
    content = _content(one)
    sender = content.get("messageSender")
    user = sender.get("user") if isinstance(sender, dict) else None
    author = named(word(user, "displayName"))
    said = word(content, "messagePreview") or word(content, "originalMessageContent")
    shown = "\n".join(named(line) for line in tree(said[:_PREVIEW]).text().split("\n")).strip()
    head = f"↪️ {author or named(t(_A_FORWARDED))}"
    return f"{head}\n\n{quote(shown)}\n" if shown else head


def _content(one: Mapping[str, Any]) -> dict[str, Any]:
    content = one.get("content")
    if isinstance(content, str):
        try:
            content = json.loads(content[:100_000])
        except (ValueError, RecursionError):
            content = None
    return content if isinstance(content, dict) else {}


def _first_words(card: Mapping[str, Any]) -> str:
    """The title of a card, else the first text in it."""
    title = next((found for key in ("title", "subtitle", "summary", "text") if (found := word(card, key))), "")
    return title or next(_texts(card, 0), "")


def _texts(value: object, depth: int) -> Iterator[str]:
    if depth > _DEEPEST:
        return
    if isinstance(value, dict):
        if word(value, "type") in ("TextBlock", "TextRun") and word(value, "text").strip():
            yield word(value, "text")
        for inner in value.values():
            yield from _texts(inner, depth + 1)
    elif isinstance(value, list):
        for inner in value[:_MOST]:
            yield from _texts(inner, depth + 1)
