"""From text to the terms that search compares, the same on every engine.

Words are lower-cased, elisions fall apart (``l'idée`` gives ``l`` and ``idée``), accents are dropped, stop words go,
and what is left is stemmed by Snowball in the text's language. Accents go *before* stemming: a question typed without
them then finds as much (measured; see ``docs/decisions.md``).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

import Stemmer

from reseau.folding import fold_letters
from reseau.search.stopwords import MARKS, STOP_WORDS

_WORD = re.compile(r"\w+")
_LINK_TARGET = re.compile(r"\]\([^)\s]*\)|<[a-z]+:[^>\s]*>")
_MOST_CACHED = 300_000  # words; a company's vocabulary fits, a hostile flood of new words does not grow memory

_stemmers = {"fr": Stemmer.Stemmer("french"), "en": Stemmer.Stemmer("english")}
_stems: dict[str, dict[str, str]] = {"fr": {}, "en": {}}
_is_french, _is_english = MARKS["fr"].__contains__, MARKS["en"].__contains__
_stop = {language: frozenset(fold_letters(word) for word in words) for language, words in STOP_WORDS.items()}


def words(text: str) -> list[str]:
    """The lower-case words of a text, accents kept; the addresses of Markdown links are not words."""
    if "](" in text or "<" in text:
        text = _LINK_TARGET.sub(" ", text)
    if not text.isascii() and not unicodedata.is_normalized("NFC", text):
        text = unicodedata.normalize("NFC", text)
    if "_" in text:  # \w takes it for a letter; a pattern that leaves it out is slower
        text = text.replace("_", " ")
    return _WORD.findall(text.lower())


def terms(found: Iterable[str], language: str) -> list[str]:
    """The stems of words in one language, in their order, repeats kept; stop words are left out."""
    # Nearly every word was met before: one pass in C finds their stems, and a second one drops the stop words.
    found = found if isinstance(found, list) else list(found)
    stems = list(map(_stems[language].get, found))
    if None in stems:
        stems = [_known(word, language) for word in found]
    return [stem for stem in stems if stem]


def _stem(word: str, language: str) -> str:
    known = _stems[language]
    if len(known) >= _MOST_CACHED:
        known.clear()
    folded = "".join(_WORD.findall(fold_letters(word)))  # a folded sign can leave marks behind
    stem = "" if folded in _stop[language] else _stemmers[language].stemWord(folded[:64])
    known[word] = stem
    return stem


def language_of(found: Iterable[str], fallback: str) -> str:
    """French or English, by which language's small words there are more of; ``fallback`` where it is a tie."""
    found = found if isinstance(found, list) else list(found)
    french, english = sum(map(_is_french, found)), sum(map(_is_english, found))
    if french == english:
        return fallback
    return "fr" if french > english else "en"


def query_terms(text: str, fallback: str = "fr") -> list[tuple[str, ...]]:
    """For each word of a question, the stems it may have in a French or an English text, without repeats.

    Small words go by the question's own language, so that the French ``thé`` is not taken for the English ``the``.
    """
    found = words(text)
    language = language_of(found, fallback)
    groups: dict[tuple[str, ...], None] = {}
    for word in found:
        if _known(word, language):
            groups[tuple(dict.fromkeys(stem for one in ("fr", "en") if (stem := _known(word, one))))] = None
    return list(groups)


def _known(word: str, language: str) -> str:
    stem = _stems[language].get(word)
    return _stem(word, language) if stem is None else stem
