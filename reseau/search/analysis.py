"""Text analysis: the terms that search compares, the same on every engine.

Words are lower-cased and split at apostrophes (``l'idée`` gives ``l`` and ``idée``). Accents and stop words go,
and the remaining words are stemmed by Snowball in the text's language. Accents are removed *before* stemming, so that
a question without accents finds as much (measured; see ``docs/decisions.md``).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable
from typing import TypeVar

import Stemmer

from reseau.folding import fold_letters
from reseau.markup.markdown import SCHEME
from reseau.search.stopwords import MARKS, STOP_WORDS

_WORD = re.compile(r"\w+")
# Each attempt ends where the next one would begin, so that a text with many failing attempts takes linear time.
_LINK_TARGET = re.compile(r"\]\((?:[^)\s\]]|\](?!\())*+\)|<[a-z]+:[^<>\s]*+>")
_MOST_KEPT = 100_000  # entries of a cache: a company's vocabulary fits, and a flood of new words cannot fill the memory
_LONGEST_KEPT = 40  # characters; a longer piece is an address that nobody writes twice, or a mention
_REFERENCE = f"]({SCHEME}"

_is_french, _is_english = MARKS["fr"].__contains__, MARKS["en"].__contains__

Result = TypeVar("Result")


class _Cache(dict[str, Result]):
    """A cache of results by word or piece of text, nearly all of which occur again."""

    def __init__(self, find: Callable[[str], Result]) -> None:
        super().__init__()
        self._find = find

    def __missing__(self, piece: str) -> Result:
        result = self._find(piece)
        if len(self) >= _MOST_KEPT:
            self.clear()
        if len(piece) <= _LONGEST_KEPT or _REFERENCE in piece:
            self[piece] = result
        return result


class Vocabulary:
    """The words of one language, each stemmed once."""

    def __init__(self, language: str, name: str) -> None:
        self._stop = frozenset(fold_letters(word) for word in STOP_WORDS[language])
        self._stemmer = Stemmer.Stemmer(name)
        self._stems, self._lines = _Cache(self._stem), _Cache(self._line)

    def stem(self, word: str) -> str:
        """Return the stem of a word; empty for a stop word."""
        return self._stems[word]

    def stems(self, typed: Iterable[str]) -> list[str]:
        """Return the stems of words in their order, repeats kept, stop words left out."""
        return [stem for stem in map(self._stems.__getitem__, typed) if stem]

    def line(self, pieces: Iterable[str]) -> str:
        """Return the stems of the pieces of a text, in their order, separated by spaces."""
        return "".join(map(self._lines.__getitem__, pieces))[1:]

    def _stem(self, word: str) -> str:
        folded = "".join(_WORD.findall(fold_letters(word)))  # folding a sign can leave marks
        return "" if folded in self._stop else str(self._stemmer.stemWord(folded[:64]))

    def _line(self, piece: str) -> str:
        """Return the stems of a piece, each after a space, so that pieces can be joined as they are."""
        return "".join(f" {stem}" for stem in self.stems(words(piece)))


def words(text: str) -> list[str]:
    """Return the words of a text in lower case, with accents, without the addresses of Markdown links."""
    if "](" in text or "<" in text:
        text = _LINK_TARGET.sub(" ", text)
    if not text.isascii() and not unicodedata.is_normalized("NFC", text):
        text = unicodedata.normalize("NFC", text)
    if "_" in text:  # \w matches it; a pattern without it is slower
        text = text.replace("_", " ")
    return _WORD.findall(text.lower())


def terms(typed: Iterable[str], language: str) -> list[str]:
    """Return the stems of words in one language, in their order, with repeats and without stop words."""
    return _vocabularies[language].stems(typed)


def _lean(piece: str) -> int:
    """Return the number of French stop words in a piece minus the number of English ones."""
    piece_words = words(piece)
    return sum(map(_is_french, piece_words)) - sum(map(_is_english, piece_words))


_vocabularies = {"fr": Vocabulary("fr", "french"), "en": Vocabulary("en", "english")}
_leans = _Cache(_lean)


def language_of(pieces: Iterable[str], fallback: str) -> str:
    """Detect French or English by their stop words; on a tie, return ``fallback``.

    Args:
        pieces: the words of a text, or its pieces (see :func:`reading`).
    """
    lean = sum(map(_leans.__getitem__, pieces))
    return fallback if not lean else "fr" if lean > 0 else "en"


def reading(text: str, fallback: str, language: str | None = None) -> tuple[str, str]:
    """Return the language of a text, and its terms in their order, separated by spaces.

    The text is split at white space; a piece has no, one or a few words (``"l’ordre,"``). Nearly all pieces occur
    again, so their results are cached.

    Args:
        fallback: the language on a tie.
        language: the text's language, if it is known.
    """
    pieces = text.split()
    language = language or language_of(pieces, fallback)
    return language, _vocabularies[language].line(pieces)


def query_terms(text: str, fallback: str = "fr") -> list[tuple[str, ...]]:
    """Return, for each word of a question, its stems in French and in English, without repeats.

    Stop words are those of the question's language, so that the French ``thé`` is not taken for the English ``the``.
    """
    typed = words(text)
    language = language_of(typed, fallback)
    groups: dict[tuple[str, ...], None] = {}
    for word in typed:
        if _vocabularies[language].stem(word):
            stems = (vocabulary.stem(word) for vocabulary in _vocabularies.values())
            groups[tuple(dict.fromkeys(filter(None, stems)))] = None
    return list(groups)
