"""The working hours of the made-up people: weekdays, French holidays, and replies that wait for the morning."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, strategies as st

from migration.demo import calendar

PARIS = ZoneInfo("Europe/Paris")
START = datetime(2024, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("year", "day"), [(2024, (3, 31)), (2025, (4, 20)), (2026, (4, 5)), (2038, (4, 25)), (2285, (3, 22))]
)
def test_easter_falls_on_the_day_in_almanacs(year: int, day: tuple[int, int]) -> None:
    assert calendar.easter(year) == date(year, *day)


def test_the_eleven_holidays_of_a_year() -> None:
    holidays = calendar.holidays(2026)

    assert len(holidays) == 11
    assert {date(2026, 4, 6), date(2026, 5, 14), date(2026, 5, 25), date(2026, 7, 14)} <= holidays
    assert not calendar.is_working(date(2026, 7, 14))


def test_august_weekends_and_the_year_end_are_quiet() -> None:
    ordinary, august, sunday, christmas_week = (
        calendar.weight(day) for day in (date(2026, 6, 2), date(2026, 8, 4), date(2026, 6, 7), date(2026, 12, 29))
    )
    assert sunday < christmas_week < august < ordinary


@given(
    st.integers(0, 4 * 365 * 24 * 3600).map(
        lambda seconds: datetime(2024, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
    ),
    st.floats(0, 5000),
    st.sampled_from(["Europe/Paris", "Europe/London", "Africa/Casablanca"]),
)
def test_a_reply_comes_later_and_in_working_hours(at: datetime, minutes: float, zone: str) -> None:
    answered = calendar.after_working(at, minutes, ZoneInfo(zone))
    local = answered.astimezone(ZoneInfo(zone))

    assert answered >= at
    assert calendar.is_working(local.date())
    assert calendar.OPENS <= local.time() <= calendar.CLOSES


def test_a_question_of_friday_evening_waits_for_monday() -> None:
    friday = datetime(2026, 6, 5, 17, 30, tzinfo=PARIS)

    assert calendar.after_working(friday, 60, PARIS) == datetime(2026, 6, 8, 8, 30, tzinfo=PARIS)


def test_moments_of_a_day_are_that_day_and_mostly_at_work() -> None:
    moments = [calendar.some_moment(Random(seed), date(2026, 6, 2), PARIS).astimezone(PARIS) for seed in range(300)]

    assert {moment.date() for moment in moments} == {date(2026, 6, 2)}
    assert sum(8 <= moment.hour < 18 for moment in moments) > 240
