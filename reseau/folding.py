"""Folding: text without case, accents, ligatures or odd spaces, for finding and comparing; never for showing."""

from __future__ import annotations

import re
import unicodedata

_SPECIAL = str.maketrans({"œ": "oe", "æ": "ae", "ß": "ss", "ø": "o", "đ": "d", "ł": "l", "’": "'", "ʼ": "'"})
_MARKS = dict.fromkeys(
    point for point in range(0x300, 0x370) if unicodedata.combining(chr(point))
)  # accents that NFD separates from a letter
_GAP = re.compile(r"\s+")
_NOT_IN_SLUG = re.compile(r"[^a-z0-9]+")


def fold(text: str) -> str:
    """``"Réseau  DÉCLOISONNÉ"`` becomes ``"reseau decloisonne"``."""
    if text.isascii():
        return _GAP.sub(" ", text.lower()).strip()
    return _GAP.sub(" ", fold_letters(text)).strip()


def fold_letters(text: str) -> str:
    """Fold letters only; spaces and line ends stay."""
    lower = unicodedata.normalize("NFKD", text.casefold().translate(_SPECIAL))
    return lower.translate(_MARKS)


def slug(text: str, most: int = 60) -> str:
    """Return a name of ``a-z0-9-`` for addresses and handles; empty if nothing of the text can be kept."""
    return _NOT_IN_SLUG.sub("-", fold(text)).strip("-")[:most].strip("-")
