from __future__ import annotations

import json

from bots.card import Button, Card, Field, Fields, Item, Items, Markdown, Quote, Style, Text, Visibility, as_json, words

FULL = Card(
    "Votre question Q1 est posée.",
    (
        Text(Markdown("**Bonjour**")),
        Fields((Field("Lecteurs", "12"),)),
        Items((Item("Prix", "Q2", "vous suivez Ana", "voir Q2", "https://example.org/q2"),), "À lire"),
        Quote("Qui sait ?", "Léa"),
    ),
    (Button("Annuler", "annuler Q1", Style.DANGER),),
    "10 minutes",
    Visibility.PUBLIC,
    "",
    "Q1",
    True,
)


def test_the_json_form_is_the_documented_one() -> None:
    assert json.loads(json.dumps(as_json(FULL))) == {
        "title": "Votre question Q1 est posée.",
        "blocks": [
            {"type": "text", "markdown": "**Bonjour**"},
            {"type": "fields", "fields": [{"label": "Lecteurs", "value": "12"}]},
            {
                "type": "list",
                "heading": "À lire",
                "items": [
                    {
                        "text": "Prix",
                        "code": "Q2",
                        "reason": "vous suivez Ana",
                        "line": "voir Q2",
                        "link": "https://example.org/q2",
                        "whole": False,
                        "label": "",
                    }
                ],
            },
            {"type": "quote", "text": "Qui sait ?", "author": "Léa"},
        ],
        "buttons": [{"label": "Annuler", "line": "annuler Q1", "style": "danger"}],
        "footer": "10 minutes",
        "visibility": "public",
        "error": "",
        "code": "Q1",
        "done": True,
    }


def test_every_card_has_the_same_keys() -> None:
    assert as_json(Card("Bonjour")).keys() == as_json(FULL).keys()


def test_a_card_is_private_unless_it_says_otherwise() -> None:
    assert Card("Bonjour").visibility is Visibility.PRIVATE


def test_the_words_of_a_card_are_all_that_is_read() -> None:
    read = words(FULL)

    for expected in (
        "Q1",
        "Bonjour",
        "Lecteurs 12",
        "À lire",
        "vous suivez Ana",
        "Léa Qui sait ?",
        "Annuler",
        "10 minutes",
    ):
        assert expected in read
    assert "annuler Q1" not in read
