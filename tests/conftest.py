"""Fixtures for every test: a store of each engine, and a network in an empty folder."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext

from reseau.network import Network
from reseau.settings import Settings, load_settings
from reseau.store import Store, open_store
from tests.dashboards.browser import chromium
from tests.postgres import administer, copied_database, database, running_server

# A developer's machine may have any language; tests name theirs, and French is the default.
os.environ["LC_ALL"] = "C.UTF-8"

PROJECT = Path(__file__).parent.parent
ENGINES = ("sqlite", "postgresql")


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """The address of a real PostgreSQL server of this test run (one for each worker process)."""
    with running_server() as address:
        yield address


@pytest.fixture(scope="session")
def postgres_template(postgres_server: str) -> str:
    """A database with an empty network in it, which each test copies: much quicker than making the tables anew."""
    administer(postgres_server, "CREATE DATABASE template_network")
    open_store(database(postgres_server, "template_network")).close()
    return "template_network"


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("sqlite") / "template.db"
    open_store(f"sqlite:///{file}").close()
    return file


@pytest.fixture(scope="session")
def browser() -> Iterator[BrowserContext]:
    """One browser for all tests that draw: a process can have one at a time."""
    with chromium() as opened:
        yield opened


@pytest.fixture(autouse=True)
def without_the_loop_of_the_browser(request: pytest.FixtureRequest) -> Iterator[None]:
    """Hide the browser's event loop, which runs from its first test on, from tests that run one of their own."""
    loop = asyncio._get_running_loop()
    if loop is None or "browser" in request.fixturenames:
        yield
        return
    asyncio._set_running_loop(None)
    yield
    asyncio._set_running_loop(loop)


@pytest.fixture(params=ENGINES)
def engine_name(request: pytest.FixtureRequest) -> str:
    """``sqlite`` and ``postgresql`` in turn: two engines, one behaviour."""
    return str(request.param)


@pytest.fixture
def store_url(engine_name: str, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[str]:
    """The address of an empty network of each engine."""
    if engine_name == "sqlite":
        template: Path = request.getfixturevalue("sqlite_template")
        file = tmp_path / "reseau.db"
        file.write_bytes(template.read_bytes())
        yield f"sqlite:///{file}"
        return
    server: str = request.getfixturevalue("postgres_server")
    with copied_database(server, request.getfixturevalue("postgres_template")) as address:
        yield address


@pytest.fixture
def store(store_url: str) -> Iterator[Store]:
    """An empty network's store, on each engine in turn."""
    opened = open_store(store_url)
    yield opened
    opened.close()


@pytest.fixture
def settings(tmp_path: Path, store_url: str) -> Settings:
    return load_settings(data=tmp_path, store=store_url)


@pytest.fixture
def network(settings: Settings, store: Store) -> Network:
    """An empty network with its settings, on each engine in turn."""
    return Network(settings, store)


@pytest.fixture
def sqlite_network(tmp_path: Path, sqlite_template: Path) -> Iterator[Network]:
    """An empty network on SQLite alone, for what does not touch the engines' differences."""
    file = tmp_path / "reseau.db"
    file.write_bytes(sqlite_template.read_bytes())
    store = open_store(f"sqlite:///{file}")
    yield Network(load_settings(data=tmp_path), store)
    store.close()
