"""What the tests of the bots may ask for: a small company, on one engine or on each in turn."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from reseau.acting import Acting
from reseau.channels import links
from reseau.channels.links import NewLink
from reseau.network import Network
from reseau.people import identities
from reseau.people.identities import NewIdentity
from tests.bots.company import Company, Model, company, model
from tests.bots.memory import TENANT


@pytest.fixture(scope="session")
def model_company(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> Model:
    return model(tmp_path_factory.mktemp("company"), sqlite_template)


@pytest.fixture
def here(model_company: Model, tmp_path: Path) -> Iterator[Company]:
    """The company on SQLite."""
    yield from model_company.copy(tmp_path)


@pytest.fixture
def anywhere(network: Network) -> Company:
    """The company on each engine in turn."""
    return company(network)


@pytest.fixture
def linked(anywhere: Company) -> Company:
    """The company with Léa and Ana on both platforms, and Veille linked to a channel of each."""
    with anywhere.network.store.write() as tx:
        accounts = [
            NewIdentity(anywhere.people[who], platform, TENANT, native_id, "email")
            for platform in ("slack", "teams")
            for who, native_id in (("lea", "ULEA"), ("ana", "UANA"), ("franck", "UFRANCK"))
        ]
        identities.add(tx, accounts, Acting("slack"))
        for platform in ("slack", "teams"):
            veille = anywhere.places["veille"]
            links.add(tx, NewLink(veille, platform, TENANT, "C9", "veille", anywhere.people["franck"]))
    return anywhere
