"""The cost of notifications in a company of 128,322: a post in a community of 100,000, and daily summaries for all.

``python -m tests.bench.telling [SQLAlchemy URL]`` fills an empty store (SQLite in a temporary folder by default), and
prints the duration of each part and the growth of the process's memory.
"""

from __future__ import annotations

import asyncio
import resource
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bots.sending import summaries
from bots.sending.summaries import Planner, Summaries
from reseau.acting import Acting
from reseau.communities import belonging, opening
from reseau.communities.belonging import Joining
from reseau.communities.opening import NewCommunity
from reseau.contents import publishing
from reseau.contents.kinds.question import QUESTION
from reseau.contents.publishing import NewContent
from reseau.exchange import outbox
from reseau.kinds import CommunityKind
from reseau.network import Network
from reseau.people import identities, members
from reseau.people.identities import NewIdentity
from reseau.people.members import NewMember
from reseau.settings import load_settings
from reseau.store import open_store
from reseau.store.grouping import Grouping

PEOPLE, INSIDE = 128_322, 100_000
CONSOLE = Acting("console")
_AT_ONCE = 10_000
_SAMPLE = 200


@contextmanager
def timed(what: str) -> Iterator[None]:
    """Print the duration of a part, and the growth of the process's memory."""
    before, began = _memory(), time.perf_counter()
    yield
    print(f"{what}: {time.perf_counter() - began:.2f} s, {_memory() - before:+d} MB", flush=True)


def _memory() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def fill(network: Network, moment: datetime) -> tuple[list[int], int]:
    """Add a company with an account for each person, and one community of most of them."""
    people: list[int] = []
    with network.store.importing() as store, store.write() as tx:
        place = opening.add(tx, [NewCommunity("Tous", CommunityKind.PRACTICE, slug="tous")], CONSOLE)[0]
        for first in range(0, PEOPLE, _AT_ONCE):
            numbers = range(first, min(first + _AT_ONCE, PEOPLE))
            ids = members.add(tx, [NewMember(f"Membre {number}", f"m{number}") for number in numbers], CONSOLE)
            accounts = [NewIdentity(id_, "slack", "T1", f"U{id_}", "email") for id_ in ids]
            identities.add(tx, accounts, CONSOLE)
            for start in range(0, len(ids), 500):
                members.activate(tx, ids[start : start + 500], CONSOLE, moment - timedelta(days=30))
            people += ids
        belonging.join(tx, [Joining(place, id_) for id_ in people[:INSIDE]], CONSOLE)
    return people, place


async def measure(network: Network, people: list[int], place: int, monday: datetime) -> None:
    """Measure a post, then a morning of summaries."""
    store = network.store
    with timed("a question in a community of 100,000, committed"), store.write() as tx:
        new = NewContent(QUESTION, people[0], "Qui sait souder le laiton ? @m5", place)
        publishing.publish(tx, [new], CONSOLE)
    with store.read() as tx:
        print("deliveries that it queued:", outbox.waiting(tx))
    store.clock = lambda: monday
    writing = Grouping(store)
    with timed("summaries of the week planned for everybody"):
        await Planner(network, writing).plan()
    with store.read() as tx:
        print("deliveries now:", outbox.waiting(tx))
    with timed("planned again, as after a kill"):
        with store.write() as tx:
            from reseau.network import clear_notice

            clear_notice(tx, "summaries")
        await Planner(network, writing).plan()
    with store.read() as tx:
        print("deliveries now:", outbox.waiting(tx))
    with timed("50 of them taken"):
        taken = await writing.write(lambda tx: outbox.take(tx, [summaries.TOPIC]))
    sender = Summaries(network)
    with timed(f"{_SAMPLE} summaries read"):
        for _ in range(_SAMPLE // len(taken)):
            for delivery in taken:
                await asyncio.to_thread(sender._read, delivery)
    writing.close()


def main() -> None:
    """Fill a store and measure."""
    with tempfile.TemporaryDirectory() as folder:
        address = sys.argv[1] if len(sys.argv) > 1 else f"sqlite:///{Path(folder) / 'reseau.db'}"
        network = Network(load_settings(data=Path(folder)), open_store(address))
        tuesday = datetime(2031, 3, 4, 9, 0, tzinfo=UTC)
        network.store.clock = lambda: tuesday
        with timed("filled"):
            people, place = fill(network, tuesday)
        asyncio.run(measure(network, people, place, datetime(2031, 3, 10, 8, 30, tzinfo=UTC)))
        network.store.close()


if __name__ == "__main__":
    main()
