"""Writing Markdown, the network's own text: the subset of CommonMark that every platform can show.

A line break is a line break (readers render soft breaks as breaks). Text that a person typed as plain text stays plain
text: characters that CommonMark would take for markup get a backslash. No others do, so that words stay findable.
Neutral references are links whose address is a provenance key: ``[@Léa Martin](reseau:slack/T1/U2)`` is a mention,
``[#ventes](reseau:…)`` a community, ``[the text](reseau:…)`` another content; rendering resolves the key.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from reseau.markup.visible import one_line

SCHEME = "reseau:"
#: Levels of nested lists; some readers of Markdown drop levels beyond ten.
DEEPEST = 6

#: Control characters that no text needs; PostgreSQL refuses the first.
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")

#: Characters without which a line holds no markup after its beginning: this quick search saves most texts the next one.
_RISKY = re.compile(r"[\\`*_~\]<&]")
_ESCAPED = re.compile(
    r"""
    \\(?=[!-/:-@\[-`{-~\n]|\Z)         # a backslash that would escape the next character, or break the line
  | `                                 # code
  | (?<!\s)\*|\*(?!\s)                # emphasis, unless it is between spaces
  | (?<![^\W_])_(?!\s)|(?<!\s)_(?![^\W_])  # emphasis at a word's edge
  | ~(?=~|\Z)|(?<=~)~|\A~             # strike
  | (?<=\])[(:\[]                     # a character that would make a link of a word in brackets
  | (?<=<)[!@\#/?]|<(?=[A-Za-z])      # tags, comments, addresses, control sequences of chat tools
  | &(?=\#?\w+;)                      # entities
    """,
    re.VERBOSE,
)
#: Characters that can be markup anywhere, and the colon of an address; below, bullets and numbers at the start.
_MARKS = re.compile(r"[\\`*_\[\]<>~|&]|:(?=/)")
_LISTING = re.compile(r"^(\d{0,9})([#+\-=.)])(?=[\s#=.-]|$)")
#: A star within a word; below, the beginning of an item or a quotation, and of lines that may continue it.
_STAR = re.compile(r"(?<=[^\W_])\*(?=[^\W_])")
_PARTED = re.compile(r"[ ]{0,3}(?:[-+*]|\d{1,9}[.)]|>)(?:[ \t]|$)")
_CONTINUES = re.compile(r"[ \t]|(?:[-+*]|\d{1,9}[.)])(?:[ \t]|$)|>")
#: Markup at the start of a line: bullets, headings, rules, quotes, and numbers such as a year, which begin no list.
_FIRST = frozenset(" \t-=+#*_>0123456789")
_may_start = re.compile(r" {4}| {0,3}[\t\-=+#*_>0-9]").match
_STARTS = re.compile(
    r"^[ ]{0,3}(?:\#{1,6}(?=[ \t]|$)|[-=](?=[-= \t]*$)|>|[+*](?=\s|$)|_|\d{3,9}[.)](?=\s|$))", re.MULTILINE
)
_DEEP = re.compile(r"^[ \t]{4,}|^ {0,3}\t[ \t]*", re.MULTILINE)
_PLAIN_URL = re.compile(r"^[A-Za-z][A-Za-z0-9+.-]*:[^\s<>()\\`]+$")
_UNSAFE_URL = re.compile(r"[\s<>\\`\x00-\x20]")
#: A typed item. Its number has at most two digits, since a year begins no list.
_ITEM = re.compile(r"^([ \t]*)(-|\d{1,2}[.)])[ \t]+(?=\S)")
_has_item = re.compile(r"^[ \t]*(?:-|\d{1,2}[.)])[ \t]+\S", re.MULTILINE).search
_MARKED = re.compile(r"(?:[-+*]|(\d{1,9})[.)])(?:[ \t]|$)")  # the beginning of an item in CommonMark
_BRACKET = re.compile(r"`+[^`]*`+|\\.|[\[\]]", re.DOTALL)
_FENCES = re.compile(r"`{3,}")


def _mark(match: re.Match[str]) -> str:
    sign = match[0]
    if sign[-1] in ".)" and len(sign) > 1:
        return f"{sign[:-1]}\\{sign[-1]}"
    bare = sign.lstrip(" ")
    return f"{sign[: len(sign) - len(bare)]}\\{bare}"


def plain(text: str) -> str:
    """Return plain text of one or several lines as Markdown. Typed lists stay lists."""
    if "\n" not in text and not (text[:1] in _FIRST and _ITEM.match(text)):
        return line(text)
    if _has_item(text):
        return "\n".join(Outline(line).lines(text.split("\n")))
    return _STARTS.sub(_mark, _DEEP.sub("   ", escaped(text)))


def escaped(text: str) -> str:
    """Return plain text as a part of a line of Markdown, but not its start."""
    return _ESCAPED.sub(_mark, text) if _RISKY.search(text) else text


def line(text: str) -> str:
    """Return a line of plain text, or an item's, as Markdown. Its start makes no block, except a list."""
    text = escaped(text)
    return _STARTS.sub(_mark, _DEEP.sub("   ", text)) if text[:1] in _FIRST and _may_start(text) else text


class _Item(NamedTuple):
    """An item of a list: its typed indentation, and the column of its words in Markdown."""

    typed: int
    column: int


class Outline:
    """Converts typed lists to CommonMark: nested items are indented, and lists are separated from the next paragraph.

    Args:
        inline: returns the Markdown of a line, or of the text of an item.
        bullets: characters that begin an item, besides a hyphen.
    """

    def __init__(self, inline: Callable[[str], str], bullets: str = "") -> None:
        self._inline = inline
        self._bullets = frozenset(bullets)
        self._bulleted = re.compile(rf"^([ \t]*)([{bullets}])\ufe0e?[ \t]+(?=\S)") if bullets else None
        self._items: list[_Item] = []
        self._open = False  # whether plain text would become a part of the line above

    def lines(self, typed: Iterable[str]) -> Iterator[str]:
        """Yield the lines of Markdown, some of them empty."""
        for row in typed:
            if item := self._begins_item(row):
                yield self._item(item, row[item.end() :])
            elif not row.strip():
                self._open = False
                yield self._inline(row)
            else:
                yield from self._other(row)

    def _begins_item(self, row: str) -> re.Match[str] | None:
        match = _ITEM.match(row)
        return match if match or self._bulleted is None else self._bulleted.match(row)

    def _item(self, item: re.Match[str], words: str) -> str:
        typed = len(item[1].expandtabs(4))
        # Two spaces nest an item; one is a slip.
        while self._items and (self._items[-1].typed + 2 > typed or len(self._items) == DEEPEST):
            self._items.pop()
        column = self._items[-1].column if self._items else min(typed, 3)
        mark = "-" if item[2] in self._bullets else item[2]
        self._items.append(_Item(typed, column + len(mark) + 1))
        self._open = True
        text = self._inline(words)
        if opening := _MARKED.match(text):  # an item never begins with another item
            at = len(opening[1] or "")
            text = f"{text[:at]}\\{text[at:]}"
        return f"{' ' * column}{mark} {text}"

    def _other(self, row: str) -> Iterator[str]:
        bare = row.lstrip(" \t")
        typed = len(row[: len(row) - len(bare)].expandtabs(4))
        if self._items and typed >= 2:
            while len(self._items) > 1 and self._items[-1].typed + 2 > typed:
                self._items.pop()
            yield " " * self._items[-1].column + self._inline(bare)
            return
        if self._open:
            yield ""
        self._items.clear()
        self._open = False
        yield self._inline(row)


def stacked(parts: Iterable[str]) -> str:
    """Join pieces of Markdown, one below the other, with an empty line if CommonMark would merge them."""
    return below(filter(None, parts))


def below(parts: Iterable[str]) -> str:
    """Join pieces like :func:`stacked`, but with an empty line for each empty piece."""
    rows: list[str] = []
    above = ""
    for part in parts:
        if rows:
            rows.append("\n\n" if above and part and _joins(above, part) else "\n")
        rows.append(part)
        above = part
    return "".join(rows)


def _joins(above: str, below: str) -> bool:
    """Whether the first line of a piece would be read as part of the last block of the one above."""
    first = below.partition("\n")[0].lstrip(" ")
    if not first or above.endswith("\n") or first.startswith("```"):
        return False
    last = _last_block(above)
    is_item = _MARKED.match(first)
    if first.startswith(">"):
        return last.startswith(">")
    if is_item:
        # Only a list that begins with one may follow a paragraph at once.
        return not _MARKED.match(last) and is_item[1] is not None and int(is_item[1]) != 1
    return last.startswith(">") or _MARKED.match(last) is not None


def _last_block(text: str) -> str:
    """Return the first line of the last block of a text, judging by its indentation."""
    end = len(text)
    while True:
        start = text.rfind("\n", 0, end) + 1
        line = text[start:end]
        bare = line.lstrip(" ")
        if not start or (line == bare and line) or _MARKED.match(bare) or bare.startswith(">"):
            return bare
        end = start - 1


def word(text: str) -> str:
    """Return a short text, such as a name, as Markdown: its visible characters on one line, without markup.

    Unlike in :func:`plain`, the text around it cannot make it markup, and addresses in it are not links.
    """
    text = one_line(text)
    if _MARKS.search(text):
        text = _MARKS.sub(r"\\\g<0>", text)
    return _LISTING.sub(r"\1\\\2", text)


def typed(text: str) -> str:
    """Return text that was typed as Markdown, without unintended markup.

    A line after a list or a quotation does not continue it, and a star between letters or digits (``2*3*4``) is a star.
    """
    lines: list[str] = []
    in_code = False
    for line in text.split("\n"):
        before = lines[-1] if lines else ""
        if line.lstrip().startswith("```"):
            in_code = not in_code
        elif not in_code and _PARTED.match(before) and line.strip() and not _CONTINUES.match(line):
            lines.append("")
        lines.append(line if in_code or "*" not in line else _starred(line))
    return "\n".join(lines)


def _starred(line: str) -> str:
    """Return a line with its stars within words escaped; code stays as it is."""
    pieces = line.split("`")
    return "`".join(piece if number % 2 else _STAR.sub(r"\\*", piece) for number, piece in enumerate(pieces))


def without_control(text: str) -> str:
    """Return text without control characters, except tabs and line ends."""
    return _CONTROL.sub("", text)


def link(label: str, url: str) -> str:
    """Return a link. ``label`` is Markdown without links; if it is empty, the address is shown."""
    if _UNSAFE_URL.search(url):
        url = _UNSAFE_URL.sub(lambda match: "".join(f"%{byte:02X}" for byte in match[0].encode()), url)
    if not label.strip():
        return f"<{url}>"
    if "[" in label or "]" in label:
        label = _BRACKET.sub(lambda match: match[0] if match[0][0] in "\\`" else f"\\{match[0]}", label)
    return f"[{label}]({url})" if _PLAIN_URL.match(url) else f"[{label}](<{url}>)"


def reference(label: str, key: str) -> str:
    """Return a neutral reference to a provenance key, with a label of plain text."""
    return link(plain(label.replace("\n", " ")), SCHEME + key)


def code(text: str) -> str:
    """Return code within a line."""
    longest = max((len(run) for run in re.findall(r"`+", text)), default=0)
    mark = "`" * (longest + 1)
    spaced = text.startswith(("`", " ")) or text.endswith(("`", " "))
    return f"{mark} {text} {mark}" if spaced and text.strip() else f"{mark}{text}{mark}"


def fence(text: str, info: str = "") -> str:
    """Return a block of code, with a fence longer than any in it."""
    mark = "`" * max([3, *(len(run) + 1 for run in _FENCES.findall(text))])
    return f"{mark}{info}\n{text}\n{mark}"


def quote(text: str) -> str:
    """Return Markdown as a quotation."""
    return "\n".join(f"> {line}".rstrip() for line in text.split("\n"))
