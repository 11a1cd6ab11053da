"""How the time that a text takes grows with its length: every reader, converter, grammar and renderer on hostile texts.

A new function is one line in ``FUNCTIONS``, a new text one line in ``UNITS``. ``python -m tests.bench.growth [WORD …]``
runs this part alone, perhaps for the functions whose names hold a word.
"""

from __future__ import annotations

import gc
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from bots import excerpts, spoken
from bots.arrival import Body
from bots.card import Card, Item, Items, Markdown, Quote, Text
from bots.command import all_commands
from bots.dates import moment_of
from bots.markup.tree import read
from bots.parser import parse
from bots.platform import Answer, Post
from bots.platforms import console
from bots.platforms.slack import blocks
from bots.platforms.slack.names import Names
from bots.platforms.slack.writing import markdown as slack_message, spoken as slack_line
from bots.platforms.teams import adaptive
from bots.platforms.teams.activities import Reading
from migration.report import _table
from reseau.i18n import Words
from reseau.markup.markdown import plain, typed, word
from reseau.markup.teams import TeamsMarkup, is_formatted
from reseau.search import analysis

SIZES = (10_000, 20_000, 40_000)
TIMES = 5
MOST_RATIO, MOST_SECONDS = 2.5, 1.0
#: Below this a ratio says nothing: the clock and the machine are noisier.
LEAST_SECONDS = 0.005

#: What is repeated until a text has its length.
UNITS: Mapping[str, str] = {
    "underscores": "_",
    "stars": "*",
    "emphasis": "*a _b* c_ **d ",
    "tildes": "~~a ~b ",
    "backticks": "`a ``b ",
    "brackets": "[",
    "links": "[a](",
    "whole links": "[a](https://b.example/c) ",
    "angles": "<a<",
    "mentions": "<at>",
    "divisions": "<div>",
    "quotations": "<blockquote>",
    "bold tags": "<b>a<i>",
    "entities": "&amp;amp;",
    "typed quotes": "> ",
    "items": "- a\n",
    "nested items": "- - ",
    "rows": "| a | b |\n|-|-|\n",
    "places": "dans ",
    "addresses": "https://a.example/?b=c&d ",
}


def _said(activity: Mapping[str, Any]) -> list[Body]:
    return [one.body for one in Reading(activity, {}).message()]


def _activity(text: str, kind: str, html: str = "") -> dict[str, Any]:
    return {
        "id": "1",
        "text": text,
        "from": {"id": "29:lea"},
        "recipient": {"id": "28:us"},
        "conversation": {"id": "19:channel", "conversationType": kind},
        "attachments": [{"contentType": "text/html", "content": html}] if html else [],
    }


def _rich(text: str) -> dict[str, Any]:
    """A rich text of many elements, and of the text in one."""
    parts = [{"type": "text", "text": piece, "style": {"bold": True}} for piece in text[: len(text) // 2].split(" ")]
    section = {"type": "rich_text_section", "elements": [*parts, {"type": "text", "text": text[len(text) // 2 :]}]}
    return {"text": "", "blocks": [{"type": "rich_text", "elements": [section]}]}


def _answer(text: str) -> Answer:
    return Answer(Card("Titre", (Text("x"), Items((Item(Markdown(text), whole=True),)))))


def _named(text: str) -> Answer:
    return Answer(Card(text, (Text(text), Items((Item(text, reason=text),), text), Quote("x", text)), footer=text))


_TEAMS = TeamsMarkup(lambda _number, name: plain(f"@{name}"))
_COMMANDS, _NOW, _ZONE = all_commands(), datetime(2026, 1, 2, tzinfo=UTC), ZoneInfo("Europe/Paris")

#: What reads, converts, understands or draws a text that somebody chose.
FUNCTIONS: Mapping[str, Callable[[str], object]] = {
    "Slack text": lambda text: slack_message({"text": text}, Names()),
    "Slack rich text": lambda text: slack_message(_rich(text), Names()),
    "Slack line": lambda text: slack_line({"text": text}, Names(), "U0"),
    "Teams HTML": lambda text: _TEAMS.text(text),
    "Teams form": is_formatted,
    "Teams message of HTML": lambda text: _said(_activity("x", "channel", text)),
    "Teams message of text": lambda text: _said(_activity(text, "channel")),
    "Teams line": lambda text: _said(_activity(text, "personal")),
    "plain Markdown": plain,
    "typed Markdown": typed,
    "a name": word,
    "Markdown tree": lambda text: read(text + " "),
    "grammar": lambda text: parse(text, _COMMANDS),
    "grammar behind a verb": lambda text: parse("demander " + text, _COMMANDS),
    "search terms": lambda text: analysis.reading(text, "fr"),
    "search question": analysis.query_terms,
    "headline": excerpts.first_line,
    "date": lambda text: moment_of(text, _NOW, _ZONE),
    "Slack card": lambda text: blocks.of_answer(_answer(text)),
    "Slack card of names": lambda text: blocks.of_answer(_named(text)),
    "Slack post": lambda text: blocks.of_post(Post("key", "Léa", text)),
    "Teams card": lambda text: adaptive.of_answer(_answer(text)),
    "Teams card of names": lambda text: adaptive.of_answer(_named(text)),
    "Teams post": lambda text: adaptive.of_post(Post("key", "Léa", text)),
    "terminal": lambda text: console.render(_answer(text).card, console.Look(80, True)),
    "notification": lambda text: spoken.of_card(_answer(text).card),
    "HTML report": lambda text: _table(Words("fr"), text, ["a"], [[text]]),
}


@dataclass(frozen=True)
class Growth:
    """What a function took for a text of each size: the least CPU seconds of some runs."""

    function: str
    text: str
    seconds: tuple[float, ...]

    @property
    def ratio(self) -> float:
        """How many times more the longest text took than the one of half its length, where that can be told."""
        half, whole = self.seconds[-2:]
        return whole / max(half, LEAST_SECONDS)

    @property
    def holds(self) -> bool:
        return self.ratio <= MOST_RATIO and self.seconds[-1] < MOST_SECONDS


def text_of(unit: str, size: int) -> str:
    return (unit * (size // len(unit) + 1))[:size]


def measured(function: str, text: str, sizes: Sequence[int] = SIZES, times: int = TIMES) -> Growth:
    """What a function takes for a text; one that is far too slow is not asked again."""
    run, seconds = FUNCTIONS[function], []
    for size in sizes:
        given, least = text_of(UNITS[text], size), float("inf")
        for number in range(times):
            least = min(least, _cost(run, f"{given[:-6]}{number:6}"))  # nothing is remembered from the run before
            if least > MOST_SECONDS * 2:
                break
        seconds.append(least)
    return Growth(function, text, tuple(seconds))


def _cost(run: Callable[[str], object], text: str) -> float:
    gc.collect()
    begun = time.process_time()
    try:
        run(text)
    except RecursionError:
        return float("inf")
    return time.process_time() - begun


def bench(words: Sequence[str] = ()) -> dict[str, Any]:
    """Every function on every text, as a part of the results."""
    chosen = [name for name in FUNCTIONS if not words or any(one in name for one in words)]
    found = [measured(name, text) for name in chosen for text in UNITS]
    return {
        "sizes": SIZES,
        "rows": [{**asdict(one), "ratio": round(one.ratio, 2), "holds": one.holds} for one in found],
    }


def lines(results: Mapping[str, Any], most: int = 15) -> list[str]:
    """The slowest, and all that grow faster than they may."""
    rows = sorted(results["rows"], key=lambda row: (row["holds"], -row["seconds"][-1]))
    broken = sum(not row["holds"] for row in rows)
    head = (
        f"growth: {len(rows)} pairs of function and text, {broken} beyond {MOST_RATIO} a doubling or {MOST_SECONDS} s"
    )
    return [head] + [
        f"  {'' if row['holds'] else '! '}{row['function']}, {row['text']}: "
        + ", ".join(f"{seconds * 1000:.1f}" for seconds in row["seconds"])
        + f" ms, × {row['ratio']}"
        for row in rows[: max(most, broken)]
    ]


if __name__ == "__main__":
    sys.stdout.write("\n".join(lines(bench(sys.argv[1:]))) + "\n")
