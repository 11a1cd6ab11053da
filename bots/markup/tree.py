"""Markdown as a small tree, the same for every renderer: blocks that hold runs of text.

Runs are flat: each knows its styles and where it leads, so that a renderer opens and closes marks as its platform wants
them, and a text can be cut between any two characters without leaving a mark behind.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cache, lru_cache
from itertools import groupby

from markdown_it import MarkdownIt
from markdown_it.token import Token

from reseau.markup.address import has_user, misleads
from reseau.markup.markdown import SCHEME, without_control
from reseau.markup.visible import straight

BOLD, ITALIC, STRIKE, CODE = "bold", "italic", "strike", "code"
_STYLES = {"strong": BOLD, "em": ITALIC, "s": STRIKE}
_TOUCHING = 100  # characters beside a link that the eye may read with it
_LAST_WORD, _FIRST_WORD = re.compile(r"[\w.:/-]*\Z"), re.compile(r"[\w.:/-]*")
_SAFE = re.compile(r"(?:https?://|mailto:|tel:)[^\s<>|]+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Run:
    """Characters of one look.

    Attributes:
        text: as it is read, without any markup; a line break is a run of its own.
        styles: of ``bold``, ``italic``, ``strike`` and ``code``.
        url: its target, always a safe address; empty without one.
        key: the provenance key of the member, community or content that it names.
        bare: whether an address in it is not to be pressed.
    """

    text: str
    styles: frozenset[str] = frozenset()
    url: str = ""
    key: str = ""
    bare: bool = False

    @property
    def whole(self) -> bool:
        """Whether it is not to be cut: links, references, code."""
        return bool(self.url or self.key or CODE in self.styles)


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Lines that belong together."""

    runs: tuple[Run, ...]


@dataclass(frozen=True, slots=True)
class Heading:
    """A title within the text."""

    runs: tuple[Run, ...]


@dataclass(frozen=True, slots=True)
class Fence:
    """Code, every character as it is."""

    text: str


@dataclass(frozen=True, slots=True)
class Cited:
    """A quotation."""

    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Listing:
    """A list; ``start`` is its first number, none for bullets."""

    items: tuple[tuple[Block, ...], ...]
    start: int | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of cells. The first row names the columns."""

    rows: tuple[tuple[tuple[Run, ...], ...], ...]


@dataclass(frozen=True, slots=True)
class Rule:
    """A line across."""


Block = Paragraph | Heading | Fence | Cited | Listing | Table | Rule
Tree = tuple[Block, ...]


@cache
def _reader() -> MarkdownIt:
    reader = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"]).disable("text_join")
    # An address that leads nowhere good loses its link when the tree is made; its words stay.
    reader.validateLink = lambda url: True  # type: ignore[method-assign]
    return reader


def read(markdown: str) -> Tree:
    """The tree of a text. What is not markup stays as it was typed. Never raises."""
    # A card is parsed for its blocks and again for its notification, and many cards share sentences.
    return _read_again(markdown) if len(markdown) <= _SHORT else _read(markdown)


def _read(markdown: str) -> Tree:
    return tuple(_Reading(_reader().parse(straight(without_control(markdown)))).blocks())


_SHORT = 1000  # characters
_read_again = lru_cache(maxsize=256)(_read)


@dataclass(slots=True)
class _Reading:
    tokens: Sequence[Token]
    at: int = field(default=0)

    def blocks(self, until: str = "") -> Iterator[Block]:
        """The blocks up to the token ``until``, which is passed over."""
        while self.at < len(self.tokens):
            token = self.tokens[self.at]
            self.at += 1
            if token.type == until:
                return
            if (block := self._block(token)) is not None:
                yield block

    def _block(self, token: Token) -> Block | None:
        match token.type:
            case "paragraph_open":
                return Paragraph(self._inline("paragraph_close"))
            case "heading_open":
                return Heading(self._inline("heading_close"))
            case "fence" | "code_block":
                return Fence(token.content.removesuffix("\n"))
            case "blockquote_open":
                return Cited(tuple(self.blocks("blockquote_close")))
            case "bullet_list_open":
                return Listing(tuple(self._items("bullet_list_close")))
            case "ordered_list_open":
                start = token.attrGet("start")
                return Listing(tuple(self._items("ordered_list_close")), int(start) if start is not None else 1)
            case "table_open":
                return Table(tuple(self._rows()))
            case "hr":
                return Rule()
            case _:
                return None

    def _inline(self, until: str) -> tuple[Run, ...]:
        children: list[Token] = []
        while self.tokens[self.at].type != until:
            children.extend(self.tokens[self.at].children or ())
            self.at += 1
        self.at += 1
        return _runs(children)

    def _items(self, until: str) -> Iterator[Tree]:
        while self.tokens[self.at].type != until:
            self.at += 1
            yield tuple(self.blocks("list_item_close"))
        self.at += 1

    def _rows(self) -> Iterator[tuple[tuple[Run, ...], ...]]:
        cells: list[tuple[Run, ...]] = []
        while (token := self.tokens[self.at]).type != "table_close":
            self.at += 1
            if token.type == "inline":
                cells.append(_runs(token.children or ()))
            elif token.type == "tr_close":
                yield tuple(cells)
                cells = []
        self.at += 1


def _runs(tokens: Sequence[Token]) -> tuple[Run, ...]:
    gathered = _Gathered()
    opened: Counter[str] = Counter()
    leads = look = Run("")
    for token in tokens:
        if token.type in ("softbreak", "hardbreak"):
            gathered.end_line()
        elif token.type == "image":
            address = str(token.attrGet("src") or "")
            gathered.add(token.content or address, replace(_leading(address), styles=look.styles))
        elif token.nesting:
            if token.type == "link_open":
                leads = _leading(str(token.attrGet("href") or ""))
            elif token.type == "link_close":
                leads = Run("")
            else:
                opened[_STYLES[token.type.removesuffix("_open").removesuffix("_close")]] += token.nesting
            look = replace(leads, styles=frozenset(+opened))
        elif token.content:
            gathered.add(token.content, _own_look(token, look))
    return tuple(_honest(gathered.runs()))


class _Gathered:
    """The runs of some lines: what is added in one look is one run. A look is a run whose text does not matter."""

    def __init__(self) -> None:
        self._runs: list[Run] = []
        self._look = Run("")
        self._texts: list[str] = []

    def add(self, text: str, look: Run) -> None:
        # Nearly always it is the very same: thousands of signs that are not marks come one by one.
        if look is not self._look and look != self._look:
            self._end_run()
            self._look = look
        self._texts.append(text)

    def end_line(self) -> None:
        self._end_run()
        self._runs.append(Run("\n"))

    def runs(self) -> Sequence[Run]:
        """All of them; no line break at either end."""
        self._end_run()
        first, end = 0, len(self._runs)
        while first < end and self._runs[first].text == "\n":
            first += 1
        while first < end and self._runs[end - 1].text == "\n":
            end -= 1
        return self._runs[first:end]

    def _end_run(self) -> None:
        if text := "".join(self._texts):
            self._runs.append(replace(self._look, text=text))
        self._texts.clear()


def _own_look(token: Token, look: Run) -> Run:
    """The look of a token: code has its own style, and an address with an escaped colon is not to be pressed."""
    if token.type == "code_inline":
        return Run("", look.styles | {CODE}, look.url, look.key)
    return Run("", look.styles, look.url, look.key, bare=True) if _is_bare(token) else look


def _is_bare(token: Token) -> bool:
    """An escaped colon: with one in front of its slashes, an address is not a link."""
    return token.type == "text_special" and token.content == ":"


def _honest(runs: Sequence[Run]) -> Iterator[Run]:
    """The runs; words that look like another address than their target are followed by the true one."""
    linked = [(url, tuple(group)) for url, group in groupby(runs, lambda run: run.url)]
    for at, (url, group) in enumerate(linked):
        if url and misleads(_seen(linked, at), url):
            yield from (replace(run, url="", bare=True) for run in group)
            yield from (Run(" ("), Run(url, url=url), Run(")"))
        else:
            yield from group


def _seen(linked: Sequence[tuple[str, tuple[Run, ...]]], at: int) -> str:
    """The words of a link with what touches them on either side."""
    before = linked[at - 1][1][-1].text[-_TOUCHING:] if at else ""
    behind = linked[at + 1][1][0].text[:_TOUCHING] if at + 1 < len(linked) else ""
    words = "".join(run.text for run in linked[at][1])
    return _LAST_WORD.search(before)[0] + words + _FIRST_WORD.match(behind)[0]  # type: ignore[index]


def _leading(url: str) -> Run:
    """A run without text that has the target of a link: a safe address, the subject of a key, or nothing."""
    if url.startswith(SCHEME):
        return Run("", key=url.removeprefix(SCHEME))
    return Run("", url=url) if _SAFE.fullmatch(url) and not has_user(url) else Run("")


def lines(runs: Sequence[Run]) -> Iterator[tuple[Run, ...]]:
    """The runs of each line."""
    line: list[Run] = []
    for run in runs:
        if run.text == "\n":
            yield tuple(line)
            line = []
        else:
            line.append(run)
    yield tuple(line)
