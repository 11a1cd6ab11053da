"""Conditions for names in the store: they match whole words or their beginnings, never letters within a word."""

from __future__ import annotations

import re

from sqlalchemy import ColumnElement, and_, func, literal, or_

_WORD = re.compile(r"[^\W_]+")
_WITHOUT_GAPS = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff]")
_MOST_WORDS = 12


def words_of(folded: str) -> list[str]:
    """Return the words of a folded name, without punctuation."""
    return _WORD.findall(folded)[:_MOST_WORDS]


def apart(column: ColumnElement[str]) -> ColumnElement[str]:
    """Return a folded name with single spaces around each of its words."""
    spaced: ColumnElement[str] = column
    for mark in "-'.":
        spaced = func.replace(spaced, mark, " ")
    return literal(" ") + spaced + " "


def called(column: ColumnElement[str], folded: str) -> list[ColumnElement[bool]]:
    """Return conditions for a name, the strictest first: each word is a word of the name, or the beginning of one.

    Single letters match nothing. In scripts without spaces, any part of the name counts as a word.
    """
    words = words_of(folded)
    if not any(len(word) > 1 or _WITHOUT_GAPS.search(word) for word in words):
        return []
    name = apart(column)
    return [
        and_(*(name.contains(f" {word} ", autoescape=True) for word in words)),
        and_(*(_begins_word(name, word) for word in words)),
    ]


def _begins_word(name: ColumnElement[str], word: str) -> ColumnElement[bool]:
    begins = name.contains(f" {word}", autoescape=True)
    return or_(begins, name.contains(word, autoescape=True)) if _WITHOUT_GAPS.search(word) else begins
