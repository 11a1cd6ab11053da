"""Contents in few words: a headline, and a line of a list."""

from __future__ import annotations

from collections.abc import Callable

from bots.card import Item, Markdown, Text
from bots.markup.fitting import shortened
from bots.markup.tree import Paragraph, read
from bots.markup.wording import first_words
from bots.request import Request
from reseau.contents.threads import Content
from reseau.markup.visible import one_line
from reseau.settings.addresses import Addresses

_SHORT = 200  # characters of a possible headline
_READ = 4000  # characters of a text that its first words are looked for in


def headline(content: Content, most: int = 80) -> str:
    """The title of a content, else its first words without markup, at most ``most`` characters."""
    return shortened(one_line(content.title) or first_line(content.text), most)


def first_line(markdown: str) -> str:
    """The first words of a text as plain text on one line, up to the first change of its form."""
    return one_line(first_words(read(markdown[:_READ])))


def is_said_by_its_headline(content: Content) -> bool:
    """Whether the headline is the whole text: one short paragraph without markup or links."""
    if content.title.strip() or len(content.text) > _SHORT:
        return False
    tree = read(content.text)
    if len(tree) != 1 or not isinstance(tree[0], Paragraph):
        return False
    runs = tree[0].runs
    words = "".join(run.text for run in runs)
    formed = any(run.styles or run.url or run.key or run.text == "\n" for run in runs)
    return not formed and "://" not in words and headline(content) == one_line(words)


def item(request: Request, content: Content, reason: str = "") -> Item:
    """A content as one line of a list; pressing it shows the thread."""
    about = " · ".join(part for part in (content.author, content.community or "", reason) if part)
    return Item(headline(content), code=content.code, reason=about, line=request.to_type("show", content.code))


def on_page(request: Request, address: Callable[[Addresses], str]) -> tuple[Text, ...]:
    """A link to the page of a card's subject; empty on a page itself, or if the pages have no public address."""
    public = request.settings.public_url
    if not public or request.platform == _PAGES:
        return ()
    label, at = request.t("Open in the browser"), Addresses(public.rstrip("/"))
    return (Text(Markdown(f"[{label}]({address(at)})")),)


_PAGES = "web"
