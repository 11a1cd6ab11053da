"""The way of a line: few files lie between Slack's endpoint and the card, and the architecture lists them in order."""

from __future__ import annotations

import json
import re
import sys
import threading
from collections.abc import Callable, Iterator, MutableMapping
from contextlib import contextmanager
from pathlib import Path
from types import CodeType, FrameType
from typing import Any
from urllib.parse import urlencode

import pytest
from pydantic import SecretStr

from bots.commands import search
from bots.platforms.slack.app import App
from bots.platforms.slack.door import Door
from bots.platforms.slack.home import Team
from bots.platforms.slack.names import Names
from reseau.acting import Acting
from reseau.people import identities
from reseau.people.identities import NewIdentity
from tests import looped
from tests.bots.company import Company
from tests.bots.memory import TENANT, room
from tests.simulators.slack import SECRET, signed

HOUSE = Path(__file__).parents[3]
MOST = 14


def command(line: str) -> bytes:
    """A slash command as Slack sends it."""
    fields = {"command": "/rse", "text": line, "user_id": "ULEA", "channel_id": "C1", "trigger_id": "1.2"}
    return urlencode(fields).encode()


def message(line: str) -> bytes:
    """A message in the chat with us as Slack sends it."""
    event = {
        "type": "message",
        "channel_type": "im",
        "channel": "D1",
        "user": "ULEA",
        "ts": "1700000000.1",
        "text": line,
    }
    return json.dumps({"type": "event_callback", "event_id": "Ev1", "event": event}).encode()


class Home:
    """Knows the workspace without asking."""

    async def team(self) -> Team:
        return Team(TENANT, "U0RSE", "B0RSE")


class Trace:
    """The files of bots that are entered, in their order, until a function returns."""

    def __init__(self, end: CodeType) -> None:
        self.files: list[str] = []
        self._end, self._ended = end, False

    def __call__(self, frame: FrameType, event: str, _argument: object) -> None:
        code = frame.f_code
        self._ended = self._ended or (event == "return" and code is self._end)
        if event != "call" or self._ended or code.co_name == "<module>":
            return
        path = Path(code.co_filename)
        if path.is_relative_to(HOUSE / "bots"):
            name = path.relative_to(HOUSE).as_posix()
            if name not in self.files:
                self.files.append(name)


@contextmanager
def traced() -> Iterator[Trace]:
    """Every thread that begins meanwhile is traced, the writing one too."""
    trace, before = Trace(search.answer.__code__), sys.getprofile()
    threading.setprofile(trace)
    sys.setprofile(trace)
    try:
        yield trace
    finally:
        sys.setprofile(before)
        threading.setprofile(None)


def entered(company: Company, body: bytes) -> list[str]:
    """The files that a request of Slack's enters until the card is there."""

    async def story() -> list[str]:
        async with room(company.network) as bot:
            app = App(bot.receiving, Home(), Names(), "fr")  # type: ignore[arg-type]
            door = Door(SecretStr(SECRET), app.dispatch)
            answers: list[MutableMapping[str, Any]] = []

            async def receive() -> dict[str, object]:
                return {"type": "http.request", "body": body}

            async def send(message: MutableMapping[str, Any]) -> None:
                answers.append(message)

            headers = [(name.encode(), value.encode()) for name, value in signed(body).items()]
            with traced() as trace:
                await door({"type": "http", "method": "POST", "headers": headers}, receive, send)
            await bot.rest()
            assert answers[0]["status"] == 200
            return trace.files

    return looped.run(story())


def documented_files() -> tuple[list[str], list[str]]:
    """The way as the architecture tells it: its files in order, and those that what is found adds."""
    text = (HOUSE / "docs" / "architecture.md").read_text(encoding="utf-8")
    part = text.partition("\n### The way of a line\n")[2].partition("\n## ")[0]
    way, added = (re.findall(rf"^{mark} `([\w/.]+)`", part, re.MULTILINE) for mark in (r"\d+\.", "-"))
    return [f"bots/{name}" for name in way], [f"bots/{name}" for name in added]


@pytest.fixture
def company(here: Company) -> Company:
    """The company, with Léa on Slack."""
    with here.network.store.write() as tx:
        identities.add(tx, [NewIdentity(here.people["lea"], "slack", TENANT, "ULEA", "email")], Acting("slack"))
    return here


@pytest.mark.parametrize("sent", [command, message])
def test_few_files_stand_between_slack_and_the_card_and_the_architecture_tells_them(
    company: Company, sent: Callable[[str], bytes]
) -> None:
    files = entered(company, sent("chercher marge nette"))

    assert len(files) <= MOST, "a line of Slack's enters too many files on its way:\n" + "\n".join(files)
    assert files == documented_files()[0]


def test_what_is_found_enters_the_files_that_read_its_first_words_and_no_others(company: Company) -> None:
    files = entered(company, command("chercher soudure"))

    assert [name for name in files if name not in documented_files()[0]] == documented_files()[1]
