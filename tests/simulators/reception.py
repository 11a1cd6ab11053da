"""A reception in memory: keeps what arrives, answers lines with a card, and can be out of order."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TypeVar

from bots.arrival import Arrival, Body, Line, from_payload, to_payload
from bots.card import Button, Card
from bots.form import Choice, Sheet
from bots.platform import Answer

B = TypeVar("B", bound=Body)
PATIENCE = 60.0


class MemoryReception:
    """Keeps ``bots.platform.Reception``.

    Attributes:
        arrivals: what was kept, in order.
        again: second deliveries.
        answers: makes the card for a line; nothing where the answer takes longer.
        broken: raise this instead of keeping anything.
        slow: seconds that an answer takes.
        hanging: no answer comes within the time that there is, as long as it is set.
        within: the seconds that there were for each answer.
        together: no answer comes before so many lines are there.
    """

    def __init__(self, answers: Callable[[Line], Answer | None] | None = None) -> None:
        self.arrivals: list[Arrival] = []
        self.again: list[Arrival] = []
        self.answers = answers or echo
        self.broken: Exception | None = None
        self.slow = 0.0
        self.hanging = False
        self.within: list[float] = []
        self.together = 0
        self._keys: set[str] = set()
        self._changed = threading.Condition()

    async def receive(self, arrival: Arrival) -> bool:
        return self._keep(arrival)

    async def sheet(self, arrival: Arrival) -> Sheet | None:
        return None  # no line of these tests opens a form

    async def choices(self, arrival: Arrival, entry: str, text: str) -> Sequence[Choice]:
        return ()

    async def submit(self, arrival: Arrival, within: float) -> Sheet | None:
        await self.receive(arrival)
        return None

    async def answer(self, arrival: Arrival, within: float) -> Answer | None:
        line = arrival.body
        assert isinstance(line, Line)
        self.within.append(within)
        if not self._keep(arrival):
            return None
        if self.hanging:
            await asyncio.sleep(within)
            return None
        if self.slow:
            await asyncio.sleep(self.slow)
        while len(self.arrivals) < self.together:
            await asyncio.sleep(0.01)
        return self.answers(line)

    def _keep(self, arrival: Arrival) -> bool:
        if self.broken is not None:
            raise self.broken
        # As the inbox does: an arrival must survive a round trip through JSON.
        assert from_payload(arrival.kind, to_payload(arrival.body)) == arrival.body
        with self._changed:
            new = arrival.event.native_id not in self._keys
            (self.arrivals if new else self.again).append(arrival)
            self._keys.add(arrival.event.native_id)
            self._changed.notify_all()
        return new

    def bodies(self, kind: type[B]) -> list[B]:
        return [arrival.body for arrival in self.arrivals if isinstance(arrival.body, kind)]

    def wait_for(self, kind: type[B], count: int = 1) -> list[B]:
        """The bodies of a kind, once there are so many."""
        with self._changed:
            came = self._changed.wait_for(lambda: len(self.bodies(kind)) >= count, PATIENCE)
        assert came, f"{kind.__name__} did not come; there is {[arrival.kind for arrival in self.arrivals]}"
        return self.bodies(kind)


def echo(line: Line) -> Answer:
    """A private card that says the line again, with a button that says more."""
    return Answer(Card(f"echo {line.text}", buttons=(Button("More", f"more {line.text}"),)))


@contextmanager
def out_of_order(reception: MemoryReception) -> Iterator[None]:
    """Nothing can be kept while the block runs."""
    reception.broken = RuntimeError("the disk is full of xoxb-1-secret")
    try:
        yield
    finally:
        reception.broken = None
