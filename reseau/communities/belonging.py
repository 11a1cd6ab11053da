"""Memberships and roles in communities, with their dates."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, or_, select, update

from reseau import activity
from reseau.acting import Acting
from reseau.activity import Trace
from reseau.channels import mirroring
from reseau.exchange import notifications
from reseau.kinds import AnimateurRole, Verb
from reseau.store.tables import animateur, membership
from reseau.store.transaction import Transaction


@dataclass(slots=True)
class Joining:
    """A member joins a community at a moment (``None``: now). The same record is used for leaving."""

    community_id: int
    member_id: int
    at: datetime | None = None


@dataclass(slots=True)
class Appointment:
    """A role in a community between two moments; ``until=None`` has not ended."""

    community_id: int
    member_id: int
    role: AnimateurRole = AnimateurRole.ANIMATEUR
    since: datetime | None = None
    until: datetime | None = None


@dataclass(slots=True)
class _Row:
    """A row of the table of memberships."""

    community_id: int
    member_id: int
    joined_at: datetime


def join(tx: Transaction, batch: Sequence[Joining], acting: Acting) -> int:
    """Add memberships; present members stay so. Return how many are new."""
    current = _current(tx, batch)
    rows, traces = [], []
    for joining in batch:
        key = (joining.community_id, joining.member_id)
        if key in current:
            continue
        current.add(key)
        at = joining.at or tx.now
        rows.append(_Row(joining.community_id, joining.member_id, at))
        traces.append(Trace(at, joining.member_id, Verb.JOINED, community_id=joining.community_id))
    tx.insert(membership, rows, origin=acting.origin)
    activity.append(tx, traces, acting)
    return len(rows)


def leave(tx: Transaction, batch: Sequence[Joining], acting: Acting) -> int:
    """End memberships, keeping their dates. Return how many there were.

    The readers of linked channels are then checked again: a person may leave a community and stay in its channel.
    """
    traces: list[Trace] = []
    for leaving in batch:
        moment = leaving.at or tx.now
        ended = (
            update(membership)
            .where(
                membership.c.community_id == leaving.community_id,
                membership.c.member_id == leaving.member_id,
                membership.c.left_at.is_(None),
            )
            .values(left_at=moment)
        )
        if tx.execute(ended).rowcount:
            traces.append(Trace(moment, leaving.member_id, Verb.LEFT, community_id=leaving.community_id))
    activity.append(tx, traces, acting)
    mirroring.narrowed(tx, {trace.community_id for trace in traces if trace.community_id is not None})
    return len(traces)


def _current(tx: Transaction, batch: Sequence[Joining]) -> set[tuple[int, int]]:
    members_by_place: dict[int, set[int]] = {}
    for joining in batch:
        members_by_place.setdefault(joining.community_id, set()).add(joining.member_id)
    current: set[tuple[int, int]] = set()
    for place, people in members_by_place.items():
        inside = select(membership.c.member_id).where(
            membership.c.community_id == place, membership.c.left_at.is_(None)
        )
        if len(people) <= 900:
            inside = inside.where(membership.c.member_id.in_(people))
        current.update((place, id_) for id_ in tx.execute(inside).scalars())
    return current


def appoint(tx: Transaction, batch: Sequence[Appointment], acting: Acting) -> int:
    """Give members roles, and tell them; one who holds the role keeps its first date. Return how many are new."""
    given: list[Appointment] = []
    for appointment in batch:
        since = appointment.since or tx.now
        held_now = and_(
            animateur.c.community_id == appointment.community_id,
            animateur.c.member_id == appointment.member_id,
            animateur.c.role == appointment.role,
            or_(animateur.c.until.is_(None), animateur.c.since == since),
        )
        if tx.execute(select(animateur.c.id).where(held_now)).first():
            continue
        tx.execute(
            animateur.insert().values(
                id=tx.ids(animateur, 1)[0],
                community_id=appointment.community_id,
                member_id=appointment.member_id,
                role=appointment.role,
                since=since,
                until=appointment.until,
            )
        )
        given.append(appointment)
    current = [role for role in given if role.until is None]
    traces = [
        Trace(role.since or tx.now, None, Verb.NOTED, community_id=role.community_id, target_id=role.member_id)
        for role in current
    ]
    notifications.appointed(tx, traces, [role.role for role in current], acting)
    return len(given)
