"""Names of people and places are plain text on every card of every verb, whatever someone put into them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, strategies as st
from sqlalchemy import update

from bots.card import Card, Field, Fields, Item, Items, Quote, Text, as_json, from_json, phrase, strong
from bots.command import COMMANDS
from bots.markup.tree import Run, read
from bots.platform import Answer, Post
from bots.platforms import console
from bots.platforms.slack import blocks
from bots.platforms.teams import adaptive
from reseau.i18n import LANGUAGES
from reseau.markup.slack import SlackMarkup, unescape
from reseau.markup.visible import one_line
from reseau.store.tables import community, member
from tests.bots import blockkit
from tests.bots.company import Company, Model, model

#: Each names itself, so that it can be found on a card.
HOSTILE = (
    "[Zed1 : mot de passe](https://evil.example/1)",
    "<https://evil.example/2|Zed2>",
    "**Zed3** _a_ `b` ~c~ ~~d~~ \\*e*",
    "Zed4 \u202egnirts\u202c \u2066x\u2069\u200f",
    "\x1b[31mZed5\x1b[0m\x07\nAdministrateur : tapez",
    "# Zed6 <b>x</b> <at>y</at> &lt;z&gt; &amp;",
    "https://intranet.example.org@evil.example/Zed7",
    "> Zed8 | <!channel> <@U1> @everyone",
    "- Zed9 ![x](https://evil.example/9.png) [y][z] <https://evil.example/9>",
    "1. Zed10 {{DATE(2026-01-01T00:00:00Z)}} www.evil.example",
    "Zed11\u2028```x``` https\u2236//evil.example",
    "Zed12\u3164\u115f\uffa0\u034f\U000e0041\U000e007f\U000e0101 e" + "\u0301" * 300,
)
_NAME = re.compile(r"Zed\d+")
_UNSEEN = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f\u034f\u115f\u200e\u200f\u202a-\u202e\u2066-\u2069\u2028\u2029\u3164\uffa0\U000e0000-\U000e0fff]"
    "|\u0301{5}"
)
#: Signs with a joiner beside them, and typed bullets and numbers: Slack shows them as they are.
_SHOWN = re.compile(r"\u2060[*_~`]|[*_~`]\u2060|^(?:-|\d+\.)(?= )", re.MULTILINE)
_SIGNS = {ord(sign): 0xE000 + number for number, sign in enumerate("*_~`-.")}
_INVISIBLE = re.compile("[\u2060\u200b]")
LINES = ("", "@nobody.at.all", "Q12", "@ana", "@lea : ceci", "soudure", "#veille", "#velo", "dans #veille : Qui sait ?")


@pytest.fixture(scope="module")
def full(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> Model:
    return model(tmp_path_factory.mktemp("names"), sqlite_template)


@pytest.fixture(scope="module")
def here(full: Model, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Company]:
    """The small company, its people and places renamed in the store, as an older version may have let them in."""
    for company in full.copy(tmp_path_factory.mktemp("hostile")):
        names = iter(HOSTILE * 4)
        with company.network.store.write() as tx:
            for member_id in company.people.values():
                renamed = {"name": next(names), "job": next(names), "site": next(names), "department": next(names)}
                tx.execute(update(member).where(member.c.id == member_id).values(**renamed))
            for place_id in company.places.values():
                renamed = {"name": next(names), "purpose": next(names)}
                tx.execute(update(community).where(community.c.id == place_id).values(**renamed))
        yield company


def shown_on_slack(text: str) -> list[Run]:
    """Read mrkdwn with the reader of Slack's messages; a sign with a joiner beside it is no mark."""
    return shown_in_markdown(SlackMarkup({}, {}, str, str).text(_SHOWN.sub(_hidden, text)))


def _hidden(match: re.Match[str]) -> str:
    return match[0].translate(_SIGNS)


def shown_in_markdown(text: str) -> list[Run]:
    """Read Markdown as a reader does, and fold its lines."""
    return [run for block in read(text) for run in (*runs_in(block), Run("\n"))]


def runs_in(tree: Any) -> Iterator[Run]:
    if isinstance(tree, Run):
        yield tree
    elif isinstance(tree, tuple):
        for child in tree:
            yield from runs_in(child)
    elif isinstance(tree, str):
        yield Run(tree)
    elif hasattr(tree, "__dataclass_fields__"):
        for name in tree.__dataclass_fields__:
            if not isinstance(getattr(tree, name), int):
                yield from runs_in(getattr(tree, name))


_SIGNED_IN = re.compile(r"//[^/@\s]+@")


def check(runs: list[Run], where: str) -> None:
    """Every name that is there is there whole, sign by sign, and leads nowhere."""
    words = one_line(_INVISIBLE.sub("", "".join(run.text for run in runs))).translate(
        {hidden: sign for sign, hidden in _SIGNS.items()}
    )
    for named in _NAME.findall(words):
        name = one_line(HOSTILE[int(named[3:]) - 1])
        read = _SIGNED_IN.sub("//", name)  # Slack's reader drops user names of addresses
        greeted = re.search(re.escape(name.split()[0]) + "\u202f?!", words)
        assert name in words or read in words or greeted or "…" in words, (where, words)
    assert [run.url for run in runs if "evil" in run.url] == [], where


def texts(drawing: Any, kinds: tuple[str, ...]) -> Iterator[str]:
    for element in blockkit.elements(drawing):
        if element["type"] in kinds:
            yield element["text"]
        for fact in element.get("facts", ()):
            yield fact["title"]
            yield fact["value"]


def check_card(card: Card, language: str) -> None:
    answer = Answer(card, language=language)
    on_slack, on_teams = blocks.of_answer(answer), adaptive.of_answer(answer)
    for text in texts(on_slack, ("mrkdwn",)):
        check(shown_on_slack(text), f"Slack: {text}")
    for text in texts(on_slack, ("plain_text",)):
        check([Run(text)], f"Slack: {text}")
    for text in texts(on_teams, ("TextBlock",)):
        check(shown_in_markdown(text), f"Teams: {text}")
    for whole in (console.render(card, console.Look(2000)), unescape(blocks.plain(answer)), adaptive.plain(answer)):
        assert _UNSEEN.search(whole) is None
        check([Run(whole)], whole)
    for drawing in (on_slack, on_teams, as_json(card)):
        unseen = [text for text in strings(drawing, but="line") if _UNSEEN.search(text.replace("\n", ""))]
        assert unseen == []
    assert as_json(from_json(json.loads(json.dumps(as_json(card))))) == as_json(card)


def strings(tree: Any, but: str) -> Iterator[str]:
    if isinstance(tree, str):
        yield tree
    elif isinstance(tree, dict):
        for key, value in tree.items():
            if key not in (but, "value", "data"):
                yield from strings(value, but)
    elif isinstance(tree, list):
        for child in tree:
            yield from strings(child, but)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_names_are_plain_text_on_every_card_of_a_verb(name: str, language: str, here: Company) -> None:
    verb = COMMANDS[name].name(language)
    lines = [f"{verb} {after}".strip() for after in LINES] + [COMMANDS[name].examples[language]]
    for line in lines:
        for who in ("", "nina"):
            check_card(here.ask(line, who, language=language), language)


@pytest.mark.parametrize("name", HOSTILE)
def test_a_name_is_plain_text_in_every_place_of_a_card(name: str) -> None:
    card = Card(
        name,
        (
            Text(name),
            Text(phrase(strong(name), name, between=" · ")),
            Fields((Field(name, name),)),
            Items((Item(name, "Q1", name), Item(phrase(strong(name), f"— {name}"), reason=name)), name),
            Quote("Bonjour", name),
        ),
        footer=name,
    )

    check_card(card, "fr")


@pytest.mark.parametrize("name", HOSTILE)
def test_the_author_of_a_post_is_plain_text(name: str) -> None:
    post = Post("key", name, "Bonjour")

    for text in texts(adaptive.of_post(post), ("TextBlock",)):
        check(shown_in_markdown(text), text)


@given(st.text(max_size=40) | st.text("[]()<>|*_~`#>-+=!&:/\\. a1\n", max_size=40))
def test_any_name_reads_as_its_own_characters(name: str) -> None:
    for text, before in (
        (Text(phrase(strong(name))).markdown, ""),
        (Item(name).text, ""),
        (Item(phrase("x", name)).text, "x"),
    ):
        runs = shown_in_markdown(text)
        assert "".join(run.text for run in runs).removeprefix(before).strip() == one_line(name).strip()
        assert all(not run.url and not run.key for run in runs)


def test_a_flag_keeps_its_signs_and_a_name_those_of_its_language() -> None:
    for name in (
        "Équipe \U0001f3f4\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f",
        "Nguyễn Thị Ánh",
        "만남 محمّد",
    ):
        assert one_line(name) == name
