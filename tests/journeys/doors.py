"""The doors (platforms with their transports) of a small company: a test types a line at one and reads the card.

Each connects the program as ``reseau bots`` serves it with a program by others: local-slack, or Microsoft's client for
testing apps.
"""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol

from bots.platform import Answer, Audience
from bots.platforms.slack import blocks
from bots.platforms.teams import adaptive
from reseau.network import Network
from reseau.serve import application
from reseau.settings import load_settings
from reseau.store import Store
from tests.bots import adaptivecards, blockkit
from tests.counterparts_running import LocalSlack, local_slack
from tests.journeys import web_door
from tests.served import served
from tests.simulators.heard import Heard, card, listening
from tests.simulators.opened import listen
from tests.simulators.playground import CHANNEL, CHAT, TEAM, TENANT, Playground, person, playground, until

SLACK_TENANT = "T01TEST"
#: Accounts by the handle of their member; Zoé is nobody's.
SLACK = {"lea": "U01LEA", "ana": "U02ANA", "franck": "U03FRANCK", "guy": "U04GUY", "zoe": "U05ZOE"}
_NAMES = {
    "franck": "Franck Morel",
    "lea": "Léa Petit",
    "ana": "Ana Roux",
    "guy": "Guy Dupont",
    "zoe": "Zoé Dehors",
    "nina": "Nina Neuf",
}
#: As Teams knows people. Franck sits before the client; Guy is a guest of the tenant, by the name that Entra gives one.
TEAMS = {handle: person(number, name) for number, (handle, name) in enumerate(_NAMES.items())}
TEAMS["guy"]["userPrincipleName"] = "guy_client.example#EXT#@exemple.onmicrosoft.com"
#: Conversations by what the table calls them: a channel that no community is linked to, and one that is.
SLACK_CHANNELS = {"everybody": "C01GENERAL", "linked": "C09VEILLE"}
TEAMS_CHANNELS = {"everybody": TEAM, "linked": CHANNEL}
APP = {
    "appId": "A01APP",
    "botUserId": "U0BOT",
    "botName": "rsebot",
    "botToken": "xoxb-test-token",
    "appToken": "xapp-test-token",
    "signingSecret": "test-signing-secret",
}
#: Everyone is in the client's one team, the guest too.
_TEAM = Audience("", everybody=False, outsiders=True, people=tuple(team["aadObjectId"] for team in TEAMS.values()))
_LOCALES = {"fr": "fr-FR", "en": "en-US"}
_numbers = itertools.count(1)

OpenDoor = Callable[[Path, Store, str], AbstractContextManager["Door"]]


@dataclass(frozen=True, slots=True)
class Typed:
    """A line that someone types at a door.

    Attributes:
        who: the handle of its author.
        channel: ``everybody`` or ``linked``; empty for a personal chat.
    """

    who: str
    line: str
    channel: str = ""


@dataclass(frozen=True, slots=True)
class Shown:
    """A card as the door shows it; ``private`` if nobody else sees it."""

    drawn: Mapping[str, Any]
    private: bool


class Door(Protocol):
    """A platform over one transport."""

    @property
    def ways(self) -> tuple[str, ...]:
        """The ways of typing a line."""

    @property
    def audience(self) -> Audience:
        """The readers of the channel ``everybody``."""

    @property
    def strangers(self) -> bool:
        """Whether an unknown person can type there."""

    def ask(self, typed: Typed, way: str) -> Shown:
        """Type a line and wait for the card."""

    def drawing(self, answer: Answer) -> Mapping[str, Any]:
        """Return an answer as the door's renderer draws it."""


@dataclass(frozen=True, slots=True)
class SlackDoor:
    """Slack, by commands in a channel, and by messages: in the chat with us, or a mention in the channel."""

    slack: LocalSlack
    ways: tuple[str, ...] = ("command", "message")
    audience: Audience = field(default=Audience("general", everybody=True, outsiders=False, people=()))
    strangers: bool = True

    def ask(self, typed: Typed, way: str) -> Shown:
        who = SLACK[typed.who]
        if way == "command":
            place = SLACK_CHANNELS[typed.channel or "everybody"]
            before = len(self._ours(place))
            self.slack.control("command", channel=place, user=who, command="/rse", text=typed.line)
        else:
            place = SLACK_CHANNELS.get(typed.channel) or self._chat(who)
            before = len(self._ours(place))
            text = f"<@U0BOT> {typed.line}" if typed.channel else typed.line
            self.slack.control("message", channel=place, user=who, text=text)
        until(lambda: len(self._ours(place)) > before, f"nothing was shown for “{typed.line}”")
        messages = self._ours(place)[before]
        assert messages.get("ephemeral_to") in (None, who)
        private = place.startswith("D") or "ephemeral_to" in messages
        return Shown({"blocks": messages["blocks"], "text": messages["text"]}, private)

    def drawing(self, answer: Answer) -> Mapping[str, Any]:
        return {"blocks": blocks.of_answer(answer), "text": blocks.plain(answer)}

    def _ours(self, place: str) -> list[dict[str, Any]]:
        return [message for message in self.slack.messages(place) if message.get("bot_id")]

    def _chat(self, who: str) -> str:
        response = self.slack.api("conversations.open", users=who)
        return str(response["channel"]["id"])


@dataclass(frozen=True, slots=True)
class TeamsDoor:
    """Teams, by messages in everyone's own chat with us, and by mentions in channels, in which only Franck speaks."""

    client: Playground
    heard: Heard
    locale: str
    chats: Mapping[str, str]
    address: str = ""  # of our own endpoint
    people: Mapping[str, Mapping[str, str]] = field(default_factory=lambda: TEAMS)
    strangers: bool = True
    ways: tuple[str, ...] = ("message",)
    audience: Audience = field(
        default=Audience(
            "", everybody=False, outsiders=True, people=tuple(team["aadObjectId"] for team in TEAMS.values())
        )
    )

    def ask(self, typed: Typed, way: str) -> Shown:
        before, seen = len(self.heard.sent()), len(self.heard.shown())
        in_channel = bool(typed.channel) and typed.who == "franck"
        if in_channel:
            mention = {"mentioned": {"id": "bot-id"}, "text": "<at>RSE</at>"}
            self.client.say(f"<at>RSE</at> {typed.line}", TEAMS_CHANNELS[typed.channel], [mention])
            until(lambda: len(self.heard.shown()) > seen, f"nothing is on the page for “{typed.line}”")
        else:
            self.client.custom(self._message(typed))
        until(lambda: len(self.heard.sent()) > before, f"nothing was sent for “{typed.line}”")
        message = self.heard.sent()[before]
        private = not in_channel or self.heard.shown()[seen]["place"] == CHAT
        return Shown({"card": card(message), "summary": message["summary"]}, private)

    def drawing(self, answer: Answer) -> Mapping[str, Any]:
        return {"card": adaptive.of_answer(answer), "summary": adaptive.plain(answer)}

    def _message(self, typed: Typed) -> dict[str, Any]:
        """Return a message as Teams sends it; the client itself makes them for one person only, in English."""
        who = self.people[typed.who]
        return {
            "type": "message",
            "id": f"{int(time.time() * 1000)}-{next(_numbers)}",
            "timestamp": datetime.now(UTC).isoformat(),
            "channelId": "msteams",
            "serviceUrl": self.client.service,
            "from": {"id": who["id"], "name": who["name"], "aadObjectId": who["aadObjectId"]},
            "recipient": {"id": "bot-id", "name": "RSE"},
            "conversation": {"conversationType": "personal", "tenantId": TENANT, "id": self.chats[typed.who]},
            "channelData": {"tenant": {"id": TENANT}},
            "text": typed.line,
            "textFormat": "plain",
            "locale": self.locale,
        }


@contextmanager
def slack_door(folder: Path, store: Store, language: str, mode: str) -> Iterator[Door]:
    """Slack calls us (``events``), or we call Slack (``socket``), until the block ends."""
    listening_at = listen()
    url = f"http://127.0.0.1:{listening_at.getsockname()[1]}/slack/events"
    people = [
        {"id": id_, "name": handle, "real_name": _NAMES[handle], "email": f"{handle}@example.org"}
        for handle, id_ in SLACK.items()
    ]
    members = [*SLACK.values(), APP["botUserId"]]
    names = {"everybody": "general", "linked": "veille"}
    workspace = {
        "workspace": {"name": "Exemple SA", "domain": "exemple", "teamId": SLACK_TENANT},
        "app": {**APP, "mode": mode, "requestUrl": url},
        "users": people,
        "channels": [{"id": SLACK_CHANNELS[name], "name": names[name], "members": members} for name in names],
    }
    ways = {
        "events": {"slack_signing_secret": APP["signingSecret"]},
        "socket": {"slack_app_token": APP["appToken"]},
    }
    with local_slack(folder, workspace) as slack:
        settings = load_settings(
            data=folder,
            language=language,
            join="directory",
            slack_bot_token=APP["botToken"],
            slack_api_url=slack.api_url,
            **ways[mode],
        )
        with served(application(Network(settings, store), ("bots",)), listening_at):
            if mode == "socket":
                until(lambda: any("socket connected" in str(entry["summary"]) for entry in slack.log()), "no socket")
            yield SlackDoor(slack)


@contextmanager
def teams_door(folder: Path, store: Store, language: str) -> Iterator[Door]:
    """Microsoft's client talks to us until the block ends."""
    settings = load_settings(data=folder, language=language, join="directory", teams_dev_unauthenticated=True)
    with (
        served(application(Network(settings, store), ("bots",))) as address,
        playground(folder, address.url, list(TEAMS.values())) as client,
        listening(client) as heard,
    ):
        yield TeamsDoor(client, heard, _LOCALES[language], open_chats(client, TEAMS), address.url)


def open_chats(client: Playground, people: Mapping[str, Mapping[str, str]]) -> dict[str, str]:
    """Open everyone's personal chat with the app, as Teams does on installation, and return their ids by handle."""
    chats = {}
    for handle, team in people.items():
        parameters = {"bot": {"id": "bot-id"}, "members": [{"id": team["id"]}], "isGroup": False, "tenantId": TENANT}
        response = client.call("POST", "/_connector/v3/conversations", parameters)
        assert isinstance(response, dict)
        chats[handle] = str(response["id"])
    return chats


@dataclass(frozen=True, slots=True)
class Web:
    """The chat of the pages."""

    door: web_door.WebDoor
    ways: tuple[str, ...] = ("message",)
    audience: Audience = field(default=Audience("", everybody=True, outsiders=False, people=()))
    strangers: bool = False  # a person without an account has no session there

    def ask(self, typed: Typed, way: str) -> Shown:
        return Shown(self.door.ask(typed.who, typed.line), private=True)

    def drawing(self, answer: Answer) -> Mapping[str, Any]:
        return web_door.drawing(answer)


@contextmanager
def _web_door(folder: Path, store: Store, language: str) -> Iterator[Door]:
    """The pages, until the block ends."""
    settings = load_settings(data=folder, language=language, join="directory")
    yield Web(web_door.WebDoor(Network(settings, store), language))


@dataclass(frozen=True, slots=True)
class Tool:
    """A platform as tests know it: another one is another entry of :data:`TOOLS`.

    Attributes:
        doors: functions that open its doors, by names that begin with the platform's.
        settings: returns the settings for a service at an address of this machine.
        drawing: returns the message that its renderer makes of an answer.
        faults: returns the faults for which the platform would refuse a message.
    """

    doors: Mapping[str, OpenDoor]
    settings: Callable[[str], Mapping[str, Any]]
    drawing: Callable[[Answer], Any]
    faults: Callable[[Any], Sequence[str]]


def _slack_settings(url: str) -> Mapping[str, Any]:
    return {"slack_bot_token": "xoxb-1-2", "slack_signing_secret": "a" * 32, "slack_api_url": f"{url}/api/"}


def _teams_settings(_url: str) -> Mapping[str, Any]:
    return {"teams_dev_unauthenticated": True}  # each conversation names its own address


TOOLS: Mapping[str, Tool] = {
    "slack": Tool(
        {
            "slack events": lambda folder, store, language: slack_door(folder, store, language, "events"),
            "slack socket": lambda folder, store, language: slack_door(folder, store, language, "socket"),
        },
        _slack_settings,
        blocks.of_answer,
        blockkit.faults,
    ),
    "teams": Tool({"teams": teams_door}, _teams_settings, adaptive.of_answer, adaptivecards.faults),
    "web": Tool({"web": _web_door}, lambda _url: {}, web_door.drawing, web_door.faults),
}
