"""Filling templates: one word for each slot, and natural French."""

from __future__ import annotations

from random import Random

import pytest

from migration.demo.wording import Slots, joined


@pytest.mark.parametrize(
    ("before", "word", "polite"),
    [
        ("de", "le clapet", "du clapet"),
        ("de", "les joints", "des joints"),
        ("de", "la roue", "de la roue"),
        ("de", "l’accouplement", "de l’accouplement"),
        ("à", "le magasin", "au magasin"),
        ("À", "les achats", "Aux achats"),
        ("de", "une laiterie", "d’une laiterie"),
        ("que", "un camping", "qu’un camping"),
        ("de", "Angers", "d’Angers"),
        ("de", "Lille", "de Lille"),
        ("", "le clapet", "le clapet"),
    ],
)
def test_little_words_melt_into_the_article_that_follows(before: str, word: str, polite: str) -> None:
    assert joined(before, word) == polite


def test_only_what_fills_a_slot_is_joined_and_sentences_begin_with_a_capital() -> None:
    slots = Slots(Random(1), {"piece": ["le clapet"]})

    assert slots("{piece} : acceptez-vous de le montrer ? **Dit.** {piece}\n{piece} vient de {piece}.") == (
        "Le clapet : acceptez-vous de le montrer ? **Dit.** Le clapet\nLe clapet vient du clapet."
    )


def test_a_slot_keeps_its_word_and_a_numbered_one_is_another() -> None:
    for seed in range(30):
        slots = Slots(Random(seed), {"site": ["Angers", "Lille"]})
        first, other = slots("{site} {site2}").split()
        assert {first, other} == {"Angers", "Lille"}
        assert slots("{site}") == first


def test_names_come_before_the_lists() -> None:
    assert Slots(Random(1), {"auteur": ["nobody"]})("Merci {auteur}.", auteur="Zoé") == "Merci Zoé."
