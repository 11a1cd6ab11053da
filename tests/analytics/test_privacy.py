"""The k-floor, rule by rule."""

from __future__ import annotations

import math
from datetime import date

import pandas as pd
import pytest
from hypothesis import given, strategies as st

from analytics.cell import Reason, Shown
from analytics.metric import METRICS
from analytics.privacy import rules
from analytics.privacy.rules import SHOWN, Ruling

START, END = date(2026, 3, 2), date(2026, 3, 8)


def frame(*cells: dict[str, object]) -> pd.DataFrame:
    blank = {"grain": "week", "start": START, "end": END, "segment_kind": "", "segment": "", "denominator": math.nan}
    return pd.DataFrame([{**blank, **cell} for cell in cells])


def kinds(**volumes: tuple[int, int]) -> pd.DataFrame:
    """Return contributions by kind from volumes and numbers of people, with equal shares."""
    rows = [
        {
            "grain": "4w",
            "start": START,
            "end": END,
            "segment": kind,
            "person": f"p{who}",
            "done": done / people,
            "counted": 1,
        }
        for kind, (done, people) in volumes.items()
        for who in range(people)
    ]
    return pd.DataFrame(rows)


def rolled(**volumes: tuple[int, int]) -> dict[str, float]:
    cells = rules.roll_up(kinds(**volumes), 10)
    assert set(cells["shown"]) <= {"value"}
    return {str(row["segment"]): round(row["value"]) for row in cells.to_dict("records")}


def rulings(cells: pd.DataFrame) -> dict[str, tuple[str, str]]:
    return {row["segment"]: (row["shown"], row["reason"]) for row in cells.to_dict("records")}


@pytest.mark.parametrize(
    ("them", "people", "ruling"),
    [
        (3, 3, Ruling(Shown.HIDDEN, Reason.K)),
        (5, 9, Ruling(Shown.HIDDEN, Reason.K)),
        (5, 10, Ruling(Shown.HIDDEN, Reason.SMALL)),
        (9, 19, Ruling(Shown.HIDDEN, Reason.SMALL)),
        (10, 20, SHOWN),
        (4, 40, Ruling(Shown.BAND, Reason.COMPLEMENT)),
        (35, 40, SHOWN),
        (36, 40, Ruling(Shown.BAND, Reason.COMPLEMENT)),
        (5, 40, SHOWN),
        (0, 200, Ruling(Shown.BAND, Reason.HOMOGENEOUS)),
        (9, 200, Ruling(Shown.BAND, Reason.HOMOGENEOUS)),
        (10, 200, SHOWN),
        (200, 200, Ruling(Shown.BAND, Reason.HOMOGENEOUS)),
    ],
)
def test_a_segment_s_share_is_ruled_by_its_people(them: int, people: int, ruling: Ruling) -> None:
    assert rules.rule_people(them, people, 10) == ruling


@pytest.mark.parametrize("k", [-1, 0, 1, 4, 5])
def test_k_is_never_read_as_less_than_five(k: int) -> None:
    assert rules.rule_people(2, 4, k) == Ruling(Shown.HIDDEN, Reason.K)
    assert rules.rule_volume(4, 100, 1, 1, k) == Ruling(Shown.HIDDEN, Reason.K)
    assert rules.rule_volume(5, 100, 1, 1, k) == SHOWN


def test_a_higher_k_hides_more() -> None:
    assert rules.rule_people(12, 25, 10) == SHOWN
    assert rules.rule_people(12, 25, 30) == Ruling(Shown.HIDDEN, Reason.K)


@given(people=st.integers(20, 400), them=st.integers(0, 400))
def test_a_band_is_the_same_for_every_number_inside_it(people: int, them: int) -> None:
    them = min(them, people)
    if rules.rule_people(them, people, 10).shown != Shown.BAND:
        return
    low, high = rules.band(them, people)
    edge = 0 if them * 2 < people else people

    assert (low, high) == rules.band(edge, people)
    assert low - 1e-9 <= them / people <= high + 1e-9


@pytest.mark.parametrize(
    ("first", "second", "ruling"),
    [
        (50, 1, SHOWN),
        (51, 1, Ruling(Shown.HIDDEN, Reason.DOMINANCE)),
        (40, 35, SHOWN),
        (40, 36, Ruling(Shown.HIDDEN, Reason.DOMINANCE)),
    ],
)
def test_a_volume_that_one_or_two_people_made_is_hidden(first: int, second: int, ruling: Ruling) -> None:
    assert rules.rule_volume(30, 100, first, second, 10) == ruling


def test_wilson_s_interval_is_the_published_one() -> None:
    """Newcombe 1998, table I, method 3: 81 of 263 gives 0.2553 to 0.3662; 0 of 20 gives 0 to 0.1611."""
    assert rules.wilson(81, 263) == pytest.approx((0.2553, 0.3662), abs=5e-5)
    assert rules.wilson(0, 20) == pytest.approx((0, 0.1611), abs=5e-5)


@given(people=st.integers(1, 10_000), them=st.integers(0, 10_000))
def test_wilson_s_interval_holds_the_share(people: int, them: int) -> None:
    them = min(them, people)
    low, high = rules.wilson(them, people)

    assert 0 <= low <= them / people + 1e-9
    assert them / people - 1e-9 <= high <= 1


def test_what_is_hidden_has_no_number_left() -> None:
    raw = frame({"numerator": 30, "n": 9, "first": 4, "second": 4})

    (cell,) = rules.protect(METRICS["contributions"], raw, 10).to_dict("records")

    numbers = [cell[name] for name in ("numerator", "denominator", "value", "low", "high")]
    assert all(math.isnan(number) for number in numbers)
    assert (cell["n"], cell["shown"], cell["reason"]) == (0, Shown.HIDDEN, Reason.K)


def test_a_share_comes_with_its_interval() -> None:
    (cell,) = rules.with_shares(frame({"numerator": 3_500, "denominator": 128_322})).to_dict("records")

    assert cell["value"] == pytest.approx(0.0273, abs=5e-5)
    assert cell["low"] < cell["value"] < cell["high"]


def test_a_volume_reveals_that_enough_people_wrote_but_not_their_number() -> None:
    raw = frame({"numerator": 300, "n": 43, "first": 9, "second": 8})

    (cell,) = rules.protect(METRICS["contributions"], raw, 10).to_dict("records")

    assert (cell["value"], cell["n"]) == (300, 10)


def test_a_kind_of_few_people_goes_into_the_rest_with_the_next_smallest() -> None:
    cells = rolled(idea=(8, 4), document=(30, 12), question=(60, 25), reaction=(90, 40))

    assert cells == {"question": 60, "reaction": 90, "other": 38}


def test_when_every_kind_is_fit_there_is_no_rest() -> None:
    assert rolled(idea=(20, 14), question=(60, 25)) == {"idea": 20, "question": 60}


def test_where_no_kind_is_fit_there_is_nothing_but_the_total() -> None:
    assert rolled(idea=(20, 4), question=(60, 5)) == {}


@given(
    st.dictionaries(
        st.sampled_from(["idea", "question", "answer", "comment", "article"]),
        st.tuples(st.integers(1, 200), st.integers(1, 40)),
        min_size=1,
    )
)
def test_kinds_add_up_to_everything_and_each_is_of_enough_people(volumes: dict[str, tuple[int, int]]) -> None:
    cells = rolled(**volumes)

    if cells:
        assert abs(sum(cells.values()) - sum(done for done, _ in volumes.values())) <= 1
    for kind in cells.keys() - {"other"}:
        assert volumes[kind][1] >= 10
    if "other" in cells:
        assert max(people for kind, (_, people) in volumes.items() if kind not in cells) >= 10


def test_few_questions_give_no_percentage_and_few_communities_do() -> None:
    raw = frame({"numerator": 6, "denominator": 12, "n": 12})

    assert rulings(rules.protect(METRICS["answered_72h"], raw, 10))[""] == (Shown.HIDDEN, Reason.SMALL)
    assert rulings(rules.protect(METRICS["living_communities"], raw, 10))[""] == ("value", "")


def test_the_presence_of_animateurs_is_shown_however_few_they_are() -> None:
    """The total is the sum of the communities' rows, which their animateurs may read."""
    raw = frame(
        {"numerator": 3, "denominator": 4, "n": 4},
        {"segment_kind": "community", "segment": "1", "numerator": 1, "denominator": 1, "n": 1},
    )

    cells = rulings(rules.protect(METRICS["animateur_presence"], raw, 10))

    assert cells == {"": ("value", ""), "1": ("value", "")}
