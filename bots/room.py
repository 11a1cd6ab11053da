"""The room as services of the doors: hearing and answering (``bots``), telling channels and people (``worker``)."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager

from bots.answers.handling import open_desk
from bots.arrival import Arrival
from bots.intake.receiving import Receiving
from bots.mirror.deliver import Mirror
from bots.mirror.readers import Readers, Watch
from bots.platform import Answer, Courier, Platform, all_platforms
from bots.sending import gathered, messages
from bots.sending.delivery import Delivering, Sender
from bots.sending.gathered import Gathered
from bots.sending.messages import Letters
from bots.sending.notices import TOPICS, Notices
from reseau.channels import mirroring
from reseau.network import Network
from reseau.services import App, Opened, Service
from reseau.store.grouping import Grouping

_LOOK = 300.0  # seconds between two looks at whose turn it is
_PATIENCE = 8.0  # seconds, within those that the server gives at its end


class _Threshold:
    """What adapters are handed before the event loop runs; they call it once it does."""

    def __init__(self) -> None:
        self.inside: Receiving | None = None

    async def receive(self, arrival: Arrival) -> bool:
        return await self._receiving().receive(arrival)

    async def answer(self, arrival: Arrival, within: float) -> Answer | None:
        return await self._receiving().answer(arrival, within)

    def _receiving(self) -> Receiving:
        if self.inside is None:
            raise ConnectionError("the reception is not open")
        return self.inside


def open_bots(network: Network, platforms: Sequence[Platform] | None = None) -> Opened | None:
    """Take in what people say on the configured platforms, and answer.

    Raises:
        reseau.errors.ReseauError: the settings of a platform contradict each other, or would open it to anybody.
    """
    threshold = _Threshold()
    doors: dict[str, App] = {}
    running: list[Callable[[], AbstractAsyncContextManager[None]]] = []
    found = all_platforms() if platforms is None else platforms
    for platform in found:
        opened = platform.open(network, threshold)
        if opened is not None:
            doors.update(opened.doors)
            running.append(opened.running or contextlib.nullcontext)
    if not running:
        return None

    @asynccontextmanager
    async def taking_in() -> AsyncIterator[None]:
        senders: dict[str, Sender] = {messages.TOPIC: Letters()}
        async with sending(network, found, lambda _writing: senders) as (writing, couriers, delivering):
            receiving = threshold.inside = Receiving(open_desk(network), writing, couriers, delivering)
            try:
                await receiving.take_up()
                async with AsyncExitStack() as stack:
                    for one in running:
                        await stack.enter_async_context(one())
                    yield
            finally:  # what is not done by then is in the inbox, and taken up at the next start
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(receiving.settle(), _PATIENCE)

    return Opened(doors, taking_in)


def open_worker(network: Network, platforms: Sequence[Platform] | None = None) -> Opened | None:
    """Send what waits: linked channels and notices. Answers are sent by those who take in the lines (``bots``)."""
    found = all_platforms() if platforms is None else platforms
    if not any(platform.configured(network.settings) for platform in found):
        return None

    def senders(writing: Grouping) -> Mapping[str, Sender]:
        notices, watch = Notices(network), Watch(network, writing)
        return {
            mirroring.TOPIC: Mirror(network, writing, watch),
            mirroring.READERS: Readers(network, watch),
            **dict.fromkeys(TOPICS, notices),
            gathered.TOPIC: Gathered(network),
        }

    @asynccontextmanager
    async def working() -> AsyncIterator[None]:
        async with sending(network, found, senders) as (writing, _, delivering):
            looking = asyncio.create_task(_look_again(writing, delivering))
            try:
                yield
            finally:
                looking.cancel()

    return Opened({}, working)


async def _look_again(writing: Grouping, delivering: Delivering) -> None:
    """Have each linked channel looked at once an hour, whether anything goes there or not."""
    while True:
        with contextlib.suppress(Exception):  # the store may be away; it comes back
            await writing.write(mirroring.look_again)
            delivering.wake()
        await asyncio.sleep(_LOOK)


@asynccontextmanager
async def sending(
    network: Network, platforms: Sequence[Platform], senders: Callable[[Grouping], Mapping[str, Sender]]
) -> AsyncIterator[tuple[Grouping, Mapping[str, Courier], Delivering]]:
    """Deliver some topics until the end; what is under way then is finished, what waits is left for the next start."""
    writing = Grouping(network.store)
    couriers = {one.name: courier for one in platforms if (courier := one.courier(network)) is not None}
    delivering = Delivering(network, writing, couriers, senders(writing))
    loop = asyncio.create_task(delivering.run())
    try:
        yield writing, couriers, delivering
    finally:
        loop.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await loop
        await delivering.settle()
        for courier in couriers.values():
            await courier.close()
        await asyncio.to_thread(writing.close)


#: Found by the doors under the entry-point group ``reseau.services``.
bots = Service("bots", open_bots)
worker = Service("worker", open_worker)
