"""Runs of one line, written with the marks of a platform: opened and closed in order, never crossed."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from bots.markup.tree import CODE, Run
from reseau.markup.address import has_user

#: The longest address of a link; a block could not hold a longer one.
LONGEST_ADDRESS = 1000
_ADDRESS = re.compile(r"https?://[^\s<>|]*[^\s<>|.,;:!?'\"’”»)\]}*_~`]", re.IGNORECASE)


@dataclass(frozen=True, eq=False)
class Dialect:
    """The marks of a platform for the styles of a run.

    Attributes:
        marks: around each style; a style that is missing here is not shown.
        leaf: the characters of a run, escaped, as code or as a link if it is one.
        fits: whether marks of a style may stand there: the style, then the characters before and behind the outer
            and the inner side. Where they may not, the style is not shown.
        gap: invisible; separates a mark from a letter beside it, if the platform needs that.
    """

    marks: Mapping[str, str]
    leaf: Callable[[Run], str]
    fits: Callable[[str, str, str, str, str], bool]
    gap: str = ""


@lru_cache(maxsize=4096)  # a long text is measured several times before it is cut
def written(line: tuple[Run, ...], dialect: Dialect) -> str:
    """One line of runs in a dialect."""
    if len(line) == 1 and not line[0].styles:
        return dialect.leaf(line[0])
    runs = _fitting(_bridged(tuple(_spaced(line))), dialect)
    pieces: list[str] = []
    opened: list[str] = []
    for at, run in enumerate(runs):
        styles = [style for style in dialect.marks if style in run.styles]
        closing = _closing(opened, styles)
        if closing:
            pieces.append("".join(dialect.marks[style] for style in closing) + _gap(run.text[:1], dialect))
        opening = _opening([style for style in styles if style not in opened], runs, at)
        if opening:
            before = runs[at - 1].text[-1:] if at else ""
            gap = "" if closing else _gap(before, dialect)
            pieces.append(gap + "".join(dialect.marks[style] for style in opening))
            opened.extend(opening)
        pieces.append(dialect.leaf(run))
    pieces.append("".join(dialect.marks[style] for style in reversed(opened)))
    return "".join(pieces)


def _gap(beside: str, dialect: Dialect) -> str:
    return dialect.gap if beside.isalnum() or (beside and beside in "*_~`") else ""


def _closing(opened: list[str], styles: Sequence[str]) -> list[str]:
    """The styles to close before a run, innermost first. They are taken off ``opened``."""
    closing: list[str] = []
    while any(style not in styles for style in opened):
        closing.append(opened.pop())
    return closing


def _opening(styles: Sequence[str], runs: Sequence[Run], at: int) -> list[str]:
    """The styles to open at a run, the one that lasts longest first."""
    if len(styles) < 2:  # one needs no order
        return list(styles)

    def lasts(style: str) -> int:
        return next((n for n in range(at, len(runs)) if style not in runs[n].styles), len(runs))

    return sorted(styles, key=lasts, reverse=True)


def _spaced(line: Sequence[Run]) -> Iterator[Run]:
    """The runs with white space at their edges set apart, without styles: no mark is next to a space."""
    for run in line:
        if run.whole or not run.styles:
            yield run
            continue
        bare = run.text.strip()
        if not bare:
            yield Run(run.text)
            continue
        start = run.text.index(bare)
        parts = (Run(run.text[:start]), replace(run, text=bare), Run(run.text[start + len(bare) :]))
        yield from (part for part in parts if part.text)


def _bridged(runs: tuple[Run, ...]) -> tuple[Run, ...]:
    """The runs, a space between two of one style being of that style too."""
    bridged = list(runs)
    for at in range(1, len(runs) - 1):
        if not runs[at].text.strip() and not runs[at].styles:
            bridged[at] = replace(runs[at], styles=(runs[at - 1].styles & runs[at + 1].styles) - {CODE})
    return tuple(bridged)


def _fitting(runs: tuple[Run, ...], dialect: Dialect) -> tuple[Run, ...]:
    """The runs without the styles whose marks the platform would not understand in their place."""
    fitting = list(runs)
    for style in dialect.marks:
        at = 0
        while at < len(fitting):
            if style not in fitting[at].styles:
                at += 1
                continue
            end = at
            while end < len(fitting) and style in fitting[end].styles:
                end += 1
            before = fitting[at - 1].text[-1:] if at else ""
            behind = fitting[end].text[:1] if end < len(fitting) else ""
            if not dialect.fits(style, before, fitting[at].text[:1], fitting[end - 1].text[-1:], behind):
                fitting[at:end] = [replace(run, styles=run.styles - {style}) for run in fitting[at:end]]
            at = end
    return tuple(fitting)


def addressed(text: str) -> Iterator[tuple[str, bool]]:
    """A text in parts: typed addresses, and the text between them."""
    at = 0
    for match in _ADDRESS.finditer(text):
        if match.start() > at:
            yield text[at : match.start()], False
        yield match.group(), not has_user(match.group())
        at = match.end()
    if at < len(text):
        yield text[at:], False
