"""Text of Adaptive Cards, from the network's own: the few marks that every Teams client understands.

Bold, italics, lists and links are kept; the rest is written in words. Code is a part of its own, for a block with
letters of one width. A line break is an empty line, for clients show no other.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from bots.markup.marks import LONGEST_ADDRESS, Dialect, addressed, written
from bots.markup.tree import (
    BOLD,
    CODE,
    ITALIC,
    Block,
    Cited,
    Fence,
    Heading,
    Listing,
    Paragraph,
    Rule,
    Run,
    Table,
    Tree,
    lines,
)

_JOINER = "\N{WORD JOINER}"
_BREAK = "\n\n"
_LINE = "———"
_ESCAPED = re.compile(
    r"""
    \\(?=[!-/:-@\[-`{-~]|\Z)               # a backslash that would escape what follows
  | [`\[\]]
  | (?<!\s)\*|\*(?!\s)                     # between spaces it is no mark
  | (?<![^\W_])_|_(?![^\W_])               # within a word it is no mark
  | ~(?=~)|(?<=~)~
  | <(?=[A-Za-z/!?])
  | &(?=\#?\w+;)
    """,
    re.VERBOSE,
)
_PICTURE = re.compile(r"(?<!\\)!(?=\[)")
_BREAKING = re.compile(r"[ \t\r\n]+")  # spaces that must not break, as French sets them, stay as they are
_FIRST = re.compile(r"^(\s*)(\#{1,6}(?=\s|$)|-+(?=\s*$)|[-+*](?=\s|$)|=+(?=\s*$)|>|\d{1,9}(?=[.)](?:\s|$)))")
#: What Teams itself looks for in a text: mentions, and moments to be put into the reader's time.
_CALLS = re.compile(r"<(?=/?at\b)|\{(?=\{)", re.IGNORECASE)
_BROADCAST = re.compile(r"@(?=(?:everyone|channel|team|here)\b)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Part:
    """Return the text of one block of a card.

    Attributes:
        text: in the marks of Adaptive Cards.
        look: ``text``, ``heading`` or ``code``.
        cited: whether it is quoted.
    """

    text: str
    look: str = "text"
    cited: bool = False


def parts(tree: Tree) -> tuple[Part, ...]:
    """A text as the blocks of a card, from the top."""
    return tuple(part for block in tree for part in _parts(block) if part.text.strip())


def in_one_line(tree: Tree) -> str:
    """A text on one line, for a list."""
    return _BREAKING.sub(" ", " ".join(part.text for part in parts(tree))).strip()


def literal(text: str) -> str:
    """Plain text in which no character is a mark; several lines stay several."""
    return _BREAK.join(_first(_unmarked(line)) for line in text.strip().splitlines() if line.strip())


def _parts(block: Block) -> Iterator[Part]:
    match block:
        case Paragraph(runs):
            yield Part(_lines(runs))
        case Heading(runs):
            yield Part(_lines(tuple(replace(run, styles=run.styles - {BOLD}) for run in runs)), "heading")
        case Fence(text):
            yield Part(_code(text), "code")
        case Cited(blocks):
            yield from (replace(part, cited=True) for inner in blocks for part in _parts(inner))
        case Listing():
            yield Part("\n".join(_listed(block, 0)))
        case Table(rows):
            yield from (Part(_row(row, head=not number)) for number, row in enumerate(rows))
        case Rule():
            yield Part(_LINE)


def _lines(runs: Sequence[Run]) -> str:
    return _BREAK.join(_first(_line(line)) for line in lines(runs) if line)


def _line(line: tuple[Run, ...]) -> str:
    # An exclamation mark before a link would make it a picture; no other bracket is left unescaped there.
    return _PICTURE.sub(r"\!", written(line, _DIALECT))


def _code(text: str) -> str:
    """Code line by line; spaces that a card would swallow are hard ones."""
    hard = re.sub(r"(?m)^ +| {2,}", lambda run: "\N{NO-BREAK SPACE}" * len(run[0]), text.expandtabs(4))
    return _BREAK.join(_code_line(line) for line in hard.split("\n"))


def _code_line(line: str) -> str:
    # Clients trim hard spaces too if nothing precedes them.
    lead = _JOINER if line[:1] in ("", "\N{NO-BREAK SPACE}") else ""
    return lead + _first(_unmarked(line)) + ("" if line else "\N{NO-BREAK SPACE}" + _JOINER)


def _listed(listing: Listing, depth: int) -> Iterator[str]:
    for number, item in enumerate(listing.items):
        lead = "-" if listing.start is None else f"{listing.start + number}."
        flat = [block for block in item if not isinstance(block, Listing)]
        inside = " ".join(part.text for block in flat for part in _parts(block)).replace(_BREAK, " ")
        yield f"{'   ' * depth}{lead} {inside}".rstrip()
        for block in item:
            if isinstance(block, Listing):
                yield from _listed(block, depth + 1)


def _row(row: Sequence[Sequence[Run]], *, head: bool) -> str:
    cells = [tuple(replace(run, styles=run.styles | {BOLD}) if head else run for run in cell) for cell in row]
    return _first(" | ".join(map(_line, cells)))


def _leaf(run: Run) -> str:
    if run.url and len(run.url) <= LONGEST_ADDRESS:
        return f"[{_unmarked(run.text) or run.url}]({_address(run.url)})"
    if run.key or run.bare or CODE in run.styles:
        return _unmarked(run.text)
    typed = addressed(run.text)
    return "".join(
        f"[{_unmarked(piece)}]({_address(piece)})" if is_address else _unmarked(piece) for piece, is_address in typed
    )


def _address(url: str) -> str:
    return url.replace("(", "%28").replace(")", "%29").replace("\\", "%5C").replace("*", "%2A")


def _unmarked(text: str) -> str:
    safe = _CALLS.sub(lambda match: match[0] + _JOINER, text)
    return _ESCAPED.sub(lambda match: f"\\{match[0]}", _BROADCAST.sub(f"@{_JOINER}", safe))


def _first(line: str) -> str:
    """A line that begins no list, heading, quotation or code."""
    line = line.lstrip(" \t")
    match = _FIRST.match(line)
    if match is None:
        return line
    mark = match[2]
    rest = line[match.end() :]
    return f"{match[1]}{mark}\\{rest}" if mark[0].isdigit() else f"{match[1]}\\{mark}{rest}"


def _fits(style: str, before: str, first: str, last: str, behind: str) -> bool:
    """CommonMark's rule, so that a mark is always understood: no letter outside, and by punctuation only a gap."""
    return _leans(before, first) and _leans(behind, last)


def _leans(outside: str, inside: str) -> bool:
    if inside.isalnum():
        return not outside.isalnum()
    return not outside.strip() and not inside.isspace()


_DIALECT = Dialect({BOLD: "**", ITALIC: "_"}, _leaf, _fits)
