from __future__ import annotations

import io
import json
import re

import pytest
from hypothesis import given, strategies as st

from bots.card import Button, Card, Field, Fields, Item, Items, Markdown, Quote, Text
from bots.platforms.console import Console, Look, pressed, render
from tests.bots.company import spaced

CARD = Card(
    "Votre fil",
    (
        Text(Markdown("Bonjour **Léa**, tapez `aide` ou lisez [la charte](https://example.org/charte).")),
        Fields((Field("Lecteurs", "12 personnes"),)),
        Items((Item("Le prix du cuivre", "Q12", "Ana · Veille", "voir Q12"),), "À lire"),
        Quote("ligne une\n\nligne deux", "Léa"),
    ),
    (Button("Voir Q12", "voir Q12"), Button("Communautés", "communautés")),
    "Tapez un numéro.",
)


def test_a_card_is_drawn_as_plain_text() -> None:
    assert spaced(render(CARD, Look(60))).split("\n") == [
        "Votre fil",
        "Bonjour Léa, tapez aide ou lisez la charte",
        "(https://example.org/charte).",
        "Lecteurs : 12 personnes",
        "À lire :",
        "  Q12 Le prix du cuivre",
        "    Ana · Veille",
        "Léa :",
        "│ ligne une",
        "│ ",
        "│ ligne deux",
        "[1] Voir Q12",
        "[2] Communautés",
        "Tapez un numéro.",
    ]


def test_english_has_no_space_before_a_colon() -> None:
    assert "Audience: 12" in render(Card("x", (Fields((Field("Audience", "12"),)),)), Look(60, False, "en"))


def test_colour_is_for_terminals_only() -> None:
    coloured, plain = render(CARD, Look(60, True)), render(CARD, Look(60))

    assert "\x1b[1mVotre fil\x1b[0m" in coloured
    assert "\x1b" not in plain
    unpainted = re.sub(r"\x1b\[\d+m", "", coloured)
    assert unpainted.split("\n")[0] == "Votre fil"
    assert "Q12 Le prix du cuivre" in unpainted


@pytest.mark.parametrize("nasty", ["\x1b[2J\x1b[31mrouge", "\x07\x08", "a\rb", "\u202egnirts", "\x9b31m"])
def test_nothing_written_by_people_commands_the_terminal(nasty: str) -> None:
    card = Card(
        nasty,
        (
            Text(nasty),
            Fields((Field(nasty, nasty),)),
            Items((Item(nasty, nasty, nasty),), nasty),
            Quote(nasty, nasty),
        ),
        (Button(nasty, nasty),),
        nasty,
    )

    assert re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]", render(card, Look(60))) is None


@given(st.text(), st.integers(1, 120), st.booleans())
def test_any_text_can_be_drawn(text: str, width: int, colour: bool) -> None:
    card = Card(text, (Text(text), Quote(text, text), Items((Item(text, text, text),), text)), (Button(text, text),))

    assert isinstance(render(card, Look(width, colour)), str)


@given(st.lists(st.text("abcdefg", min_size=1, max_size=12), min_size=1))
def test_no_line_is_wider_than_the_terminal(words: list[str]) -> None:
    text = " ".join(words)
    card = Card(text, (Text(text), Quote(text), Fields((Field("Nom", text),)), Items((Item(text, "Q1", text),))))

    assert max(map(len, render(card, Look(40)).split("\n"))) <= 40


@pytest.mark.parametrize(
    ("line", "typed"), [("1", "voir Q12"), (" 2 ", "communautés"), ("3", "3"), ("0", "0"), ("²", "²"), ("fil", "fil")]
)
def test_a_number_presses_a_button(line: str, typed: str) -> None:
    assert pressed(line, CARD.buttons) == typed


def test_cards_are_parted_by_a_line() -> None:
    out = io.StringIO()
    console = Console(out, Look(60))

    assert [console.show(Card("Un")), console.show(Card("Deux"))] == ["1", "2"]
    assert out.getvalue() == "Un\n\nDeux\n"


def test_a_card_of_a_console_is_also_json() -> None:
    from bots.card import as_json

    assert json.loads(json.dumps(as_json(CARD), ensure_ascii=False))["buttons"][0]["line"] == "voir Q12"


def test_what_pressing_does_other_than_showing_stands_as_the_line_to_type() -> None:
    settings = Items((Item("Réactions", reason="oui", line="réglages réactions non", label="Couper"),))
    contents = Items((Item("Bancs", code="Q12", line="voir Q12"),))

    assert "oui · Couper : réglages réactions non" in spaced(render(Card("x", (settings,)), Look(60)))
    assert "voir Q12" not in render(Card("x", (contents,)), Look(60))


def test_where_no_number_can_be_typed_the_line_behind_a_button_is_shown() -> None:
    drawn = spaced(render(CARD, Look(60, numbered=False)))

    assert "\nvoir Q12\n" in drawn
    assert "[1]" not in drawn
    assert "Suite : fil" in spaced(render(Card("x", (), (Button("Suite", "fil"),)), Look(60, numbered=False)))
