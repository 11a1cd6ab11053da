"""Figures in words: French and English, singular and plural, hidden and incomplete, and no zero for a missing value."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, strategies as st

from analytics.cell import Reason, Shown
from dashboards.drawing.wording import amount, dated, difference, movement, shown, span, why
from dashboards.figures.cells import Cell
from dashboards.figures.reading import read
from dashboards.sections.contributions import kinds_panel
from dashboards.sections.headline import lead, title
from reseau.i18n import Words
from tests.dashboards.company import Company
from tests.dashboards.conftest import Visiting
from tests.dashboards.spoken import spoken

FR, EN = Words("fr"), Words("en")
WEEK = Cell(date(2026, 11, 9), date(2026, 11, 15))
THIN = "\N{NARROW NO-BREAK SPACE}"


def activation(part: int, whole: int) -> Cell:
    return replace(WEEK, numerator=part, denominator=whole, value=part / whole, n=whole)


def test_the_title_is_a_sentence_in_both_languages() -> None:
    cell = activation(317, 412)

    assert title(cell, FR, 10) == f"317 personnes sur 412 ont activé leur profil, soit 77{THIN}% de l’effectif."
    assert title(cell, EN, 10) == "317 people out of 412 have activated their profile: 77% of the workforce."


def test_the_title_knows_one_from_many() -> None:
    assert title(activation(1, 40), FR, 10).startswith("1 personne sur 40 a activé")
    assert title(activation(1, 40), EN, 10).startswith("1 person out of 40 has activated")


def test_the_title_of_a_great_company_keeps_a_decimal_of_a_small_share() -> None:
    heading = title(activation(3500, 128_322), FR, 10)

    assert heading == f"3{THIN}500 personnes sur 128{THIN}322 ont activé leur profil, soit 2,7{THIN}% de l’effectif."


def test_the_title_of_a_hidden_figure_gives_no_number_of_people() -> None:
    hidden = replace(WEEK, shown=Shown.HIDDEN, reason=Reason.K)

    assert (
        title(hidden, FR, 10) == "Le réseau est encore petit\N{NO-BREAK SPACE}: les chiffres commencent à 10 personnes."
    )
    assert title(replace(hidden, reason=Reason.SMALL), EN, 10) == "The network is still too small for percentages."


def test_the_sentence_below_the_title_says_how_far_the_target_is(visit: Visiting, lumen: Company) -> None:
    leads = {}
    for target in (0.45, 0.78, 0.9):
        lumen.targets["activation_rate"] = target
        here = visit("?langue=en")
        leads[target] = lead(read(here, "activation_rate"), read(here, "engagement_rate"), here.t, here.k)

    assert "The activation target of 45% is reached." in leads[0.45]
    assert "1 point to go to the activation target of 78%." in leads[0.78]
    assert "13 points to go to the activation target of 90%." in leads[0.9]
    assert "45% of them took part over this period." in leads[0.9]


def test_a_network_that_fell_silent_says_so_below_its_title(visit: Visiting, lumen: Company) -> None:
    lumen.blur("engagement_rate", "k", 0, 0.02, end=date(2026, 11, 8), grain="4w")
    here = visit("?langue=en")
    sentence = lead(read(here, "activation_rate"), read(here, "engagement_rate"), here.t, here.k)

    assert "Fewer than 10 of them took part from 12 October to 8 November 2026." in sentence


def test_kinds_of_an_earlier_period_say_why_they_are_not_of_this_one(visit: Visiting, lumen: Company) -> None:
    note = "Too few people have contributed since to show kinds."
    before = spoken(kinds_panel(visit("?langue=en")))
    lumen.rows["contributions"] = [
        row for row in lumen.rows["contributions"] if row["segment_kind"] != "kind" or row["end"] < date(2026, 11, 8)
    ]

    assert (note in before, note in spoken(kinds_panel(visit("?langue=en")))) == (False, True)


@pytest.mark.parametrize(
    ("reason", "french", "english"),
    [
        ("k", "moins de 10", "fewer than 10"),
        ("complement", "masqué", "hidden"),
        ("dominance", "masqué", "hidden"),
        ("small", "trop peu de cas", "too few cases"),
        ("something new", "moins de 10", "fewer than 10"),
    ],
)
def test_a_hidden_figure_says_so_and_why(reason: str, french: str, english: str) -> None:
    cell = replace(WEEK, shown=Shown.HIDDEN, reason=Reason(reason))

    assert (shown(cell, "share", FR, 10), shown(cell, "count", EN, 10)) == (french, english)
    assert why(cell, FR, 10).endswith(".")


def test_a_band_is_named_by_its_edges() -> None:
    def said(low: float, high: float) -> str:
        return shown(replace(WEEK, shown=Shown.BAND, reason=Reason.HOMOGENEOUS, low=low, high=high), "share", EN, 10)

    assert said(0, 0.05) == "under 5%"
    assert said(0.95, 1) == "over 95%"
    assert said(0.2, 0.4) == "20% to 40%"
    assert shown(replace(WEEK, shown=Shown.BAND), "share", EN, 10) == "a range"


def test_a_figure_that_is_not_there_is_neither_zero_nor_blank() -> None:
    assert shown(None, "count", FR, 10) == "pas encore mesuré"
    assert why(None, FR, 10)


def test_a_difference_is_in_points_with_a_sign() -> None:
    before, now = replace(WEEK, value=0.75, n=400), replace(WEEK, value=0.782, n=400)

    assert difference(now, before, "share", FR) == "+3 points"
    assert difference(before, now, "share", EN) == "−3 points"
    assert difference(replace(now, value=0.76), before, "share", EN) == "+1 point"
    assert difference(replace(now, value=0.752), before, "share", EN) == "stable"
    assert difference(replace(now, value=1204), replace(before, value=1192), "count", FR) == "+12"


@given(st.floats(0, 1), st.floats(0, 1), st.sampled_from([40, 5000]))
def test_a_movement_is_the_difference_of_the_shown_values(now: float, before: float, n: int) -> None:
    one, other = replace(WEEK, value=now, n=n), replace(WEEK, value=before, n=n)

    assert movement(one, other, "share") == -movement(other, one, "share")
    if amount(now, "share", EN, n) == amount(before, "share", EN, n):
        assert movement(one, other, "share") == 0


@pytest.mark.parametrize(
    ("start", "end", "french", "english"),
    [
        (date(2026, 11, 9), date(2026, 11, 15), "du 9 au 15 novembre 2026", "from 9 to 15 November 2026"),
        (
            date(2026, 10, 1),
            date(2026, 11, 1),
            "du 1er octobre au 1er novembre 2026",
            "from 1 October to 1 November 2026",
        ),
        (
            date(2025, 12, 29),
            date(2026, 1, 4),
            "du 29 décembre 2025 au 4 janvier 2026",
            "from 29 December 2025 to 4 January 2026",
        ),
        (date(2026, 2, 2), date(2026, 2, 2), "le 2 février 2026", "on 2 February 2026"),
    ],
)
def test_a_period_is_said_without_repeating_itself(start: date, end: date, french: str, english: str) -> None:
    assert (span(start, end, FR), span(start, end, EN)) == (french, english)


def test_the_first_of_a_month_has_its_french_ordinal_and_the_eleventh_has_not() -> None:
    assert [dated(date(2026, 5, day), FR) for day in (1, 11, 21)] == ["1er mai 2026", "11 mai 2026", "21 mai 2026"]
