"""Fixtures for Slack: a simulated workspace, settings that lead to it, and our side of it, served."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from bots.platforms.slack.adapter import Slack
from bots.platforms.slack.courier import SlackCourier
from reseau.network import Network
from reseau.settings import load_settings
from tests.served import served
from tests.simulators.opened import running
from tests.simulators.reception import MemoryReception
from tests.simulators.slack import BOT_TOKEN, BOT_USER, SECRET, Workspace, application


@dataclass(frozen=True)
class Side:
    """Our side: the platform, its endpoint, and its reception."""

    workspace: Workspace
    reception: MemoryReception
    platform: Slack
    network: Network

    @property
    def courier(self) -> SlackCourier:
        """A courier of its own; the caller closes it."""
        courier = self.platform.courier(self.network)
        assert isinstance(courier, SlackCourier)
        return courier


class Place:
    """The address of the simulated Slack for the whole run; each test puts a workspace of its own there."""

    def __init__(self) -> None:
        self.workspace = Workspace()
        self.url = ""


@pytest.fixture(scope="session")
def slack_place() -> Iterator[Place]:
    place = Place()
    with served(application(lambda: place.workspace)) as address:
        place.url = address.url
        yield place


@pytest.fixture
def workspace(slack_place: Place) -> Workspace:
    """Élodie and Marc of the home workspace, a guest, a partner of another one, and two channels."""
    slack = slack_place.workspace = Workspace(url=slack_place.url)
    slack.add_user("U01ELODIE", "Élodie Martin", profile={"email": "elodie@exemple.fr", "title": "Acheteuse"})
    slack.add_user("U02MARC", "Marc Petit", profile={"email": "marc@exemple.fr"})
    slack.add_user("U03GUEST", "Gaëlle Invitée", is_restricted=True, profile={"email": "gaelle@ailleurs.fr"})
    slack.add_user("U04PARTNER", "Paul Ailleurs", team_id="T09OTHER", profile={"email": "paul@partenaire.fr"})
    slack.add_channel("C01GENERAL", "général", ("U01ELODIE", "U02MARC", BOT_USER))
    slack.add_channel("G02CLOSED", "direction", ("U01ELODIE", BOT_USER), is_private=True)
    return slack


@pytest.fixture
def slack_network(sqlite_network: Network, workspace: Workspace) -> Network:
    """A network whose settings lead to the simulated workspace."""
    settings = load_settings(
        data=sqlite_network.settings.data,
        slack_bot_token=BOT_TOKEN,
        slack_signing_secret=SECRET,
        slack_api_url=f"{workspace.url}/api/",
    )
    return Network(settings, sqlite_network.store)


@pytest.fixture
def side(slack_network: Network, workspace: Workspace) -> Iterator[Side]:
    """Our endpoint, open to the simulated workspace."""
    platform, reception = Slack(), MemoryReception()
    opened = platform.open(slack_network, reception)
    assert opened is not None
    with running(opened) as address:
        workspace.door = f"{address.url}/slack/events"
        yield Side(workspace, reception, platform, slack_network)
