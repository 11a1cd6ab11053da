"""Promises of every verb, whoever wrote it: a new file in ``bots/commands/`` is covered the moment it exists.

A verb's examples must work in the small company of ``tests/bots/company.py``, where ``@ana``, ``Veille`` and ``Q12``
are. The lines of these tests are made of the verb's own forms.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings, strategies as st

from bots.card import Card, Fields, Quote, Visibility, words
from bots.command import COMMANDS, Command, Role, all_commands
from bots.speech.parser import Understood, parse
from reseau.folding import fold
from reseau.i18n import LANGUAGES, Words
from reseau.network import Network
from reseau.store.moments import now
from tests.bots.company import CLOSED_WORD, Company, Model, card_text, company, model

OPTIONS = frozenset({"in", "for", "since", "before", "tag", "anonymous", "language"})


def lacking(name: str, command: Command) -> list[str]:
    """Return what the file of a verb lacks, in sentences; the other promises wait until it lacks nothing."""
    claimed = {fold(form): other for other in COMMANDS for form in COMMANDS[other].all_forms() if other != name}
    taken = {form: claimed[fold(form)] for form in command.all_forms() if fold(form) in claimed}
    unknown = ", ".join(sorted(command.takes - OPTIONS))
    rules = {
        f"`id` must be the name of its file, {name}.": command.id == name,
        "`summary` must say in one sentence what it does.": bool(command.summary.strip()),
        f"`takes` knows no option {unknown}: bots/command.py says which there are.": not unknown,
    }
    for language in LANGUAGES:
        rules[f"`forms` must hold what people type in {language!r}, the name first."] = any(
            map(str.strip, command.forms.get(language, ()))
        )
        rules[f"`examples` must hold a line that works in {language!r}."] = bool(command.examples.get(language))
    rules |= {f"`forms` must be its own; {form!r} is a form of {other}.": False for form, other in taken.items()}
    return [f"bots/commands/{name}.py: {sentence}" for sentence, kept in rules.items() if not kept]


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_a_verb_is_whole(name: str) -> None:
    lacks = lacking(name, COMMANDS[name])

    assert not lacks, "\n".join(lacks)


def test_what_a_verb_lacks_is_said_in_sentences() -> None:
    bare = replace(COMMANDS["feed"], id="news", forms={"fr": ("fil", "p")}, examples={"en": "feed"}, summary=" ")

    assert lacking("feed", replace(bare, takes=frozenset({"since", "who"}))) == [
        f"bots/commands/feed.py: {sentence}"
        for sentence in (
            "`id` must be the name of its file, feed.",
            "`summary` must say in one sentence what it does.",
            "`takes` knows no option who: bots/command.py says which there are.",
            "`examples` must hold a line that works in 'fr'.",
            "`forms` must hold what people type in 'en', the name first.",
            "`forms` must be its own; 'p' is a form of profile.",
        )
    ]


NAMES = [name for name in sorted(COMMANDS) if not lacking(name, COMMANDS[name])]
VISIBLE = [name for name in NAMES if not COMMANDS[name].hidden]
TABLES = (
    "content",
    "revision",
    "moderation",
    "merger",
    "thanks",
    "follow",
    "membership",
    "profile_item",
    "tag",
    "tagging",
    "draft",
    "activity",
)
_EXAMPLE = re.compile(r"(Exemples?|Examples?)\s?:.*", re.DOTALL)


@pytest.fixture(scope="module")
def full(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> Model:
    return model(tmp_path_factory.mktemp("full"), sqlite_template)


@pytest.fixture(scope="module")
def open_only(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> Model:
    return model(tmp_path_factory.mktemp("open_only"), sqlite_template, closed=False)


@pytest.fixture
def here(full: Model, tmp_path: Path) -> Iterator[Company]:
    yield from full.copy(tmp_path)


def both(name: str) -> Iterator[tuple[str, str]]:
    """The verb's name in each language."""
    return ((language, COMMANDS[name].name(language)) for language in LANGUAGES)


def allowed(name: str) -> str:
    """Someone who may use a verb."""
    return "franck" if COMMANDS[name].role is Role.ADMINISTRATOR else "lea"


def sentences(title: str) -> int:
    return len(re.findall(r"[.!?…](?=\s|$)", _EXAMPLE.sub("", title)))


@pytest.mark.parametrize("name", NAMES)
def test_a_verb_answers_when_nothing_follows(name: str, here: Company) -> None:
    for language, verb in both(name):
        card = here.ask(verb, language=language)

        assert card.title
        assert card.error != "E_STORE"


@pytest.mark.parametrize("name", NAMES)
def test_what_is_refused_is_private_short_given_back_and_has_a_next_step(name: str, here: Company) -> None:
    for language, verb in both(name):
        for line in (verb, f"{verb} @nobody.at.all", f"{verb} Q999 x", f"{verb} dans Nulle-Part : x"):
            card = here.ask(line, language=language)
            if card.error:
                assert card.visibility is Visibility.PRIVATE
                assert card.buttons
                assert sentences(card.title) <= 2, card.title
                assert any(isinstance(block, Quote) and block.text in line for block in card.blocks)
                assert card.error not in words(card)


@pytest.mark.parametrize("name", NAMES)
def test_a_verb_answers_in_french_and_in_english(name: str, here: Company) -> None:
    verb = COMMANDS[name].name("fr")

    french, english = (words(here.ask(verb, language=language)) for language in ("fr", "en"))
    assert french != english, "bots/locale/fr.po lacks its words"


@pytest.mark.parametrize("name", NAMES)
def test_both_languages_are_understood_whatever_the_language_of_the_answer(name: str, here: Company) -> None:
    for answered in LANGUAGES:
        cards = [here.ask(f"{verb} Q999", language=answered) for _, verb in both(name)]

        titles = {card.title for card in cards}
        assert len(titles) == 1, titles


@pytest.mark.parametrize("name", VISIBLE)
def test_help_says_in_at_most_sixty_words_what_a_verb_does(name: str, here: Company) -> None:
    for language, verb in both(name):
        card = here.ask(f"aide {verb}", allowed(name), language=language)
        summary = Words(language)(COMMANDS[name].summary)

        assert card.title == COMMANDS[name].name(language)
        assert summary in words(card)
        examples = [field.value for block in card.blocks if isinstance(block, Fields) for field in block.fields]
        assert parsed_as(examples[0], here) == name
        assert len(card_text(card).split()) <= 60
        translated = summary != COMMANDS[name].summary
        assert translated == (language == "fr"), f"bots/locale/fr.po does not translate: {COMMANDS[name].summary}"


@pytest.mark.parametrize("name", VISIBLE)
def test_help_lists_a_verb(name: str, here: Company) -> None:
    for language, verb in both(name):
        assert verb in words(here.ask("aide tout", allowed(name), language=language))


@pytest.mark.parametrize("name", NAMES)
def test_an_example_is_understood_as_its_verb(name: str) -> None:
    for language in LANGUAGES:
        parsed = parse(COMMANDS[name].examples[language], all_commands())

        assert isinstance(parsed, Understood)
        assert parsed.command.id == name


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", VISIBLE)
def test_an_example_works(name: str, language: str, here: Company) -> None:
    example = COMMANDS[name].examples[language]
    card = here.ask(example, language=language, confirmed=True)

    assert card.error == "", f"“{example}” must work in the company of tests/bots/company.py, which says: {card.title}"


@pytest.mark.parametrize("name", NAMES)
def test_a_form_is_typed_without_accents_and_in_capitals_too(name: str, here: Company) -> None:
    for form in COMMANDS[name].all_forms():
        assert parsed_as(form.upper(), here) == name


def parsed_as(line: str, here: Company) -> str:
    parsed = parse(line, here.commands)
    return parsed.command.id if isinstance(parsed, Understood) else ""


@pytest.mark.parametrize("name", NAMES)
def test_the_same_event_twice_has_one_effect(name: str, here: Company) -> None:
    example = COMMANDS[name].examples["fr"]
    here.ask(example, confirmed=True, key="once")
    before = here.rows(*TABLES)
    again = here.ask(example, confirmed=True, key="once")

    assert not again.done
    assert here.rows(*TABLES) == before


def test_every_verb_works_on_each_engine(network: Network) -> None:
    anywhere = company(network)
    # Leaving and withdrawing come last: the other examples need the membership and the content.
    for name in sorted(VISIBLE, key=lambda id_: (id_ in ("leave", "unfollow", "cancel", "withdraw"), id_)):
        if name == "withdraw":
            anywhere.ask("rétablir Q12")  # which was just taken back
        card = anywhere.ask(COMMANDS[name].examples["fr"], confirmed=True)

        assert card.error == "", (name, card.title)


@pytest.mark.parametrize("name", NAMES)
def test_using_a_verb_leaves_one_trace_of_presence_or_its_own(name: str, here: Company) -> None:
    before = here.rows("activity")["activity"]
    here.ask(COMMANDS[name].examples["fr"], confirmed=True)

    assert here.rows("activity")["activity"] > before


# -- closed contents --------------------------------------------------------------------------------------------------


@pytest.fixture
def two(full: Model, open_only: Model, tmp_path: Path) -> Iterator[tuple[Company, Company]]:
    """The same company with and without what only Franck may read."""
    folders = tmp_path / "with", tmp_path / "without"
    for folder in folders:
        folder.mkdir()
    at = now()
    copies = full.copy(folders[0], at), open_only.copy(folders[1], at)
    yield next(copies[0]), next(copies[1])
    for copy in copies:
        next(copy, None)


def contents_of(card: Card) -> tuple[str, str, bool, list[str]]:
    """Return the text of a card without tokens, which differ by chance, and without links that open a page once."""
    return (
        re.sub(r"/link/[\w-]+", "/link/", words(card)),
        card.error,
        card.done,
        [button.label for button in card.buttons],
    )


@pytest.mark.parametrize("who", ["guy", "lea", "a stranger"])
@pytest.mark.parametrize("name", NAMES)
def test_what_is_closed_changes_nothing_that_others_see(name: str, who: str, two: tuple[Company, Company]) -> None:
    with_it, without = two
    # Someone inside may know that a private community exists, but not that the secret one does.
    places = ["Rachat", "#rachat"] + (["Direction", "#direction"] if who != "lea" else [])
    codes = with_it.closed if who != "lea" else with_it.closed[1:]
    verb = COMMANDS[name].name("fr")
    follow_ups = ["", CLOSED_WORD, f"#{CLOSED_WORD}", "@franck", "Franck", *places, *codes]
    follow_ups += [f"{code} 1" for code in codes] + [f"dans {place} : {CLOSED_WORD} ?" for place in places]
    if name == "communities" and who == "lea":
        follow_ups = follow_ups[1:]  # the whole list names the private one, which is allowed

    for after in follow_ups:
        line = f"{verb} {after}"
        assert contents_of(with_it.ask(line, who)) == contents_of(without.ask(line, who)), line


@pytest.mark.parametrize("name", NAMES)
def test_a_stranger_gets_nothing_at_all(name: str, here: Company) -> None:
    before = here.rows(*TABLES)
    card = here.ask(COMMANDS[name].examples["fr"], "a stranger", confirmed=True)

    assert card.error == "E_NO_MEMBER"
    assert here.rows(*TABLES) == before


# -- whatever is typed -------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def lasting(full: Model, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Company]:
    """One company for many lines."""
    yield from full.copy(tmp_path_factory.mktemp("lasting"))


@pytest.mark.parametrize("name", NAMES)
def test_no_text_makes_a_verb_fail(name: str, lasting: Company) -> None:
    @settings(max_examples=12)
    @given(st.sampled_from(COMMANDS[name].all_forms()), st.text(), st.booleans())
    def typing(form: str, text: str, confirmed: bool) -> None:
        assert lasting.ask(f"{form} {text}", confirmed=confirmed).error != "E_STORE"

    typing()
