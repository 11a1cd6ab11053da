"""Typing errors: the distance between two words, and the names nearest to typed ones."""

from __future__ import annotations

import heapq
import re
from collections.abc import Callable, Iterable, Sequence
from functools import cache

from reseau.folding import fold

_SURE, _LONG = 4, 8  # lengths of a word: one slip is forgiven from the first on, two from the second on
_LONGEST = 40  # letters of a word; a longer one is not a name
_MOST_WORDS = 8  # words of a typed name; more are a sentence
_MOST_INITIALS = 3
_WORD = re.compile(r"[^\W_]+")


def distance(left: str, right: str) -> int:
    """Return the least number of letters to add, drop, change or swap to turn one word into the other.

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
    """Return the number of errors forgiven in a word: none in a short one, which resembles too many others."""
    return 0 if len(word) < _SURE else 1 if len(word) < _LONG else 2


def words_of(text: str) -> list[str]:
    """Return the folded words of a typed name; none if the text is too long for a name or has no letters."""
    words = _WORD.findall(fold(text[: _LONGEST * _MOST_WORDS]))
    fitting = len(words) <= _MOST_WORDS and all(len(word) <= _LONGEST for word in words)
    return words if fitting and len(text) <= _LONGEST * _MOST_WORDS else []


def nearest(typed: Sequence[str], names: Iterable[tuple[int, str]], most: int) -> list[int]:
    """Return the ids of the names that typed words may mean, nearest first.

    Each typed word must be a word of the name, up to an error, or words of it written together or apart (« jeanluc »,
    « entr’aide », « ndiaye »), or the initial of a word beside a whole one (« J. Dupont »).

    Args:
        typed: folded words.
        names: ids with folded names.
        most: the greatest number of ids.
    """
    candidates = [(id_, name, _WORD.findall(name)) for id_, name in names] if typed else []
    query = _Query(typed)
    # Other spellings cost more to find, so we look for them only if no name matches word by word.
    for steps_to in (query.steps_to, query.steps_otherwise):
        ranked = []
        for id_, name, words in candidates:
            steps = steps_to(words)
            if steps < _FAR:
                ranked.append((steps, abs(len(words) - len(typed)), name, id_))
        if ranked:
            return [id_ for *_, id_ in heapq.nsmallest(most, ranked)]
    return []


class _Query:
    """Typed words to compare names with."""

    def __init__(self, query: Sequence[str]) -> None:
        self.words = query
        self.apart = [_apart_from(word) for word in query]
        self.joined = [_Joined(word) for word in query]
        self.together = _Joined("".join(query))

    def steps_to(self, words: Sequence[str]) -> int:
        """Return the number of errors in a name, compared word by word; ``_FAR`` if the name does not match."""
        return sum(steps) if max(steps := self._each(words), default=_FAR) < _FAR else _FAR

    def steps_otherwise(self, words: Sequence[str]) -> int:
        """Return the number of errors, with misplaced spaces, a slip in a short word, and initials allowed."""
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
        """If all but the short words fit, allow an error in one of these, and initials for the others."""
        fitting = [step for word, step in zip(self.words, steps, strict=True) if step < _FAR and len(word) > 1]
        if not fitting:
            return _FAR
        slipped = 0
        for word, step in zip(self.words, steps, strict=True):
            if step == _FAR and not _begins_names(word, words):
                slipped += 1 if len(word) > 1 and any(_is_one_slip_away(word, other) for other in words) else _FAR
        return 1 + slipped + sum(fitting) if slipped <= 1 else _FAR


class _Joined:
    """A word that a name may write with spaces, with one error at most."""

    def __init__(self, word: str) -> None:
        self.word = word
        self.half = half = (len(word) - 2) // 2  # one slip leaves at least this many right letters at one end
        self.begins, self.ends = word[:half], word[len(word) - half :]

    def may_be_in(self, letters: str) -> bool:
        """Whether a name of these letters may match, so that its errors must be counted."""
        return self.half > 0 and (self.begins in letters or self.ends in letters)

    def steps(self, words: Sequence[str]) -> int:
        """Return the number of errors in the nearest part of a name."""
        return min(map(self._apart, (*words, *_joined(words))), default=_FAR)

    def _apart(self, other: str) -> int:
        if other == self.word:
            return 0
        likely = other.startswith(self.begins) or other.endswith(self.ends)
        return 1 if likely and _is_one_slip_away(self.word, other) else _FAR


def _joined(words: Sequence[str]) -> list[str]:
    """Return two or three neighbouring words of a name as one, and all of them as one."""
    pairs = ["".join(words[at : at + count]) for count in (2, 3) for at in range(len(words) - count + 1)]
    return [*pairs, "".join(words)] if len(words) > 1 else []


def _begins_names(letters: str, words: Sequence[str]) -> bool:
    """Whether at most three letters are initials of a name, one after the other: « jl » is Jean-Luc."""
    return len(letters) <= _MOST_INITIALS and letters in "".join(word[0] for word in words)


def _is_one_slip_away(word: str, other: str) -> bool:
    return abs(len(word) - len(other)) <= 1 and distance(word, other) == 1


_FAR = 9


def _apart_from(word: str) -> Callable[[str], int]:
    """Return a function that measures words against a word. It is cached, as a company has fewer names than people."""
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
