from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from bots.speech import grammar
from bots.speech.grammar import Option

NBSP, NARROW = "\N{NO-BREAK SPACE}", "\N{NARROW NO-BREAK SPACE}"
WRITING = frozenset({"in", "for", "tag", "language", "anonymous"})


@pytest.mark.parametrize(
    ("text", "inside", "after"),
    [
        ("« Appels d'offres » bonjour", "Appels d'offres", " bonjour"),
        (f"«{NBSP}Appels d’offres{NARROW}» bonjour", "Appels d’offres", " bonjour"),
        ("“Veille”: x", "Veille", ": x"),
        ("„Veille“ x", "", ""),
        ('"Veille" x', "Veille", " x"),
        ("'Appels d'offres' x", "Appels d'offres", " x"),
        ("‘Veille’ x", "Veille", " x"),
        ("‹ Veille › x", "Veille", " x"),
        ('"jamais fermé', "", ""),
        ('""', "", ""),
        ("sans", "", ""),
    ],
)
def test_quotes_of_all_kinds_hold_a_name(text: str, inside: str, after: str) -> None:
    assert grammar.quoted(text) == ((inside, after) if inside else None)


@pytest.mark.parametrize(
    ("text", "options", "rest"),
    [
        ("bonjour à tous", [], "bonjour à tous"),
        (": bonjour", [], "bonjour"),
        (f"{NBSP}: bonjour", [], "bonjour"),
        ("dans Veille : bonjour", [("in", "Veille")], "bonjour"),
        ("dans Veille: bonjour", [("in", "Veille")], "bonjour"),
        (f"dans Veille{NBSP}: bonjour", [("in", "Veille")], "bonjour"),
        ("in Veille: hello", [("in", "Veille")], "hello"),
        ("DANS Veille : bonjour", [("in", "Veille")], "bonjour"),
        ("dans Veille bonjour à tous", [("in", "Veille")], "bonjour à tous"),
        ("dans #veille bonjour : oui", [("in", "veille")], "bonjour : oui"),
        ("dans Appels d’offres : bonjour", [("in", "Appels d’offres")], "bonjour"),
        ('dans "Appels d\'offres" bonjour', [("in", "Appels d'offres")], "bonjour"),
        ("dans « Appels d’offres » : bonjour", [("in", "Appels d’offres")], "bonjour"),
        ("pour commerciaux Sud : qui a un contact ?", [("for", "commerciaux Sud")], "qui a un contact ?"),
        ("for sales South: who knows?", [("for", "sales South")], "who knows?"),
        ("dans Veille pour commerciaux Sud : x", [("in", "Veille"), ("for", "commerciaux Sud")], "x"),
        ("tag:prix bonjour", [("tag", "prix")], "bonjour"),
        ("tag : prix tag:cuivre dans Veille : x", [("tag", "prix"), ("tag", "cuivre"), ("in", "Veille")], "x"),
        ('tag:"prix net" x', [("tag", "prix net")], "x"),
        ("dans Veille tag:prix : x", [("in", "Veille"), ("tag", "prix")], "x"),
        ("anonyme : x", [("anonymous", "")], "x"),
        ("en anglais : hello", [("language", "en")], "hello"),
        ("lang:fr bonjour", [("language", "fr")], "bonjour"),
        ("lang fr bonjour", [("language", "fr")], "bonjour"),
        ("en 2024 tout va bien", [], "en 2024 tout va bien"),
        ("dans", [], "dans"),
        (": dans Veille : x", [], "dans Veille : x"),
        ("ligne une\n\n  ligne deux 🎉  dans Veille : x", [], "ligne une\n\n  ligne deux 🎉  dans Veille : x"),
        ("dans Veille :\nligne une\nligne deux", [("in", "Veille")], "ligne une\nligne deux"),
    ],
)
def test_options_stand_before_the_text(text: str, options: list[tuple[str, str]], rest: str) -> None:
    assert grammar.split_first(text, WRITING) == (tuple(Option(*option) for option in options), rest)


def test_an_option_that_the_verb_does_not_take_is_text() -> None:
    assert grammar.split_first("pour tous : bonjour", {"in"}) == ((), "pour tous : bonjour")


def test_a_sentence_before_a_colon_is_no_name() -> None:
    text = "dans la vie il faut savoir prendre son temps et ne jamais oublier ceci : souriez"

    assert grammar.split_first(text, {"in"}) == (
        (Option("in", "la"),),
        "vie il faut savoir prendre son temps et ne jamais oublier ceci : souriez",
    )


@pytest.mark.parametrize(
    ("text", "options", "rest"),
    [
        ("depuis lundi", [("since", "lundi")], ""),
        ("depuis 5 jours", [("since", "5 jours")], ""),
        ("since monday before yesterday", [("since", "monday"), ("before", "yesterday")], ""),
        ("cuivre depuis 3 février avant hier", [("since", "3 février"), ("before", "hier")], "cuivre"),
        ("cuivre", [], "cuivre"),
        ('"depuis lundi"', [], '"depuis lundi"'),
        ("", [], ""),
    ],
)
def test_options_stand_anywhere_where_there_is_no_free_text(
    text: str, options: list[tuple[str, str]], rest: str
) -> None:
    assert grammar.split_anywhere(text, {"since", "before"}) == (tuple(Option(*option) for option in options), rest)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Q12", "Q12"),
        ("q12", "Q12"),
        (" #q12 ", "Q12"),
        ("Q3-k7f", "Q3-k7f"),
        ("q3-K7F", "Q3-k7f"),
        ("I7", "I7"),
        ("C3", "C3"),
        ("Z3", ""),
        ("Q", ""),
        ("Q12 bonjour", ""),
        ("12", ""),
        ("", ""),
    ],
)
def test_a_number_is_read_as_the_store_writes_it(text: str, code: str) -> None:
    assert grammar.number(text) == code


@pytest.mark.parametrize(
    ("text", "code", "rest"),
    [
        ("Q12 oui, je crois", "Q12", "oui, je crois"),
        ("q12: oui", "Q12", "oui"),
        ("Q12 : oui", "Q12", "oui"),
        ("Q12, oui", "Q12", "oui"),
        ("Q3-k7f oui\nnon", "Q3-k7f", "oui\nnon"),
        ("oui Q12", "", "oui Q12"),
        ("", "", ""),
    ],
)
def test_an_answer_begins_with_a_number(text: str, code: str, rest: str) -> None:
    assert grammar.first_number(text) == (code, rest)


def test_people_and_tags_are_found_in_a_text() -> None:
    text = "merci @ana.roux, @jean-luc et lea@example.org pour #tarifs, #prix_net & issue#3 #12"

    assert grammar.mentions(text) == ("ana.roux", "jean-luc")
    assert grammar.hashtags(text) == ("tarifs", "prix_net")


@pytest.mark.parametrize(
    ("text", "asks"),
    [
        ("comment faire ?", True),
        (f"comment faire{NARROW}?", True),
        ("comment faire ? merci", True),
        ("« comment faire ? »", True),
        ("voir https://example.org/a?b=c", False),
        ("bonjour", False),
    ],
)
def test_a_question_mark_ends_a_sentence(text: str, asks: bool) -> None:
    assert grammar.is_question(text) is asks


@given(st.text())
def test_nothing_typed_makes_the_grammar_fail(text: str) -> None:
    _, rest = grammar.split_first(text, WRITING)
    _, other = grammar.split_anywhere(text, WRITING)

    assert rest in text
    assert other in text
    assert grammar.first_number(text)[1] in text
    assert grammar.first_name(text)[1] in text
    assert isinstance(grammar.is_question(text), bool)


@given(st.text())
def test_a_text_after_a_colon_is_kept_to_the_letter(text: str) -> None:
    assert grammar.split_first(f"dans Veille : {text}", {"in"}) == ((Option("in", "Veille"),), text.strip())
    assert grammar.split_first(f": {text}", WRITING) == ((), text.strip())
