"""Follows of members, communities, contents and tags: one-way, without anyone's consent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, func, select

from reseau import access, activity
from reseau.access import Viewer
from reseau.acting import Acting
from reseau.activity import Trace
from reseau.errors import ReseauError
from reseau.i18n import N_
from reseau.kinds import FollowKind, Verb
from reseau.store.tables import content, follow as table, member, membership
from reseau.store.transaction import Transaction


@dataclass(slots=True)
class NewFollow:
    """A member and what they follow. The same record ends the follow."""

    member_id: int
    kind: FollowKind
    target_id: int
    at: datetime | None = None


class FollowError(ReseauError):
    """A follow that makes no sense."""


def follow(tx: Transaction, batch: Sequence[NewFollow], acting: Acting) -> int:
    """Add follows; existing ones stay as they are. Return how many are new.

    Raises:
        FollowError: a member would follow themselves.
    """
    new = 0
    for wish in batch:
        if wish.kind is FollowKind.MEMBER and wish.member_id == wish.target_id:
            raise FollowError("E_FOLLOW_SELF", N_("You see your own posts already."))
        if tx.execute(select(table.c.id).where(_same(wish))).first():
            continue
        at = wish.at or tx.now
        tx.execute(
            table.insert().values(
                id=tx.ids(table, 1)[0], member_id=wish.member_id, target_kind=wish.kind, target_id=wish.target_id, at=at
            )
        )
        activity.append(tx, [_trace(tx, wish, Verb.FOLLOWED)], acting)
        new += 1
    return new


def unfollow(tx: Transaction, batch: Sequence[NewFollow], acting: Acting) -> int:
    """End follows. Return how many there were."""
    ended = 0
    for wish in batch:
        if tx.execute(table.delete().where(_same(wish))).rowcount:
            activity.append(tx, [_trace(tx, wish, Verb.UNFOLLOWED)], acting)
            ended += 1
    return ended


def end_of_strangers(tx: Transaction, community_id: int) -> None:
    """End the follows of a community by people who do not belong to it, without a trace that shows it exists."""
    inside = select(membership.c.member_id).where(
        membership.c.community_id == community_id, membership.c.left_at.is_(None)
    )
    theirs = table.c.member_id.not_in(inside)
    of_it = (table.c.target_kind == FollowKind.COMMUNITY) & (table.c.target_id == community_id)
    tx.execute(table.delete().where(of_it, theirs))


def _same(followed: NewFollow):  # type: ignore[no-untyped-def]
    return (
        (table.c.member_id == followed.member_id)
        & (table.c.target_kind == followed.kind)
        & (table.c.target_id == followed.target_id)
    )


def _trace(tx: Transaction, wish: NewFollow, verb: Verb) -> Trace:
    at = wish.at or tx.now
    if wish.kind is FollowKind.MEMBER:
        return Trace(at, wish.member_id, verb, wish.kind.value, target_id=wish.target_id)
    if wish.kind is FollowKind.COMMUNITY:
        return Trace(at, wish.member_id, verb, wish.kind.value, community_id=wish.target_id)
    if wish.kind is FollowKind.CONTENT:
        row = tx.execute(select(content.c.root_id, content.c.community_id).where(content.c.id == wish.target_id)).one()
        trace = Trace(at, wish.member_id, verb, wish.kind.value, content_id=wish.target_id)
        trace.root_id, trace.community_id = row.root_id, row.community_id
        return trace
    return Trace(at, wish.member_id, verb, wish.kind.value)


def followed(tx: Transaction, member_id: int, kind: FollowKind) -> list[int]:
    """Return the ids of what a member follows of one kind, the oldest follow first."""
    rows = tx.execute(
        select(table.c.target_id)
        .where(table.c.member_id == member_id, table.c.target_kind == kind)
        .order_by(table.c.id)
    )
    return list(rows.scalars())


def counts(tx: Transaction, who: Viewer, member_id: int) -> tuple[int, int]:
    """Return how many follow a member and how many the member follows, among those whom the viewer may know."""
    people = table.c.target_kind == FollowKind.MEMBER
    followers = _count_known(who, table.c.member_id).where(people, table.c.target_id == member_id)
    following = _count_known(who, table.c.target_id).where(people, table.c.member_id == member_id)
    return int(tx.execute(followers).scalar_one()), int(tx.execute(following).scalar_one())


def _count_known(who: Viewer, column: ColumnElement[int]) -> Select[int]:
    joined = table.join(member, member.c.id == column)
    return select(func.count()).select_from(joined).where(access.knowable_people(who))
