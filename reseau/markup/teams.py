"""Teams' message text (HTML) as the network's own text.

The caller converts mentions. Addresses that are unsafe to open stay text. Unknown tags are removed, and their text is
kept.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from reseau.markup.html import BLOCKS, PICTURES, Element, tree
from reseau.markup.locator import without_secrets, without_secrets_in
from reseau.markup.markdown import below, code, fence, link, plain, quote, stacked, without_control

#: Returns the Markdown of a mention from its number in the message and the name shown.
Mention = Callable[[str, str], str]

_STYLES = {"b": "bold", "strong": "bold", "i": "italic", "em": "italic", "s": "strike", "strike": "strike"}
_STYLES |= {"del": "strike"}
_ORDER = ("bold", "strike", "italic")
_MARKS = {"bold": "**", "strike": "~~", "italic": "_"}
_HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
_CODE = frozenset(("pre", "codeblock"))
_PARAGRAPHS = _HEADINGS | {"p", "figure", "caption"}
_CELLS = frozenset(("td", "th"))
_FORMATTED = frozenset(_STYLES) | _HEADINGS | _CODE | {"ul", "ol", "blockquote", "code", "table"}
_ANY_PICTURE = frozenset(("", "image", "img", "picture", "photo"))
_ABOVE = str.maketrans("0123456789+-=()n", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿ")
_BELOW = str.maketrans("0123456789+-=()", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎")
_SPACE = re.compile(r"[ \t\r\n\f\xa0\u200b]+")
_SCHEME = re.compile(r"^(?:https?|ftp|mailto|tel):", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Run:
    """A piece of a line: ``text`` to escape, or an ``atom`` that is Markdown already. A line break is an empty run."""

    text: str
    styles: frozenset[str] = frozenset()
    atom: bool = False

    @property
    def breaks(self) -> bool:
        return not self.text


@dataclass(frozen=True, slots=True)
class _Block:
    """The Markdown of a block; no empty line separates two that are ``close``."""

    text: str
    close: bool = False


def is_formatted(html: str) -> bool:
    """Whether a message is formatted: bold words, a list or code."""
    return any(element.tag in _FORMATTED for element in tree(html).elements())


class TeamsMarkup:
    """Converts messages.

    Args:
        mention: converts a mention.
        typed: whether to leave words as they were typed, without backslashes before markup.
    """

    def __init__(self, mention: Mention, *, typed: bool = False) -> None:
        self._mention = mention
        self._escape: Callable[[str], str] = str if typed else plain

    def text(self, html: str) -> str:
        """Return the Markdown of a message. Never raises."""
        root = tree(without_secrets_in(without_control(html)))
        return _joined(self._blocks(root.children, frozenset())).strip()

    # -- blocks --------------------------------------------------------------------------------------------------------

    def _blocks(self, children: Sequence[Element | str], styles: frozenset[str]) -> Iterator[_Block]:
        line: list[_Run] = []
        for child in children:
            if isinstance(child, Element) and _holds_blocks(child):
                yield from self._line(line)
                line = []
                yield from self._block(child, styles)
            else:
                line.extend(self._runs(child, styles))
        yield from self._line(line)

    def _line(self, runs: Sequence[_Run]) -> Iterator[_Block]:
        text = self._inline(runs)
        if text:
            yield _Block(text, close=True)

    def _block(self, element: Element, styles: frozenset[str]) -> Iterator[_Block]:
        tag = element.tag
        if tag in _CODE:
            text = element.text().replace("\xa0", " ").strip("\n")
            if text.strip():
                yield _Block(fence(text))
        elif tag in ("ul", "ol"):
            yield from self._list(element, styles)
        elif tag == "table":
            yield from self._table(element)
        elif tag == "blockquote":
            inner = _joined(self._blocks(element.children, styles))
            if inner:
                yield _Block(quote(inner))
        else:
            yield from self._plain_block(element, styles)

    def _plain_block(self, element: Element, styles: frozenset[str]) -> Iterator[_Block]:
        tag = element.tag
        inside = list(self._blocks(element.children, styles | {"bold"} if tag in _HEADINGS else styles))
        if tag in _PARAGRAPHS:
            text = _joined(inside)
            if text:
                yield _Block(text)
        else:
            yield from inside

    def _list(self, element: Element, styles: frozenset[str]) -> Iterator[_Block]:
        start = element.attributes.get("start", "")
        number = int(start) if start.isascii() and start.isdecimal() and len(start) < 7 else 1
        items: list[str] = []
        for child in element.children:
            blocks = self._blocks([child] if not _is(child, "li") else child.children, styles)  # type: ignore[union-attr]
            text = stacked(block.text for block in blocks)
            if not text:
                continue
            mark = f"{number}." if element.tag == "ol" else "-"
            inset = " " * (len(mark) + 1)
            if _is(child, "ul", "ol") and items:  # a list right inside a list belongs to the item before it
                items.append(inset + text.replace("\n", f"\n{inset}"))
                continue
            items.append(f"{mark} " + text.replace("\n", f"\n{inset}"))
            number += 1
        if items:
            yield _Block("\n".join(items))

    def _table(self, element: Element) -> Iterator[_Block]:
        rows = []
        for row in _rows(element):
            cells = [" ".join(_joined(self._blocks(cell.children, frozenset())).split("\n")) for cell in row]
            if any(cells):
                rows.append(" | ".join(cells))
        if rows:
            yield _Block("\n".join(rows))

    # -- inside a line -------------------------------------------------------------------------------------------------

    def _runs(self, child: Element | str, styles: frozenset[str]) -> Iterator[_Run]:
        if isinstance(child, str):
            text = _SPACE.sub(" ", child)
            if text:
                yield _Run(text, styles)
        else:
            yield from self._tagged(child, styles)

    def _tagged(self, child: Element, styles: frozenset[str]) -> Iterator[_Run]:
        tag = child.tag
        if tag == "br":
            yield _Run("")
        elif is_mention(child):
            yield from _atom(self._mention(_number(child), _SPACE.sub(" ", child.text()).strip()), styles)
        elif tag == "code":
            text = _SPACE.sub(" ", child.text())
            yield from _atom(code(text) if text.strip() else text, styles)
        elif tag == "a":
            yield from _atom(self._link(child), styles)
        elif tag in PICTURES:
            yield from self._picture(child, styles)
        elif tag in ("sup", "sub"):
            yield _Run(_raised(_SPACE.sub(" ", child.text()), tag), styles)
        elif tag not in ("attachment", "systemeventmessage"):
            inner = styles | {_STYLES[tag]} if tag in _STYLES else styles
            for grandchild in child.children:
                yield from self._runs(grandchild, inner)

    def _picture(self, element: Element, styles: frozenset[str]) -> Iterator[_Run]:
        """Return the description of a picture, or its emoji; a tool's generic words are left out."""
        words = "" if is_nameless(element) else element.attributes.get("alt") or element.attributes.get("title") or ""
        text = _SPACE.sub(" ", words).strip()
        if text:
            yield _Run(text, styles)
        elif element.children:
            yield _Run(_SPACE.sub(" ", element.text()) or " ", styles)

    def _link(self, element: Element) -> str:
        url = without_secrets(element.attributes.get("href", "").strip())
        label = _SPACE.sub(" ", element.text()).strip()
        if not _SCHEME.match(url):
            return self._escape(label)
        if label in ("", url) or url.rstrip("/") in (f"https://{label}", f"http://{label}"):
            return url if self._escape is str else link("", url)
        if self._escape is str and url == f"mailto:{label}":
            return label
        return link(plain(label), url)

    def _inline(self, runs: Sequence[_Run]) -> str:
        lines: list[list[_Run]] = [[]]
        for run in runs:
            if run.breaks:
                lines.append([])
            else:
                lines[-1].append(run)
        written = [self._marked(_trimmed(line)) for line in lines]
        # Text after a list that was typed with hyphens is not part of the list.
        return ("\n".join(written) if self._escape is str else below(written)).strip("\n")

    def _marked(self, runs: Sequence[_Run]) -> str:
        """Return a line of Markdown: marks open and close with their styles."""
        pieces: list[str] = []
        active: list[str] = []
        for run, readable in zip(runs, _readable_styles(runs), strict=True):
            styles = [style for style in _ORDER if style in readable]
            common = 0
            while common < min(len(active), len(styles)) and active[common] == styles[common]:
                common += 1
            marks = [_MARKS[style] for style in (*reversed(active[common:]), *styles[common:])]
            active = styles
            pieces.extend(marks)
            self._append(pieces, run)
        return "".join(pieces) + "".join(_MARKS[style] for style in reversed(active))

    def _append(self, pieces: list[str], run: _Run) -> None:
        if not run.atom:
            pieces.append(self._escape(run.text))
            return
        if pieces and pieces[-1].endswith("!") and run.text.startswith("["):
            pieces[-1] = f"{pieces[-1][:-1]}\\!"  # otherwise CommonMark would read an image
        pieces.append(run.text)


def is_nameless(element: Element) -> bool:
    """Whether a picture has no description by a person: Teams calls every pasted one “image”."""
    if element.tag != "img" or element.attributes.get("itemtype", "").lower().endswith("/emoji"):
        return False
    return (element.attributes.get("alt") or element.attributes.get("title") or "").strip().lower() in _ANY_PICTURE


def _raised(text: str, tag: str) -> str:
    """Return superscript or subscript digits as Unicode ones: as plain digits they would change the number."""
    if not text.strip():
        return text
    signs, mark = (_ABOVE, "^") if tag == "sup" else (_BELOW, "_")
    raised = text.translate(signs)
    if all(sign not in signs for sign in map(ord, text)):
        return text
    return raised if all(ord(sign) in signs for sign in text) else f"{mark}({text})"


def is_mention(element: Element) -> bool:
    """Whether a tag is a mention: ``<at>``, or a ``<span>`` that Skype's schema calls a mention."""
    return element.tag == "at" or element.attributes.get("itemtype", "").lower().endswith("/mention")


def _number(element: Element) -> str:
    return element.attributes.get("itemid") or element.attributes.get("id") or ""


def _atom(text: str, styles: frozenset[str]) -> Iterator[_Run]:
    if text:
        yield _Run(text, styles, atom=True)


def _is(child: Element | str, *tags: str) -> bool:
    return isinstance(child, Element) and child.tag in tags


def _holds_blocks(element: Element) -> bool:
    if element.tag == "a":  # a link stays in one piece, even with blocks in it
        return False
    return element.tag in BLOCKS or any(inner.tag in BLOCKS for inner in element.elements())


def _rows(table: Element) -> Iterator[list[Element]]:
    pending = [*reversed(table.children)]
    while pending:
        child = pending.pop()
        if isinstance(child, str):
            if child.strip():
                yield [Element("td", children=[child])]
        elif child.tag == "tr":
            yield [_cell(cell) for cell in child.children if isinstance(cell, Element) or cell.strip()]
        elif child.tag in _CELLS or not any(_is(inner, "tr", *_CELLS) for inner in child.elements()):
            yield [_cell(child)]
        else:
            pending.extend(reversed(child.children))


def _cell(cell: Element | str) -> Element:
    """Return a child of a row as a cell."""
    return cell if isinstance(cell, Element) and cell.tag in _CELLS else Element("td", children=[cell])


def _joined(blocks: Iterable[_Block]) -> str:
    groups: list[list[str]] = []
    close = False
    for block in blocks:
        if close and block.close:
            groups[-1].append(block.text)
        else:
            groups.append([block.text])
        close = block.close
    return "\n\n".join(map(stacked, groups))


def _trimmed(runs: Sequence[_Run]) -> list[_Run]:
    """Trim a line and its double spaces, and move spaces at the edge of a style outside of it."""
    split: list[_Run] = []
    for run in runs:
        if run.atom:
            split.append(run)
            continue
        bare = run.text.strip(" ")
        before, after = run.text.startswith(" "), run.text.endswith(" ")
        if before or not bare:
            split.append(_Run(" "))
        if bare:
            split.append(_Run(bare, run.styles))
            if after:
                split.append(_Run(" "))
    line: list[_Run] = []
    for run in split:
        if run.text == " " and not run.atom and (not line or line[-1].text == " "):
            continue
        line.append(run)
    while line and line[-1].text == " " and not line[-1].atom:
        line.pop()
    return _merged(line)


def _merged(line: Sequence[_Run]) -> list[_Run]:
    """Merge neighbours of the same style, with the space between them, since escaping needs whole words."""
    merged: list[_Run] = []
    for position, piece in enumerate(line):
        run = piece
        if run.text == " " and not run.atom and 0 < position < len(line) - 1:
            run = _Run(" ", line[position - 1].styles & line[position + 1].styles)
        if merged and not run.atom and not merged[-1].atom and merged[-1].styles == run.styles:
            merged[-1] = _Run(merged[-1].text + run.text, run.styles)
        else:
            merged.append(run)
    return merged


def _readable_styles(runs: Sequence[_Run]) -> list[set[str]]:
    """Return the styles of each run without those whose marks CommonMark would read as plain characters."""
    readable: list[set[str]] = [set() for _ in runs]
    for style in _ORDER:
        at = 0
        while at < len(runs):
            end = at
            while end < len(runs) and style in runs[end].styles:
                end += 1
            if end > at and _is_readable(runs, at, end - 1, style):
                for styles in readable[at:end]:
                    styles.add(style)
            at = max(end, at + 1)
    return readable


def _is_readable(runs: Sequence[_Run], first: int, last: int, style: str) -> bool:
    before = runs[first - 1].text[-1] if first else " "
    after = runs[last + 1].text[0] if last + 1 < len(runs) else " "
    opening, closing = runs[first].text[0], runs[last].text[-1]
    if style == "italic" and (before.isalnum() or after.isalnum()):
        return False
    return not (_is_sign(opening) and before.isalnum()) and not (_is_sign(closing) and after.isalnum())


def _is_sign(character: str) -> bool:
    return not character.isalnum() and not character.isspace()
