"""Who belongs to communities and who animates them, with the dates of each stay and role."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, or_, select, update

from reseau import activity
from reseau.acting import Acting
from reseau.activity import Trace
from reseau.channels import mirroring
from reseau.kinds import AnimateurRole, Verb
from reseau.store.tables import animateur, membership
from reseau.store.transaction import Transaction


@dataclass(slots=True)
class Joining:
    """Somebody and a community, at a moment (``None``: now); the same record says a leaving."""

    community_id: int
    member_id: int
    at: datetime | None = None


@dataclass(slots=True)
class Appointment:
    """A role in a community between two moments; ``until=None`` is still so."""

    community_id: int
    member_id: int
    role: AnimateurRole = AnimateurRole.ANIMATEUR
    since: datetime | None = None
    until: datetime | None = None


@dataclass(slots=True)
class _Row:
    """A stay, as the table has it."""

    community_id: int
    member_id: int
    joined_at: datetime


def join(tx: Transaction, batch: Sequence[Joining], acting: Acting) -> int:
    """Note who joins what; somebody who is in already stays so. Returns how many are new."""
    current = _current(tx, batch)
    rows, traces = [], []
    for one in batch:
        key = (one.community_id, one.member_id)
        if key in current:
            continue
        current.add(key)
        at = one.at or tx.now
        rows.append(_Row(one.community_id, one.member_id, at))
        traces.append(Trace(at, one.member_id, Verb.JOINED, community_id=one.community_id))
    tx.insert(membership, rows, origin=acting.origin)
    activity.append(tx, traces, acting)
    return len(rows)


def leave(tx: Transaction, batch: Sequence[Joining], acting: Acting) -> int:
    """Note who leaves what; the stay keeps its dates. Returns how many were in.

    Who reads the linked channels is then looked at again: one may have left a community and not its channel.
    """
    traces: list[Trace] = []
    for one in batch:
        moment = one.at or tx.now
        ended = (
            update(membership)
            .where(
                membership.c.community_id == one.community_id,
                membership.c.member_id == one.member_id,
                membership.c.left_at.is_(None),
            )
            .values(left_at=moment)
        )
        if tx.execute(ended).rowcount:
            traces.append(Trace(moment, one.member_id, Verb.LEFT, community_id=one.community_id))
    activity.append(tx, traces, acting)
    mirroring.narrowed(tx, {one.community_id for one in traces if one.community_id is not None})
    return len(traces)


def _current(tx: Transaction, batch: Sequence[Joining]) -> set[tuple[int, int]]:
    wanted: dict[int, set[int]] = {}
    for one in batch:
        wanted.setdefault(one.community_id, set()).add(one.member_id)
    found: set[tuple[int, int]] = set()
    for place, people in wanted.items():
        inside = select(membership.c.member_id).where(
            membership.c.community_id == place, membership.c.left_at.is_(None)
        )
        if len(people) <= 900:
            inside = inside.where(membership.c.member_id.in_(people))
        found.update((place, id_) for id_ in tx.execute(inside).scalars())
    return found


def appoint(tx: Transaction, batch: Sequence[Appointment], acting: Acting) -> int:
    """Give people a role; whoever has it now keeps the first date. Returns how many are new."""
    made = 0
    for one in batch:
        since = one.since or tx.now
        same = and_(
            animateur.c.community_id == one.community_id,
            animateur.c.member_id == one.member_id,
            animateur.c.role == one.role,
            or_(animateur.c.until.is_(None), animateur.c.since == since),
        )
        if tx.execute(select(animateur.c.id).where(same)).first():
            continue
        tx.execute(
            animateur.insert().values(
                id=tx.ids(animateur, 1)[0],
                community_id=one.community_id,
                member_id=one.member_id,
                role=one.role,
                since=since,
                until=one.until,
            )
        )
        made += 1
    return made
