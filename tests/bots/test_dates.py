from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, strategies as st

from bots.speech.dates import day_of, moment_of

TODAY = date(2026, 2, 12)  # a Thursday


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("aujourd’hui", date(2026, 2, 12)),
        ("today", date(2026, 2, 12)),
        ("hier", date(2026, 2, 11)),
        ("avant-hier", date(2026, 2, 10)),
        ("Lundi", date(2026, 2, 9)),
        ("monday", date(2026, 2, 9)),
        ("jeudi", date(2026, 2, 12)),
        ("vendredi", date(2026, 2, 6)),
        ("5 jours", date(2026, 2, 7)),
        ("les 5 jours", date(2026, 2, 7)),
        ("il y a 5 jours", date(2026, 2, 7)),
        ("5 days ago", date(2026, 2, 7)),
        ("une semaine", date(2026, 2, 5)),
        ("2 mois", date(2025, 12, 14)),
        ("2026-02-03", date(2026, 2, 3)),
        ("3/2", date(2026, 2, 3)),
        ("03/02/2025", date(2025, 2, 3)),
        ("3 février", date(2026, 2, 3)),
        ("1er février", date(2026, 2, 1)),
        ("3 February 2025", date(2025, 2, 3)),
        ("15 mars", date(2025, 3, 15)),
        ("janvier", date(2026, 1, 1)),
        ("le 1er février", date(2026, 2, 1)),
        ("the 3rd of February", date(2026, 2, 3)),
        ("lundi dernier", date(2026, 2, 9)),
        ("last Friday", date(2026, 2, 6)),
        ("la semaine dernière", date(2026, 2, 5)),
        ("last month", date(2026, 1, 13)),
        ("le mois dernier", date(2026, 1, 13)),
        ("mardi 3 février", date(2026, 2, 3)),
        ("janvier dernier", date(2026, 1, 1)),
        ("l’année dernière", date(2025, 2, 12)),
        ("le grand jour", None),
        ("le " * 20_000, None),
        ("30/02/2026", None),
        ("demain matin", None),
        ("9999 ans", date(1, 1, 1)),
        ("", None),
    ],
)
def test_days_are_read_as_people_type_them(text: str, day: date | None) -> None:
    assert day_of(text, TODAY) == day


def test_a_day_begins_in_the_time_zone_of_the_company() -> None:
    now = datetime(2026, 2, 11, 23, 30, tzinfo=UTC)  # already the 12th in Paris

    assert moment_of("aujourd’hui", now, ZoneInfo("Europe/Paris")) == datetime(2026, 2, 11, 23, 0, tzinfo=UTC)
    assert moment_of("sans date", now, ZoneInfo("Europe/Paris")) is None


@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=30))
def test_no_text_makes_a_date_fail(text: str) -> None:
    day = day_of(text, TODAY)

    assert day is None or isinstance(day, date)


@given(st.integers(0, 9999), st.sampled_from(["jours", "weeks", "mois", "ans", "years"]))
def test_no_span_makes_a_moment_fail(count: int, unit: str) -> None:
    moment = moment_of(f"{count} {unit}", datetime(2026, 2, 12, tzinfo=UTC), ZoneInfo("Europe/Paris"))

    assert moment is not None
    assert moment <= datetime(2026, 2, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("le 10", date(2026, 2, 10)),
        ("le 31", date(2026, 1, 31)),
        ("31", None),
        ("ce matin", date(2026, 2, 12)),
        ("hier soir, merci", date(2026, 2, 11)),
        ("3j", date(2026, 2, 9)),
        ("36h", date(2026, 2, 10)),
        ("2 sem", date(2026, 1, 29)),
        ("une quinzaine de jours", date(2026, 1, 28)),
        ("dix jours", date(2026, 2, 2)),
        ("les 4 derniers jours", date(2026, 2, 8)),
        ("the last three weeks", date(2026, 1, 22)),
        ("cette semaine", date(2026, 2, 9)),
        ("le début du mois", date(2026, 2, 1)),
        ("beginning of January", date(2026, 1, 1)),
        ("mi-janvier", date(2026, 1, 15)),
        ("Jan 7th", date(2026, 1, 7)),
        ("February 3, 2026", date(2026, 2, 3)),
        ("3/2/26", date(2026, 2, 3)),
        ("03-02-2026", date(2026, 2, 3)),
        ("2026/02/03", date(2026, 2, 3)),
        ("mardi 10 ?", date(2026, 2, 10)),
        ("le week-end", date(2026, 2, 7)),
        ("29 février", date(2024, 2, 29)),
        ("2025", date(2025, 1, 1)),
        # What is still to come, or never, is no day since which anything moved.
        ("demain", None),
        ("mardi prochain", None),
        ("next Tuesday", None),
        ("jeudi en huit", None),
        ("dans 2 semaines", None),
        ("3/2/27", None),
        ("feb 30", None),
    ],
)
def test_days_are_read_in_the_forms_of_every_day(text: str, day: date | None) -> None:
    assert day_of(text, TODAY) == day
