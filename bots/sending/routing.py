"""Questions that nobody has answered: the people most likely to know are asked, in their hours and not too often."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from bots.platform import Courier
from bots.sending.delivery import Record
from reseau import access
from reseau.access import Viewer
from reseau.contents import threads
from reseau.contents.threads import Content
from reseau.exchange import notifications
from reseau.exchange.outbox import Taken
from reseau.finding import answerers
from reseau.hours import next_opening
from reseau.network import Network
from reseau.people.timing import zone_of
from reseau.store import Transaction

TOPIC = notifications.ROUTING


@dataclass(frozen=True, slots=True)
class _Choice:
    """A question, and when to ask whom."""

    question: Content
    openings: Mapping[int, datetime]


class Routing:
    """Sends the deliveries of the topic ``routing``: finds people who could answer, and queues notices to them.

    A new question is made known to those who know most; if nobody answers, the most likely ones are asked.
    """

    paced = False

    def __init__(self, network: Network) -> None:
        self._network = network

    async def send(self, taken: Taken, couriers: Mapping[str, Courier]) -> Record | None:
        """Choose whom to tell or ask; nobody if the question is answered or gone, or no expert is known."""
        content_id = int(taken.payload["content"])
        if taken.payload.get("occasion") == notifications.KNOWN:
            return await asyncio.to_thread(self._knowing, content_id)
        choice = await asyncio.to_thread(self._chosen, content_id)
        return None if choice is None else lambda tx: _ask(tx, choice)

    def _knowing(self, content_id: int) -> Record | None:
        """Make a question known to people who know a lot about it, each not too often."""
        with self._network.store.read() as tx:
            asker, question = _open_question(tx, content_id)
            if question is None:
                return None
            people = answerers.knowing(tx, asker, question)
        return lambda tx: notifications.known(tx, content_id, question.author_id, people)

    def _chosen(self, content_id: int) -> _Choice | None:
        with self._network.store.read() as tx:
            asker, question = _open_question(tx, content_id)
            if question is None:
                return None
            zone = self._network.settings.zone
            able = answerers.next_ones(tx, asker, question)
            return _Choice(question, {who.id: next_opening(tx.now, zone_of(who, zone)) for who in able})


def _open_question(tx: Transaction, content_id: int) -> tuple[Viewer, Content | None]:
    """The asker, and the question as the asker reads it while nobody has answered."""
    asker = access.viewer(tx, threads.author_of(tx, content_id))
    question = threads.get(tx, asker, content_id)
    return asker, question if question is not None and question.answered_at is None else None


def _ask(tx: Transaction, choice: _Choice) -> None:
    """Queue the notices to the chosen people; other questions may have reached them since."""
    openings = {
        member_id: opening for member_id, opening in choice.openings.items() if answerers.has_time(tx, member_id)
    }
    notifications.asked(tx, choice.question.id, choice.question.author_id, openings)
