"""The staircase of counted people: a reader who knows the rules cannot narrow a number to fewer than k."""

from __future__ import annotations

import math
from datetime import date, timedelta

import pandas as pd
from hypothesis import given, settings, strategies as st

from analytics.cell import Shown
from analytics.metric import METRICS
from analytics.privacy.rules import LEAST, Record, Ruling, publish, valued
from analytics.privacy.staircase import Within, rule_growing, rule_size
from analytics.privacy.subtraction import SURE

K = 10
FIRST, SECOND = date(2026, 3, 8), date(2026, 4, 5)
sizes = st.integers(1, 120)


def rulings(part: float, whole: int, *, active: float | None = None) -> Ruling:
    """Return the ruling on the first period of a growing number."""
    cells = growing(FIRST, part, whole, active)
    (ruling,) = rule_growing(cells, cells.iloc[:0], lambda end: people(0, whole), K)
    return ruling


def growing(end: date, part: float, whole: int, active: float | None = None) -> pd.DataFrame:
    first = float(whole if active is None else active)
    return pd.DataFrame([{"end": end, "numerator": float(part), "denominator": float(whole), "first": first}])


def people(first: int, last: int) -> set[str]:
    return {f"p{n}" for n in range(first, last)}


def first_period(part: int, whole: int) -> pd.DataFrame:
    """Return a first period as it was published."""
    cells = growing(FIRST, part, whole).assign(grain="week", start=FIRST, segment_kind="", segment="", n=whole)
    return publish(valued(METRICS["activation_rate"], cells), [rulings(part, whole)])


def second(before: int, old: int, part: int, gone: int, come: int) -> Ruling:
    """Return the ruling on a second period, after ``gone`` people left and ``come`` came."""
    crowds = {FIRST: people(0, old), SECOND: people(gone, old + come)}
    cells = growing(SECOND, part, old - gone + come)
    (ruling,) = rule_growing(cells, first_period(before, old), crowds.__getitem__, K)
    return ruling


@given(sizes, st.integers(2, 20))
def test_under_twice_k_people_or_twenty_nothing_is_shown(people: int, k: int) -> None:
    assert (rule_size(people, k).shown == Shown.VALUE) == (people >= max(2 * k, LEAST))


@settings(max_examples=8)
@given(st.integers(2 * K, 60).flatmap(lambda whole: st.tuples(st.integers(0, whole), st.just(whole))))
def test_a_number_leaves_k_on_either_side_and_a_range_holds_k_numbers_that_look_alike(cell: tuple[int, int]) -> None:
    part, whole = cell

    ruling = rulings(part, whole)

    assert (ruling.shown == Shown.VALUE) == (K <= part <= whole - K)
    if ruling.shown == Shown.BAND:
        assert sum(rulings(other, whole) == ruling for other in range(whole + 1)) == K
        assert ruling.low is not None
        assert ruling.high is not None
        assert ruling.low - 1e-9 <= part / whole <= ruling.high + 1e-9


@st.composite
def steps(draw: st.DrawFn) -> tuple[int, int, int, int, int]:
    """Draw two periods: activated people, all people, activated people now, leavers and newcomers."""
    old, gone, come = draw(st.integers(20, 60)), draw(st.integers(0, 15)), draw(st.integers(0, 15))
    before = draw(st.integers(K, old - K))
    stayed = draw(st.integers(max(0, before - gone), min(old - gone, before)))
    return before, old, stayed + draw(st.integers(0, min(come, 3))), gone, come


@settings(max_examples=40)
@given(steps())
def test_no_shown_step_reveals_that_all_leavers_and_no_newcomers_had_activated(
    step: tuple[int, int, int, int, int],
) -> None:
    before, _, part, gone, come = step

    ruling = second(*step)

    if ruling.shown == Shown.VALUE and (gone or come):
        assert part - before + gone >= SURE


@settings(max_examples=40)
@given(steps())
def test_a_range_between_two_rosters_holds_the_number(step: tuple[int, int, int, int, int]) -> None:
    _, old, part, gone, come = step
    whole = old - gone + come

    ruling = second(*step)

    if ruling.shown != Shown.BAND:
        return
    assert ruling.low is not None
    assert ruling.high is not None
    assert round(ruling.low * whole) <= part <= round(ruling.high * whole)
    assert round((ruling.high - ruling.low) * whole) >= min(K - 1, whole - round(ruling.low * whole))


@settings(max_examples=20)
@given(st.integers(K, 50), st.integers(0, K - 1))
def test_a_number_that_few_people_may_have_changed_stays_the_same(before: int, active: int) -> None:
    whole = 60
    cells = growing(SECOND, before + active, whole, active)

    rule_growing(cells, first_period(before, whole), lambda end: people(0, whole), K)

    assert cells["numerator"].tolist() == [before]


# -- distinct people among the activated


def activation(part: float, whole: float, ruling: Ruling) -> Record:
    low = math.nan if ruling.low is None else ruling.low
    return {"shown": ruling.shown, "reason": ruling.reason, "numerator": part, "denominator": whole, "low": low}


def within(part: int, came: int, *, counted: bool, gone: int = 0) -> Ruling:
    """Return the ruling on a week in which some of the activated acted, after ``gone`` of part left."""
    whole = 120.0
    published = {FIRST: activation(came, whole, rulings(came, int(whole)))}
    cell: Record = {
        "grain": "week",
        "start": FIRST,
        "end": FIRST,
        "numerator": float(part),
        "first": gone,
        "second": gone,
    }
    return Within(published, {}, counted, K).rule({**cell, "first": gone, "second": gone})


parts = st.integers(0, 120).flatmap(lambda came: st.tuples(st.integers(0, came), st.just(came)))


@settings(max_examples=40)
@given(parts, st.booleans())
def test_a_shown_number_means_that_k_activated_people_did_and_k_did_not(cell: tuple[int, int], share: bool) -> None:
    part, came = cell

    ruling = within(part, came, counted=not share)

    if ruling.shown == Shown.VALUE:
        assert K <= part <= came - K
        assert share <= (rulings(came, 120).shown == Shown.VALUE), "a share names its denominator"


@settings(max_examples=20)
@given(st.integers(30, 100), st.integers(1, 9))
def test_leavers_are_not_among_the_people_who_could_act(came: int, gone: int) -> None:
    """All but fewer than k of those who had not left: the number is a range."""
    assert within(came - gone - K + 1, came, counted=True, gone=gone).shown == Shown.BAND
    assert within(came - gone - K, came, counted=True, gone=gone).shown == Shown.VALUE


WEEK = timedelta(weeks=1)


@given(st.lists(st.one_of(st.integers(K, 40), st.none()), min_size=4, max_size=4), st.floats(0, 1), st.booleans())
def test_four_weeks_narrow_no_week_that_is_a_range(weeks: list[int | None], share: float, left: bool) -> None:
    """A block's number lies between the greatest number of its weeks and their sum."""
    counts = [0 if week is None else week for week in weeks]
    least, most = max(K, *counts), sum(K - 1 if week is None else week for week in weeks)
    total = least + round((most - least) * share)
    ends = [FIRST + n * WEEK for n in range(4)]
    low_high: dict[date, Record] = {
        end: {"shown": Shown.BAND, "low": 0.0, "high": K - 1.0}
        if week is None
        else {"shown": Shown.VALUE, "numerator": week}
        for end, week in zip(ends, weeks, strict=True)
    }
    cell: Record = {"grain": "4w", "start": FIRST, "end": ends[-1], "numerator": total, "first": 0, "second": int(left)}
    everybody = {ends[-1]: activation(200, 250, Ruling())}

    ruling = Within(everybody, low_high, True, K).rule(cell)

    if ruling.shown != Shown.HIDDEN:
        ranged = [n for n, week in enumerate(weeks) if week is None]
        for n in ranged:
            others = sum(K - 1 if week is None else week for m, week in enumerate(weeks) if m != n)
            assert total - others <= 0, "the others may be all of part"
            assert total >= K - 1, "and it may hold as many as its range says"
        assert not left or all(total >= week + SURE for week in weeks if week is not None)
