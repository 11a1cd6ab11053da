"""Fixtures for Teams: Microsoft's side, and a network that talks to it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from reseau.network import Network
from reseau.settings import load_settings
from tests.simulators.teams import TeamsSimulator, teams_simulator

Networks = Callable[..., Network]


@pytest.fixture
def microsoft() -> Iterator[TeamsSimulator]:
    with teams_simulator() as simulator:
        yield simulator


@pytest.fixture
def network_with(sqlite_network: Network) -> Networks:
    """An empty network with these settings."""

    def made(**settings: Any) -> Network:
        return Network(load_settings(data=sqlite_network.settings.data, **settings), sqlite_network.store)

    return made


@pytest.fixture
def teams_network(network_with: Networks, microsoft: TeamsSimulator) -> Network:
    """An empty network whose Teams is the simulator."""
    return network_with(**microsoft.settings())
