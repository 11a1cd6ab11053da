"""Questions that nobody has answered: the people most likely to know are asked, in their hours and not too often."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from bots.platform import Courier
from bots.sending.delivery import Record
from reseau import access
from reseau.contents import threads
from reseau.contents.threads import Content
from reseau.exchange import notifications
from reseau.exchange.notices import Notice
from reseau.exchange.outbox import Taken
from reseau.finding import experts
from reseau.hours import next_opening
from reseau.network import Network
from reseau.people import attention, preferences
from reseau.people.members import Member
from reseau.people.timing import zone_of
from reseau.store import Transaction

TOPIC = notifications.ROUTING
_AT_ONCE = 2  # people who are asked at a time
_IN_ALL = 4  # people who are asked one question at most
_RANKED = 10
_A_WEEK = timedelta(days=7)
_MOST_A_WEEK = 3  # questions that one person is asked
_KNOW = 5  # people who learn of a new question, because they know most about it
_MOST_LEARNT = 10  # questions that one person learns of in a week


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
            question, people = _experts(tx, content_id)
            if question is None:
                return None
            likely = [who.id for who in people if _reads(tx, who, content_id, Notice.EXPERTISE)]
            fresh = [id_ for id_ in likely if _is_reached(tx, id_, Notice.EXPERTISE, _MOST_LEARNT)][:_KNOW]
        return lambda tx: notifications.known(tx, content_id, question.author_id, fresh)

    def _chosen(self, content_id: int) -> _Choice | None:
        with self._network.store.read() as tx:
            question, people = _experts(tx, content_id)
            if question is None:
                return None
            fresh = [who for who in people if not notifications.was_asked(tx, content_id, who.id)]
            room = max(min(_AT_ONCE, _IN_ALL - len(people) + len(fresh)), 0)
            able = [who for who in fresh if _may_be_asked(tx, who, content_id)][:room]
            zone = self._network.settings.zone
            return _Choice(question, {who.id: next_opening(tx.now, zone_of(who, zone)) for who in able})


def _experts(tx: Transaction, content_id: int) -> tuple[Content | None, list[Member]]:
    """A question that waits for an answer, and those whom its author would find, the most likely first."""
    asker = access.viewer(tx, threads.author_of(tx, content_id))
    question = threads.get(tx, asker, content_id)
    if question is None or question.answered_at is not None:
        return None, []
    ranked = experts.rank(tx, asker, f"{question.title} {question.text}", limit=_RANKED)
    return question, [expert.member for expert in ranked]


def _may_be_asked(tx: Transaction, who: Member, content_id: int) -> bool:
    """Whether someone reads the question, wants to be asked, is there, and was not asked too often lately."""
    there = not attention.of(tx, who.id).absent(tx.now)
    return there and _reads(tx, who, content_id, Notice.ASKED) and _has_time(tx, who.id)


def _reads(tx: Transaction, who: Member, content_id: int, notice: Notice) -> bool:
    """Whether someone may read a question and wants to be told of such."""
    readable = threads.get(tx, access.viewer(tx, who.id), content_id) is not None
    return readable and preferences.wants(tx, who.id, notice)


def _has_time(tx: Transaction, member_id: int) -> bool:
    return _is_reached(tx, member_id, Notice.ASKED, _MOST_A_WEEK)


def _is_reached(tx: Transaction, member_id: int, notice: Notice, most: int) -> bool:
    return notifications.told_lately(tx, notice, member_id, tx.now - _A_WEEK, most) < most


def _ask(tx: Transaction, choice: _Choice) -> None:
    """Queue the notices to the chosen people; other questions may have reached them since."""
    openings = {member_id: opening for member_id, opening in choice.openings.items() if _has_time(tx, member_id)}
    notifications.asked(tx, choice.question.id, choice.question.author_id, openings)
