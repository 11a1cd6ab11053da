"""Sentences in each language: elisions and contractions beside a name."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from reseau.i18n import Words, after


@pytest.mark.parametrize(
    ("name", "of"),
    [
        ("Élodie Martin", "d’Élodie Martin"),
        ("Karim Benali", "de Karim Benali"),
        ("Hélène", "d’Hélène"),
        ("Yves", "d’Yves"),
        ("Yann", "de Yann"),
        ("Œdipe", "d’Œdipe"),
        ("ÉRIC", "d’ÉRIC"),
        ("« Entraide »", "d’« Entraide »"),
        ("李小龙", "de 李小龙"),
        ("", "de "),
    ],
)
def test_french_elides_before_a_vowel_and_a_mute_h(name: str, of: str) -> None:
    assert after("de", name) == of
    assert after("que", name) == of.replace("d’", "qu’", 1) if of.startswith("d’") else f"que {name}"


def test_a_sentence_elides_before_the_name_that_it_is_given() -> None:
    message = "Noted: {name}’s answer to {code} helped."

    assert Words("fr")(message, name="Élodie", code="Q1").endswith("la réponse d’Élodie à Q1 est retenue.")
    assert Words("en")(message, name="Élodie", code="Q1") == "Noted: Élodie’s answer to Q1 helped."


def test_a_time_of_day_is_in_the_readers_time_zone() -> None:
    moment = datetime(2026, 2, 3, 13, 5, tzinfo=UTC)

    assert Words("fr", ZoneInfo("Europe/Paris")).time(moment) == "14:05"
    assert Words("fr", ZoneInfo("UTC")).time(moment) == "13:05"
