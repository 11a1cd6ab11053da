"""Fixtures of the tests of imports."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from migration.loading.run import Run, run as bring_in
from migration.reading.bundle import open_bundle
from migration.reading.records import Record
from migration.reading.source import Options, recognise
from reseau.network import Network

Bring = Callable[..., Run]
Read = Callable[..., list[Record]]


@pytest.fixture
def bring(network: Network) -> Bring:
    """Import an input into the network, on each engine in turn."""
    return lambda path, include="": brought(network, path, include)


@pytest.fixture
def bring_sqlite(sqlite_network: Network) -> Bring:
    """Import an input into a network on SQLite alone."""
    return lambda path, include="": brought(sqlite_network, path, include)


def brought(network: Network, path: Path, include: str = "") -> Run:
    with open_bundle(path) as bundle:
        return bring_in(network, recognise(bundle), bundle, Options.parse(include))


@pytest.fixture
def read() -> Read:
    """Return every record of an input."""
    return records_of


def records_of(path: Path, include: str = "") -> list[Record]:
    with open_bundle(path) as bundle:
        return [*bundle.notes, *recognise(bundle).read(bundle, Options.parse(include))]
