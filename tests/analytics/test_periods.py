"""Periods are ISO weeks and what is made of them, in the company's own days."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given, strategies as st

from analytics.periods import Calendar, Grain, Period, monday

TUESDAY = date(2026, 3, 3)
DAYS = st.dates(date(2000, 1, 1), date(2100, 1, 1))


def of(calendar: Calendar, grain: Grain) -> list[Period]:
    return [period for period in calendar.spans() if period.grain is grain]


def test_before_the_launch_there_are_no_periods() -> None:
    calendar = Calendar(None, TUESDAY)

    assert (calendar.days(), calendar.spans(), calendar.until) == ([], [], None)


def test_weeks_run_from_the_launch_week_to_the_present_one_which_is_under_way() -> None:
    weeks = of(Calendar(TUESDAY, TUESDAY + timedelta(days=14)), Grain.WEEK)

    assert [(week.start, week.complete) for week in weeks] == [
        (date(2026, 3, 2), True),
        (date(2026, 3, 9), True),
        (date(2026, 3, 16), False),
    ]


def test_four_weeks_end_with_each_week() -> None:
    last = of(Calendar(TUESDAY, TUESDAY + timedelta(days=35)), Grain.FOUR_WEEKS)[-1]

    assert (last.start, last.end) == (date(2026, 3, 16), date(2026, 4, 12))


def test_since_launch_ends_with_the_last_whole_week() -> None:
    (since,) = of(Calendar(TUESDAY, TUESDAY + timedelta(days=14)), Grain.LAUNCH)

    assert since == Period(Grain.LAUNCH, TUESDAY, date(2026, 3, 15), complete=True)


def test_in_the_first_week_since_launch_ends_today() -> None:
    (since,) = of(Calendar(TUESDAY, TUESDAY), Grain.LAUNCH)

    assert since == Period(Grain.LAUNCH, TUESDAY, TUESDAY, complete=False)


def test_a_sunday_is_not_over_before_monday() -> None:
    sunday, next_day = date(2026, 3, 8), date(2026, 3, 9)

    assert not of(Calendar(TUESDAY, sunday), Grain.WEEK)[0].complete
    assert of(Calendar(TUESDAY, next_day), Grain.WEEK)[0].complete


def test_a_launch_to_come_has_no_periods_yet() -> None:
    calendar = Calendar(TUESDAY + timedelta(days=30), TUESDAY)

    assert (calendar.days(), calendar.spans()) == ([], [])


@given(launch=DAYS, life=st.integers(0, 400))
def test_every_period_is_whole_weeks_and_complete_exactly_when_it_is_over(launch: date, life: int) -> None:
    calendar = Calendar(launch, launch + timedelta(days=life))

    for period in calendar.spans():
        length = (period.end - period.start).days + 1
        assert period.complete == (period.end < calendar.today)
        if period.grain is not Grain.LAUNCH:
            assert period.start == monday(period.start)
            assert length in (7, 28, 84)
    assert len(calendar.days()) == life + 1
    assert [day.start for day in calendar.days() if not day.complete] == [calendar.today]
