"""Delivery: takes what waits in the outbox, sends it in order, and notes what became of it.

The intent is committed before a platform is called and the receipt after, so that a crash leaves a delivery that is
either still to be sent or in doubt, never forgotten.
"""

from __future__ import annotations

import asyncio
import contextlib
import random
import time
from collections import Counter
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Protocol, runtime_checkable
from weakref import WeakSet

from bots.platform import Courier, DoubtError, LaterError, RefusedError
from bots.sending.queues import Queues
from reseau import logs
from reseau.exchange import outbox
from reseau.exchange.outbox import Taken
from reseau.network import Network
from reseau.store import Transaction
from reseau.store.grouping import Grouping

_log = logs.get("delivery")
_TRIES = 12  # with the pauses between them, more than a quarter of an hour
_IDLE = 0.5  # seconds between two looks at the outbox, unless the bell rings
_GATHER = 0.03  # seconds after being woken: in a busy minute, a look for each line would cost more than the line
_LONGEST_PAUSE = 120.0
_AT_ONCE = 50  # taken in one transaction
_MOST_UNDER_WAY = 500  # each must be sent within its lease

#: What is noted with a receipt; a text that it returns is kept with it.
Record = Callable[[Transaction], str | None]


class Bell:
    """Wakes the workers that deliver from one store in this process: one may queue what another has to send."""

    def __init__(self) -> None:
        self._listening: WeakSet[asyncio.Event] = WeakSet()

    def listen(self) -> asyncio.Event:
        """An event that every ring sets; the worker that waits for it clears it."""
        awake = asyncio.Event()
        self._listening.add(awake)
        return awake

    def ring(self) -> None:
        """Something was queued."""
        for awake in self._listening:
            awake.set()


class Sender(Protocol):
    """Sends the deliveries of one topic.

    Attributes:
        paced: whether they keep the pace that the platform wants of a conversation; what one person waits for does not.
    """

    paced: bool

    async def send(self, taken: Taken, couriers: Mapping[str, Courier]) -> Record | None:
        """Send it; return what must be stored with the receipt.

        Raises:
            bots.platform.LaterError, bots.platform.RefusedError, bots.platform.DoubtError: as the courier says.
        """


@runtime_checkable
class Patient(Protocol):
    """A sender for large numbers of deliveries, which yields to all others.

    Attributes:
        most: how many are under way at once.
    """

    most: int


class Delivering:
    """Sends for some topics; one for a process, several processes may share a store.

    Args:
        network: whose outbox it is.
        writing: where receipts are written.
        couriers: by platform.
        senders: by topic; other topics are left to other processes.
        bell: of all who deliver from the same store in this process.
    """

    def __init__(
        self,
        network: Network,
        writing: Grouping,
        couriers: Mapping[str, Courier],
        senders: Mapping[str, Sender],
        bell: Bell,
    ) -> None:
        self._network, self._writing = network, writing
        self._couriers, self._senders = couriers, senders
        self._queues = Queues()
        self._bell = bell
        self._awake = bell.listen()
        self._patient = {topic: sender.most for topic, sender in senders.items() if isinstance(sender, Patient)}
        self._under_way: Counter[bool] = Counter()  # by whether they are patient
        self._next: dict[str, float] = {}  # ordering key to the moment before which its conversation wants to rest

    def wake(self) -> None:
        """Wake all workers of this process that deliver from the same store: something was queued."""
        self._bell.ring()

    async def run(self) -> None:
        """Deliver until cancelled; :meth:`settle` finishes the deliveries under way."""
        while True:
            self._awake.clear()
            if not await self.once():
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self._awake.wait(), _IDLE)
                    await asyncio.sleep(_GATHER)

    async def once(self) -> int:
        """Begin the deliveries that are due; return their number."""
        topics = list(self._senders)
        try:
            due = await asyncio.to_thread(self._due, topics)
            taken = await self._writing.write(self._take) if due else []
        except Exception as error:  # noqa: BLE001  (the store may be away; it comes back)
            _log.error("outbox not read", reason=type(error).__name__)
            return 0
        for delivery in taken:
            self._queues.beside(self._carry_counted(delivery))
        return len(taken)

    def _take(self, tx: Transaction) -> list[Taken]:
        """Take deliveries that are due, no more than can be sent before their lease ends."""
        urgent = [topic for topic in self._senders if topic not in self._patient]
        room = min(_AT_ONCE, _MOST_UNDER_WAY - self._under_way[False])
        taken = outbox.take(tx, urgent, room) if urgent and room > 0 else []
        rest = min(self._patient.values(), default=0) - self._under_way[True]
        if rest > 0:
            taken += outbox.take(tx, list(self._patient), rest)
        return taken

    async def _carry_counted(self, taken: Taken) -> None:
        patient = taken.topic in self._patient
        self._under_way[patient] += 1
        try:
            await self.carry(taken)
        finally:
            self._under_way[patient] -= 1
            self.wake()

    def _due(self, topics: list[str]) -> bool:
        with self._network.store.read() as tx:
            return outbox.due(tx, topics)

    async def settle(self) -> None:
        """Wait for the deliveries under way."""
        await self._queues.settle()

    async def carry(self, taken: Taken) -> None:
        """Send a delivery, and store the result. Never raises."""
        try:
            await self._rest(taken)
            record = await self._senders[taken.topic].send(taken, self._couriers)
        except LaterError as error:  # the platform names its own delay, however long
            due = self._network.store.clock() + timedelta(seconds=error.seconds)
            reason, doubt = str(error), taken.doubtful is not None  # an earlier try may still have worked
            await self._note(taken, lambda tx: outbox.again(tx, taken.id, due, reason, doubt=doubt))
        except DoubtError as error:
            await self._again(taken, str(error))
        except RefusedError as error:
            reason = str(error)
            _log.warning("not delivered", topic=taken.topic, reason=reason)
            await self._note(taken, lambda tx: outbox.give_up(tx, taken.id, reason))
        except Exception as error:  # noqa: BLE001  (one delivery must not stop the others)
            _log.error("delivery failed", topic=taken.topic, tried=taken.attempts, reason=type(error).__name__)
            await self._again(taken, type(error).__name__)
        else:
            await self._note(taken, lambda tx: _confirmed(tx, taken, record))
        finally:
            self.wake()  # the next of the same key may go

    async def _rest(self, taken: Taken) -> None:
        """Keep the pace that the platform wants of one conversation."""
        key = taken.ordering_key
        courier = self._couriers.get(key.partition(":")[0])
        if courier is None or courier.gap <= 0 or not self._senders[taken.topic].paced:
            return
        now = time.monotonic()
        turn = max(now, self._next.get(key, 0.0))
        self._next[key] = turn + courier.gap
        if len(self._next) > 10_000:
            self._next = {name: moment for name, moment in self._next.items() if moment > now}
        await asyncio.sleep(turn - now)

    async def _again(self, taken: Taken, reason: str) -> None:
        if taken.attempts >= _TRIES:
            _log.error("given up", topic=taken.topic, tries=taken.attempts, reason=reason)
            await self._note(taken, lambda tx: outbox.give_up(tx, taken.id, reason))
            return
        due = self._network.store.clock() + timedelta(seconds=_pause(taken))
        await self._note(taken, lambda tx: outbox.again(tx, taken.id, due, reason, doubt=True))

    async def _note(self, taken: Taken, record: Callable[[Transaction], None]) -> None:
        try:
            await self._writing.write(record)
        except Exception as error:  # noqa: BLE001  (it stays in doubt; the next try asks the platform)
            _log.error("receipt not written", topic=taken.topic, reason=type(error).__name__)


def _confirmed(tx: Transaction, taken: Taken, record: Record | None) -> None:
    note = record(tx) if record is not None else None
    outbox.confirm(tx, taken.id, note or "")


def _pause(taken: Taken) -> float:
    """Longer at each try, and never the same for two deliveries that failed together."""
    return min(2.0**taken.attempts, _LONGEST_PAUSE) * random.uniform(0.5, 1.0)
