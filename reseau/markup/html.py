"""HTML as a small tree. Any input yields a tree, however malformed it is."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

LONGEST = 100_000  # characters; Teams accepts no longer message
#: A ``<`` that is not closed before the next one. For each, the standard parser searches the rest of the text. A few do
#: no harm, and may be characters of an attribute.
_UNCLOSED = re.compile(r"<(?=[^<>]*(?:<|\Z))")
_MOST_UNCLOSED = 50
_COMMENT, _COMMENT_END = "<!--", "-->"
_DEEPEST = 40
#: Tags whose text stands on lines of its own.
BLOCKS = frozenset(
    "address article aside blockquote body caption center codeblock dd details div dl dt fieldset figcaption figure "
    "footer form h1 h2 h3 h4 h5 h6 header hr li main nav ol p pre section summary table td th tr ul".split()
)
#: Tags whose text is in their attributes.
PICTURES = frozenset(("img", "emoji", "customemoji"))
_VOID = frozenset("area base br col embed hr img input link meta source track wbr".split())
_SILENT = frozenset("script style template title".split())
#: Tags that end an open one of the same kind, unless it lies outside of one of these containers.
_ENDED_BY = {"li": ("ul", "ol"), "tr": ("table",), "td": ("tr", "table"), "th": ("tr", "table"), "p": ("div", "li")}


@dataclass(slots=True)
class Element:
    """A tag and its children: text and further tags, in order."""

    tag: str
    attributes: dict[str, str] = field(default_factory=dict)
    children: list[Element | str] = field(default_factory=list)

    def elements(self) -> Iterator[Element]:
        """Yield every tag below this one, at any depth."""
        pending = list(self.children)
        while pending:
            child = pending.pop()
            if isinstance(child, Element):
                yield child
                pending.extend(child.children)

    def text(self) -> str:
        """Return all text below this tag: each block on lines of its own, emoji as their signs."""
        texts: list[str] = []
        edge = False
        for piece in self._pieces():
            if piece is None:
                edge = bool(texts)
                continue
            if edge and not texts[-1].endswith("\n") and not piece.startswith("\n"):
                texts.append("\n")
            texts.append(piece)
            edge = False
        return "".join(texts)

    def _pieces(self) -> Iterator[str | None]:
        """Yield the texts below this tag, and ``None`` at the edges of a block."""
        for child in self.children:
            if isinstance(child, str):
                if child:
                    yield child
            elif child.tag == "br":
                yield "\n"
            elif child.tag in PICTURES and not child.children:
                yield child.attributes.get("alt") or child.attributes.get("title") or ""
            else:
                edges = [None] if child.tag in BLOCKS else []
                yield from edges
                yield from child._pieces()
                yield from edges


def tree(html: str) -> Element:
    """Return the tree of HTML, with a nameless root. Never raises; a text that is too long is cut."""
    reader = _Reader()
    html = html[:LONGEST]
    if len(_UNCLOSED.findall(html)) > _MOST_UNCLOSED:
        html = _UNCLOSED.sub("&lt;", html)
    # The standard parser looks for the end of each comment again; beyond the last end there is none.
    ended = html.rfind(_COMMENT_END) + 1
    html = html[:ended] + html[ended:].replace(_COMMENT, f"&lt;{_COMMENT[1:]}")
    try:
        reader.feed(html)
        reader.close()
    except (AssertionError, ValueError):  # the standard parser gives up on a few malformed declarations
        reader.handle_data(" ")
    return reader.root


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = Element("")
        self._open = [self.root]
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _SILENT:
            self._silent += 1
        if self._silent:
            return
        if tag in _ENDED_BY:
            self._end(tag, until=_ENDED_BY[tag])
        element = Element(tag, {name: value or "" for name, value in attrs})
        self._open[-1].children.append(element)
        if tag not in _VOID and len(self._open) < _DEEPEST:
            self._open.append(element)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in _SILENT:
            self._silent = max(0, self._silent - 1)
        elif not self._silent:
            self._end(tag)

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self._open[-1].children.append(data)

    def _end(self, tag: str, until: tuple[str, ...] = ()) -> None:
        for depth in range(len(self._open) - 1, 0, -1):
            if self._open[depth].tag == tag:
                del self._open[depth:]
                return
            if self._open[depth].tag in until:
                return
