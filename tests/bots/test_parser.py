from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from bots.command import all_commands
from bots.speech.parser import Nothing, Numbered, Understood, Unknown, Wondered, parse
from reseau.folding import fold
from reseau.search.spelling import distance

NBSP = "\N{NO-BREAK SPACE}"
COMMANDS = all_commands()


def verb(line: str) -> str:
    parsed = parse(line, COMMANDS)
    return parsed.command.id if isinstance(parsed, Understood) else type(parsed).__name__


def text(line: str) -> str:
    parsed = parse(line, COMMANDS)
    assert isinstance(parsed, Understood)
    return parsed.arguments.text


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("idée : mutualiser", "idea"),
        ("idee : mutualiser", "idea"),
        ("IDÉE : mutualiser", "idea"),
        ("Idée: mutualiser", "idea"),
        (f"idée{NBSP}: mutualiser", "idea"),
        ("idée:mutualiser", "idea"),
        ("idea share", "idea"),
        ("communautes", "communities"),
        ("repondre Q12 oui", "answer"),
        ("/rse fil", "feed"),
        ("@RSE fil", "feed"),
        ("@rse: fil", "feed"),
        ("/RSE aide idée", "help"),
        ("  fil  ", "feed"),
        ("?", "help"),
        ("aide ?", "help"),
        ("fil ?", "feed"),
        ("what's new?", "feed"),
        ("hello, what’s new", "feed"),
        ("fil!", "feed"),
        ("+ @ana", "follow"),
        ("- @ana", "unfollow"),
        ("ne plus suivre @ana", "unfollow"),
        ("Ne  plus  suivre @ana", "unfollow"),
        ("quoi de neuf ?", "feed"),
        ("q : qui sait ?", "ask"),
        ("r Q12 oui", "answer"),
        ("qui sait souder ?", "expert"),
    ],
)
def test_a_verb_is_known_in_both_languages_whatever_its_case_and_accents(line: str, expected: str) -> None:
    assert verb(line) == expected


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("Mon fil", "feed"),
        ("Poser une question", "ask"),
        ("Trouver un expert", "expert"),
        ("Proposer une idée", "idea"),
        ("Publier", "post"),
        ("Chercher", "search"),
        ("Mes communautés", "communities"),
        ("Remercier", "thanks"),
        ("Mon profil", "profile"),
        ("Aide", "help"),
    ],
)
def test_the_titles_of_the_teams_menu_are_accepted(title: str, expected: str) -> None:
    assert verb(title) == expected


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("dem qui a un contact", "ask"),
        ("publie dans Veille : x", "post"),
        ("cherche marge", "search"),
        ("thank @ana for it", "thanks"),
        ("rech marge", "search"),
    ],
)
def test_the_beginning_of_one_verb_alone_is_that_verb(line: str, expected: str) -> None:
    assert verb(line) == expected


@pytest.mark.parametrize("line", ["com", "re", "pu", "xyz", "hlp moi", "bonsoi à tous", ": x", "dans Veille"])
def test_what_may_be_several_verbs_or_none_is_never_acted_on(line: str) -> None:
    assert verb(line) == "Unknown"


@pytest.mark.parametrize(
    ("line", "near"),
    [
        ("com", {"communities", "help"}),
        ("demadner x", {"ask"}),
        ("cherhcer x", {"search"}),
        ("reponde Q12 oui", {"answer"}),
        ("fli", {"feed"}),
        ("xyzzy", set()),
    ],
)
def test_near_verbs_are_proposed(line: str, near: set[str]) -> None:
    parsed = parse(line, COMMANDS)

    assert isinstance(parsed, Unknown)
    assert {command.id for command in parsed.near} >= near
    assert bool(near) == bool(parsed.near)
    assert len(parsed.near) <= 3


def test_only_verbs_that_this_person_may_use_are_known_and_proposed() -> None:
    few = [command for command in COMMANDS if command.id == "feed"]

    assert isinstance(parse("demander x", few), Unknown)
    parsed = parse("demandr x", few)
    assert isinstance(parsed, Unknown)
    assert parsed.near == ()


@pytest.mark.parametrize(
    "line", ["comment faire ?", "Que pensez-vous de Dupont ?", "Est-ce ouvert ? Merci", f"Où est le stock{NBSP}?"]
)
def test_a_question_without_a_verb_is_not_posted(line: str) -> None:
    assert parse(line, COMMANDS) == Wondered(line)


def test_a_number_alone_is_a_content() -> None:
    assert parse(" q12 ", COMMANDS) == Numbered("Q12")
    assert parse("Q3-K7F", COMMANDS) == Numbered("Q3-k7f")


@pytest.mark.parametrize("line", ["", "   ", "/rse", "@RSE ", NBSP])
def test_nothing_is_nothing(line: str) -> None:
    assert parse(line, COMMANDS) == Nothing()


def test_what_follows_a_verb_is_kept_as_it_is() -> None:
    assert text("publier Été\n\n  « À bientôt » 🎉  ") == "Été\n\n  « À bientôt » 🎉"
    assert text("répondre Q12 : Oui, ÇA marche") == "Q12 : Oui, ÇA marche"


def test_the_rest_of_an_unknown_line_serves_another_verb() -> None:
    parsed = parse("demadner dans Veille : qui ?!", COMMANDS)

    assert isinstance(parsed, Unknown)
    assert parsed.rest == " dans Veille : qui ?!"


@pytest.mark.parametrize(
    ("left", "right", "steps"),
    [("fil", "fil", 0), ("fli", "fil", 1), ("aide", "ide", 1), ("ca", "abc", 3), ("", "ab", 2)],
)
def test_the_distance_between_words(left: str, right: str, steps: int) -> None:
    assert distance(left, right) == steps


def test_no_form_is_claimed_twice() -> None:
    claims: dict[str, set[str]] = {}
    for command in COMMANDS:
        for form in command.all_forms():
            claims.setdefault(fold(form), set()).add(command.id)

    assert {form: ids for form, ids in claims.items() if len(ids) > 1} == {}, "a form belongs to one verb only"


@given(st.text())
def test_parsing_never_fails(line: str) -> None:
    assert parse(line, COMMANDS) is not None


@given(st.text())
def test_a_published_text_is_kept_to_the_letter(typed: str) -> None:
    assert text(f"publier : {typed}") == typed.strip()


@given(st.sampled_from([(command.id, form) for command in COMMANDS for form in command.all_forms()]), st.text())
def test_every_form_of_a_verb_is_that_verb_whatever_follows_a_colon(form: tuple[str, str], typed: str) -> None:
    assert verb(f"{form[1]} : {typed}") == form[0]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("/aide", "help"),
        ("/rse aide", "help"),
        ("/rse /aide", "help"),
        ("english", "language"),
        ("Français !", "language"),
        ("bonjour", "greet"),
        ("/xyz", "Unknown"),
    ],
)
def test_newcomers_are_understood(line: str, expected: str) -> None:
    assert verb(line) == expected
