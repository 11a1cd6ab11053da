"""CSV exports hold no formula that a spreadsheet would run."""

from __future__ import annotations

import csv
import io
import unicodedata

import pandas as pd
import pytest
from hypothesis import given, strategies as st

from analytics.spreadsheet import as_csv, harmless

SIGNS = set("=+-@")


def begins_a_formula(cell: str) -> bool:
    """Whether a spreadsheet may take a cell for a formula: by its first sign, a leading tab or a line end."""
    visible = [c for c in cell if not c.isspace() and unicodedata.category(c) not in ("Cc", "Cf")]
    first = unicodedata.normalize("NFKC", visible[0])[0] if visible else ""
    return first in SIGNS or first == "\N{MINUS SIGN}" or cell[:1] in ("\t", "\r", "\n")


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        "+33 1 23",
        "-2+3",
        "@SUM(A1)",
        "\t=1+1",
        "\r=1",
        "\n=1",
        "  =1+1",
        "\u00a0=1",
        "\u200b=1",
        "\u202e=1",
        "\ufeff=1",
        "\uff1d1+1",
        "\uff0b1",
        "\uff0d1",
        "\uff201",
        "\x00=1",
        "\tVente",
    ],
)
def test_a_text_that_could_begin_a_formula_stays_a_text(text: str) -> None:
    assert begins_a_formula(text)
    assert not begins_a_formula(harmless(text))
    assert harmless(text).endswith(text.lstrip("\t\r\n\x00 "))


@pytest.mark.parametrize("text", ["Achats", "R&D", "Études = recherche", "Nord-Est", "a@b.example", "", "'quoted'"])
def test_an_ordinary_text_stays_as_it_is(text: str) -> None:
    assert harmless(text) == text


@pytest.mark.parametrize("language", ["fr", "en"])
@given(st.text(alphabet=st.sampled_from("=+-@;,|\t\r\n\"' \u00a0\u200b\uff1dA1é"), max_size=12))
def test_no_spreadsheet_of_any_language_finds_a_formula(language: str, text: str) -> None:
    cells = pd.DataFrame({"segment": [text], "value": [0.5]})
    written = as_csv(cells, language).removeprefix("\ufeff")

    for separator in (";", ",", "\t"):
        for row in csv.reader(io.StringIO(written), delimiter=separator):
            assert not [cell for cell in row if cell.strip() and begins_a_formula(cell)], (separator, written)


def test_numbers_are_numbers_in_both_languages() -> None:
    cells = pd.DataFrame({"segment": ["Achats"], "value": [-0.25]})

    assert as_csv(cells, "fr") == "\ufeffsegment;value\nAchats;-0,25\n"
    assert as_csv(cells, "en") == "segment,value\nAchats,-0.25\n"


def test_accents_are_marked_for_the_spreadsheet_in_english_too() -> None:
    assert as_csv(pd.DataFrame({"segment": ["Études"]}), "en").startswith("\ufeff")
