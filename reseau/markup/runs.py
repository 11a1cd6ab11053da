"""Styled pieces of a line as Markdown, with marks only in places where CommonMark reads them as marks."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from reseau.markup.markdown import escaped, line as whole_line

BOLD, STRIKE, ITALIC = "bold", "strike", "italic"
MARKS = {BOLD: "**", STRIKE: "~~", ITALIC: "_"}
NO_STYLES: frozenset[str] = frozenset()
_ENDS = frozenset("!<]")


class Run(NamedTuple):
    """A piece of a line: ``text`` to escape, or an ``atom`` that is Markdown already."""

    text: str
    styles: frozenset[str] = NO_STYLES
    atom: bool = False


class Assembly:
    """A line made of pieces of Markdown; a backslash separates two that would form an image, a tag or a link."""

    def __init__(self) -> None:
        self._pieces: list[str] = []

    def add(self, piece: str) -> None:
        if not piece:
            return
        last = self._pieces[-1] if self._pieces else ""
        end, start = last[-1:], piece[0]
        if end in _ENDS and last[-2:-1] != "\\":
            if start == "[" if end == "!" else end == "<" and start.isalpha():
                self._pieces[-1] = f"{last[:-1]}\\{end}"
            elif start in "!@#/?" if end == "<" else end == "]" and start in "(:":
                self._pieces.append("\\")
        self._pieces.append(piece)

    def text(self) -> str:
        return "".join(self._pieces)


def can_stand(style: str, before: str, first: str, last: str, after: str) -> bool:
    """Whether CommonMark reads the marks of a style.

    Args:
        style: one of ``MARKS``.
        before: the character before the opening mark; a space at the start of a line.
        first: the character after the opening mark.
        last: the character before the closing mark.
        after: the character after the closing mark; a space at the end of a line.
    """
    inside = _is_wordlike(before), _is_wordlike(after)
    if style == ITALIC and any(inside):
        return False
    return (first.isalnum() or not inside[0]) and (last.isalnum() or not inside[1])


def _is_wordlike(character: str) -> bool:
    """Whether some readers treat a character as neither a space nor punctuation, as they do with emoji."""
    return character.isalnum() or not (character.isspace() or _is_punctuation(character))


def _is_punctuation(character: str) -> bool:
    return (character.isascii() and not character.isalnum()) or unicodedata.category(character)[0] == "P"


def marked(runs: Iterable[Run], *, begins: bool = True) -> str:
    """Return the Markdown of a line.

    Args:
        runs: the pieces, without line ends.
        begins: whether they are at the start of a line, which has more characters of markup.
    """
    runs = list(runs)
    if len(runs) == 1 and not runs[0].styles and not runs[0].atom:
        return (whole_line if begins else escaped)(runs[0].text)
    return _written(_with_readable_styles(_with_outer_spaces(runs)), begins)


def _with_outer_spaces(runs: Iterable[Run]) -> list[Run]:
    """Merge neighbours of the same style, and move spaces at the edge of a style outside of it."""
    split: list[Run] = []
    for run in _merged(runs):
        if run.atom or not run.styles:
            split.append(run)
            continue
        bare = run.text.strip()
        start = run.text.find(bare) if bare else len(run.text)
        pieces = (run.text[:start], bare, run.text[start + len(bare) :])
        split += [Run(piece, run.styles if piece is bare else NO_STYLES) for piece in pieces if piece]
    between = [
        run._replace(styles=split[at - 1].styles & split[at + 1].styles)
        if not run.atom and 0 < at < len(split) - 1 and run.text.isspace()
        else run
        for at, run in enumerate(split)
    ]
    return list(_merged(between))


def _merged(runs: Iterable[Run]) -> Iterator[Run]:
    texts: list[str] = []
    last = Run("")
    for run in runs:
        if not run.text:
            continue
        if texts and not run.atom and not last.atom and run.styles == last.styles:
            texts.append(run.text)
            continue
        if texts:
            yield last._replace(text="".join(texts))
        last, texts = run, [run.text]
    if texts:
        yield last._replace(text="".join(texts))


def _with_readable_styles(runs: Sequence[Run]) -> list[Run]:
    """Remove the styles whose marks CommonMark would read as plain characters."""
    styles = [set(run.styles) for run in runs]
    for style in MARKS:
        first = 0
        while first < len(runs):
            last = first
            while last < len(runs) and style in styles[last]:
                last += 1
            if last > first and not _is_readable(runs, first, last - 1, style):
                for at in range(first, last):
                    styles[at].discard(style)
            first = last + 1
    return [run._replace(styles=frozenset(left)) for run, left in zip(runs, styles, strict=True)]


def _is_readable(runs: Sequence[Run], first: int, last: int, style: str) -> bool:
    beside = runs[first].styles - {style}, runs[last].styles - {style}
    before = runs[first - 1].text[-1] if first else " "
    after = runs[last + 1].text[0] if last + 1 < len(runs) else " "
    # If two styles begin or end together, their marks are next to each other.
    opening = "*" if beside[0] else runs[first].text[0]
    closing = "*" if beside[1] else runs[last].text[-1]
    return can_stand(style, before, opening, closing, after)


def _written(runs: Sequence[Run], begins: bool) -> str:
    ends = _ends(runs)
    line = Assembly()
    active: list[str] = []
    for at, run in enumerate(runs):
        common = next((number for number, style in enumerate(active) if style not in run.styles), len(active))
        line.add("".join(MARKS[style] for style in reversed(active[common:])))
        opened: list[str] = []
        if not run.text.isspace():
            opened = sorted(run.styles.difference(active[:common]), key=lambda style: (-ends[style, at], style))
        text = run.text
        if opened and not run.atom:  # a mark never precedes a space
            text = text.lstrip()
            line.add(run.text[: len(run.text) - len(text)])
        line.add("".join(MARKS[style] for style in opened))
        active = [*active[:common], *opened]
        if run.atom:
            line.add(text)
        else:
            line.add(whole_line(text) if begins and not at and not active else escaped(text))
    line.add("".join(MARKS[style] for style in reversed(active)))
    return line.text()


def _ends(runs: Sequence[Run]) -> dict[tuple[str, int], int]:
    """Return the position at which each style of each run ends."""
    ends: dict[tuple[str, int], int] = {}
    for at in range(len(runs) - 1, -1, -1):
        for style in runs[at].styles:
            ends[style, at] = ends.get((style, at + 1), at)
    return ends
