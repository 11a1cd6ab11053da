"""Days as people type them: « lundi », « hier », « 5 jours », « 3 février », ``2026-02-03``, in both languages."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from babel import Locale

from reseau.folding import fold

_LOCALES = (Locale("fr"), Locale("en"))
_DAYS_AGO = {
    "aujourd'hui": 0,
    "aujourdhui": 0,
    "today": 0,
    "hier": 1,
    "yesterday": 1,
    "avant-hier": 2,
}
_UNITS = {
    "jour": 1,
    "day": 1,
    "semaine": 7,
    "week": 7,
    "moi": 30,  # « mois » without its s
    "month": 30,
    "an": 365,
    "annee": 365,
    "year": 365,
}
_NUMBERS = {"un": 1, "une": 1, "a": 1, "one": 1, "deux": 2, "two": 2, "trois": 3, "three": 3}
_EARLIEST = date(1970, 1, 2)  # nobody asks for older; zones have no year 0
_LONGEST = 60  # characters; no day has more
_BEFORE = re.compile(r"(?:(?:le|la|the|on|du|ce|this) |l')")
_LAST_ONE = re.compile(
    r"(?:le |la |l'|the )?(?:(?:last|past) ([a-z]+)|([a-z]+) (?:dernier|derniere|passee?|precedente?))"
)
_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
_SLASHED = re.compile(r"(\d{1,2})[/.](\d{1,2})(?:[/.](\d{4}))?")
_SPAN = re.compile(r"(?:il y a |les |the )?(?:(\d{1,4})|([a-z]+)) ([a-z]+?)s?(?: ago)?")
_NAMED = re.compile(r"(\d{1,2})(?:er|st|nd|rd|th)? (?:of )?([a-z]+)(?: (\d{4}))?")


def _names(kind: str) -> dict[str, int]:
    found: dict[str, int] = {}
    for locale in _LOCALES:
        table = locale.days if kind == "days" else locale.months
        for form in ("wide", "abbreviated"):
            found.update({fold(str(name)).rstrip("."): number for number, name in table["format"][form].items()})
    return found


_WEEKDAYS = _names("days")
_MONTHS = _names("months")


def day_of(text: str, today: date) -> date | None:
    """The day that a text means; nothing when it means none.

    A weekday is the last one that came (today counts), a month is the last that began, a day without a year is the
    last one that came, and 3/2 is 3 February: days come first, as in French.
    """
    if len(text) > _LONGEST:
        return None
    said = _bare(fold(text))
    if said in _DAYS_AGO:
        return today - timedelta(days=_DAYS_AGO[said])
    if said in _WEEKDAYS:
        return today - timedelta(days=(today.weekday() - _WEEKDAYS[said]) % 7)
    if said in _MONTHS:
        return _last(today, _MONTHS[said], 1)
    return _span(said, today) or _written(said, today)


def _bare(said: str) -> str:
    """A day without the small words around it: « le 1er novembre », « lundi dernier », « dimanche 1 novembre »."""
    bare = said.strip(" .,")
    if last := _LAST_ONE.fullmatch(bare):
        word = last.group(1) or last.group(2)
        return f"un {word}" if word.removesuffix("s") in _UNITS else word
    bare = _BEFORE.sub("", bare)
    weekday, _, rest = bare.partition(" ")
    return rest if weekday.rstrip(",") in _WEEKDAYS and rest[:1].isdecimal() else bare


def moment_of(text: str, now: datetime, zone: ZoneInfo) -> datetime | None:
    """The UTC moment at which the day that a text means begins in ``zone``."""
    day = day_of(text, now.astimezone(zone).date())
    return None if day is None else datetime.combine(max(day, _EARLIEST), time(), zone).astimezone(UTC)


def _span(said: str, today: date) -> date | None:
    found = _SPAN.fullmatch(said)
    if found is None or found.group(3) not in _UNITS:
        return None
    count = int(found.group(1)) if found.group(1) else _NUMBERS.get(found.group(2))
    if count is None:
        return None
    return today - timedelta(days=min(count * _UNITS[found.group(3)], today.toordinal() - 1))


def _written(said: str, today: date) -> date | None:
    if found := _ISO.fullmatch(said):
        return _day(int(found.group(1)), int(found.group(2)), int(found.group(3)))
    if found := _SLASHED.fullmatch(said):
        return _last(today, int(found.group(2)), int(found.group(1)), found.group(3))
    if (found := _NAMED.fullmatch(said)) and found.group(2) in _MONTHS:
        return _last(today, _MONTHS[found.group(2)], int(found.group(1)), found.group(3))
    return None


def _last(today: date, month: int, day: int, year: str | None = None) -> date | None:
    if year:
        return _day(int(year), month, day)
    this = _day(today.year, month, day)
    return this if this is not None and this <= today else _day(today.year - 1, month, day)


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
