"""Summaries are planned when the working day begins: one delivery for each person who may find something in it."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ColumnElement, exists, or_, select

from reseau.exchange import outbox
from reseau.exchange.notices import Cadence, Notice
from reseau.exchange.notifications import CONSOLE
from reseau.exchange.outbox import Delivery
from reseau.kinds import PRESENT, FollowKind
from reseau.store.moments import to_micros
from reseau.store.tables import attention, follow, identity, member, membership, preference, waiting_notice
from reseau.store.transaction import Transaction

TOPIC = "summary"
_AT_ONCE = 2500  # people in one transaction, so that others write meanwhile and memory stays small


def zones(tx: Transaction) -> list[str]:
    """The time zones of the members; an empty name is that of the company."""
    rows = tx.execute(select(member.c.timezone).where(member.c.status.in_(PRESENT)).distinct())
    return sorted({zone or "" for zone in rows.scalars()})


def plan(tx: Transaction, zone: str, day: date, after: int, *, weekly: bool) -> int | None:
    """Queue the summaries of a day for the next people of a time zone, each once whatever happens meanwhile.

    Only those who spoke with the bot before get any, and only those for whom there may be something.

    Args:
        after: the id that an earlier call returned; 0 begins.
        weekly: whether it is the first working day of the week.

    Returns:
        Where to go on, ``None`` at the end.
    """
    there = or_(member.c.timezone == zone, member.c.timezone.is_(None)) if not zone else member.c.timezone == zone
    people = (
        select(member.c.id)
        .where(
            member.c.id > after,
            member.c.status.in_(PRESENT),
            member.c.activated_at.is_not(None),
            there,
            exists().where(identity.c.member_id == member.c.id, identity.c.platform != CONSOLE),
            ~exists().where(attention.c.member_id == member.c.id, attention.c.absent_until > tx.now),
            _may_find_something(weekly=weekly),
        )
        .order_by(member.c.id)
        .limit(_AT_ONCE)
    )
    ids = list(tx.execute(people).scalars())
    outbox.queue(tx, [_delivery(int(id_), day, {"weekly": weekly}) for id_ in ids])
    return int(ids[-1]) if len(ids) == _AT_ONCE else None


def _may_find_something(*, weekly: bool) -> ColumnElement[bool]:
    """Whether the summary of this day has news around what a person follows, belongs to or waits for."""
    waits = exists().where(waiting_notice.c.member_id == member.c.id, waiting_notice.c.due_at.is_(None))
    people = FollowKind.MEMBER.value
    if weekly:
        inside = exists().where(membership.c.member_id == member.c.id, membership.c.left_at.is_(None))
        return or_(waits, inside, exists().where(follow.c.member_id == member.c.id))
    followed = exists().where(follow.c.member_id == member.c.id, follow.c.target_kind == people)
    daily = exists().where(
        preference.c.member_id == member.c.id,
        preference.c.notice == Notice.COMMUNITY,
        preference.c.cadence == Cadence.DAILY,
    )
    return or_(waits, followed, daily)


def after_absence(tx: Transaction, member_id: int, day: date, opening: datetime) -> None:
    """Queue the one summary of everything since now, for the day on which a person is back."""
    payload: dict[str, object] = {"weekly": True, "since": to_micros(tx.now)}
    outbox.queue(tx, [_delivery(member_id, day, payload, opening)])


def _delivery(member_id: int, day: date, payload: dict[str, object], due: datetime | None = None) -> Delivery:
    key = f"{TOPIC}:{member_id}:{day.isoformat()}"
    return Delivery(key, TOPIC, f"{TOPIC}:{member_id}", {"to": member_id, **payload}, due_at=due)
