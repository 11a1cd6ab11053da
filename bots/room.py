"""The services of this package: ``bots`` receives and answers, ``worker`` sends to channels and people."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from weakref import WeakKeyDictionary

from bots.answers.handling import Handler
from bots.intake.receiving import Receiving
from bots.mirror.deliver import Mirror
from bots.mirror.readers import Readers, Watch
from bots.platform import Platform, all_platforms
from bots.sending import calling, gathered, greeting, messages, moderated, routing, summaries
from bots.sending.calling import Calling
from bots.sending.delivery import Bell, Delivering, Sender
from bots.sending.gathered import Gathered
from bots.sending.greeting import Greeting
from bots.sending.messages import CardSender
from bots.sending.moderated import Moderated
from bots.sending.notices import TOPICS, Notices
from bots.sending.routing import Routing
from bots.sending.summaries import Planner, Summaries
from reseau.channels import mirroring
from reseau.network import Network
from reseau.services import Opened, Service
from reseau.store import Store
from reseau.store.grouping import Grouping

_LOOK = 300.0  # seconds between two checks for channels whose turn it is
_PATIENCE = 8.0  # seconds, less than the server waits at shutdown


#: One bell for each store: a delivery queued by one service of the process is sent by another at once.
_BELLS: WeakKeyDictionary[Store, Bell] = WeakKeyDictionary()


def open_bots(network: Network, platforms: Sequence[Platform] | None = None) -> Opened | None:
    """Receive lines and messages from the configured platforms, and answer.

    Raises:
        reseau.errors.ReseauError: the settings of a platform contradict each other, or would open it to anyone.
    """
    platforms = all_platforms() if platforms is None else platforms
    sending = _Sending(network, platforms, lambda _writing: {messages.TOPIC: CardSender()})
    receiving = Receiving(Handler(network), sending.writing, sending.couriers, sending.delivering)
    services = [service for platform in platforms if (service := platform.open(network, receiving)) is not None]
    if not services:
        return None

    @asynccontextmanager
    async def taking_in() -> AsyncIterator[None]:
        async with sending.running():
            try:
                await receiving.take_up()
                async with AsyncExitStack() as stack:
                    for service in services:
                        if service.running is not None:
                            await stack.enter_async_context(service.running())
                    yield
            finally:  # unfinished events stay in the inbox and are taken up at the next start
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(receiving.settle(), _PATIENCE)

    return Opened({path: door for service in services for path, door in service.doors.items()}, taking_in)


def open_worker(network: Network, platforms: Sequence[Platform] | None = None) -> Opened | None:
    """Send waiting deliveries to linked channels and people. Answers are sent by the service ``bots``."""
    platforms = all_platforms() if platforms is None else platforms
    if not any(platform.configured(network.settings) for platform in platforms):
        return None

    def senders(writing: Grouping) -> Mapping[str, Sender]:
        notices, watch = Notices(network), Watch(network, writing)
        return {
            mirroring.TOPIC: Mirror(network, writing, watch),
            mirroring.READERS: Readers(network, watch),
            **dict.fromkeys(TOPICS, notices),
            **dict.fromkeys(moderated.TOPICS, Moderated(network)),
            gathered.TOPIC: Gathered(network),
            routing.TOPIC: Routing(network),
            summaries.TOPIC: Summaries(network),
            calling.TOPIC: Calling(network),
            greeting.TOPIC: Greeting(network),
        }

    sending = _Sending(network, platforms, senders)

    @asynccontextmanager
    async def working() -> AsyncIterator[None]:
        async with sending.running():
            looking = asyncio.create_task(_look_again(Planner(network, sending.writing), sending))
            try:
                yield
            finally:
                looking.cancel()

    return Opened({}, working)


async def _look_again(planner: Planner, sending: _Sending) -> None:
    """Queue an hourly check of the readers of each linked channel, and the summaries of beginning working days."""
    while True:
        with contextlib.suppress(Exception):  # the store may be unavailable for a while
            await sending.writing.write(mirroring.look_again)
        with contextlib.suppress(Exception):  # the one does not depend on the other
            await planner.plan()
        sending.delivering.wake()
        await asyncio.sleep(_LOOK)


class _Sending:
    """Delivers some topics; created before the event loop starts.

    Args:
        network: whose outbox it is.
        platforms: the platforms to send to; those that are not configured are skipped.
        senders: makes the senders, by topic.
    """

    def __init__(
        self, network: Network, platforms: Sequence[Platform], senders: Callable[[Grouping], Mapping[str, Sender]]
    ) -> None:
        bell = _BELLS.setdefault(network.store, Bell())
        couriers = ((platform.name, platform.courier(network)) for platform in platforms)
        self.writing = Grouping(network.store)
        self.couriers = {name: courier for name, courier in couriers if courier is not None}
        self.delivering = Delivering(network, self.writing, self.couriers, senders(self.writing), bell)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Deliver until shutdown; deliveries under way are finished, waiting ones are left for the next start."""
        loop = asyncio.create_task(self.delivering.run())
        try:
            yield
        finally:
            loop.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await loop
            await self.delivering.settle()
            for courier in self.couriers.values():
                await courier.close()
            await asyncio.to_thread(self.writing.close)


#: Registered under the entry-point group ``reseau.services``.
bots = Service("bots", open_bots)
worker = Service("worker", open_worker)
