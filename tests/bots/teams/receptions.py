"""A reception that keeps everything in memory, and an application with the endpoint: small, but real."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from typing import Any

from starlette.applications import Starlette
from starlette.routing import Route

from bots.arrival import Arrival, Body
from bots.card import Button, Card
from bots.form import Choice, Sheet
from bots.platform import Answer
from bots.platforms.teams import DOOR, platform
from reseau.network import Network
from reseau.services import Opened
from tests.served import served

HELLO = Answer(Card("Bonjour", buttons=(Button("Mon fil", "fil"),)))


class MemoryReception:
    """Keeps arrivals once each.

    Attributes:
        arrivals: what came in, in order.
        then: what is done about each, once it is kept, while Teams has its answer already.
        broken: how many times keeping fails first.
        card: what a pressed card gets at once; nothing: it takes longer.
    """

    def __init__(self, then: Callable[[Arrival], Awaitable[object]] | None = None) -> None:
        self.arrivals: list[Arrival] = []
        self.then = then
        self.broken = 0
        self.card: Answer | None = HELLO
        self._keys: set[str] = set()
        self._tasks: set[asyncio.Future[object]] = set()

    @property
    def bodies(self) -> list[Body]:
        return [arrival.body for arrival in self.arrivals]

    async def receive(self, arrival: Arrival) -> bool:
        if self.broken:
            self.broken -= 1
            raise OSError("the disk is full")
        if arrival.event.native_id in self._keys:
            return False
        self._keys.add(arrival.event.native_id)
        self.arrivals.append(arrival)
        if self.then is not None:
            task = asyncio.ensure_future(self.then(arrival))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        return True

    async def sheet(self, arrival: Arrival) -> Sheet | None:
        return None  # no line of these tests opens a form

    async def choices(self, arrival: Arrival, entry: str, text: str) -> Sequence[Choice]:
        return ()

    async def submit(self, arrival: Arrival, within: float) -> Sheet | None:
        await self.receive(arrival)
        return None

    async def answer(self, arrival: Arrival, within: float) -> Answer | None:
        self.arrivals.append(arrival)
        return self.card


def application(opened: Opened, closing: Callable[[], Awaitable[object]] | None = None) -> Starlette:
    """The routes of a service and its background tasks."""

    @asynccontextmanager
    async def meanwhile(_app: Any) -> AsyncIterator[None]:
        assert opened.running is not None
        async with opened.running():
            yield
        if closing is not None:
            await closing()

    return Starlette(routes=[Route(DOOR, opened.doors[DOOR])], lifespan=meanwhile)


@contextmanager
def door(network: Network, reception: MemoryReception) -> Iterator[str]:
    """Our endpoint, served on a free port: its address."""
    opened = platform.open(network, reception)
    assert opened is not None
    with served(application(opened)) as address:
        yield address.url
