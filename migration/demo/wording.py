"""Templates as texts: slots are filled, articles are contracted, and sentences begin with a capital letter."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from random import Random

# A slot, with a preposition before it that may contract with its article.
_SLOT = re.compile(r"(?:(?<!\w)([dD]e|[àÀ]|[qQ]ue) )?\{(\w+)\}")
_CONTRACTED = {"de le": "du", "de les": "des", "à le": "au", "à les": "aux"}
_ELIDED = re.compile(r"une?\b|Angers\b")
_BEGINNING = re.compile(r"(^|[.!?…]\s+|[.!?…]\*\*\s+|\n)([a-zà-ÿœ])")


class Slots:
    """The words drawn for one thread, in which a slot always gets the same word.

    ``{site2}`` gets another word from the list of ``{site}``.
    """

    def __init__(self, random: Random, lists: Mapping[str, Sequence[str]]) -> None:
        self._random, self._lists = random, lists
        self._drawn: dict[str, str] = {}

    def __call__(self, text: str, **names: str) -> str:
        """Return a text with its slots filled; ``names`` (``auteur``, ``avant``) are slots without a list."""
        filled = _SLOT.sub(lambda match: joined(match[1] or "", names.get(match[2]) or self._word(match[2])), text)
        return _BEGINNING.sub(lambda match: match[1] + match[2].upper(), filled)

    def _word(self, slot: str) -> str:
        if slot not in self._drawn:
            kind = slot.rstrip("0123456789")
            taken = {word for other, word in self._drawn.items() if other.rstrip("0123456789") == kind}
            free = [word for word in self._lists[kind] if word not in taken]
            self._drawn[slot] = self._random.choice(free)
        return self._drawn[slot]


def joined(before: str, word: str) -> str:
    """Return ``de`` and ``le clapet`` as ``du clapet``, ``de`` and ``une laiterie`` as ``d’une laiterie``."""
    article, _, rest = word.partition(" ")
    contracted = _CONTRACTED.get(f"{before.lower()} {article}")
    if contracted and rest:
        return f"{contracted.capitalize() if before[0].isupper() else contracted} {rest}"
    if before.lower() in ("de", "que") and _ELIDED.match(word):
        return f"{before[:-1]}’{word}"
    return f"{before} {word}" if before else word
