"""Slips of the finger: how far two words are apart, and which of many names are near what was typed."""

from __future__ import annotations

import heapq
import re
from collections.abc import Callable, Iterable, Sequence
from functools import cache

from reseau.folding import fold

_SURE, _LONG = 4, 8  # letters: fewer than the first forgive nothing, as many as the second forgive two slips
_LONGEST = 40  # letters of a word, and more are no name
_MOST_WORDS = 8  # of a name that was typed; more are a sentence
_MOST_INITIALS = 3
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
    """The ids of the names that were meant by the words asked for; the nearest first.

    Each word asked for is a word of the name, but for a slip; or words that a name writes together or apart
    (« jeanluc », « entr’aide », « ndiaye »); or a letter that begins one, beside a whole word (« J. Dupont »).

    Args:
        asked: folded words.
        names: ids with folded names.
        most: how many ids at most.
    """
    candidates = [(id_, name, _WORD.findall(name)) for id_, name in names] if asked else []
    wanted = _Wanted(asked)
    # What is written otherwise costs more to see, so that it is looked for only where no word by word fits.
    for steps_to in (wanted.steps_to, wanted.steps_otherwise):
        ranked = []
        for id_, name, words in candidates:
            steps = steps_to(words)
            if steps < _FAR:
                ranked.append((steps, abs(len(words) - len(asked)), name, id_))
        if ranked:
            return [id_ for *_, id_ in heapq.nsmallest(most, ranked)]
    return []


class _Wanted:
    """The words asked for, which names are measured against."""

    def __init__(self, asked: Sequence[str]) -> None:
        self.asked = asked
        self.apart = [_apart_from(word) for word in asked]
        self.joined = [_Joined(word) for word in asked]
        self.together = _Joined("".join(asked))

    def steps_to(self, words: Sequence[str]) -> int:
        """How many slips a name is away, word by word; ``_FAR`` when it was not meant."""
        return sum(steps) if max(steps := self._each(words), default=_FAR) < _FAR else _FAR

    def steps_otherwise(self, words: Sequence[str]) -> int:
        """The same where the gaps stand elsewhere, or a short word has a slip, or letters stand for names."""
        letters = "".join(words)
        steps = self._each(words)
        for number, joined in enumerate(self.joined):
            if steps[number : number + 1] == [_FAR] and joined.may_be_in(letters):
                steps[number] = joined.steps(words)
        if max(steps, default=_FAR) < _FAR:
            return sum(steps)
        together = self.together.steps(words) if self.together.may_be_in(letters) else _FAR
        return min(self._with_one_short(words, steps), together)

    def _each(self, words: Sequence[str]) -> list[int]:
        return [min(map(apart, words)) for apart in self.apart] if words else []

    def _with_one_short(self, words: Sequence[str], steps: Sequence[int]) -> int:
        """Where all but the short words fit, one of those may have a slip, and the others may be letters of a name."""
        fitting = [step for word, step in zip(self.asked, steps, strict=True) if step < _FAR and len(word) > 1]
        if not fitting:
            return _FAR
        slipped = 0
        for word, step in zip(self.asked, steps, strict=True):
            if step == _FAR and not _begins_names(word, words):
                slipped += 1 if len(word) > 1 and any(_is_one_slip_away(word, other) for other in words) else _FAR
        return 1 + slipped + sum(fitting) if slipped <= 1 else _FAR


class _Joined:
    """Letters that a name may write with gaps: all of them there, but for one slip at most."""

    def __init__(self, word: str) -> None:
        self.word = word
        self.half = half = (len(word) - 2) // 2  # a slip leaves so many letters whole, before it or behind it
        self.begins, self.ends = word[:half], word[len(word) - half :]

    def may_be_in(self, letters: str) -> bool:
        """Whether it is worth a look at a name of these letters."""
        return self.half > 0 and (self.begins in letters or self.ends in letters)

    def steps(self, words: Sequence[str]) -> int:
        """How far the nearest part of a name is."""
        return min(map(self._apart, (*words, *_joined(words))), default=_FAR)

    def _apart(self, other: str) -> int:
        if other == self.word:
            return 0
        likely = other.startswith(self.begins) or other.endswith(self.ends)
        return 1 if likely and _is_one_slip_away(self.word, other) else _FAR


def _joined(words: Sequence[str]) -> list[str]:
    """What two or three words of a name make without their gap, and all of them."""
    pairs = ["".join(words[at : at + count]) for count in (2, 3) for at in range(len(words) - count + 1)]
    return [*pairs, "".join(words)] if len(words) > 1 else []


def _begins_names(letters: str, words: Sequence[str]) -> bool:
    """Whether each of at most three letters begins a word of a name, one after the other: « jl » is Jean-Luc."""
    return len(letters) <= _MOST_INITIALS and letters in "".join(word[0] for word in words)


def _is_one_slip_away(word: str, other: str) -> bool:
    return abs(len(word) - len(other)) <= 1 and distance(word, other) == 1


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
        step = distance(word, other)
        return step if step <= forgiven else _FAR

    return steps
