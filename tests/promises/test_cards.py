"""Promises of every card on Slack and on Teams, whatever verb made it and however long it is."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings, strategies as st
from playwright.sync_api import BrowserContext, Page

from bots.card import Block, Button, Card, Field, Fields, Item, Items, Quote, Style, Text
from bots.command import COMMANDS
from bots.platform import Answer, Post
from bots.platforms.slack import blocks
from bots.platforms.teams import adaptive
from reseau.i18n import LANGUAGES
from tests.bots import adaptivecards, blockkit
from tests.bots.company import Company, model
from tests.bots.renderers import teams_faults, teams_page

LONGEST = 200_000
LINES = ("", "@nobody.at.all", "Q999 x", "dans Nulle-Part : x", "Q12", "@ana", "soudure", "<!channel> *x* <at>y</at>")
LONG = {
    "words": "mot é 😀 & ",
    "paragraphs": "une phrase courte.\n\n",
    "one word": "a",
    "escapes": "<&",
    "lines of code": "x = 1\n",
    "quotation marks": '"\\a',
}


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> Iterator[Company]:
    the_model = model(tmp_path_factory.mktemp("model"), sqlite_template)
    yield from the_model.copy(tmp_path_factory.mktemp("company"))


@pytest.fixture(scope="module")
def teams(browser: BrowserContext) -> Iterator[Page]:
    page = teams_page(browser)
    yield page
    page.close()


def answers(name: str, here: Company) -> Iterator[Answer]:
    """Return a verb's answers in both languages: to its example, to nothing, and to lines that it must refuse."""
    for language in LANGUAGES:
        verb = COMMANDS[name].name(language)
        lines = [("lea", f"{verb} {after}".strip()) for after in LINES]
        lines += [("lea", COMMANDS[name].examples[language]), ("nina", verb), ("guy", verb)]
        for who, line in lines:
            yield Answer(here.ask(line, who, language=language), language=language)


# -- every verb --------------------------------------------------------------------------------------------------------


@pytest.mark.browser
@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_every_card_of_a_verb_is_taken_by_slack_and_by_teams(name: str, here: Company, teams: Page) -> None:
    made = list(answers(name, here))
    cards = [adaptive.of_answer(answer) for answer in made]

    assert [fault for answer in made for fault in blockkit.faults(blocks.of_answer(answer))] == []
    assert [fault for card in cards for fault in adaptivecards.faults(card)] == []
    assert [fault for faults in teams_faults(teams, cards) for fault in faults] == []


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_every_button_can_be_pressed_and_every_card_has_words_that_call_nobody(name: str, here: Company) -> None:
    for answer in answers(name, here):
        lines = {button.line for button in answer.card.buttons}
        pressed = {
            element["value"] for element in blockkit.elements(blocks.of_answer(answer)) if element["type"] == "button"
        }
        submitted = [
            element for element in blockkit.elements(adaptive.of_answer(answer)) if element["type"] == "Action.Submit"
        ]

        assert lines <= pressed
        assert lines <= {element["data"]["line"] for element in submitted}
        for words in (blocks.plain(answer), adaptive.plain(answer)):
            assert words.strip()
            assert len(words) <= 3000
        assert not blockkit.CALL.search(blocks.plain(answer))


# -- made-up cards -----------------------------------------------------------------------------------------------------

WORDS = st.text(max_size=60) | st.sampled_from(["", " ", "<!channel>", "*a*", "a" * 4000, "é😀" * 3000, '"\\' * 3000])
MARKDOWN = WORDS | st.sampled_from(["- a\n  - b", "```\nx\n```", "> a\n> b", "| a |\n|-|\n| b |", "[a](https://b.c/)"])
BUTTONS = st.builds(Button, WORDS, WORDS, st.sampled_from(Style))
BLOCKS: st.SearchStrategy[Block] = st.one_of(
    st.builds(Text, MARKDOWN),
    st.builds(Fields, st.lists(st.builds(Field, WORDS, WORDS), max_size=25).map(tuple)),
    st.builds(Items, st.lists(st.builds(Item, MARKDOWN, WORDS, WORDS, WORDS), max_size=60).map(tuple), WORDS),
    st.builds(Quote, MARKDOWN, WORDS),
)
CARDS = st.builds(
    Card,
    WORDS,
    st.lists(BLOCKS, max_size=6).map(tuple),
    st.lists(BUTTONS, max_size=40).map(tuple),
    WORDS,
    error=st.sampled_from(["", "E_SOME"]),
)


@given(CARDS, st.sampled_from(LANGUAGES))
def test_no_card_is_too_much_for_slack(card: Card, language: str) -> None:
    answer = Answer(card, language=language)

    assert blockkit.faults(blocks.of_answer(answer)) == []
    assert 0 < len(blocks.plain(answer)) <= 3000


@pytest.mark.browser
@settings(max_examples=40)
@given(card=CARDS, language=st.sampled_from(LANGUAGES))
def test_no_card_is_too_much_for_teams(card: Card, language: str, teams: Page) -> None:
    blocks = adaptive.of_answer(Answer(card, language=language))

    assert adaptivecards.faults(blocks) == []
    assert teams_faults(teams, [blocks]) == [[]]


@given(MARKDOWN, WORDS, st.lists(BUTTONS, max_size=8).map(tuple), WORDS)
def test_no_post_is_too_much(text: str, author: str, buttons: tuple[Button, ...], label: str) -> None:
    post = Post("key", author, text, label=label, buttons=buttons, photo_url="https://photos.example/a.png")

    assert [fault for part in blocks.of_post(post) for fault in blockkit.faults(part)] == []
    assert [fault for part in adaptive.of_post(post) for fault in adaptivecards.faults(part)] == []


# -- the longest -------------------------------------------------------------------------------------------------------


@pytest.mark.browser
@pytest.mark.parametrize("kind", sorted(LONG))
def test_the_longest_content_goes_out_whole_in_parts(kind: str, teams: Page) -> None:
    unit = LONG[kind]
    text = unit * (LONGEST // len(unit))
    post = Post("key", "Léa Petit", text, label="Question Q12", buttons=(Button("Répondre", "répondre Q12"),))
    on_slack, on_teams = blocks.of_post(post), adaptive.of_post(post)

    assert [fault for part in on_slack for fault in blockkit.faults(part)] == []
    assert [fault for part in on_teams for fault in adaptivecards.faults(part)] == []
    assert teams_faults(teams, on_teams) == [[]] * len(on_teams)
    letter = next(block for block in unit if block.isalpha() or block == "&")
    assert read_in(on_slack).replace("&amp;", "&").count(letter) >= text.count(letter)
    assert [element["value"] for part in on_slack for element in blockkit.elements(part) if "value" in element] == [
        "répondre Q12"
    ]


def read_in(parts: list[list[dict[str, Any]]]) -> str:
    return "".join(block["text"]["text"] for part in parts for block in part if block["type"] == "section")


@pytest.mark.parametrize("kind", sorted(LONG))
def test_a_card_says_that_the_rest_is_not_shown(kind: str) -> None:
    unit = LONG[kind]
    card = Card("Q12 · Long", (Text(unit * (LONGEST // len(unit))),), (Button("Répondre", "répondre Q12"),))
    rendered = blocks.of_answer(Answer(card))
    drawn = adaptive.of_answer(Answer(card))

    assert blockkit.faults(rendered) == []
    assert adaptivecards.faults(drawn) == []
    assert "La suite n’est pas montrée ici" in json.dumps(rendered, ensure_ascii=False)
    assert "La suite n’est pas montrée ici" in json.dumps(drawn, ensure_ascii=False)
    assert rendered[-1]["type"] == "actions"
    assert drawn["body"][-1]["type"] == "ActionSet"


EDGES = {
    "a title": Card("x" * 155),
    "characters in all": Card("x", (Text("mot " * 20_000),)),
    "a text": Card("x", (Text("x" * 3050),)),
    "fields": Card("x", (Fields(tuple(Field(f"nom {n}", "valeur") for n in range(12))),)),
    "a label": Card("x", buttons=(Button("x" * 80, "x"),)),
    "a line": Card("x", buttons=(Button("x", "x" * 2001),)),
    "buttons": Card("x", buttons=tuple(Button(str(n), "x") for n in range(30))),
    "small print": Card("x", footer="x" * 3050),
    "blocks": Card("x", (Items(tuple(Item("x", reason="y") for _ in range(40))),)),
    "names of buttons": Card("x", (Items((Item("x", line="y"),)),), (Button("x", "y"),)),
    "bytes": Card("x", (Items(tuple(Item("é" * 900, "Q1", "y" * 900) for _ in range(40))),)),
}


@pytest.mark.parametrize("edge", sorted(EDGES))
def test_what_is_a_little_over_a_limit_is_brought_within(edge: str) -> None:
    answer = Answer(EDGES[edge])

    assert blockkit.faults(blocks.of_answer(answer)) == []
    assert adaptivecards.faults(adaptive.of_answer(answer)) == []


def test_a_long_list_is_summed_up_with_the_number_of_what_is_left_out() -> None:
    items = tuple(Item(f"Question numéro {n}", f"Q{n}", "Ana · Veille", f"voir Q{n}") for n in range(100))
    drawn = blocks.of_answer(Answer(Card("Fil", (Items(items),))))
    left = 100 - sum("accessory" in block for block in drawn)

    assert blockkit.faults(drawn) == []
    assert left > 0
    assert drawn[-1]["elements"][0]["text"] == f"… et {left} de plus"


def test_a_line_that_no_button_can_carry_is_said_instead() -> None:
    answer = Answer(Card("Rien", buttons=(Button("Demander au réseau", "demander : " + "x" * 2000),)))

    for drawn in (blocks.of_answer(answer), adaptive.of_answer(answer)):
        payload = json.dumps(drawn, ensure_ascii=False)
        assert "est trop long pour un bouton" in payload
        assert "demander : xxx" in payload


def test_spaces_that_must_not_break_stay_and_no_button_is_cut_off_on_a_phone() -> None:
    labels = ("Ma fiche", "Plus tard", "Lire mon fil", "Poser une question", "Trouver quelqu’un")
    answer = Answer(Card("Bienvenue\u202f!", buttons=tuple(Button(label, label) for label in labels)))
    rows = [block["actions"] for block in adaptive.of_answer(answer)["body"] if block["type"] == "ActionSet"]

    assert blocks.of_answer(answer)[0]["text"]["text"] == "Bienvenue\u202f!"
    assert adaptive.of_answer(answer)["body"][0]["text"] == "Bienvenue\u202f!"
    assert [[block["title"] for block in row] for row in rows] == [list(labels[:3]), [labels[3]], [labels[4]]]


def test_a_post_says_what_it_is_and_which_part() -> None:
    post = Post("key", "Léa", "mot " * 10_000, label="Question Q12", photo_url="https://photos.example/lea.png")
    labels = [part[0]["elements"][0]["text"] for part in blocks.of_post(post)]

    assert labels[0] == f"Question Q12 · 1/{len(labels)}"
    assert labels[1] == f"2/{len(labels)}"
    assert blocks.of_post(Post("key", "Léa", "mot"))[0] == [blocks.of_post(Post("key", "Léa", "mot"))[0][0]]
    face = next(element for element in blockkit.elements(adaptive.of_post(post)) if element["type"] == "Image")
    assert (face["url"], face["altText"]) == ("https://photos.example/lea.png", "Léa")


# -- the judges themselves ---------------------------------------------------------------------------------------------

GOOD = Answer(
    Card(
        "Titre",
        (Fields((Field("a", "b"), Field("c", "d"))), Items((Item("x", "Q1", "y", "voir Q1"),))),
        (Button("B", "b"),),
    )
)


def broken(path: list[str | int], value: object) -> list[dict[str, Any]]:
    drawn: Any = copy.deepcopy(blocks.of_answer(GOOD))
    at = drawn
    for key in path[:-1]:
        at = at[key]
    at[path[-1]] = value
    assert isinstance(drawn, list)
    return drawn


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ([0, "text", "text"], "x" * 151),
        ([0, "text", "text"], ""),
        ([0, "type"], "hedder"),
        ([0, "colour"], "red"),
        ([1, "fields"], [{"type": "mrkdwn", "text": "x"}] * 11),
        ([1, "fields", 0, "text"], "x" * 2001),
        ([2, "text", "text"], "x" * 3001),
        ([2, "text", "text"], "a <!channel>"),
        ([2, "accessory", "action_id"], "line:2"),
        ([2, "accessory", "value"], "x" * 2001),
        ([2, "accessory", "style"], "loud"),
        ([2, "accessory", "accessibility_label"], "x" * 76),
        ([3, "elements", 0, "text"], "x" * 2001),
        ([4, "elements", 0, "text", "text"], "x" * 76),
        ([4, "elements"], []),
        ([4, "elements"], [{"type": "button", "text": {"type": "plain_text", "text": "x"}}] * 26),
    ],
)
def test_the_judge_of_slack_sees_each_limit(path: list[str | int], value: object) -> None:
    assert blockkit.faults(blocks.of_answer(GOOD)) == []
    assert blockkit.faults(broken(path, value)) != []


def test_the_judge_of_slack_sees_too_many_blocks_and_characters() -> None:
    section = {"type": "section", "text": {"type": "mrkdwn", "text": "x" * 2900}}

    assert blockkit.faults([{**section, "text": {"type": "mrkdwn", "text": "x"}}] * 46) == ["46 blocks"]
    assert any("in all" in fault for fault in blockkit.faults([section] * 5))


@pytest.mark.browser
@pytest.mark.parametrize(
    ("key", "value"),
    [("wrp", True), ("size", "Huge"), ("type", "TextBlok"), ("targetWidth", "Narrow")],
)
def test_the_judge_of_teams_sees_what_the_renderer_would_leave_out(key: str, value: object, teams: Page) -> None:
    card = adaptive.of_answer(GOOD)
    card["body"][0][key] = value

    assert teams_faults(teams, [card]) != [[]]


def test_the_judge_of_teams_sees_each_limit() -> None:
    good = adaptive.of_answer(GOOD)
    for key, value in {"version": "1.6", "fallbackText": " ", "speak": "x" * 28_001}.items():
        assert adaptivecards.faults(good | {key: value}) != []
    action = {"type": "Action.Submit", "title": "x", "data": {"line": "y"}}
    for body in (
        {"type": "ActionSet", "actions": [action] * 7},
        {"type": "ActionSet", "actions": [action | {"data": {}}]},
        {"type": "TextBlock", "text": " ", "wrap": True},
        {"type": "TextBlock", "text": "x"},
        {"type": "Image", "url": "https://a.example/"},
    ):
        assert adaptivecards.faults(good | {"body": [body]}) != []
