"""Fixtures of the dashboard's tests: visits to a made-up company, and its served pages."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Protocol

import pytest

from dashboards.figures.address import read_address
from dashboards.figures.source import Source
from dashboards.figures.visit import Visit
from reseau.i18n import Words
from tests.dashboards import company
from tests.dashboards.service import Served, lumen_served


class Visiting(Protocol):
    """Makes a visit: ``visit("?period=week", "en")``."""

    def __call__(self, query: str = "", language: str = "fr", source: Source | None = None) -> Visit: ...


@pytest.fixture
def lumen() -> company.Company:
    """Return the made-up company, whose figures a test may change."""
    return company.company()


@pytest.fixture
def visit(lumen: company.Company) -> Visiting:
    def make(query: str = "", language: str = "fr", source: Source | None = None) -> Visit:
        address = read_address("/pilotage/", query, language)
        words, today = Words(address.language), company.TODAY
        return Visit(
            address,
            words,
            source or lumen,
            today,
            name="Lumen",
            communities=company.COMMUNITIES,
            codes={12: "Q12", 14: "Q14"},
        )

    return make


@pytest.fixture
def today() -> date:
    return company.TODAY


@pytest.fixture(scope="session")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """Serve the company's dashboard on a free port, with figures from files."""
    with lumen_served(tmp_path_factory.mktemp("lumen")) as running:
        yield running
