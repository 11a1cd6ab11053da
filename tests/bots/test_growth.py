"""The cost of any text grows in proportion to its length, and no text nests too deep."""

from __future__ import annotations

import cProfile
import re
import time
from collections.abc import Callable

import pytest

from analytics.spreadsheet import harmless
from bots.platforms.teams.text import Speech
from migration.kits.kit import LINK
from reseau.contents.mentions import REFERENCE
from reseau.markup.html import tree
from reseau.search import analysis
from tests.bench import growth

SHORT, LONG = 1050, 2100  # longer than the cache of one reading
MOST = 3.2  # times more steps for twice the length, of which the square would take four; cards are cut in pieces
DEEP = 8000  # eight times the depth that calls may have
FREE = 8000  # steps that a text of any length may take


def steps(function: str, text: str) -> int:
    """Count the calls that a function makes for a text."""
    run, profile = growth.FUNCTIONS[function], cProfile.Profile()
    profile.enable()
    try:
        run(text)
    finally:
        profile.disable()
    return sum(entry.callcount for entry in profile.getstats())


#: What draws a whole card takes long, and so does what reads a message whole. Those of a family share their tree and
#: their pieces, so each sees some of the texts here, all of them together see each; the benchmark sees every pair.
FAMILIES = {
    "drawing": [name for name in sorted(growth.FUNCTIONS) if name.split()[-1] in ("card", "names", "post", "terminal")],
    "Slack": ["Slack text", "Slack rich text", "Slack app", "Slack line", "Slack line for us"],
    "Markdown": ["Markdown tree", "headline", "links that mislead", "notification"],
    "Teams": ["Teams HTML", "Teams message of HTML", "Teams message of text", "Teams line", "Teams cards"],
}
SHARES = {"drawing": 4, "Slack": 3, "Markdown": 3, "Teams": 3}


def texts(function: str) -> list[str]:
    """The texts that a function is tried on."""
    for name, family in FAMILIES.items():
        if function in family:
            return list(growth.UNITS)[family.index(function) % SHARES[name] :: SHARES[name]]
    return list(growth.UNITS)


@pytest.mark.parametrize("family", FAMILIES)
def test_every_text_is_seen_by_each_family(family: str) -> None:
    assert {text for function in FAMILIES[family] for text in texts(function)} == set(growth.UNITS)


@pytest.mark.parametrize("function", sorted(growth.FUNCTIONS))
def test_steps_grow_as_the_text_does(function: str) -> None:
    growth.FUNCTIONS[function]("w")  # fills the caches
    for name in texts(function):
        unit = growth.UNITS[name]
        long = steps(function, growth.text_of(unit, LONG))
        # What takes few steps for the longer text needs no look at the shorter one.
        short = steps(function, growth.text_of(unit, SHORT)) if long > FREE else 0
        assert long <= MOST * short + FREE, (name, short, long)


@pytest.mark.parametrize("function", ["Teams HTML", "Teams message of text", "Markdown tree", "headline", "a name"])
def test_no_text_goes_too_deep(function: str) -> None:
    for name in growth.UNITS:
        assert growth.measured(function, name, (DEEP,), 1).seconds != (float("inf"),), name


@pytest.mark.parametrize(
    ("html", "count"), [("<a" * 300, 300), ("a < b <b>c</b>", 1), ('<i title="a<b"></i>', 0), ("<a" * 300 + ">x", 299)]
)
def test_what_begins_no_tag_is_text(html: str, count: int) -> None:
    assert len(re.findall("<", tree(html).text())) == count


def test_a_name_that_never_ends_is_text() -> None:
    speech = Speech({"text": "<at>" * 5000 + "x</at>"}, [], "us")

    assert speech.markdown().endswith("@x")


@pytest.mark.parametrize("text", ["[a](" * 25_000, "](" * 50_000, "<a:" * 33_000, "<a:b<" * 20_000])
def test_addresses_that_never_end_are_looked_for_once(text: str) -> None:
    start = time.process_time()
    analysis.words(text)

    assert time.process_time() - start < 5  # the square of the length would take minutes


def test_addresses_are_no_words_to_search() -> None:
    text = "voir [la charte](https://example.org/budget) <https://example.org/x> [b](<reseau:a/b>)"

    assert analysis.words(text) == ["voir", "la", "charte", "b"]


def _named(text: str) -> list[str]:
    return [match[2] for match in REFERENCE.finditer(text)]


@pytest.mark.parametrize(
    ("take", "text"),
    [
        (_named, "[@\\" * 13_000),  # each escaped bracket could begin a name
        (lambda text: LINK.sub("", text), "[" * 40_000),
        (harmless, '"' * 40_000),
        (tree, "<!--a>" * 16_600),  # comments without an end
    ],
)
def test_what_never_ends_is_given_up_soon(take: Callable[[str], object], text: str) -> None:
    start = time.process_time()
    take(text)

    assert time.process_time() - start < 4  # the square of the length takes twice as long and more


def test_a_name_with_brackets_is_found_among_many() -> None:
    assert _named("[[@Léa \\[RH\\]](reseau:slack/T1/U1) [@Bo](reseau:slack/T1/U2)") == ["Léa \\[RH\\]", "Bo"]
