"""Receipt and delivery in processes of their own, killed at the worst moments: every message appears once."""

from __future__ import annotations

import http.client
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from reseau.acting import Acting
from reseau.channels import links
from reseau.channels.links import NewLink
from reseau.communities import opening
from reseau.communities.opening import NewCommunity
from reseau.exchange import outbox
from reseau.kinds import CommunityKind
from reseau.people import identities, members
from reseau.people.identities import NewIdentity
from reseau.people.members import NewMember
from reseau.store import Store, open_store
from tests.journeys import dying
from tests.simulators import slack, teams
from tests.simulators.heard import card
from tests.simulators.playground import free_port, until
from tests.simulators.slack import Workspace
from tests.simulators.teams import TeamsSimulator

PATIENCE = 60.0
GENERAL, ELODIE = "C01GENERAL", "U01ELODIE"
#: Moments of a delivery, and whether the message stands already when the worker dies.
MOMENTS = {
    "before the intent is committed": False,
    "between the intent and the call": False,
    "between the call and the receipt": True,
}
_NAMES = {
    "teams_app_id": "MicrosoftAppId",
    "teams_app_password": "MicrosoftAppPassword",
    "teams_tenant_id": "MicrosoftAppTenantId",
    "teams_openid_url": "RESEAU_TEAMS_OPENID_URL",
    "teams_token_url": "RESEAU_TEAMS_TOKEN_URL",
}


@dataclass(frozen=True)
class Town:
    """Slack and Teams, a store with Veille linked to a channel of each, and the programs between them."""

    workspace: Workspace
    microsoft: TeamsSimulator
    store: Store
    port: int
    environment: dict[str, str]

    @property
    def door(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @contextmanager
    def program(self, service: str, *, dies: str = "") -> Iterator[subprocess.Popen[bytes]]:
        """Run ``reseau bots`` or ``reseau worker`` until it is stopped or, if it ``dies``, until it has."""
        command = [sys.executable, "-m", "reseau", service]
        if dies:
            command = [sys.executable, str(Path(dying.__file__)), service, dies]
        port = {"RESEAU_HTTP_PORT": str(self.port if service == "bots" else 0)}
        folder = self.environment["RESEAU_DATA"]
        process = subprocess.Popen(command, cwd=folder, env=os.environ | self.environment | port)
        try:
            if service == "bots":
                until(lambda: self._answers() or process.poll() is not None, "the door", PATIENCE)
            yield process
            if dies:
                assert process.wait(PATIENCE) == -signal.SIGKILL
            else:
                process.send_signal(signal.SIGTERM)
                assert process.wait(PATIENCE) == 0
        finally:
            process.kill()
            process.wait()

    def _answers(self) -> bool:
        try:
            connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
            with closing(connection):
                connection.request("GET", "/healthz")
                return connection.getresponse().status == 200
        except OSError:
            return False

    def in_slack(self, text: str) -> int:
        """Count how often a text is in the channel of Slack."""
        return sum(text in message for message in self.workspace.texts(GENERAL))

    def in_teams(self, text: str) -> int:
        """Count how often a text is in the channel of Teams."""
        return sum(text in str(card(message)) for message in self.microsoft.messages.values())

    def waiting(self) -> int:
        with self.store.read() as tx:
            return outbox.waiting(tx)

    def contents(self) -> int:
        with self.store.read() as tx:
            return int(tx.connection.exec_driver_sql("SELECT count(*) FROM content").scalar_one())

    def said_in_teams(self, text: str) -> dict[str, Any]:
        return self.microsoft.message(text, where=teams.CHANNEL)

    def said_in_slack(self, text: str) -> dict[str, Any]:
        message = {"type": "message", "user": ELODIE, "text": text, "ts": self.workspace.stamp(), "team": slack.TEAM}
        return {**message, "channel": GENERAL, "channel_type": "channel", "event_ts": message["ts"]}


@pytest.fixture
def town(tmp_path: Path, store_url: str) -> Iterator[Town]:
    store = open_store(store_url)
    with closing(store), slack.simulated() as workspace, teams.teams_simulator() as microsoft:
        workspace.add_user(ELODIE, "Élodie Martin")
        workspace.add_channel(GENERAL, "général", (ELODIE, slack.BOT_USER))
        _settled_in(store)
        port = free_port()
        workspace.door = f"http://127.0.0.1:{port}/slack/events"
        settings = microsoft.settings()
        environment = {
            "RESEAU_DATA": str(tmp_path),
            "RESEAU_STORE": store_url,
            "SLACK_BOT_TOKEN": slack.BOT_TOKEN,
            "SLACK_SIGNING_SECRET": slack.SECRET,
            "RESEAU_SLACK_API_URL": f"{workspace.url}/api/",
            **{name: settings[setting] for setting, name in _NAMES.items()},
        }
        yield Town(workspace, microsoft, store, port, environment)


def _settled_in(store: Store) -> None:
    """Élodie, who is on Slack, Ana, who is on Teams, and a community with a channel of each."""
    console = Acting("console")
    with store.write() as tx:
        elodie, ana = members.add(tx, [NewMember("Élodie Martin"), NewMember("Ana Costa")], console)
        identities.add(
            tx,
            [
                NewIdentity(elodie, "slack", slack.TEAM, ELODIE, "administrator"),
                NewIdentity(ana, "teams", teams.TENANT, str(teams.ANA["aadObjectId"]), "administrator"),
            ],
            console,
        )
        (veille,) = opening.add(tx, [NewCommunity("Veille", CommunityKind.PRACTICE)], console)
        links.add(tx, NewLink(veille, "slack", slack.TEAM, GENERAL, "général", elodie))
        links.add(tx, NewLink(veille, "teams", teams.TENANT, teams.CHANNEL, "Annonces", ana))


@pytest.mark.timeout(600)
def test_however_often_the_worker_is_killed_each_message_stands_once_and_in_its_order(town: Town) -> None:
    texts = ["Un", "Deux", "Trois"]
    with town.program("bots"):
        for text in texts:
            assert town.microsoft.tell(town.door, town.said_in_teams(f"Message {text}."))[0] == 200
        until(lambda: town.waiting() == len(texts), "what is to be delivered", PATIENCE)
    # A worker dies in the same way on either store: the second one gets the most dangerous moment.
    moments = MOMENTS if town.store.engine.dialect.name == "sqlite" else dict([*MOMENTS.items()][-1:])
    for moment, stands in moments.items():
        with town.program("worker", dies=moment) as process:
            process.wait(PATIENCE)
        assert (town.in_slack("Un."), town.waiting()) == (int(stands), len(texts)), moment

    with town.program("worker"):
        until(lambda: town.waiting() == 0, "what is left", PATIENCE)

    standing = [text for posted in town.workspace.texts(GENERAL) for text in texts if f"{text}." in posted]
    assert standing == texts


@pytest.mark.timeout(600)
def test_what_was_kept_by_bots_that_were_killed_is_done_once_by_the_next(town: Town) -> None:
    in_slack, in_teams = town.said_in_slack("De Slack, gardé"), town.said_in_teams("De Teams, gardé")
    moment = "between the inbox and what it causes"
    with town.program("bots", dies=moment), pytest.raises((OSError, http.client.HTTPException)):
        town.workspace.event(in_slack, "Ev-kept", attempts=1)
    with town.program("bots", dies=moment), pytest.raises((OSError, http.client.HTTPException)):
        town.microsoft.tell(town.door, in_teams)
    assert town.contents() == 0

    with town.program("bots"), town.program("worker"):
        # Nobody has sent it again, and yet it is done.
        until(lambda: town.in_teams("De Slack, gardé") == town.in_slack("De Teams, gardé") == 1, "kept", PATIENCE)
        # Slack and Teams never heard that it was kept, and send it again.
        for _ in range(2):
            assert town.workspace.event(in_slack, "Ev-kept").statuses == (200,)
            assert town.microsoft.insist(town.door, in_teams) == [200]
        _later(town)
    assert (town.in_teams("De Slack, gardé"), town.in_slack("De Teams, gardé"), town.contents()) == (1, 1, 4)


def _later(town: Town) -> None:
    """Something is said on either side after all else, and goes over: whatever came before has gone over too."""
    assert town.workspace.event(town.said_in_slack("Plus tard, de Slack")).statuses == (200,)
    assert town.microsoft.tell(town.door, town.said_in_teams("Plus tard, de Teams"))[0] == 200
    until(lambda: town.in_teams("Plus tard, de Slack") == town.in_slack("Plus tard, de Teams") == 1, "later", PATIENCE)
    until(lambda: town.waiting() == 0, "receipts", PATIENCE)
