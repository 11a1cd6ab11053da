"""A dashboard served over HTTP on a free port, for a browser to open."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from a2wsgi import WSGIMiddleware

from dashboards.entry.app import build_app
from dashboards.entry.service import protected
from reseau.acting import Acting
from reseau.communities import opening
from reseau.communities.opening import NewCommunity
from reseau.kinds import CommunityKind, Origin
from reseau.network import Network, set_notice
from reseau.settings import load_settings
from reseau.store import open_store
from tests.dashboards import company
from tests.served import served


@dataclass(frozen=True)
class Served:
    """The address of a served dashboard: ``http://127.0.0.1:<port>``."""

    base: str

    def page(self, query: str = "") -> str:
        return f"{self.base}/pilotage/{query}"


def furnish(network: Network) -> None:
    """Add the made-up company's communities and cubes to a network."""
    with network.store.write() as tx:
        new = [NewCommunity(name, CommunityKind.PRACTICE) for name in company.COMMUNITIES.values()]
        ids = opening.add(tx, new, Acting("console", Origin.SEEDED))
        set_notice(tx, "demonstration", {"seed": 1})
    assert list(map(str, ids)) == list(company.COMMUNITIES)
    company.write_cubes(company.company().rows, network.settings.folder)


@contextmanager
def serving(network: Network, clock: Callable[[], datetime]) -> Iterator[Served]:
    """Serve until the block ends, as the product does."""
    wsgi: Any = protected(build_app(network, clock=clock), network.settings)
    with served(WSGIMiddleware(wsgi)) as address:
        yield Served(address.url)


@contextmanager
def lumen_served(folder: Path) -> Iterator[Served]:
    """Serve the made-up company, with figures from files."""
    settings = load_settings(data=folder, name="Lumen")
    network = Network(settings, open_store(settings.store_url))
    furnish(network)
    with serving(network, lambda: datetime(2026, 11, 20, 9, tzinfo=UTC)) as running:
        yield running
    network.store.close()
