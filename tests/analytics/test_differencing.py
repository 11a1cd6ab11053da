"""Attacks on the published segments: no sum or difference of cells reveals a few people."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings, strategies as st

from analytics.cell import SEGMENTS
from analytics.privacy.rules import FEW, rule_people
from analytics.privacy.subtraction import PublishedSegments, protect_segments, withheld

END = date(2026, 3, 8)
Atom = tuple[str | None, str | None, str | None, int, int]  # department, site, country, people, activated people


def raw(atoms: list[Atom], end: date = END, grain: str = "week") -> pd.DataFrame:
    rows = [
        {
            "grain": grain,
            "start": end - timedelta(days=6),
            "end": end,
            **dict(zip(SEGMENTS, (*names, None), strict=True)),
            "numerator": them,
            "denominator": people,
        }
        for *names, people, them in atoms
    ]
    return pd.DataFrame(rows)


def departments(**sizes: tuple[int, int]) -> list[Atom]:
    return [(name, None, None, people, them) for name, (people, them) in sizes.items()]


def visible_cells(cut: pd.DataFrame, kind: str = "department") -> dict[str, tuple[str, str]]:
    cells = cut.loc[cut["segment_kind"] == kind]
    return {row["segment"]: (row["shown"], row["reason"]) for row in cells.to_dict("records")}


def test_departments_of_3_9_10_and_11_are_neither_shown_nor_found_by_subtraction() -> None:
    cut = protect_segments(raw(departments(a=(3, 1), b=(9, 4), c=(10, 5), d=(11, 6), e=(60, 30), f=(80, 40))), 10)

    cells = visible_cells(cut)
    assert [cells[name] for name in "abcd"] == [("hidden", "k")] * 2 + [("hidden", "small")] * 2
    assert cells["e"] == cells["f"] == ("value", "")  # the rest is 33 people, 16 of them: fit to show


def test_one_small_department_takes_the_smallest_shown_one_along() -> None:
    cut = protect_segments(raw(departments(a=(3, 1), b=(40, 20), c=(60, 30), d=(80, 40))), 10)

    assert visible_cells(cut) == {
        "a": ("hidden", "k"),
        "b": ("hidden", "complement"),
        "c": ("value", ""),
        "d": ("value", ""),
    }


def test_people_without_a_department_are_protected_like_a_department() -> None:
    cut = protect_segments(raw([*departments(b=(40, 20), c=(60, 30)), (None, None, None, 4, 2)]), 10)

    assert visible_cells(cut) == {"b": ("hidden", "complement"), "c": ("value", "")}


def test_enough_people_without_a_department_cost_nothing() -> None:
    cut = protect_segments(raw([*departments(b=(40, 20), c=(60, 30)), (None, None, None, 40, 20)]), 10)

    assert set(visible_cells(cut).values()) == {("value", "")}


def test_departments_that_none_joined_are_bands_and_are_not_found_by_subtraction() -> None:
    cut = protect_segments(raw(departments(a=(40, 0), b=(45, 0), c=(50, 20), d=(60, 30), e=(70, 30))), 10)

    cells = visible_cells(cut)
    assert cells["a"] == cells["b"] == ("band", "complement")
    assert cells["c"] == ("hidden", "complement")  # or else the two bands' sum, 0, would say how many in each
    assert cells["d"] == cells["e"] == ("value", "")


def test_bands_at_both_ends_hide_each_other() -> None:
    """None of a and all of b: the sum of both, 40 of 80, also fits 1 and 39, and so on."""
    cut = protect_segments(raw(departments(a=(40, 0), b=(40, 40), c=(50, 20), d=(60, 30))), 10)

    cells = visible_cells(cut)
    assert cells["a"] == cells["b"] == ("band", "complement")
    assert cells["c"] == cells["d"] == ("value", "")


def test_a_band_shows_its_edges_and_its_people_only() -> None:
    cut = protect_segments(raw(departments(a=(40, 1), b=(50, 20), c=(60, 30), d=(70, 30))), 10)

    (cell,) = cut.loc[cut["segment"] == "a"].to_dict("records")
    assert np.isnan([cell["numerator"], cell["value"]]).all()
    assert (cell["low"], cell["high"], cell["denominator"]) == (0, pytest.approx(0.1), 40)


def test_nested_segments_that_differ_by_one_person_are_not_both_shown() -> None:
    """Site N is department a and one more person, whom N minus a would reveal."""
    atoms: list[Atom] = [
        ("a", "N", None, 50, 20),
        ("b", "N", None, 1, 1),
        ("b", "S", None, 60, 30),
        ("c", "S", None, 70, 30),
    ]

    cut = protect_segments(raw(atoms), 10)

    assert not {("department", "a"), ("site", "N")} <= visible(cut)


def test_two_sites_less_a_department_that_fills_them_but_for_three_people() -> None:
    atoms: list[Atom] = [
        *[("a", "N", None, 50, 20), ("a", "S", None, 50, 20), ("b", "S", None, 3, 1), ("b", "E", None, 60, 30)],
        *[("c", "E", None, 70, 30), ("c", "W", None, 70, 30), ("d", "W", None, 70, 30)],
    ]
    cut = protect_segments(raw(atoms), 10)

    assert not {("department", "a"), ("site", "N"), ("site", "S")} <= visible(cut)


BEFORE = END - timedelta(weeks=4)


def rosters(before: dict[str, range], after: dict[str, range]) -> Callable[[date], pd.DataFrame]:
    """Return the rosters of four weeks ago and of now, from the numbers of the people in each department."""

    def at(end: date) -> pd.DataFrame:
        crowds = before if end == BEFORE else after
        rows = [{"person": f"p{who}", "department": name} for name, crowd in crowds.items() for who in crowd]
        return pd.DataFrame(rows, columns=["person", *SEGMENTS])

    return at


def test_a_department_whose_number_falls_by_the_number_of_leavers_is_hidden() -> None:
    """Twelve of a leave and the number falls by twelve, so all twelve had activated."""
    first = protect_segments(raw(departments(a=(60, 30), b=(60, 30), c=(60, 30)), BEFORE), 10)
    crowds = {"a": range(60), "b": range(100, 160), "c": range(200, 260)}
    earlier = PublishedSegments(first, rosters(crowds, {**crowds, "a": range(12, 60)}))

    cut = protect_segments(raw(departments(a=(48, 18), b=(60, 31), c=(60, 30))), 10, earlier)

    assert visible_cells(cut)["a"] == ("hidden", "complement")


def test_a_department_whose_leavers_may_have_done_either_is_shown() -> None:
    first = protect_segments(raw(departments(a=(60, 30), b=(60, 30), c=(60, 30)), BEFORE), 10)
    crowds = {"a": range(60), "b": range(100, 160), "c": range(200, 260)}
    earlier = PublishedSegments(first, rosters(crowds, {**crowds, "a": range(12, 60)}))

    cut = protect_segments(raw(departments(a=(48, 24), b=(60, 30), c=(60, 30))), 10, earlier)

    assert set(visible_cells(cut).values()) == {("value", "")}


def test_the_denominator_of_one_metric_does_not_reveal_another_metrics_hidden_number() -> None:
    employees = raw(departments(a=(60, 2), b=(60, 30), c=(80, 40), d=(70, 35)))
    activated = raw(departments(a=(2, 1), b=(30, 12), c=(40, 20), d=(35, 15)))

    outer = protect_segments(employees, 10)
    inner = protect_segments(activated, 10, within=withheld(outer))

    hidden = {name for name, (seen, _) in visible_cells(outer).items() if seen != "value"}
    assert hidden == {"a", "b"}
    assert all(visible_cells(inner)[name][0] == "hidden" for name in hidden)


def test_no_segments_give_no_cells() -> None:
    empty = raw(departments(a=(1, 1))).iloc[:0]

    assert len(protect_segments(empty, 10)) == 0


# -- an attacker who adds and subtracts all published cells


def visible(cut: pd.DataFrame) -> set[tuple[str, str]]:
    rows = cut.to_dict("records")
    return {(row["segment_kind"], row["segment"]) for row in rows if row["shown"] == "value"}


def cell_vectors(atoms: list[Atom]) -> dict[tuple[str, str], np.ndarray[tuple[int], np.dtype[np.int64]]]:
    keys = {(kind, str(atom[place] or "")) for place, kind in enumerate(SEGMENTS[:3]) for atom in atoms}
    return {
        (kind, name): np.array([(atom[SEGMENTS.index(kind)] or "") == name for atom in atoms], dtype=np.int64)
        for kind, name in sorted(keys)
    }


def findings(atoms: list[Atom], seen: set[tuple[str, str]]) -> list[tuple[int, int]]:
    """Return every group (people, activated people) that sums and differences of published figures reveal."""
    vectors = cell_vectors(atoms)
    rows = np.array([np.ones(len(atoms), dtype=np.int64), *(vectors[key] for key in sorted(seen))])
    signs = np.array(list(itertools.product((-1, 0, 1), repeat=len(rows))))
    sums = np.unique(signs @ rows, axis=0)
    groups = sums[((sums == 0) | (sums == 1)).all(axis=1) & sums.any(axis=1)]
    people, them = (np.array([atom[at] for atom in atoms]) for at in (3, 4))
    return [(int(group @ people), int(group @ them)) for group in groups]


counted = st.integers(0, 45).flatmap(lambda people: st.tuples(st.just(people), st.integers(0, people)))
sized = st.sampled_from([1, 3, 9, 10, 11, 20, 30, 45]).flatmap(
    lambda people: st.tuples(st.just(people), st.sampled_from([0, people, people // 2, people // 3]))
)


@st.composite
def companies(draw: st.DrawFn) -> list[Atom]:
    """Draw a few departments over a few sites: some tiny, full, empty or nearly nested."""
    combinations = [(d, s) for d in (*"abc", None) for s in "NS"]
    chosen = draw(st.lists(st.sampled_from(combinations), min_size=1, max_size=8, unique=True))
    return [(d, s, None, *draw(st.one_of(sized, counted))) for d, s in chosen]


def reveals_too_much(people: int, activated: int, k: int = 10) -> bool:
    return 0 < people < k or (people >= k and min(activated, people - activated) < min(FEW, people))


@given(companies())
def test_no_sum_or_difference_of_published_cells_is_about_a_few_people(atoms: list[Atom]) -> None:
    atoms = [atom for atom in atoms if atom[3]]
    if not atoms:
        return
    cut = protect_segments(raw(atoms), 10)
    total = (sum(atom[3] for atom in atoms), sum(atom[4] for atom in atoms))

    groups = [group for group in findings(atoms, visible(cut)) if group != total]

    assert [group for group in groups if reveals_too_much(*group)] == []


@settings(max_examples=25)
@given(companies())
def test_no_published_cell_is_about_fewer_than_k_or_nearly_all_alike(atoms: list[Atom]) -> None:
    cut = protect_segments(raw(atoms), 10)

    for row in cut.to_dict("records"):
        if row["shown"] == "value":
            assert rule_people(row["numerator"], row["denominator"], 10).shown == "value"
            assert row["n"] >= 20
        elif row["shown"] == "hidden":
            assert np.isnan([row["numerator"], row["denominator"], row["value"], row["low"], row["high"]]).all()
            assert row["n"] == 0


@settings(max_examples=25)
@given(companies(), st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_nothing(atoms: list[Atom], rng: object) -> None:
    shuffled = list(atoms)
    rng.shuffle(shuffled)  # type: ignore[attr-defined]

    pd.testing.assert_frame_equal(protect_segments(raw(atoms), 10), protect_segments(raw(shuffled), 10))
