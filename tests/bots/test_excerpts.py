"""Headlines and threads show the author's words, and links show their targets."""

from __future__ import annotations

import json

import pytest

from bots.answers.excerpts import first_line
from bots.card import Card, Item, Items, Markdown, Quote, Text
from bots.platform import Answer, Post
from bots.platforms import console
from bots.platforms.slack import blocks
from bots.platforms.teams import adaptive
from reseau.markup.address import misleads
from tests.bots.company import Company, card_text


@pytest.mark.parametrize(
    ("text", "headline"),
    [
        (
            "la marge est > 30 % sur fichier_test_v2 quand x*y < 0 ?",
            "la marge est > 30 % sur fichier_test_v2 quand x*y < 0 ?",
        ),
        ("5 * 3 * 2 ~ 30 | compte_rendu_comite", "5 * 3 * 2 ~ 30 | compte_rendu_comite"),
        (r"Prix 2\*3\*4 et \_a\_", "Prix 2*3*4 et _a_"),
        ("lancer `rm -rf *.log | wc` **vite**", "lancer rm -rf *.log | wc vite"),
        ("# Budget\n\nPour 2027", "Budget Pour 2027"),
        ("voir [la charte_v2](https://example.org/a_b)", "voir la charte_v2"),
        ("- première chose\n- seconde", "première chose"),
        ("Il faut :\n\n1. éteindre\n2. attendre", "Il faut : éteindre"),
        ("> 30 % de marge", "30 % de marge"),
        ("> ta question\n\nma réponse", "ma réponse"),
        ("```\ncd /tmp\nls *\n```", "cd /tmp ls *"),
        ("C:\\temp\\new_dir <défaut> [voir note]", "C:\\temp\\new_dir <défaut> [voir note]"),
        ("a\u202egnirts\x07", "agnirts"),
    ],
)
def test_a_headline_says_what_the_text_says(text: str, headline: str) -> None:
    assert first_line(text) == headline


ANSWER = "Il faut :\n1. éteindre\n2. attendre\n\n```\nstop a_b\nstart c*d\n```\n\n> ne rien couper"


def thread(here: Company) -> Card:
    here.ask("r Q12 " + ANSWER, "ana", confirmed=True)
    return here.ask("voir Q12")


def test_a_thread_shows_answers_with_their_lines(here: Company) -> None:
    card = thread(here)
    on_slack = [block["text"]["text"] for block in blocks.of_answer(Answer(card)) if block["type"] == "section"]
    on_teams = adaptive.of_answer(Answer(card))["body"]
    in_terminal = console.render(card, console.Look(80)).split("\n")

    assert "```stop a_b\nstart c*d```" in "\n".join(on_slack)
    assert "1. éteindre\n2. attendre" in "\n".join(on_slack)
    assert "> ne rien couper" in "\n".join(on_slack)
    code = next(block["text"] for block in on_teams if block.get("fontType") == "Monospace")
    assert "stop a_b\n\nstart c\\*d" in code
    assert any(block.get("style") == "emphasis" and "ne rien couper" in json.dumps(block) for block in on_teams)
    assert [line.strip() for line in in_terminal if "start" in line] == ["start c*d"]
    assert "    1. éteindre" in in_terminal
    assert "    > ne rien couper" in in_terminal


def test_a_short_question_is_read_once(here: Company) -> None:
    card = here.ask("voir Q12")

    assert card_text(card).count("Qui a déjà posé des bancs") == 1


def test_a_long_question_is_read_whole_below_its_number(here: Company) -> None:
    text = "Qui sait **vraiment** comment " + "relancer la presse du hall " * 10 + "?"
    here.ask(f"demander dans Veille : {text}", confirmed=True)
    card = here.ask("voir Q13")

    assert card_text(card).count("relancer la presse") == 10
    assert card.title == "Q13 · Question"


@pytest.mark.parametrize(
    ("words", "url"),
    [
        ("https://intranet.example.org/paie", "https://evil.example/paie"),
        ("intranet.example.org", "https://evil.example/intranet.example.org"),
        ("www.example.org", "http://example.org.evil.example"),
        ("Voir https://intranet", "https://evil.example"),
        ("intranet\u3002example\u3002org", "https://evil.example"),
        ("http\u003a\uff0f\uff0fintranet.example.org", "https://evil.example"),
        ("paie@example.org", "mailto:voleur@evil.example"),
        ("https://a.example" + "x" * 3000, "https://a.examplex.example"),
    ],
)
def test_words_that_look_like_another_address_mislead(words: str, url: str) -> None:
    assert misleads(words, url)


@pytest.mark.parametrize(
    ("words", "url"),
    [
        ("la charte", "https://example.org/charte"),
        ("draw.io", "http://draw.io"),
        ("example.org", "https://www.example.org/a"),
        ("plan.pdf", "https://files.example/plan.pdf"),
        ("https://example.org/a…", "https://example.org/a?b=c"),
        ("ana@example.org", "mailto:Ana@example.org?subject=x"),
        ("version 1.2.3", "https://example.org"),
        ("01 23 45", "tel:012345"),
    ],
)
def test_words_that_say_where_they_lead_do_not(words: str, url: str) -> None:
    assert not misleads(words, url)


FORGED = "lire [https://intranet.example/paie](https://evil.example/p)"


@pytest.mark.parametrize(
    "card",
    [
        Card("x", (Text(Markdown(FORGED)),)),
        Card("x", (Quote(FORGED, "Léa"),)),
        Card("x", (Items((Item(Markdown(FORGED)), Item(Markdown(FORGED), whole=True))),)),
    ],
)
def test_a_link_under_words_of_another_address_shows_the_true_one(card: Card) -> None:
    slack = json.dumps(blocks.of_answer(Answer(card)))
    teams = json.dumps(adaptive.of_answer(Answer(card)))

    assert "<https://evil.example/p|https://evil.example/p>" in slack
    assert "evil.example/p|https://intranet" not in slack
    assert "[https://evil.example/p](https://evil.example/p)" in teams
    assert "https://evil.example/p" in console.render(card, console.Look(200))
    assert "https://evil.example/p" in blocks.plain(Answer(card))


def test_a_post_shows_the_true_address_too() -> None:
    post = Post("key", "Léa", FORGED + " et https://intranet.example@evil.example/q")

    assert "|https://evil.example/p>" in json.dumps(blocks.of_post(post))
    assert "<https://intranet" not in json.dumps(blocks.of_post(post))
    assert "](https://intranet" not in json.dumps(adaptive.of_post(post))
