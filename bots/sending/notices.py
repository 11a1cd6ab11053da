"""Notices: a person gets news in private, once and in his or her hours, unless they chose less."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from bots.platform import Courier
from bots.sending import news, ways
from bots.sending.delivery import Record
from bots.sending.news import News
from bots.sending.ways import Letter
from reseau.exchange import notifications, outbox, waiting
from reseau.exchange.notices import CLASSES, Notice
from reseau.exchange.outbox import Taken
from reseau.hours import next_opening
from reseau.network import Network
from reseau.people.members import Member
from reseau.people.timing import Timing, timing, zone_of
from reseau.store import Transaction

#: The topics of notices. Reactions go into one notice, and what is only read is in summaries.
TOPICS = tuple(notice.value for notice, row in CLASSES.items() if not row.only_read and notice is not Notice.REACTION)
_COUNTED = (Notice.REPLY, Notice.FOLLOWED, Notice.THANKS)  # classes with many notices for one person
_MOST = 5  # notices of a class for one person within an hour; further ones are gathered
_PERIOD = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class _Verdict:
    """The decision about a notice: a letter now, or another moment (none: the next summary)."""

    letter: Letter | None
    timing: Timing


class Notices:
    """Sends the deliveries of :data:`TOPICS`, each to one person, at one of the accounts that the person has."""

    paced = False

    def __init__(self, network: Network) -> None:
        self._network = network

    async def send(self, taken: Taken, couriers: Mapping[str, Courier]) -> Record | None:
        """Show a notice now or let it wait, unless it is gone, unwanted or was shown by the platform itself."""
        verdict = await asyncio.to_thread(self._judge, taken)
        if verdict is None:
            return None
        notice, payload = Notice(taken.topic), taken.payload
        if verdict.letter is None:
            return lambda tx: notifications.put_off(tx, notice, payload, verdict.timing.at)
        await ways.send(verdict.letter, couriers)
        root_id = payload.get("root")
        return None if root_id is None else lambda tx: waiting.told(tx, int(payload["to"]), [int(root_id)])

    def _judge(self, taken: Taken) -> _Verdict | None:
        settings, notice = self._network.settings, Notice(taken.topic)
        with self._network.store.read() as tx:
            to = ways.reader(tx, int(taken.payload["to"]))
            if to is None:
                return None
            root_id = int(taken.payload.get("root") or 0) or None
            decided = timing(tx, to, notice, root_id, settings.zone)
            if not decided.wanted:
                return None
            t = ways.words(to, settings)
            accounts = ways.accounts(tx, to, notice, root_id or 0)
            card = news.card(News(tx, taken.payload, taken.attempts, to, t, accounts), notice)
            if card is None:
                return None
            if decided.at == tx.now and _is_one_of_many(tx, taken):
                decided = Timing(True, self._end_of_hour(tx, to))
            if decided.at is None or decided.at > tx.now:
                return _Verdict(None, decided)
            return _Verdict(Letter(card, t.language, ways.of(tx, accounts)), decided)

    def _end_of_hour(self, tx: Transaction, to: Member) -> datetime:
        hour = tx.now.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
        return next_opening(hour + _PERIOD, zone_of(to, self._network.settings.zone))


def _is_one_of_many(tx: Transaction, taken: Taken) -> bool:
    """Whether the person got so many notices of the class lately that further ones are gathered."""
    if taken.topic not in _COUNTED:
        return False
    return outbox.sent(tx, taken.ordering_key, taken.topic, tx.now - _PERIOD, _MOST) >= _MOST
