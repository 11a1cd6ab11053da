"""Every verb says and does the same at every door: each shows the console's answer."""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from bots.answers import strangers
from bots.answers.handling import Handler
from bots.arrival import Where
from bots.card import Visibility
from bots.command import Command, Role, all_commands
from bots.platform import Answer, Audience, Channel, Incoming
from reseau.acting import Acting
from reseau.channels import links
from reseau.channels.links import NewLink
from reseau.errors import ReseauError
from reseau.keys import EventKey
from reseau.network import Network
from reseau.people import accounts, identities, members
from reseau.people.accounts import Account, NotAdmittedError, Standing
from reseau.people.identities import NewIdentity
from reseau.people.members import MemberChange
from reseau.settings import load_settings
from reseau.store import Store, open_store
from reseau.store.moments import now
from tests.bots.company import company
from tests.journeys.doors import (
    SLACK,
    SLACK_CHANNELS,
    SLACK_TENANT,
    TEAMS,
    TEAMS_CHANNELS,
    TOOLS,
    Shown,
    Typed,
)
from tests.simulators.playground import TENANT as TEAMS_TENANT

LANGUAGES = ("fr", "en")
#: A token is drawn anew for each draft, and for each link to a page.
_TOKEN = re.compile(
    r"\b(confirmer|confirm|annuler|cancel) [\w-]{12}(?![\w-])|\b((?:annuler merci|cancel thanks) )\d+"
    r"|(?<=/link/)[\w-]{43}"
)
#: What a platform says that the channel of a command is called.
_NAMES = {("slack", "command"): "general"}
_CHANNELS: Mapping[str, tuple[str, Mapping[str, str]]] = {
    "slack": (SLACK_TENANT, SLACK_CHANNELS),
    "teams": (TEAMS_TENANT, TEAMS_CHANNELS),
    "web": ("", {}),
}
#: What a line may leave behind, beside the bookkeeping of doors.
_LEFT = [
    *("member", "profile_item", "membership", "content", "revision", "thread", "reaction", "thanks", "follow"),
    *("tagging", "draft", "link"),
]

_IN_TURN = ("guy", "zoe")  # a guest, and an employee who is not in the directory
DOORS = {name: opening for tool in TOOLS.values() for name, opening in tool.doors.items()}


@dataclass(slots=True)
class Stage:
    """A company, put back as it was before each line."""

    model: Path
    file: Path
    store: Store

    def again(self) -> None:
        with closing(sqlite3.connect(self.model)) as source, closing(sqlite3.connect(self.file)) as target:
            target.execute("PRAGMA synchronous=OFF")  # no power failure happens here
            source.backup(target)

    def left(self) -> dict[str, Any]:
        """Count the rows that are there now."""
        with self.store.read() as tx:
            ask = tx.connection.exec_driver_sql
            counted = {name: ask(f'SELECT count(*) FROM "{name}"').scalar_one() for name in _LEFT}
            counted["links that work"] = ask("SELECT count(*) FROM link WHERE ended_at IS NULL").scalar_one()
            acts = ask("SELECT verb, count(*) FROM activity GROUP BY verb ORDER BY verb")
            return {**counted, **{f"acts: {verb}": count for verb, count in acts}}


@dataclass(frozen=True)
class Model:
    """The company once made: the file of its store, and ids of members by handle."""

    file: Path
    people: dict[str, int]

    @contextmanager
    def stage(self, folder: Path) -> Iterator[Stage]:
        folder.mkdir()
        file = folder / "reseau.db"
        file.write_bytes(self.file.read_bytes())
        store = open_store(f"sqlite:///{file}", make=False)
        held = now()
        store.clock = lambda: held
        yield Stage(self.file, file, store)
        store.close()


def model(folder: Path, template: Path, language: str) -> Model:
    """The small company, its accounts on Slack and Teams, and a channel of each linked to Veille."""
    file = folder / "model.db"
    file.write_bytes(template.read_bytes())
    store = open_store(f"sqlite:///{file}", make=False)
    small = company(Network(load_settings(data=folder), store))
    people, franck = small.people, small.people["franck"]
    with store.write() as tx:
        proofs = {"guy": "administrator"}
        slack = [
            NewIdentity(people[who], "slack", SLACK_TENANT, id_, proofs.get(who, "email"))
            for who, id_ in SLACK.items()
            if who in people
        ]
        teams = [
            NewIdentity(people[who], "teams", TEAMS_TENANT, team["aadObjectId"], proofs.get(who, "email"))
            for who, team in TEAMS.items()
            if who in people and who != "nina"
        ]
        identities.add(tx, [*slack, *teams], Acting("console"))
        for platform, tenant, channel in (
            ("slack", SLACK_TENANT, SLACK_CHANNELS["linked"]),
            ("teams", TEAMS_TENANT, TEAMS_CHANNELS["linked"]),
        ):
            links.add(tx, NewLink(small.places["veille"], platform, tenant, channel, "veille", franck))
        # Microsoft's client speaks English to any person.
        members.change(tx, [MemberChange(franck, {"language": language})], Acting("console"))
    store.close()
    return Model(file, people)


@dataclass(frozen=True)
class Case:
    """A verb as someone types its example; ``number`` is its place in the table."""

    command: Command
    language: str
    who: str
    number: int

    def ways(self, ways: Sequence[str]) -> Sequence[str]:
        """The ways that it goes: members every one, guests and strangers one after the other, each with some verbs."""
        return [ways[self.number % len(ways)]] if self.who in _IN_TURN else ways

    @property
    def typed(self) -> Typed:
        channel = ""
        if self.command.role is Role.ADMINISTRATOR:
            channel = "linked" if self.command.id == "unlink" else "everybody"
        return Typed(self.who, self.command.examples[self.language], channel)


def table(language: str) -> list[Case]:
    """Run every verb as a member (the administrator if it is reserved), a guest and a stranger."""
    return [
        Case(command, language, who, number)
        for number, command in enumerate(all_commands())
        for who in ("franck" if command.role is Role.ADMINISTRATOR else "lea", *_IN_TURN)
    ]


@dataclass(frozen=True)
class Console:
    """The company at its console, whose answers are expected everywhere."""

    stage: Stage
    people: dict[str, int]
    handler: Handler

    def expected(self, case: Case, audience: Audience, way: str, platform: str) -> tuple[Answer, dict[str, Any]]:
        """The answer to a line, and its effect on the rows."""
        self.stage.again()
        line = case.typed
        if case.who not in self.people:
            return self._stranger(), self.stage.left()
        # A command is always typed in a channel, after the platform's own prefix.
        place = line.channel or ("everybody" if way == "command" else "")
        tenant, places = _CHANNELS[platform]
        channel = (
            Channel(Where(places[place]), None, audience, _NAMES.get((platform, way), "")) if place in places else None
        )
        incoming = Incoming(self.people[case.who], line.line, EventKey(platform, tenant, "event"), channel=channel)
        try:
            with self.stage.store.write() as tx:
                turn = self.handler.turn(tx, incoming)
        except ReseauError as error:
            with self.stage.store.write() as tx:
                turn = self.handler.refuse(tx, incoming, error)
        alone = turn.card.visibility is Visibility.PRIVATE or turn.card.shared is not None
        answer = Answer(turn.card, alone, language=turn.language)
        return answer, self.stage.left()

    def _stranger(self) -> Answer:
        """Return the answer to an employee who is not in the directory."""
        nobody = Account("console", "", "nobody", Standing.HOME)
        with self.stage.store.write() as tx, pytest.raises(NotAdmittedError) as refused:
            accounts.meet(tx, nobody, "directory")
        card, language = strangers.stranger(refused.value, "", self.handler.network.settings)
        return Answer(card, language=language)


def plainly(text: Shown) -> Any:
    """Return the text of a card without the tokens of drafts and the numbers of thanks, which depend on the moment."""
    return json.loads(_TOKEN.sub(r"\1\2 TOKEN", json.dumps(text.drawn, ensure_ascii=False)))


@pytest.mark.timeout(600)
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("door", DOORS)
def test_every_verb_says_and_does_the_same_at_every_door(
    door: str, language: str, tmp_path: Path, sqlite_template: Path, subtests: pytest.Subtests
) -> None:
    made = model(tmp_path, sqlite_template, language)
    with made.stage(tmp_path / "console") as at_console, made.stage(tmp_path / "door") as stage:
        settings = load_settings(data=tmp_path, language=language)
        console = Console(at_console, made.people, Handler(Network(settings, at_console.store), all_commands()))
        with DOORS[door](tmp_path / "door", stage.store, language) as door_:
            for case in table(language):
                if case.who not in made.people and not door_.strangers:
                    continue
                for way in case.ways(door_.ways):
                    answer, left = console.expected(case, door_.audience, way, door.split()[0])
                    with subtests.test(case.command.id, who=case.who, way=way):
                        stage.again()
                        card = door_.ask(case.typed, way)
                        expected = Shown(door_.drawing(answer), answer.private)
                        assert plainly(card) == plainly(expected)
                        assert card.private is (answer.private or (way == "message" and not case.typed.channel))
                        assert stage.left() == left
