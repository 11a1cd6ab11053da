"""Reading communities: by slug, by name, in lists, with their animateurs and their audience."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, func, null, or_, select

from reseau import access
from reseau.access import Viewer
from reseau.folding import fold, slug
from reseau.kinds import PRESENT, AnimateurRole, CommunityKind, MemberKind, Privacy
from reseau.search import names, spelling
from reseau.store.prepared import Prepared, parameter
from reseau.store.tables import animateur, community, member, membership
from reseau.store.transaction import Transaction


@dataclass(frozen=True, slots=True)
class Community:
    """A community as stored; moments are UTC."""

    id: int
    slug: str
    name: str
    purpose: str
    kind: CommunityKind
    privacy: Privacy
    language: str
    personal: bool
    conversation: bool
    created_at: datetime
    archived_at: datetime | None


@dataclass(frozen=True, slots=True)
class CommunityLine:
    """A community in a list; ``members`` is ``None`` if the viewer may only know that it exists."""

    id: int
    slug: str
    name: str
    kind: CommunityKind
    privacy: Privacy
    purpose: str
    members: int | None
    mine: bool


_COLUMNS = [community.c[field.name] for field in fields(Community)]


def get(tx: Transaction, who: Viewer, community_id: int) -> Community | None:
    """Return a community if the viewer may know of it."""
    if who.member_id is None:
        return None
    row = _KNOWN[who.internal].first(tx, wanted=community_id, viewer_id=who.member_id)
    return None if row is None else _community(row._asdict())


_KNOWN = {
    internal: Prepared(
        select(*_COLUMNS).where(
            community.c.id == parameter("wanted"),
            community.c.id.in_(access.listed_communities(access.bound_viewer(internal))),
        )
    )
    for internal in (True, False)
}


def find(tx: Transaction, who: Viewer, text: str, limit: int = 5) -> list[Community]:
    """Find the communities that a text names, among those the viewer may know: by slug, name, or words of the name."""
    folded = fold(text.strip().lstrip("#")) if len(text) <= _LONGEST_NAME else ""
    if not folded:
        return []
    listed = community.c.id.in_(access.listed_communities(who))
    exact = or_(community.c.slug == slug(text), community.c.folded_name == folded)
    for clause in (exact, *names.called(community.c.folded_name, folded)):
        statement = select(*_COLUMNS).where(listed, clause).order_by(community.c.folded_name).limit(limit)
        fitting = [_community(row._mapping) for row in tx.execute(statement)]
        if fitting:
            return fitting
    return []


def near(tx: Transaction, who: Viewer, text: str, limit: int = 3) -> list[Community]:
    """Find the communities whose names are a typing error away from a text, among those the viewer may know.

    Archived communities are left out; the nearest come first.
    """
    words = spelling.words_of(text)
    if not words:
        return []
    living = community.c.id.in_(access.listed_communities(who)) & community.c.archived_at.is_(None)
    rows = tx.execute(select(community.c.id, community.c.folded_name).where(living))
    ranked = spelling.nearest(words, ((row.id, row.folded_name) for row in rows), limit)
    spaces = {
        row.id: _community(row._mapping) for row in tx.execute(select(*_COLUMNS).where(community.c.id.in_(ranked)))
    }
    return [spaces[id_] for id_ in ranked]


_LONGEST_NAME = 200  # characters; a longer text names no community
_MOST_WORDS = 12  # of a question that are looked for in names and purposes


def listed(
    tx: Transaction, who: Viewer, text: str = "", limit: int = 50, *, counted: bool = True
) -> list[CommunityLine]:
    """List the communities that a viewer may know, their own first, then by name, without archived ones.

    The number of members is given only where the viewer may read, and not at all unless it is to be counted.
    """
    inside = (membership.c.community_id == community.c.id) & membership.c.left_at.is_(None)
    mine = exists().where(inside, membership.c.member_id == who.member_id)
    people = select(func.count()).select_from(membership).where(inside).scalar_subquery()
    readable = community.c.id.in_(access.readable_communities(who))
    statement = (
        select(
            community.c.id,
            community.c.slug,
            community.c.name,
            community.c.kind,
            community.c.privacy,
            community.c.purpose,
            (people if counted else null()).label("members"),
            mine.label("mine"),
            readable.label("readable"),
        )
        .where(community.c.id.in_(access.listed_communities(who)), community.c.archived_at.is_(None))
        .order_by(mine.desc(), community.c.folded_name)
        .limit(limit)
    )
    for word in fold(text[:_LONGEST_NAME]).split()[:_MOST_WORDS]:
        statement = statement.where(
            or_(
                community.c.folded_name.contains(word, autoescape=True),
                and_(readable, func.lower(community.c.purpose).contains(word, autoescape=True)),
            )
        )
    return [_line(row) for row in tx.execute(statement)]


def _line(row: Any) -> CommunityLine:
    return CommunityLine(
        id=row.id,
        slug=row.slug,
        name=row.name,
        kind=CommunityKind(row.kind),
        privacy=Privacy(row.privacy),
        purpose=row.purpose,
        members=row.members if row.readable else None,
        mine=bool(row.mine),
    )


def animateurs(tx: Transaction, community_id: int) -> list[tuple[int, AnimateurRole]]:
    """Return the ids of those who have a role in a community now, with the role, the longest-serving first."""
    rows = tx.execute(
        select(animateur.c.member_id, animateur.c.role)
        .where(
            animateur.c.community_id == community_id,
            animateur.c.since <= tx.now,
            or_(animateur.c.until.is_(None), animateur.c.until > tx.now),
        )
        .order_by(animateur.c.since, animateur.c.id)
    )
    return [(row.member_id, AnimateurRole(row.role)) for row in rows]


def animates(tx: Transaction, community_id: int, member_id: int) -> bool:
    """Whether a member has a role in a community now."""
    return any(animateur_id == member_id for animateur_id, _ in animateurs(tx, community_id))


def animated(tx: Transaction, who: Viewer) -> Select[tuple[int]]:
    """Select the ids of the communities in which a viewer has a role now."""
    return select(animateur.c.community_id).where(
        animateur.c.member_id == who.member_id,
        animateur.c.since <= tx.now,
        or_(animateur.c.until.is_(None), animateur.c.until > tx.now),
    )


def readers(tx: Transaction, community_id: int | None) -> ColumnElement[bool]:
    """A clause on ``member``: who reads in a community, or (``None``) on a wall. The caller says who is present."""
    employee = member.c.kind == MemberKind.EMPLOYEE
    if community_id is None:
        return employee
    space = _SPACE.one(tx, wanted=community_id)
    belong = member.c.id.in_(
        select(membership.c.member_id).where(membership.c.community_id == community_id, membership.c.left_at.is_(None))
    )
    return or_(employee, belong) if space.privacy == Privacy.OPEN and not space.conversation else belong


def audience(tx: Transaction, community_id: int | None) -> int:
    """Return how many people can read a community (``None``: a wall)."""
    if community_id is None:
        return int(_EMPLOYEES.one(tx)[0])
    space = _SPACE.one(tx, wanted=community_id)
    if space.privacy != Privacy.OPEN or space.conversation:
        return int(_INSIDE.one(tx, wanted=community_id)[0])
    return int(_EMPLOYEES.one(tx)[0]) + int(_GUESTS.one(tx, wanted=community_id)[0])


_SPACE = Prepared(select(community.c.privacy, community.c.conversation).where(community.c.id == parameter("wanted")))
_EMPLOYEES = Prepared(select(func.count()).where(member.c.kind == "employee", member.c.status.in_(PRESENT)))
_inside = (
    select(func.count())
    .select_from(membership.join(member, member.c.id == membership.c.member_id))
    .where(
        membership.c.community_id == parameter("wanted"),
        membership.c.left_at.is_(None),
        member.c.status.in_(PRESENT),
    )
)
_INSIDE = Prepared(_inside)
# They are few: looked for one by one among the members of a community, however many there are.
_guests = select(member.c.id).where(
    member.c.kind.in_([kind.value for kind in MemberKind if kind is not MemberKind.EMPLOYEE]),
    member.c.status.in_(PRESENT),
)
_GUESTS = Prepared(
    select(func.count())
    .select_from(membership)
    .where(
        membership.c.community_id == parameter("wanted"),
        membership.c.left_at.is_(None),
        membership.c.member_id.in_(_guests),
    )
)


def _community(row: object) -> Community:
    values = {field.name: row[field.name] for field in fields(Community)}  # type: ignore[index]
    values["kind"] = CommunityKind(values["kind"])
    values["privacy"] = Privacy(values["privacy"])
    return Community(**values)
