"""Working time: weekdays, French public holidays, August, and the hours of a day."""

from __future__ import annotations

from bisect import bisect_right
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from itertools import accumulate
from random import Random
from zoneinfo import ZoneInfo

DAY = timedelta(days=1)
OPENS, CLOSES = time(8), time(18)

# The volume of each hour of a working day: two peaks, and a dip at lunch. The shape is assumed.
_HOURS = (0, 0, 0, 0, 0.05, 0.2, 0.5, 2, 6, 10, 10, 8, 3, 5, 9, 8, 6, 3, 1, 0.5, 0.4, 0.3, 0.1, 0)
_CUMULATED = list(accumulate(_HOURS))
_WEEKEND, _HOLIDAY, _AUGUST, _YEAR_END = 0.08, 0.1, 0.35, 0.3


@cache
def easter(year: int) -> date:
    """Return Easter Sunday of the Gregorian calendar (Butcher's rule)."""
    a, b, c = year % 19, year // 100, year % 100
    d, e = b // 4, b % 4
    g = (8 * b + 13) // 25
    h = (19 * a + b - d - g + 15) % 30
    i, k = c // 4, c % 4
    m = (32 + 2 * e + 2 * i - h - k) % 7
    n = (a + 11 * h + 22 * m) // 451
    month, day = divmod(h + m - 7 * n + 114, 31)
    return date(year, month, day + 1)


@cache
def holidays(year: int) -> frozenset[date]:
    """Return the public holidays of metropolitan France (Labour Code, L3133-1)."""
    fixed = ((1, 1), (5, 1), (5, 8), (7, 14), (8, 15), (11, 1), (11, 11), (12, 25))
    moving = (1, 39, 50)  # Easter Monday, Ascension, Whit Monday
    return frozenset(
        [
            *(date(year, *month_and_day) for month_and_day in fixed),
            *(easter(year) + timedelta(days=days) for days in moving),
        ]
    )


def is_working(day: date) -> bool:
    """Whether a day is from Monday to Friday and not a public holiday."""
    return day.weekday() < 5 and day not in holidays(day.year)


def weight(day: date) -> float:
    """Return the volume of a day, as a share of an ordinary working day."""
    if day.weekday() >= 5:
        return _WEEKEND
    if day in holidays(day.year):
        return _HOLIDAY
    if day.month == 8:
        return _AUGUST
    return _YEAR_END if (day.month, day.day) >= (12, 24) or (day.month, day.day) <= (1, 2) else 1.0


def working_day(day: date) -> date:
    """Return the day itself if it is a working day, else the last one before it."""
    while not is_working(day):
        day -= DAY
    return day


def some_day(random: Random, first: date, days: int) -> date:
    """Return one of ``days`` days from ``first`` on, more often an ordinary working day."""
    span = [first + DAY * step for step in range(days)]
    return random.choices(span, [weight(day) for day in span])[0]


def some_moment(random: Random, day: date, zone: ZoneInfo) -> datetime:
    """Return a moment of a day (UTC), more often in working hours of the time zone."""
    hour = bisect_right(_CUMULATED, random.random() * _CUMULATED[-1])
    local = datetime.combine(day, time(min(hour, 23), random.randrange(60), random.randrange(60)), zone)
    return local.astimezone(UTC)


def after_working(moment: datetime, minutes: float, zone: ZoneInfo) -> datetime:
    """Return the moment (UTC) some working minutes later: nights, weekends and holidays do not count."""
    local, remaining = moment.astimezone(zone), timedelta(minutes=minutes)
    while True:
        local = _at_work(local)
        rest_of_day = datetime.combine(local.date(), CLOSES, zone) - local
        if remaining < rest_of_day:
            return (local + remaining).astimezone(UTC)
        remaining -= rest_of_day
        local = datetime.combine(local.date() + DAY, OPENS, zone)


def _at_work(local: datetime) -> datetime:
    """Return the moment itself if it lies in working hours, else the next beginning of them."""
    zone = local.tzinfo
    if is_working(local.date()):
        if local.time() < OPENS:
            return datetime.combine(local.date(), OPENS, zone)
        if local.time() < CLOSES:
            return local
    day = local.date() + DAY
    while not is_working(day):
        day += DAY
    return datetime.combine(day, OPENS, zone)
