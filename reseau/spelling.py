"""Slips of the finger: how far two words are apart, and which of many names are near what was typed."""

from __future__ import annotations

import heapq
import re
from collections.abc import Callable, Iterable, Sequence
from functools import cache

from reseau.folding import fold

_SURE, _LONG = 4, 8  # letters: fewer than the first forgive nothing, as many as the second forgive two slips
_LONGEST = 40  # letters of a word, and more are no name
_MOST_WORDS = 6  # of a name that was typed; more are a sentence
_WORD = re.compile(r"[^\W_]+")


def distance(left: str, right: str) -> int:
    """Letters to add, drop, change or swap with their neighbour to make one word of the other.

    Optimal string alignment, the restricted form of Damerau (1964) and Levenshtein (1966).
    """
    before: list[int] = []
    last = list(range(len(right) + 1))
    for i, a in enumerate(left, 1):
        row = [i]
        for j, b in enumerate(right, 1):
            cost = min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (a != b))
            if i > 1 and j > 1 and a == right[j - 2] and left[i - 2] == b:
                cost = min(cost, before[j - 2] + 1)
            row.append(cost)
        before, last = last, row
    return last[-1]


def slips(word: str) -> int:
    """How many slips are forgiven in a word: none where every other short word is as near."""
    return 0 if len(word) < _SURE else 1 if len(word) < _LONG else 2


def words_of(text: str) -> list[str]:
    """The folded words of a name that was typed; none where it is no name: too long, or no letter of it."""
    words = _WORD.findall(fold(text[: _LONGEST * _MOST_WORDS]))
    fitting = len(words) <= _MOST_WORDS and all(len(word) <= _LONGEST for word in words)
    return words if fitting and len(text) <= _LONGEST * _MOST_WORDS else []


def nearest(asked: Sequence[str], names: Iterable[tuple[int, str]], most: int) -> list[int]:
    """The ids of the names of which each word asked for is a word, but for a slip; the nearest first.

    Args:
        asked: folded words.
        names: ids with folded names.
        most: how many ids at most.
    """
    apart = {word: _apart_from(word) for word in asked}
    ranked = []
    for id_, name in names:
        words = _WORD.findall(name)
        steps = [min((apart[word](other) for other in words), default=_FAR) for word in asked]
        if max(steps, default=_FAR) < _FAR:
            ranked.append((sum(steps), abs(len(words) - len(asked)), name, id_))
    return [id_ for *_, id_ in heapq.nsmallest(most, ranked)]


_FAR = 9


def _apart_from(word: str) -> Callable[[str], int]:
    """How far other words are from a word, each measured once: a company has fewer names than people."""
    forgiven = slips(word)

    @cache
    def steps(other: str) -> int:
        if other == word:
            return 0
        if abs(len(other) - len(word)) > forgiven:
            return _FAR
        found = distance(word, other)
        return found if found <= forgiven else _FAR

    return steps
