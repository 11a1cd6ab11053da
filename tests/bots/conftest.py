"""Fixtures of the bots: a small company, on one engine or on each in turn."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from reseau.acting import Acting
from reseau.channels import links
from reseau.channels.links import NewLink
from reseau.network import Network
from reseau.people import identities
from reseau.people.identities import NewIdentity
from reseau.settings import load_settings
from reseau.store import Transaction, open_store
from reseau.store.moments import now
from tests.bots.company import Company, Model, company, copied, model
from tests.bots.memory import TENANT
from tests.postgres import administer, copied_database, database


@pytest.fixture(scope="session")
def model_company(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> Model:
    return model(tmp_path_factory.mktemp("company"), sqlite_template)


@pytest.fixture
def here(model_company: Model, tmp_path: Path) -> Iterator[Company]:
    """The company on SQLite."""
    yield from model_company.copy(tmp_path)


def during_work(minute: int = 30) -> Callable[[], datetime]:
    """A clock that runs from last Wednesday, half past nine in UTC: whenever the tests run, it is a working day."""
    wednesday = now().replace(hour=9, minute=minute) - timedelta(days=(now().weekday() - _WEDNESDAY) % 7 or 7)
    behind = now() - wednesday
    return lambda: now() - behind


_WEDNESDAY = 2
_BEFORE = 25  # the minute at which the company that tests copy was made


@pytest.fixture(scope="session")
def working_company(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> Model:
    return model(tmp_path_factory.mktemp("company"), sqlite_template, clock=during_work(_BEFORE))


@pytest.fixture(scope="session")
def postgres_company(postgres_server: str, postgres_template: str, tmp_path_factory: pytest.TempPathFactory) -> Company:
    """The company in the database ``model_company``, which tests copy."""
    administer(postgres_server, f"CREATE DATABASE model_company TEMPLATE {postgres_template}")
    store = open_store(database(postgres_server, "model_company"), make=False)
    store.clock = during_work(_BEFORE)
    made = company(Network(load_settings(data=tmp_path_factory.mktemp("company")), store))
    store.close()
    return made


@pytest.fixture
def anywhere(engine_name: str, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Company]:
    """The company on each engine in turn, on a working day."""
    if engine_name == "sqlite":
        made: Model = request.getfixturevalue("working_company")
        file = tmp_path / "reseau.db"
        file.write_bytes(made.file.read_bytes())
        with closing(open_store(f"sqlite:///{file}", make=False)) as store:
            store.clock = during_work()
            yield copied(made.company, Network(load_settings(data=tmp_path), store))
        return
    company_: Company = request.getfixturevalue("postgres_company")
    with (
        copied_database(request.getfixturevalue("postgres_server"), "model_company") as address,
        closing(open_store(address, make=False)) as store,
    ):
        store.clock = during_work()
        yield copied(company_, Network(load_settings(data=tmp_path, store=address), store))


def add_accounts(tx: Transaction, to: Company) -> None:
    accounts = [
        NewIdentity(to.people[who], platform, TENANT, native_id, "email")
        for platform in ("slack", "teams")
        for who, native_id in (("lea", "ULEA"), ("ana", "UANA"), ("franck", "UFRANCK"))
    ]
    identities.add(tx, accounts, Acting("slack"))


@pytest.fixture
def reachable(here: Company) -> Company:
    """The company on SQLite with Léa, Ana and Franck on both platforms, and no channel."""
    with here.network.store.write() as tx:
        add_accounts(tx, here)
    return here


@pytest.fixture
def linked(anywhere: Company) -> Company:
    """The company with Léa and Ana on both platforms, and Veille linked to a channel of each."""
    with anywhere.network.store.write() as tx:
        add_accounts(tx, anywhere)
        for platform in ("slack", "teams"):
            veille = anywhere.places["veille"]
            links.add(tx, NewLink(veille, platform, TENANT, "C9", "veille", anywhere.people["franck"]))
    return anywhere
