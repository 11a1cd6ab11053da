"""Questions that nobody has answered: the people most likely to know are asked, in their hours and not too often."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from bots.platform import Courier
from bots.sending.delivery import Record
from reseau import access
from reseau.contents import threads
from reseau.contents.threads import Content
from reseau.exchange import notifications
from reseau.exchange.outbox import Taken
from reseau.finding import answerers
from reseau.hours import next_opening
from reseau.network import Network
from reseau.people.members import Member
from reseau.store import Transaction

TOPIC = notifications.ROUTING


@dataclass(frozen=True, slots=True)
class _Choice:
    """A question, and when to ask whom."""

    question: Content
    openings: Mapping[int, datetime]


class Routing:
    """Sends the deliveries of the topic ``routing``: finds people who could answer, and queues notices to them."""

    paced = False

    def __init__(self, network: Network) -> None:
        self._network = network

    async def send(self, taken: Taken, couriers: Mapping[str, Courier]) -> Record | None:
        """Choose whom to ask; empty if the question is answered or gone, or no expert is known."""
        choice = await asyncio.to_thread(self._chosen, int(taken.payload["content"]))
        return None if choice is None else lambda tx: _ask(tx, choice)

    def _chosen(self, content_id: int) -> _Choice | None:
        with self._network.store.read() as tx:
            asker = access.viewer(tx, threads.author_of(tx, content_id))
            question = threads.get(tx, asker, content_id)
            if question is None or question.answered_at is not None:
                return None
            able = answerers.next_ones(tx, asker, question)
            return _Choice(question, {who.id: next_opening(tx.now, self._zone(who)) for who in able})

    def _zone(self, who: Member) -> ZoneInfo:
        settings = self._network.settings
        return ZoneInfo(who.timezone) if who.timezone else settings.zone


def _ask(tx: Transaction, choice: _Choice) -> None:
    """Queue the notices to the chosen people; other questions may have reached them since."""
    openings = {
        member_id: opening for member_id, opening in choice.openings.items() if answerers.has_time(tx, member_id)
    }
    notifications.asked(tx, choice.question.id, choice.question.author_id, openings)
