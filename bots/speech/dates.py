"""Days as people type them: « lundi », « hier », « 5 jours », « 3 février », ``2026-02-03``, in both languages."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from babel import Locale

from bots.speech import everyday
from reseau.folding import fold

_LOCALES = (Locale("fr"), Locale("en"))
_DAYS_AGO = {
    **dict.fromkeys(("aujourd'hui", "aujourdhui", "auj", "ajd", "jour", "today", "tonight", "matin", "soir"), 0),
    **dict.fromkeys(("midi", "morning", "afternoon", "evening", "apres-midi", "apres midi"), 0),
    **dict.fromkeys(("hier", "yesterday", "last night"), 1),
    **dict.fromkeys(("avant-hier", "avant hier", "day before yesterday"), 2),
}
_UNITS = {
    **dict.fromkeys(("jour", "jr", "j", "day", "d"), 1),
    **dict.fromkeys(("semaine", "sem", "week", "wk", "w"), 7),
    **dict.fromkeys(("moi", "month"), 30),  # « mois » without its s
    **dict.fromkeys(("an", "annee", "year", "yr"), 365),
    **dict.fromkeys(("quinzaine", "fortnight"), 15),
}
_HOURS = frozenset(("h", "heure", "hour", "hr"))
_NUMBERS = {
    word: number
    for number, words in enumerate(
        (
            *("un une a an one last", "deux two", "trois three quelques several", "quatre four", "cinq five"),
            *("six", "sept seven", "huit eight", "neuf nine", "dix ten dizaine", "onze eleven", "douze twelve"),
            *("treize thirteen", "quatorze fourteen", "quinze fifteen quinzaine", "seize sixteen"),
        ),
        1,
    )
    for word in words.split()
} | {"couple": 2, "few": 3, "vingt": 20, "twenty": 20, "trente": 30, "thirty": 30}
_EARLIEST = date(1970, 1, 2)  # older days are never asked for, and zones have no year 0
_LONGEST = 60  # characters; no day has more
_BEFORE = re.compile(r"(?:(?:le|la|les|l|the|on|du|de|ce|cet|cette|this|these|ces|il y a|jusqu'a|of) |[ld]')")
_MOST_BEFORE = 3
_PART_OF_DAY = re.compile(r"(?: (?:au|dans l'|in the|a))? (?:matin|midi|soir|apres[- ]midi|morning|afternoon|evening)")
_LAST_ONE = re.compile(r"(?:(?:last|past) ([a-z-]+)|([a-z-]+) (?:dernier|derniere|passee?|precedente?))")
_ISO = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})")
_SLASHED = re.compile(r"(\d{1,2})[-/.](\d{1,2})(?:[-/.](\d{4}|\d{2}))?")
_SPAN = re.compile(
    r"(?:(?:last|past) )?(?:une |a )?(?:(\d{1,4}) ?|([a-z]+) )(?:de |d'|of )?"
    r"(?:(?:last|past|dernier|derniere)s? )?([a-z]+?)s?(?: ago)?"
)
_NAMED = re.compile(r"(\d{1,2})(?:er|st|nd|rd|th)?,? (?:of )?([a-z]+)\.?(?:,? (\d{4}|\d{2}))?")
_MONTH_FIRST = re.compile(r"([a-z]+)\.? (?:the )?(\d{1,2})(?:er|st|nd|rd|th)?(?:,? (\d{4}))?")
_BEGUN = re.compile(
    r"(?:debut|beginning|start|early)(?: de| du| d'| of)?(?: ?(?:la|le|l'|the|this|cette|ce))? ?([a-z]+)"
)
_OF_MONTH = re.compile(r"(\d{1,2})(?:er|st|nd|rd|th)?")
_MIDDLE = re.compile(r"(?:mi|mid)[- ]([a-z]+)")
_YEAR = re.compile(r"(?:19|20)\d\d")
_WEEKEND = frozenset(("week-end", "weekend", "we", "week end"))
_SATURDAY = 5
_MOST_YEARS = 8  # from one 29 February to the next, at most


def _names(kind: str) -> dict[str, int]:
    numbers: dict[str, int] = {}
    for locale in _LOCALES:
        table = locale.days if kind == "days" else locale.months
        for form in ("wide", "abbreviated"):
            numbers.update({fold(str(name)).rstrip("."): number for number, name in table["format"][form].items()})
    return numbers


_WEEKDAYS = _names("days") | {"tues": 1, "weds": 2, "thur": 3, "thurs": 3}
_MONTHS = _names("months") | {"fev": 2, "sept": 9}


def day_of(text: str, today: date) -> date | None:
    """The day that a text means; nothing when it means none, or one that is still to come.

    A weekday is the last one that came (today counts), a month is the last that began, a day without a year is the
    last one that came, and 3/2 is 3 February: days come first, as in French. « Cette semaine » begins on its Monday,
    « la semaine dernière » is seven days ago.
    """
    if len(text) > _LONGEST:
        return None
    typed = fold(everyday.without_courtesies_behind(text)).strip(" .,?!")
    return next((day for words in _readings(typed) if (day := _read(words, typed, today)) is not None), None)


def _readings(typed: str) -> Iterator[str]:
    """A day as it was typed, then without the small words around it: « le 1er novembre », « lundi dernier »."""
    yield typed
    bare = typed.removesuffix("-ci")
    for _ in range(_MOST_BEFORE):
        before = _BEFORE.match(bare)
        bare = bare[before.end() :] if before else bare
    yield bare
    if last := _LAST_ONE.fullmatch(bare):
        word = last.group(1) or last.group(2)
        yield f"un {word}" if word.removesuffix("s") in _UNITS else word
    if part := _PART_OF_DAY.search(bare):
        yield bare[: part.start()] if part.end() == len(bare) else bare
    weekday, _, rest = bare.partition(" ")
    if weekday.rstrip(",.") in _WEEKDAYS:
        yield rest.removeprefix("the ").removeprefix("le ")


def _read(words: str, typed: str, today: date) -> date | None:
    if words in _DAYS_AGO:
        return today - timedelta(days=_DAYS_AGO[words])
    if words.rstrip(".") in _WEEKDAYS:
        return today - timedelta(days=(today.weekday() - _WEEKDAYS[words.rstrip(".")]) % 7)
    if words in _WEEKEND:
        return today - timedelta(days=(today.weekday() - _SATURDAY) % 7)
    return _begun(words, today) or _span(words, today) or _written(words, today) or _of_month(words, typed, today)


def moment_of(text: str, now: datetime, zone: ZoneInfo) -> datetime | None:
    """The UTC moment at which the day that a text means begins in ``zone``."""
    day = day_of(text, now.astimezone(zone).date())
    return None if day is None else datetime.combine(max(day, _EARLIEST), time(), zone).astimezone(UTC)


def return_of(text: str, today: date) -> date | None:
    """The day on which a person who is away until a day returns; ``None`` if the text means no future day.

    A date is the last day away: who is away until 12 March is back on the 13th. A weekday is the day of the return,
    and « 2 semaines » begin today.
    """
    typed = fold(everyday.without_courtesies_behind(text[: _LONGEST + 1])).strip(" .,?!")
    for words in _readings(typed):
        if words in _DAYS_TO_COME:
            return today + timedelta(days=_DAYS_TO_COME[words])
        weekday = words.removeprefix("next ").removesuffix(" prochain").rstrip(".")
        if weekday in _WEEKDAYS:
            return day_of(weekday, today + timedelta(days=7))
        if (begun := _span(words, today)) is not None:
            return today + (today - begun)
    horizon = timedelta(days=5 * 365) if _WITH_YEAR.search(typed) else timedelta(days=364)
    last = day_of(typed, today + horizon)
    return last + timedelta(days=1) if last is not None and last >= today else None


_DAYS_TO_COME = {"demain": 1, "tomorrow": 1, "apres-demain": 2, "apres demain": 2, "day after tomorrow": 2}
_WITH_YEAR = re.compile(r"\b20\d\d\b")


def _begun(words: str, today: date) -> date | None:
    """Return the start of a period: « cette semaine », « le début du mois », « janvier », « mi-mars », 2025."""
    if _YEAR.fullmatch(words):
        return _past(date(int(words), 1, 1), today)
    if middle := _MIDDLE.fullmatch(words):
        month = _MONTHS.get(middle.group(1))
        return _last(today, month, 15) if month else None
    beginning = _BEGUN.fullmatch(words)
    period = (beginning.group(1) if beginning else words).removesuffix("s")
    if month := _MONTHS.get(period) or _MONTHS.get(beginning.group(1) if beginning else words):
        return _last(today, month, 1)
    match _UNITS.get(period) if period not in ("j", "d", "w") else None:
        case 7:
            return today - timedelta(days=today.weekday())
        case 30:
            return today.replace(day=1)
        case 365:
            return today.replace(month=1, day=1)
        case _:
            return None


def _span(words: str, today: date) -> date | None:
    match = _SPAN.fullmatch(words)
    if match is None:
        return None
    count = int(match.group(1)) if match.group(1) else _NUMBERS.get(match.group(2))
    unit = match.group(3)
    if count is None or (unit not in _UNITS and unit not in _HOURS):
        return None
    days = -(-count // 24) if unit in _HOURS else count * _UNITS[unit]
    return today - timedelta(days=min(days, today.toordinal() - 1))


def _written(words: str, today: date) -> date | None:
    if match := _ISO.fullmatch(words):
        return _past(_day(int(match.group(1)), int(match.group(2)), int(match.group(3))), today)
    if match := _SLASHED.fullmatch(words):
        return _last(today, int(match.group(2)), int(match.group(1)), match.group(3))
    if (match := _NAMED.fullmatch(words)) and match.group(2) in _MONTHS:
        return _last(today, _MONTHS[match.group(2)], int(match.group(1)), match.group(3))
    if (match := _MONTH_FIRST.fullmatch(words)) and match.group(1) in _MONTHS:
        return _last(today, _MONTHS[match.group(1)], int(match.group(2)), match.group(3))
    return None


def _of_month(words: str, typed: str, today: date) -> date | None:
    """« le 12 », « the 3rd », « lundi 12 »: the last such day; a number alone may be anything."""
    match = _OF_MONTH.fullmatch(words)
    if match is None or (words.isdecimal() and words == typed):
        return None
    first = today.replace(day=1)
    for _ in range(3):  # of two months in a row, one has 31 days
        day = _day(first.year, first.month, int(match.group(1)))
        if day is not None and day <= today:
            return day
        first = (first - timedelta(days=1)).replace(day=1)
    return None


def _last(today: date, month: int, day: int, year: str | None = None) -> date | None:
    if year:
        return _past(_day(int(year) if len(year) > 2 else 2000 + int(year), month, day), today)
    days = (_day(today.year - before, month, day) for before in range(_MOST_YEARS + 1) if today.year > before)
    return next((past for past in days if past is not None and past <= today), None)


def _past(day: date | None, today: date) -> date | None:
    """The day, unless it is still to come: nothing has moved since then."""
    return day if day is not None and day <= today else None


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
