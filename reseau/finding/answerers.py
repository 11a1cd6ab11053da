"""Whom to ask a question that nobody has answered: people likely to know, who read it, and not too often."""

from __future__ import annotations

from datetime import timedelta

from reseau import access
from reseau.access import Viewer
from reseau.contents import threads
from reseau.contents.threads import Content
from reseau.exchange import notifications, outbox
from reseau.finding import experts
from reseau.people import preferences
from reseau.people.members import Member
from reseau.people.preferences import Notice
from reseau.store.transaction import Transaction

_AT_ONCE = 2  # people who are asked at a time
_IN_ALL = 4  # people who are asked one question at most
_RANKED = 10
_A_WEEK = timedelta(days=7)
_MOST_A_WEEK = 3  # questions that one person is asked


def next_ones(tx: Transaction, asker: Viewer, question: Content) -> list[Member]:
    """Return the people to ask next, most likely to know first; empty if nobody is left."""
    ranked = experts.rank(tx, asker, f"{question.title} {question.text}", limit=_RANKED)
    people = [expert.member for expert in ranked]
    fresh = [who for who in people if not _was_asked(tx, who, question.id)]
    room = max(min(_AT_ONCE, _IN_ALL - len(people) + len(fresh)), 0)
    return [who for who in fresh if _may_be_asked(tx, who, question.id)][:room]


def has_time(tx: Transaction, member_id: int) -> bool:
    """Whether somebody was not asked too much lately."""
    return notifications.asked_lately(tx, member_id, tx.now - _A_WEEK, _MOST_A_WEEK) < _MOST_A_WEEK


def _was_asked(tx: Transaction, who: Member, content_id: int) -> bool:
    return outbox.newest_of(tx, [notifications.asked_key(content_id, who.id)]) > 0


def _may_be_asked(tx: Transaction, who: Member, content_id: int) -> bool:
    """Whether someone reads the question, wants to be asked, and was not asked too often lately."""
    readable = threads.get(tx, access.viewer(tx, who.id), content_id) is not None
    return readable and preferences.wants(tx, who.id, Notice.ASKED) and has_time(tx, who.id)
