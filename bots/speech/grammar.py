"""The words of a line: verbs without case or accents, quotes of all kinds, options, numbers, people, tags.

Everything here is pure, and what is not recognised stays exactly as it was typed.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from itertools import islice, pairwise

from bots.speech import everyday
from reseau.contents.content_type import starting_types
from reseau.folding import fold

#: Opening and closing marks; a plain mark only opens where a word may begin, so that « l'offre » keeps its own.
_QUOTES = {"«": "»", "“": "”", "„": "”", "‹": "›", "‘": "’", '"': '"', "'": "'"}

OPTION_WORDS = {
    "dans": "in",
    "in": "in",
    "pour": "for",
    "for": "for",
    "to": "for",
    "depuis": "since",
    "since": "since",
    "avant": "before",
    "before": "before",
    "anonyme": "anonymous",
    "anonymous": "anonymous",
    "en": "language",
    "lang": "language",
}

LANGUAGE_WORDS = {
    "fr": "fr",
    "francais": "fr",
    "french": "fr",
    "en": "en",
    "anglais": "en",
    "english": "en",
}

_TAG = re.compile(r"(?:tag|tags|étiquette|etiquette)\s*:\s*", re.IGNORECASE)
_WORD = re.compile(r"[^\s:]+")
_GAP = re.compile(r"\s*")
_MENTION = re.compile(r"(?<![\w@])@([\w.\-]*\w)")
_HASHTAG = re.compile(r"(?<![\w#&])#([^\W\d_][\w\-]*\w|[^\W\d_])")
_LETTERS = "".join(sorted({"C", *(content_type.letter for content_type in starting_types())}))
_NUMBER = re.compile(rf"#?([{_LETTERS}])(\d{{1,12}})(-[a-z0-9]{{1,12}})?", re.I)
_LONGEST_NAME = 12  # words; more than that before a colon is a sentence, not a name
_MOST_OPTIONS = 20  # of a line, and words of it that are looked at for one: each look may go through the whole text
_MOST_STARTS = 40


@dataclass(frozen=True, slots=True)
class Option:
    """An option as typed: ``in`` and ``Veille``; ``anonymous`` has no value."""

    name: str
    value: str


#: The longest name in characters; a longer text is not a name, and is not shown in full.
LONGEST_NAME = 250


def quoted(text: str) -> tuple[str, str] | None:
    """Return the text inside the quotes that ``text`` begins with, and the rest; ``None`` without quotes.

    A name is short: quotes that close far away hold none.
    """
    closing = _QUOTES.get(text[:1])
    if closing is None:
        return None
    end = text.find(closing, 1, LONGEST_NAME)
    while end != -1 and not _ends_here(text, end):
        end = text.find(closing, end + 1, LONGEST_NAME)
    inside = text[1:end].strip() if end != -1 else ""
    return (inside, text[end + 1 :]) if inside else None


def _ends_here(text: str, end: int) -> bool:
    return end + 1 == len(text) or not text[end + 1].isalnum()


def unquoted(text: str) -> str:
    """A name without the quotes around it, the ``#`` or ``@`` before it, or French spaces."""
    name = text.strip()
    within = quoted(name)
    if within and not within[1].strip():
        name = within[0]
    return name.removeprefix("#").strip()


def without_colon(text: str) -> str:
    """The text after the colon that separates it from the words before, with French or English spacing."""
    bare = text.strip()
    return bare[1:].strip() if bare.startswith(":") else bare


def split_first(text: str, takes: Collection[str]) -> tuple[tuple[Option, ...], str]:
    """The options before a text, and the text, untouched but for the white space around it.

    ``dans Appels d’offres : bonjour`` needs its colon, ``dans Veille bonjour`` and ``dans "Appels d’offres" bonjour``
    do not. A colon at the very beginning says that everything after it is text.
    """
    options: list[Option] = []
    rest = text.strip()
    while rest and not rest.startswith(":") and len(options) < _MOST_OPTIONS:
        step = _option(rest, takes)
        if step is None:
            break
        options.append(step[0])
        rest = step[1].lstrip()
    # A comma or a line end separates nothing: only a colon after options, or at the start, does.
    return tuple(options), without_colon(rest)


def split_anywhere(text: str, takes: Collection[str]) -> tuple[tuple[Option, ...], str]:
    """The options of a line without free text; each value reaches to the next option or to the end."""
    rest = without_colon(text)
    starts = [*_starts(rest, takes), len(rest)]
    options = []
    for start, end in pairwise(starts):
        step = _option(rest[start:end].strip() + " :", takes)
        if step is not None:
            options.append(step[0])
    return tuple(options), rest[: starts[0]].strip()


def _starts(text: str, takes: Collection[str]) -> Iterator[int]:
    position = 0
    for _ in range(_MOST_STARTS):
        gap = _GAP.match(text, position)
        position = gap.end() if gap else position
        if position >= len(text):
            return
        if _option(text[position:] + " :", takes) is not None:
            yield position
        within = quoted(text[position:])
        word = _WORD.match(text, position)
        if within is not None:
            position = len(text) - len(within[1])
        else:
            position = word.end() if word else position + 1


def _option(text: str, takes: Collection[str]) -> tuple[Option, str] | None:
    """The option that ``text`` begins with, and the rest."""
    if "tag" in takes and (tag := _TAG.match(text)):
        return _valued("tag", text[tag.end() :], takes, phrase=False)
    word = _WORD.match(text)
    name = OPTION_WORDS.get(fold(word.group())) if word else None
    if word is None or name is None or name not in takes:
        return None
    after = text[word.end() :].lstrip()
    if name == "anonymous":
        return Option(name, ""), after
    if name == "language":
        return _language(after)
    return _valued(name, without_colon(after) if word.group() == "lang" else after, takes, phrase=True)


def _language(after: str) -> tuple[Option, str] | None:
    word = _WORD.match(without_colon(after))
    language = LANGUAGE_WORDS.get(fold(word.group())) if word else None
    return (Option("language", language), without_colon(after)[word.end() :]) if word and language else None


def _valued(name: str, after: str, takes: Collection[str], *, phrase: bool) -> tuple[Option, str] | None:
    within = quoted(after)
    if within is not None:
        return Option(name, within[0]), within[1]
    word = _WORD.match(after)
    if word is None:
        return None
    end = _phrase_end(after, takes) if phrase and not after.startswith("#") else word.end()
    value = unquoted(after[: max(end, word.end())].rstrip(","))
    return (Option(name, value), after[max(end, word.end()) :]) if value else None


def _phrase_end(text: str, takes: Collection[str]) -> int:
    """Return the end of a name of several words: before the next option or colon; 0 if no colon follows.

    A name is short, so that only its few words are looked at, however long the text.
    """
    line = text.split("\n", maxsplit=1)[0]
    last_colon = line.rfind(":")
    for count, word in enumerate(islice(_WORD.finditer(line), _LONGEST_NAME)):
        if count and _begins_option(line, word.start(), takes):
            return word.start() if last_colon > word.end() - 1 else 0
        if _parts(line, word.end()):
            return word.end()
    return 0


def _begins_option(line: str, start: int, takes: Collection[str]) -> bool:
    word = _WORD.match(line, start)
    name = OPTION_WORDS.get(fold(word.group())) if word else None
    return name in takes or ("tag" in takes and _TAG.match(line, start) is not None)


def _parts(line: str, end: int) -> bool:
    """Whether a colon follows, French or English spacing."""
    gap = _GAP.match(line, end)
    return line.startswith(":", gap.end() if gap else end)


def mentions(text: str) -> tuple[str, ...]:
    """The handles after an ``@``, in order, none twice."""
    return tuple(dict.fromkeys(_MENTION.findall(text)))


def hashtags(text: str) -> tuple[str, ...]:
    """The words after a ``#``, in order, none twice."""
    return tuple(dict.fromkeys(_HASHTAG.findall(text)))


def number(text: str) -> str:
    """The number, if ``text`` is only a number, as the store writes it (``q3-K7F`` gives ``Q3-k7f``), else empty."""
    match = _NUMBER.fullmatch(text.strip())
    return match.group(1).upper() + match.group(2) + (match.group(3) or "").lower() if match else ""


#: Small words before a number: « à Q11 », « to question Q11 », « la question n° Q11 ».
_BEFORE_NUMBER = frozenset(
    """
    a to of de la le du the ma mon my votre n n° no numero number
    l'idee message fil thread #
    """.split()
) | {fold(word) for content_type in starting_types() for word in content_type.words if len(word) > 1}
_MOST_BEFORE = 4


def first_number(text: str) -> tuple[str, str]:
    """The number that ``text`` begins with, small words before it skipped, and the rest.

    ``Q 12``, ``Q n° 12`` and « la question 12 » are Q12. ``("", text)`` without one.
    """
    position = 0
    for _ in range(_MOST_BEFORE):
        if number_and_rest := _said_number(text, position):
            return number_and_rest
        word = _FIRST.match(text, position)
        if word is None:
            break
        if code := number(word.group(1)):
            return code, without_colon(text[word.end() :])
        if fold(word.group(1)) not in _BEFORE_NUMBER:
            break
        position = word.end()
    return "", text


def _said_number(text: str, position: int) -> tuple[str, str] | None:
    """A number that is parted from its letter, or from the word for its kind."""
    match = _SAID_NUMBER.match(text, position)
    if match is None:
        return None
    letter = _LETTER_OF.get(fold(match.group(1)), "")
    return letter + match.group(2) + (match.group(3) or "").lower(), without_colon(text[match.end() :])


def number_alone(text: str) -> str:
    """The number, if a line is only a number and polite words; else empty."""
    if len(text) > _LONGEST_ALONE:
        return ""
    words = everyday.without_courtesies_behind(text).rstrip("?!., \N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}")
    code, rest = first_number(words)
    # « fil Q12 » begins with a verb of ours.
    return code if code and not rest and not _FEED.match(words) else ""


_LONGEST_ALONE = 60  # characters
_FEED = re.compile(r"\s*fil\b", re.IGNORECASE)
_LETTER_OF = {fold(word): content_type.letter for content_type in starting_types() for word in content_type.words}
_TYPE_WORDS = {word for content_type in starting_types() for word in content_type.words} | set(_LETTER_OF)
#: A letter alone is parted from its number only where a type says so: « I 100 % agree » begins a sentence.
_SAID_NUMBER = re.compile(
    rf"\s*(?:#\s*)?\b({'|'.join(map(re.escape, sorted(_TYPE_WORDS, key=len, reverse=True)))})"
    r"(?:\s*[-–#]\s*|\s*n\s?[°ºo]\s*|\s+(?:num[ée]ro|number|no\.?)\s*|\s+)(\d{1,12})(-[a-z0-9]{1,12})?(?![\w%€])",
    re.IGNORECASE,
)
_FIRST = re.compile(r"\s*([^\s:,]+)[:,]?")


def out_of_quotes(line: str) -> str:
    """A line without the quotes or marks around the whole of it, as someone copies it: « "fil" », « `fil` »."""
    bare = line.strip()
    closing = {**_QUOTES, "`": "`", "*": "*", "(": ")", "[": "]", "_": "_"}.get(bare[:1])
    if closing is None or len(bare) > LONGEST_NAME or not bare.endswith(closing):
        return bare
    inside = bare[1:-1].strip()
    return inside if inside and closing not in inside and bare[0] not in inside else bare


#: Small words before the name of a place or a person, in the order they are taken away.
_BEFORE_NAME = re.compile(
    r"(?:(?:dans|in|into|de|du|des|d['’]|of|à|a|au|to|from|avec|with|chez|pour|for)(?:\s+|(?<=['’])))?"
    r"(?:(?:la|le|les|l['’]|the|ma|mon|my|notre|our)(?:\s+|(?<=['’])))?"
    r"(?:(?:communauté|communaute|commu|community|canal|channel|groupe|group|salon|espace|équipe|equipe|profil|fiche"
    r"|profile|m\.|mme\.?|mlle\.?|monsieur|madame|mademoiselle|dr\.?|docteur|doctor|mr\.?|mrs\.?|ms\.?)(?:\s+(?:de|du|des|of|appelée?|nommée?|called)\b)?\s+)?",
    re.IGNORECASE,
)


def without_small_words(name: str) -> str:
    """A name without the small words that people put before it: « dans la communauté Entraide », « de Karim »."""
    bare = name.strip()
    before = _BEFORE_NAME.match(bare)
    left = bare[before.end() :].strip() if before else bare
    return unquoted(left) or bare


def first_name(text: str) -> tuple[str, str]:
    """The person or thing that ``text`` begins with, quoted or one word, and the rest."""
    bare = text.strip()
    at = "@" if bare.startswith("@") else ""
    within = quoted(bare.removeprefix("@").lstrip())
    if within is not None:
        return at + within[0], without_colon(within[1])
    word = re.match(r"[^\s:]+", bare)
    if word is None:
        return "", bare
    return word.group().rstrip(",;"), without_colon(bare[word.end() :])


def is_question(text: str) -> bool:
    """Whether a question mark ends the line or one of its sentences."""
    return re.search(r"[?？؟](\s|$|[»”\"')])", text) is not None
