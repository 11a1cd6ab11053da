"""Gathered notices: those that waited for the same moment go out together, in one card for each person."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from bots.answers import digests
from bots.platform import Courier, LaterError
from bots.sending import news, ways
from bots.sending.delivery import Record
from bots.sending.news import News
from bots.sending.ways import Letter
from reseau.exchange import notifications, waiting
from reseau.exchange.notices import Notice
from reseau.exchange.outbox import Taken
from reseau.exchange.waiting import Waiting
from reseau.finding import digest
from reseau.network import Network
from reseau.people.members import Member
from reseau.people.timing import timing
from reseau.store import Transaction

TOPIC = notifications.GATHERED


@dataclass(slots=True)
class _Sorted:
    """The notices that were due, by the decision about them.

    Attributes:
        ready: those to send.
        ended: those that are sent or no longer wanted.
        later: those that have to wait again, with the moment (none: the next summary).
    """

    ready: list[Waiting] = field(default_factory=list)
    ended: list[int] = field(default_factory=list)
    later: list[tuple[Waiting, datetime | None]] = field(default_factory=list)


class Gathered:
    """Sends the deliveries of the topic ``gathered``, each to one person on one platform."""

    paced = False

    def __init__(self, network: Network) -> None:
        self._network = network

    async def send(self, taken: Taken, couriers: Mapping[str, Courier]) -> Record | None:
        """Send a person the notices that are due, without contents that were withdrawn or closed meanwhile.

        Raises:
            bots.platform.LaterError: reactions can wait, and it is not the person's working hours.
        """
        if taken.payload.get("topic"):
            return await self._reactions(taken, couriers)
        sorting, letter = await asyncio.to_thread(self._read, int(taken.payload["to"]))
        if letter is not None:
            await ways.send(letter, couriers)
        return lambda tx: _close(tx, int(taken.payload["to"]), sorting, sent=letter is not None)

    def _read(self, member_id: int) -> tuple[_Sorted, Letter | None]:
        with self._network.store.read() as tx:
            to, rows = ways.reader(tx, member_id), waiting.of(tx, member_id, tx.now)
            if to is None:
                return _Sorted(ended=[row.id for row in rows]), None
            sorting = self._sort(tx, to, rows)
            return sorting, self._letter(tx, to, sorting.ready) if sorting.ready else None

    def _sort(self, tx: Transaction, to: Member, rows: Sequence[Waiting]) -> _Sorted:
        """Sort the notices: the person's choice or the time of day may have changed since."""
        sorting = _Sorted()
        for row in rows:
            decided = timing(tx, to, row.notice, None, self._network.settings.zone)  # its thread has waited
            if not decided.wanted:
                sorting.ended.append(row.id)
            elif decided.at is None or decided.at > tx.now:
                sorting.later.append((row, decided.at))
            else:
                sorting.ready.append(row)
                sorting.ended.append(row.id)
        return sorting

    def _letter(self, tx: Transaction, to: Member, rows: Sequence[Waiting]) -> Letter | None:
        t, first = ways.words(to, self._network.settings), rows[0]
        accounts = ways.accounts(tx, to, first.notice, first.root_id or 0)
        if len(rows) == 1 and first.notice is not Notice.REACTION:
            card = news.card(News(tx, first.payload, 1, to, t, accounts), first.notice)
        else:
            items = digest.gathered(tx, to.id, rows)
            card = digests.card(tx, t("What came for you meanwhile"), items, to.id, t) if items else None
        return None if card is None else Letter(card, t.language, ways.of(tx, accounts))

    async def _reactions(self, taken: Taken, couriers: Mapping[str, Courier]) -> Record | None:
        letter, to_summary = await asyncio.to_thread(self._liked, taken)
        if to_summary:
            return lambda tx: notifications.put_off(tx, Notice.REACTION, taken.payload, None)
        if letter is not None:
            await ways.send(letter, couriers)
        return None

    def _liked(self, taken: Taken) -> tuple[Letter | None, bool]:
        settings = self._network.settings
        with self._network.store.read() as tx:
            to = ways.reader(tx, int(taken.payload["to"]))
            if to is None or taken.payload["topic"] != Notice.REACTION:
                return None, False
            decided = timing(tx, to, Notice.REACTION, None, settings.zone)
            if not decided.wanted or decided.at is None:
                return None, decided.wanted
            if decided.at > tx.now:
                raise LaterError((decided.at - tx.now).total_seconds(), "outside of the working hours of the person")
            t = ways.words(to, settings)
            row = Waiting(0, Notice.REACTION, None, None, taken.payload)
            items = digest.gathered(tx, to.id, [row])
            if not items:
                return None, False
            card = digests.card(tx, t("Colleagues react to what you wrote."), items, to.id, t)
            card = news.with_less(card, tx, to, Notice.REACTION, t)
            return Letter(card, t.language, ways.of(tx, ways.accounts(tx, to, Notice.REACTION))), False


def _close(tx: Transaction, member_id: int, sorting: _Sorted, *, sent: bool) -> None:
    """Store which notices were sent, and let the others wait again."""
    waiting.end(tx, [*sorting.ended, *(row.id for row, _ in sorting.later)])
    for row, moment in sorting.later:
        notifications.put_off(tx, row.notice, row.payload, moment)
    if sent:
        waiting.told(tx, member_id, [row.root_id for row in sorting.ready if row.root_id is not None])
