"""What the tests of the bots may ask for: a small company, on one engine or on each in turn."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from reseau.network import Network
from tests.bots.company import Company, Model, company, model


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
