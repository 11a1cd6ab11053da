"""Calls to everybody: the notices of a call are queued page by page, so that a large community takes no memory."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass

from bots.platform import Courier
from bots.sending.delivery import Record
from reseau.contents import calls, threads
from reseau.contents.threads import Written
from reseau.exchange import notifications
from reseau.exchange.outbox import Taken
from reseau.network import Network
from reseau.store import Transaction
from reseau.store.tables import member

TOPIC = notifications.CALLING
_AT_ONCE = 1000


@dataclass(frozen=True, slots=True)
class _Page:
    """One page of the people who are called, and whether more follow."""

    written: Written
    people: list[int]
    more: bool


class Calling:
    """Sends the deliveries of the topic ``calling``: queues the notices of some people, and the next page."""

    paced = False

    def __init__(self, network: Network) -> None:
        self._network = network

    async def send(self, taken: Taken, couriers: Mapping[str, Courier]) -> Record | None:
        """Queue the next notices of a call, unless its text was deleted."""
        page = await asyncio.to_thread(self._page, int(taken.payload["content"]), int(taken.payload["after"]))
        return None if page is None else lambda tx: _queue(tx, page)

    def _page(self, content_id: int, after: int) -> _Page | None:
        with self._network.store.read() as tx:
            content = threads.written(tx, content_id)
            if content is None or content.gone:
                return None
            some = calls.called(content.community_id, content.author_id).where(member.c.id > after)
            people = [int(id_) for id_ in tx.execute(some.order_by(member.c.id).limit(_AT_ONCE)).scalars()]
            return _Page(content, people, len(people) == _AT_ONCE)


def _queue(tx: Transaction, page: _Page) -> None:
    notifications.call(tx, page.written.id, page.written.author_id, page.people)
    if page.more:
        notifications.calling(tx, page.written.id, page.written.author_id, page.people[-1])
