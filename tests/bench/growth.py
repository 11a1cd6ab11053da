"""Growth of time with the length of a text: every reader, converter, grammar and renderer on hostile texts.

A new function is one line in ``FUNCTIONS``, and a new text is one line in ``UNITS``. ``python -m tests.bench.growth
[WORD …]`` runs this part alone, or only the functions whose names contain a word.

A pair is measured once, which is nearly always conclusive. A pair near or over a limit is measured up to five times,
and the least time counts, since other load on the machine only adds to it.
"""

from __future__ import annotations

import gc
import json
import logging
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import structlog

from analytics.spreadsheet import harmless
from bots.answers import excerpts
from bots.arrival import Body
from bots.card import Card, Item, Items, Markdown, Quote, Text
from bots.command import all_commands
from bots.markup import plaintext
from bots.markup.tree import read
from bots.platform import Answer, Post
from bots.platforms import console
from bots.platforms.slack import blocks
from bots.platforms.slack.names import Names
from bots.platforms.slack.writing import markdown as slack_message, spoken as slack_line
from bots.platforms.teams import adaptive
from bots.platforms.teams.activities import Reading
from bots.speech.dates import moment_of
from bots.speech.everyday import sense_of
from bots.speech.grammar import hashtags, mentions, without_small_words
from bots.speech.parser import parse
from migration.kits.kit import LINK
from migration.kits.values import fill
from migration.report.report import _table
from migration.sources.slack_export.decoding import decode
from reseau.contents import mentions as mentioning, tags
from reseau.contents.mentions import REFERENCE
from reseau.i18n import Words
from reseau.markup.locator import without_secrets, without_secrets_in
from reseau.markup.markdown import plain, typed, word
from reseau.markup.teams import TeamsMarkup, is_formatted
from reseau.search import analysis
from reseau.search.spelling import words_of
from tests.bench import exports

SIZES = (10_000, 20_000, 40_000)
TIMES = 5
MOST_RATIO, MOST_SECONDS = 2.5, 1.0
NEAR_RATIO, NEAR_SECONDS = 2.2, 0.7  # pairs above these are measured again
#: Times below this give no useful ratio, because of the noise of the clock and the machine.
LEAST_SECONDS = 0.005

#: Pieces that are repeated to build a text.
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
    "pictures": "![",
    "definitions": "[a]: b\n",
    "open definitions": "[a\n",
    "footnotes": "[a][b] ",
    "comments": "<!--a>",
    "attributes": "<a b='>",
    "escapes": "\\",
    "open names": "[@\\",
    "crossing": "***a** b* ",
    "marks within words": "a**b",
    "lines of code": "~~~\n",
    "open fences": "``` a\n",
    "numbered": "1. a\n",
    "headings": "a\n=\n",
    "table of one column": "a|b\n-|-\n",
    "nested quotes": "> > a\n",
    "line ends": "\n",
    "broken lines": "\\\n",
    "spaces": " ",
    "one word": "a",
    "digits": "12/03/",
    "people": "<@U123ABC> ",
    "at signs": "a@",
    "colons": ":a",
    "tags": "#a#",
    "names": "Léa, ",
    "quoted names": "« ",
    "accents": "e\u0301\u0301",
    "ligatures": "\ufdfa",
    "no width": "\u200b\u202e",
    "faces": "👩\u200d",
    "tokens": "xoxb-a?token=b&",
    "deep JSON": '{"a":[',
}


def _said(activity: Mapping[str, Any]) -> list[Body]:
    return [entity.body for entity in Reading(activity, {}).message()]


def _activity(text: str, kind: str, html: str = "") -> dict[str, Any]:
    return {
        "id": "1",
        "text": text,
        "from": {"id": "29:lea"},
        "recipient": {"id": "28:us"},
        "conversation": {"id": "19:channel", "conversationType": kind},
        "attachments": [{"contentType": "text/html", "content": html}] if html else [],
    }


def _shaped(text: str) -> dict[str, Any]:
    """Return an app's message with the text in its blocks and attachments."""
    words = {"type": "mrkdwn", "text": text[: len(text) // 2]}
    card = {"title": text[len(text) // 2 :][:2000], "text": text[len(text) // 2 :], "is_share": True}
    return {"text": "", "blocks": [{"type": "section", "text": words}], "attachments": [card]}


def _card(text: str) -> dict[str, Any]:
    """Return a message with a card and a forwarded message as JSON attachments."""
    kinds = ("application/vnd.microsoft.card.adaptive", "forwardedMessageReference")
    contents = (text, json.dumps({"messagePreview": text}))
    attached = [{"contentType": kind, "content": content} for kind, content in zip(kinds, contents, strict=True)]
    return {**_activity("", "channel"), "attachments": attached}


def _labelled(text: str) -> str:
    """Return links whose labels have as many words as are searched for another address."""
    return "".join(f"[{text[at : at + 1900]}](https://x.example) " for at in range(0, len(text), 1900))


def _rich(text: str) -> dict[str, Any]:
    """Return a rich text of many elements, one of which holds the text."""
    parts = [{"type": "text", "text": piece, "style": {"bold": True}} for piece in text[: len(text) // 2].split(" ")]
    section = {"type": "rich_text_section", "elements": [*parts, {"type": "text", "text": text[len(text) // 2 :]}]}
    return {"text": "", "blocks": [{"type": "rich_text", "elements": [section]}]}


def _answer(text: str) -> Answer:
    return Answer(Card("Titre", (Text("x"), Items((Item(Markdown(text), whole=True),)))))


def _named(text: str) -> Answer:
    return Answer(Card(text, (Text(text), Items((Item(text, reason=text),), text), Quote("x", text)), footer=text))


_TEAMS = TeamsMarkup(lambda _number, name: plain(f"@{name}"))
_COMMANDS, _NOW, _ZONE = all_commands(), datetime(2026, 1, 2, tzinfo=UTC), ZoneInfo("Europe/Paris")

#: Functions that read, convert, parse or draw a text from outside.
FUNCTIONS: Mapping[str, Callable[[str], object]] = {
    "Slack text": lambda text: slack_message({"text": text}, Names()),
    "Slack rich text": lambda text: slack_message(_rich(text), Names()),
    "Slack app": lambda text: slack_message(_shaped(text), Names()),
    "Slack line": lambda text: slack_line({"text": text}, Names(), "U0"),
    "Slack line for us": lambda text: slack_line({"text": f"<@U0> a{text}"}, Names(), "U0"),
    "references in a line": lambda text: list(REFERENCE.finditer(text)),
    "mentions in a text": lambda text: (mentioning._handles(text), mentioning._keys(text)),
    "Teams HTML": lambda text: _TEAMS.text(text),
    "Teams form": is_formatted,
    "Teams message of HTML": lambda text: _said(_activity("x", "channel", text)),
    "Teams message of text": lambda text: _said(_activity(text, "channel")),
    "Teams line": lambda text: _said(_activity(text, "personal")),
    "Teams cards": lambda text: _said(_card(text)),
    "plain Markdown": plain,
    "typed Markdown": typed,
    "a name": word,
    "Markdown tree": lambda text: read(text + " "),
    "links that mislead": lambda text: read(_labelled(text)),
    "grammar": lambda text: parse(text, _COMMANDS),
    "grammar behind a verb": lambda text: parse("demander " + text, _COMMANDS),
    "small talk": sense_of,
    "names typed": lambda text: (words_of(text), without_small_words(text), mentions(text), hashtags(text)),
    "tags": tags.hashtags,
    "secrets": lambda text: (
        without_secrets_in(f"https://a.example/{text}"),
        without_secrets(f"https://a.b/?t={text}"),
    ),
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
    "notification": lambda text: plaintext.of_card(_answer(text).card),
    "Slack export": lambda text: decode(b"[" + text.encode("utf-8", "surrogatepass")),
    "kit": lambda text: (fill(text, {}), LINK.sub("", text)),
    "spreadsheet cell": harmless,
    "HTML report": lambda text: _table(Words("fr"), text, ["a"], [[text]]),
}


@dataclass(frozen=True)
class Growth:
    """The least CPU seconds of some runs of a function on a text of each size."""

    function: str
    text: str
    seconds: tuple[float, ...]

    @property
    def ratio(self) -> float:
        """Return the time of the longest text, relative to a text of half its length."""
        half, longest = self.seconds[-2:]
        return longest / max(half, LEAST_SECONDS)

    @property
    def holds(self) -> bool:
        return self.ratio <= MOST_RATIO and self.seconds[-1] < MOST_SECONDS


def text_of(unit: str, size: int) -> str:
    return (unit * (size // len(unit) + 1))[:size]


def measured(function: str, text: str, sizes: Sequence[int] = SIZES, times: int = TIMES) -> Growth:
    """Measure a function on a text; one that is far too slow is not measured again."""
    run, texts = FUNCTIONS[function], [text_of(UNITS[text], size) for size in sizes]
    least = [float("inf")] * len(texts)
    for number in range(times):
        # Each run ends in another number, so no cache can answer it.
        took = [_cost(run, f"{text[:-6]}{number:6}") for text in texts]
        least = [min(pair) for pair in zip(least, took, strict=True)]
        if _is_conclusive(least) or max(took) > MOST_SECONDS * 3:
            break
    return Growth(function, text, tuple(least))


def _is_conclusive(seconds: Sequence[float]) -> bool:
    """Whether the times are far below the limits."""
    ratio = seconds[-1] / max(seconds[-2], LEAST_SECONDS) if len(seconds) > 1 else 0
    return ratio <= NEAR_RATIO and seconds[-1] < NEAR_SECONDS


def _cost(run: Callable[[str], object], text: str) -> float:
    started = time.process_time()
    try:
        run(text)
    except RecursionError:
        return float("inf")
    return time.process_time() - started


def bench(words: Sequence[str] = (), tell: Callable[[str], object] = lambda line: None) -> dict[str, Any]:
    """Measure every function on every text; ``tell`` gets a line after each function."""
    chosen = [name for name in FUNCTIONS if not words or any(word in name for word in words)]
    first = time.process_time()
    results: list[Growth] = []
    logging.disable(logging.WARNING)  # hostile texts make libraries warn thousands of times
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    gc.collect()
    gc.freeze()  # the collector need not scan existing objects in every run
    try:
        for name in chosen:
            FUNCTIONS[name]("w")  # fill the caches first
            started = time.process_time()
            growths = [measured(name, text) for text in UNITS]
            results += growths
            tell(_summary(name, growths, time.process_time() - started))
    finally:
        gc.unfreeze()
        logging.disable(logging.NOTSET)
        structlog.reset_defaults()
    return {
        "sizes": SIZES,
        "seconds": round(time.process_time() - first, 1),
        "rows": [{**asdict(pair), "ratio": round(pair.ratio, 2), "holds": pair.holds} for pair in results],
    }


def _summary(function: str, growths: Sequence[Growth], seconds: float) -> str:
    slowest = max(growths, key=lambda growth: growth.seconds[-1])
    broken = [growth.text for growth in growths if not growth.holds]
    beyond = f"; beyond: {', '.join(broken)}" if broken else ""
    return f"{function}: {seconds:.1f} s, slowest {slowest.text} {slowest.seconds[-1] * 1000:.0f} ms{beyond}"


def lines(results: Mapping[str, Any], most: int = 15) -> list[str]:
    """Return lines of text about the slowest pairs, and about all that exceed a limit."""
    rows = sorted(results["rows"], key=lambda row: (row["holds"], -row["seconds"][-1]))
    broken = sum(not row["holds"] for row in rows)
    slowest = max(row["seconds"][-1] for row in rows)
    head = (
        f"growth: {len({row['function'] for row in rows})} functions × {len({row['text'] for row in rows})} texts, "
        f"{broken} of {len(rows)} beyond {MOST_RATIO} a doubling or {MOST_SECONDS} s at {max(results['sizes'])} "
        f"characters; the slowest takes {slowest:.2f} s; measured in {results['seconds']:.0f} s"
    )
    return [head] + [
        f"  {'' if row['holds'] else '! '}{row['function']}, {row['text']}: "
        + ", ".join(f"{seconds * 1000:.1f}" for seconds in row["seconds"])
        + f" ms, × {row['ratio']}"
        for row in rows[: max(most, broken)]
    ]


if __name__ == "__main__":
    results = bench(sys.argv[1:], lambda line: print(line, flush=True))
    sys.stdout.write("\n".join(lines(results)) + "\n")
    exports.RESULTS.mkdir(exist_ok=True)
    file = exports.RESULTS / f"{datetime.now(UTC):%Y-%m-%dT%H%M%S}-growth.json"
    file.write_text(json.dumps({"growth": results}, indent=1) + "\n", encoding="utf-8")
    sys.stdout.write(f"written: {file.relative_to(exports.PROJECT)}\n")
