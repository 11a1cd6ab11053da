"""Timing of notices: at once, in the person's hours, with more of the thread, in a summary, never."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sqlalchemy import select

from reseau.exchange import waiting
from reseau.exchange.notices import CLASSES, Cadence, Notice
from reseau.hours import next_opening
from reseau.people import attention, preferences
from reseau.people.members import Member
from reseau.store.prepared import Prepared, parameter
from reseau.store.tables import content
from reseau.store.transaction import Transaction

WINDOW = timedelta(minutes=10)  # within which more of one thread is gathered


@dataclass(frozen=True, slots=True)
class Timing:
    """When a notice is sent.

    Attributes:
        wanted: whether the person wants it at all.
        at: the moment; none is the next summary.
    """

    wanted: bool
    at: datetime | None


def zone_of(who: Member, usual: ZoneInfo) -> ZoneInfo:
    """The time zone of a person; the company's if it is unknown."""
    try:
        return ZoneInfo(who.timezone) if who.timezone else usual
    except (ZoneInfoNotFoundError, ValueError):  # a platform or an import may say anything
        return usual


def timing(tx: Transaction, who: Member, notice: Notice, root_id: int | None, usual: ZoneInfo) -> Timing:
    """Decide when a person gets a notice.

    Args:
        who: the person.
        root_id: the thread that it is about, if it is about one.
        usual: the company's time zone.
    """
    cadence = preferences.cadence(tx, who.id, notice)
    if cadence is Cadence.NEVER:
        return Timing(False, None)
    if cadence in (Cadence.DAILY, Cadence.WEEKLY) or attention.of(tx, who.id).absent(tx.now):
        return Timing(True, None)
    moment = tx.now
    if root_id is not None and CLASSES[notice].by_thread:
        moment = max(moment, _after_window(tx, who.id, root_id))
    return Timing(True, moment if cadence is Cadence.ALWAYS else next_opening(moment, zone_of(who, usual)))


def _after_window(tx: Transaction, member_id: int, root_id: int) -> datetime:
    """The end of the window that the last notice of a thread opened; writing in the thread ends it at once."""
    due = waiting.next_due(tx, member_id, root_id)
    if due is not None and due <= tx.now + WINDOW:  # more of this thread is about to go out
        return due if due > tx.now else tx.now + WINDOW
    last = waiting.last_told(tx, member_id, root_id)
    if last is None or not last <= tx.now < last + WINDOW:
        return tx.now
    wrote = _WROTE.first(tx, root_id=root_id, author_id=member_id, since=last)
    return tx.now if wrote is not None else last + WINDOW


_WROTE = Prepared(
    select(content.c.id)
    .where(
        content.c.root_id == parameter("root_id"),
        content.c.author_id == parameter("author_id"),
        content.c.created_at >= parameter("since"),
    )
    .limit(1)
)
