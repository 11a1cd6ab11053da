"""Teams' names of reactions, as the names that the network knows."""

from __future__ import annotations

import re
from collections.abc import Mapping

from reseau.markup.emoji import from_code_points

#: The six reactions that Teams names by a word.
_WORDS: Mapping[str, str] = {
    "like": "+1",
    "heart": "heart",
    "laugh": "laughing",
    "surprised": "open_mouth",
    "sad": "cry",
    "angry": "rage",
}
#: All others begin with their code points: ``1f389_partypopper``, ``1f44b_wavinghand-tone4``.
_CODED = re.compile(r"((?:[0-9a-f]{2,6})(?:-[0-9a-f]{2,6})*)(?:_[\w-]*)?", re.ASCII | re.IGNORECASE)


def emoji_of(kind: str) -> str:
    """The emoji of a reaction's ``type``, empty if it names none."""
    if kind in _WORDS:
        return _WORDS[kind]
    coded = _CODED.fullmatch(kind)
    return from_code_points(coded[1].lower()) if coded else ""
