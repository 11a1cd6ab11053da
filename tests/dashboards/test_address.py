"""Addresses name a page, a language and a period; no address raises an exception."""

from __future__ import annotations

from datetime import date
from urllib.parse import urlsplit

import pytest
from hypothesis import given, strategies as st

from dashboards.figures.address import PREFIX, Address, read_address
from dashboards.figures.presets import DEFAULT, PRESETS, Preset
from reseau.i18n import LANGUAGES, Words

PERIODS = st.sampled_from(PRESETS)


@pytest.mark.parametrize(
    ("query", "grain"),
    [
        ("?periode=semaine", "week"),
        ("?periode=4-semaines", "4w"),
        ("?p%C3%A9riode=12-semaines", "12w"),
        ("periode=lancement", "launch"),
        ("?period=week", "week"),
        ("?period=4-weeks", "4w"),
        ("?PERIOD=12-Weeks", "12w"),
        ("?period=launch", "launch"),
        ("", "4w"),
    ],
)
def test_periods_have_french_and_english_names(query: str, grain: str) -> None:
    assert read_address(PREFIX, query).period.grain == grain


@pytest.mark.parametrize("name", ["langue", "language", "lang"])
def test_the_language_of_the_address_wins_over_the_browser(name: str) -> None:
    assert read_address(PREFIX, f"?{name}=en", "fr").language == "en"
    assert read_address(PREFIX, "", "en").language == "en"


def test_a_period_that_does_not_exist_is_named_in_a_sentence_and_the_usual_one_shown() -> None:
    address = read_address(PREFIX, "?periode=banane&langue=fr")

    assert address.period is DEFAULT
    assert [complaint.code for complaint in address.complaints] == ["E_PERIOD"]
    sentence = address.complaints[0].sentence(Words("fr"))
    assert "banane" in sentence
    assert "semaine, 4-semaines, 12-semaines, lancement" in sentence


def test_a_language_that_does_not_exist_is_named_in_a_sentence() -> None:
    address = read_address(PREFIX, "?langue=tlh", "en")

    assert (address.language, [complaint.code for complaint in address.complaints]) == ("en", ["E_LANGUAGE"])
    assert "tlh" in address.complaints[0].sentence(Words("en"))


def test_an_address_holds_each_parameter_once() -> None:
    assert read_address(PREFIX, "?periode=semaine&periode=lancement").period.grain == "week"


@pytest.mark.parametrize("query", ["?jusqu-au=2026-11-22", "?until=2026-11-22&langue=fr"])
def test_an_address_may_hold_the_last_day_of_its_figures(query: str) -> None:
    address = read_address(PREFIX, query, "fr")

    assert address.until == date(2026, 11, 22)
    assert "jusqu-au=2026-11-22" in address.link(period=PRESETS[0])
    assert "until=2026-11-22" in address.link(language="en")
    assert "jusqu-au" not in read_address(PREFIX, "").link()


@pytest.mark.parametrize("value", ["hier", "2026-02-30", "22/11/2026"])
def test_a_day_that_is_none_is_named_in_a_sentence_and_the_newest_figures_shown(value: str) -> None:
    address = read_address(PREFIX, f"?until={value}", "en")

    assert (address.until, [complaint.code for complaint in address.complaints]) == (None, ["E_UNTIL"])
    assert value in address.complaints[0].sentence(Words("en"))


@given(st.text(), st.text(), st.sampled_from(LANGUAGES))
def test_whatever_is_typed_there_is_an_address(path: str, query: str, language: str) -> None:
    address = read_address(path, query, language)

    assert address.language in LANGUAGES
    assert address.period in PRESETS
    assert all(complaint.sentence(Words(address.language)) for complaint in address.complaints)


@given(st.sampled_from(LANGUAGES), PERIODS, st.from_regex(r"([a-z]+(/[a-z]+)?)?", fullmatch=True))
def test_a_link_leads_to_its_address(language: str, period: Preset, page: str) -> None:
    link = urlsplit(Address().link(page=page, language=language, period=period))

    assert read_address(link.path, link.query, "fr") == Address(page, language, period)
