"""Periods: complete ISO weeks and blocks of four, without gaps, in the company's time zone."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

from hypothesis import given, strategies as st

from analytics.periods import BLOCK, DAY, WEEK, Calendar, Grain, Period, monday

TUESDAY = date(2026, 3, 3)
DAYS = st.dates(date(2000, 1, 1), date(2100, 1, 1))


def test_before_the_launch_there_are_no_periods() -> None:
    calendar = Calendar(None, TUESDAY)

    assert (calendar.spans(), calendar.until) == ([], None)


def test_weeks_run_from_the_launch_week_to_the_last_one_that_is_over() -> None:
    weeks = Calendar(TUESDAY, TUESDAY + timedelta(days=14)).weeks()

    assert [week.start for week in weeks] == [date(2026, 3, 2), date(2026, 3, 9)]


def test_blocks_follow_each_other_from_the_launch_week() -> None:
    calendar = Calendar(TUESDAY, TUESDAY + timedelta(days=60))

    assert calendar.blocks() == [
        Period(Grain.FOUR_WEEKS, date(2026, 3, 2), date(2026, 3, 29), date(2026, 3, 2)),
        Period(Grain.FOUR_WEEKS, date(2026, 3, 30), date(2026, 4, 26), date(2026, 3, 30)),
    ]


def test_a_sunday_is_not_over_before_monday() -> None:
    sunday, next_day = date(2026, 3, 8), date(2026, 3, 9)

    assert Calendar(TUESDAY, sunday).weeks() == []
    assert len(Calendar(TUESDAY, next_day).weeks()) == 1


def test_a_launch_to_come_has_no_periods_yet() -> None:
    assert Calendar(TUESDAY + timedelta(days=30), TUESDAY).spans() == []


def test_a_record_that_begins_later_begins_the_first_block() -> None:
    first = monday(TUESDAY) + 2 * WEEK
    calendar = Calendar(TUESDAY, TUESDAY + timedelta(days=60), first)

    assert calendar.weeks()[0].start == calendar.blocks()[0].start == first


@given(launch=DAYS, life=st.integers(0, 400))
def test_no_two_periods_of_a_length_share_a_day_and_all_are_over(launch: date, life: int) -> None:
    calendar = Calendar(launch, launch + timedelta(days=life))

    for periods, length in ((calendar.weeks(), WEEK), (calendar.blocks(), BLOCK)):
        assert all(period.end - period.start + DAY == length for period in periods)
        assert all(period.end < calendar.today for period in periods)
        assert all(before.end + DAY == after.start for before, after in pairwise(periods))
        assert all(period.block <= period.start and period.end < period.block + BLOCK for period in periods)
