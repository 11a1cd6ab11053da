"""Questions that nobody has answered: the people most likely to know are asked, in their hours and not too often."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bots.platform import Courier
from bots.sending.delivery import Record
from reseau import access
from reseau.access import Viewer
from reseau.contents import threads
from reseau.contents.threads import Content
from reseau.exchange import notifications, outbox
from reseau.exchange.outbox import Taken
from reseau.finding import experts
from reseau.hours import next_opening
from reseau.network import Network
from reseau.people import preferences
from reseau.people.members import Member
from reseau.people.preferences import Notice
from reseau.store import Transaction

TOPIC = notifications.ROUTING
_AT_ONCE = 2  # people who are asked at a time
_IN_ALL = 4  # people who are asked one question at most
_RANKED = 10
_A_WEEK = timedelta(days=7)
_MOST_A_WEEK = 3  # questions that one person is asked


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
            able = whom_to_ask(tx, asker, question)
            return _Choice(question, {who.id: next_opening(tx.now, self._zone(who)) for who in able})

    def _zone(self, who: Member) -> ZoneInfo:
        settings = self._network.settings
        return ZoneInfo(who.timezone) if who.timezone else settings.zone


def whom_to_ask(tx: Transaction, asker: Viewer, question: Content) -> list[Member]:
    """Return the people to ask next, most likely to know first; empty if nobody is left."""
    ranked = experts.rank(tx, asker, f"{question.title} {question.text}", limit=_RANKED)
    people = [expert.member for expert in ranked]
    fresh = [who for who in people if not _was_asked(tx, who, question.id)]
    room = max(min(_AT_ONCE, _IN_ALL - len(people) + len(fresh)), 0)
    return [who for who in fresh if _may_be_asked(tx, who, question.id)][:room]


def _was_asked(tx: Transaction, who: Member, content_id: int) -> bool:
    return outbox.newest_of(tx, [notifications.asked_key(content_id, who.id)]) > 0


def _may_be_asked(tx: Transaction, who: Member, content_id: int) -> bool:
    """Whether someone reads the question, wants to be asked, and was not asked too often lately."""
    readable = threads.get(tx, access.viewer(tx, who.id), content_id) is not None
    return readable and preferences.wants(tx, who.id, Notice.ASKED) and _has_time(tx, who.id)


def _has_time(tx: Transaction, member_id: int) -> bool:
    return notifications.asked_lately(tx, member_id, tx.now - _A_WEEK, _MOST_A_WEEK) < _MOST_A_WEEK


def _ask(tx: Transaction, choice: _Choice) -> None:
    """Queue the notices to the chosen people; other questions may have reached them since."""
    openings = {member_id: opening for member_id, opening in choice.openings.items() if _has_time(tx, member_id)}
    notifications.asked(tx, choice.question.id, choice.question.author_id, openings)
