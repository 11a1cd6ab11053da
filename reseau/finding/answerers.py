"""People who may know the answer to a question: they read it, want to be asked, and were not asked too often."""

from __future__ import annotations

from datetime import timedelta

from reseau import access
from reseau.access import Viewer
from reseau.contents import threads
from reseau.contents.threads import Content
from reseau.exchange import notifications
from reseau.exchange.notices import Notice
from reseau.finding import experts
from reseau.people import attention, preferences
from reseau.people.members import Member
from reseau.store.transaction import Transaction

_AT_ONCE = 2  # people who are asked at a time
_IN_ALL = 4  # people who are asked one question at most
_RANKED = 10
_A_WEEK = timedelta(days=7)
_MOST_A_WEEK = 3  # questions that one person is asked
_KNOW = 5  # people who learn of a new question, because they know most about it
_MOST_LEARNT = 10  # questions that one person learns of in a week


def next_ones(tx: Transaction, asker: Viewer, question: Content) -> list[Member]:
    """Return the people to ask next, most likely to know first; empty if nobody is left."""
    people = _likely(tx, asker, question)
    fresh = [who for who in people if not notifications.was_asked(tx, question.id, who.id)]
    room = max(min(_AT_ONCE, _IN_ALL - len(people) + len(fresh)), 0)
    return [who for who in fresh if _may_be_asked(tx, who, question.id)][:room]


def knowing(tx: Transaction, asker: Viewer, question: Content) -> list[int]:
    """Return the ids of the people who learn of a new question, because they know most about it."""
    likely = [who.id for who in _likely(tx, asker, question) if _reads(tx, who, question.id, Notice.EXPERTISE)]
    return [id_ for id_ in likely if _is_reached(tx, id_, Notice.EXPERTISE, _MOST_LEARNT)][:_KNOW]


def has_time(tx: Transaction, member_id: int) -> bool:
    """Whether somebody was not asked too much lately."""
    return _is_reached(tx, member_id, Notice.ASKED, _MOST_A_WEEK)


def _likely(tx: Transaction, asker: Viewer, question: Content) -> list[Member]:
    """Return the people whom the asker would find, the most likely first."""
    ranked = experts.rank(tx, asker, f"{question.title} {question.text}", limit=_RANKED)
    return [expert.member for expert in ranked]


def _may_be_asked(tx: Transaction, who: Member, content_id: int) -> bool:
    """Whether someone reads the question, wants to be asked, is there, and was not asked too often lately."""
    is_there = not attention.of(tx, who.id).absent(tx.now)
    return is_there and _reads(tx, who, content_id, Notice.ASKED) and has_time(tx, who.id)


def _reads(tx: Transaction, who: Member, content_id: int, notice: Notice) -> bool:
    """Whether someone may read a question and wants to be asked such questions."""
    readable = threads.get(tx, access.viewer(tx, who.id), content_id) is not None
    return readable and preferences.wants(tx, who.id, notice)


def _is_reached(tx: Transaction, member_id: int, notice: Notice, most: int) -> bool:
    return notifications.told_lately(tx, notice, member_id, tx.now - _A_WEEK, most) < most
