"""Examples from a viewer's surroundings: colleagues, subjects they know, news of communities."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import false, func, select

from reseau import access
from reseau.access import Viewer
from reseau.kinds import PRESENT, ContentState, MemberKind
from reseau.store.tables import content, member, membership, profile_item
from reseau.store.transaction import Transaction


def colleague(tx: Transaction, who: Viewer) -> str:
    """Return the handle of a person whom a viewer may know, from a shared community first; empty without one."""
    here = membership.c.community_id.in_(access.my_communities(who))
    near = select(membership.c.member_id).where(here, membership.c.left_at.is_(None))
    for condition in (member.c.id.in_(near), member.c.kind == MemberKind.EMPLOYEE if who.internal else false()):
        statement = (
            select(member.c.handle)
            .where(condition, member.c.id != who.member_id, member.c.status.in_(PRESENT))
            .order_by(member.c.email.is_(None), member.c.activated_at.is_(None), member.c.folded_name, member.c.id)
            .limit(1)
        )
        if handle := tx.execute(statement).scalar():
            return str(handle)
    return ""


def known_subject(tx: Transaction, who: Viewer) -> str:
    """Return a subject that a person whom a viewer may ask declares; empty without one."""
    near = select(membership.c.member_id).where(
        membership.c.community_id.in_(access.my_communities(who)), membership.c.left_at.is_(None)
    )
    reachable = member.c.kind == MemberKind.EMPLOYEE if who.internal else member.c.id.in_(near)
    statement = (
        select(profile_item.c.value)
        .join_from(profile_item, member, member.c.id == profile_item.c.member_id)
        .where(
            profile_item.c.kind == "expertise",
            reachable,
            member.c.id != who.member_id,
            member.c.status.in_(PRESENT),
        )
        .order_by(func.length(profile_item.c.value), profile_item.c.value)
        .limit(1)
    )
    return str(tx.execute(statement).scalar() or "")


def news(tx: Transaction, who: Viewer, community_ids: Collection[int], since: datetime) -> dict[int, int]:
    """Count the messages of others in communities since a moment, for communities that the viewer may read."""
    counted = (
        select(content.c.community_id, func.count().label("many"))
        .where(
            content.c.community_id.in_(community_ids),
            content.c.community_id.in_(access.readable_communities(who)),
            content.c.created_at >= since,
            content.c.author_id != who.member_id,
            content.c.deleted_at.is_(None),
            content.c.state == ContentState.PUBLISHED,
        )
        .group_by(content.c.community_id)
    )
    return {int(row.community_id): int(row.many) for row in tx.execute(counted)}
