"""The one place that decides what and whom a member may see, as SQL clauses that every read composes.

Every internal member reads open communities and walls; members alone read private and secret ones; guests read only the
communities that they belong to, open or not. Administrators have no wider view: they run the network, they do not read
other people's conversations.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import cast

from sqlalchemy import ColumnElement, Select, and_, exists, false, or_, select

from reseau.errors import ReseauError
from reseau.i18n import N_
from reseau.kinds import SPEAKING, ContentState, MemberKind, Privacy
from reseau.store.prepared import Prepared, parameter, parameters, parts
from reseau.store.tables import community, content, member, membership, placement
from reseau.store.transaction import Transaction


@dataclass(frozen=True, slots=True)
class Viewer:
    """A reader. ``member_id`` is ``None`` for a stranger, who sees nothing."""

    member_id: int | None
    internal: bool = False
    administrator: bool = False


STRANGER = Viewer(None)


def bound_viewer(internal: bool) -> Viewer:
    """Return a viewer for prepared statements. Its id is bound when they run (``viewer_id``)."""
    return Viewer(cast("int", parameter("viewer_id")), internal)


class NotMemberError(ReseauError):
    """A person who is not a member of the community wants to write in it."""


class ClosedError(ReseauError):
    """The content is gone or not open to the viewer; one sentence for both, so that it reveals nothing."""

    def __init__(self) -> None:
        super().__init__("E_PRIVATE_GONE", N_("This content is gone or not open to you."))


def viewer(tx: Transaction, member_id: int) -> Viewer:
    """Return the viewer for a member; a bot, an unknown id or a person who left is a stranger."""
    row = _VIEWER.first(tx, member_id=member_id)
    if row is None or row[1] not in SPEAKING:
        return STRANGER
    return Viewer(member_id, row[0] == MemberKind.EMPLOYEE, bool(row[2]))


_VIEWER = Prepared(
    select(member.c.kind, member.c.status, member.c.administrator).where(member.c.id == parameter("member_id"))
)


def my_communities(who: Viewer) -> Select[tuple[int]]:
    """Select the ids of the communities that a viewer belongs to now."""
    return select(membership.c.community_id).where(
        membership.c.member_id == who.member_id, membership.c.left_at.is_(None)
    )


def readable_communities(who: Viewer) -> Select[tuple[int]]:
    """Select the ids of the communities whose contents a viewer may read."""
    mine = community.c.id.in_(my_communities(who))
    if who.member_id is None:
        return select(community.c.id).where(false())
    if not who.internal:
        return select(community.c.id).where(mine)
    return select(community.c.id).where(or_(_open(), mine))


def listed_communities(who: Viewer) -> Select[tuple[int]]:
    """Select the communities that a viewer may know of: the readable ones and, for employees, the private ones."""
    if not who.internal:
        return readable_communities(who).where(community.c.conversation.is_(False))
    mine = community.c.id.in_(my_communities(who))
    listed = community.c.privacy.in_([Privacy.OPEN, Privacy.PRIVATE])
    return select(community.c.id).where(or_(listed, mine), community.c.conversation.is_(False))


def _open() -> ColumnElement[bool]:
    return and_(community.c.privacy == Privacy.OPEN, community.c.conversation.is_(False))


def readable_contents(who: Viewer) -> ColumnElement[bool]:
    """A clause on ``content``: published, not deleted, and in a place that the viewer may read (or on a wall).

    Only the author reads a content that an animateur has hidden.
    """
    own = and_(content.c.state == ContentState.HIDDEN, content.c.author_id == who.member_id)
    alive = and_(or_(content.c.state == ContentState.PUBLISHED, own), content.c.deleted_at.is_(None))
    return and_(alive, placed_for(who))


def placed_for(who: Viewer) -> ColumnElement[bool]:
    """A clause on ``content``: it is in a place that the viewer may read, even if it was deleted or hidden since.

    A reply is read wherever its thread is placed.
    """
    if who.member_id is None:
        return false()
    placed = exists().where(
        placement.c.content_id == content.c.root_id, placement.c.community_id.in_(readable_communities(who))
    )
    return or_(content.c.community_id.is_(None), placed) if who.internal else placed


def knowable_people(who: Viewer) -> ColumnElement[bool]:
    """A clause on ``member``: whom a viewer may know of. Every read of people composes it, before any cut or count.

    Employees know all employees. Anyone else is known to those who belong to one of the same communities now.
    """
    if who.member_id is None:
        return false()
    together = member.c.id.in_(
        select(membership.c.member_id).where(
            membership.c.left_at.is_(None), membership.c.community_id.in_(my_communities(who))
        )
    )
    knowable = or_(member.c.id == who.member_id, together)
    return or_(member.c.kind == MemberKind.EMPLOYEE, knowable) if who.internal else knowable


def may_know(tx: Transaction, who: Viewer, member_ids: Iterable[int]) -> set[int]:
    """Return those of these members whom a viewer may know of."""
    knowable: set[int] = set()
    for part in parts(sorted(set(member_ids))):
        statement = select(member.c.id).where(member.c.id.in_(part), knowable_people(who))
        knowable.update(tx.execute(statement).scalars())
    return knowable


def may_read_community(tx: Transaction, who: Viewer, community_id: int) -> bool:
    """Whether a viewer may read the contents of a community."""
    return tx.execute(readable_communities(who).where(community.c.id == community_id)).first() is not None


def may_post(tx: Transaction, who: Viewer, community_id: int | None) -> bool:
    """Whether a viewer may write in a community (``None``: on their own wall). Archived ones take nothing."""
    if who.member_id is None:
        return False
    if community_id is None:
        return who.internal
    row = tx.execute(
        readable_communities(who).where(community.c.id == community_id, community.c.archived_at.is_(None))
    ).first()
    return row is not None


def check_posts(tx: Transaction, pairs: set[tuple[int, int | None]]) -> None:
    """Check that authors may write in communities, as :func:`may_post` does for one of them.

    Raises:
        ClosedError: a community does not exist, or the author may not know of it.
        NotMemberError: the author may know of it but not write in it.
    """
    authors = sorted({author for author, _ in pairs})
    places = sorted({place for _, place in pairs if place is not None})
    inside = _insiders(tx, authors)
    spaces = {row.id: row for row in _SPACES.rows(tx, places=places)}
    stays = _stays(tx, places, authors)
    for author, place in pairs:
        if place is None:
            if inside.get(author):
                continue
            raise ClosedError
        space = spaces.get(place)
        belongs = (place, author) in stays
        open_to = space is not None and space.privacy == Privacy.OPEN and not space.conversation
        allowed = author in inside and (belongs or (bool(open_to) and inside[author]))
        if space is None or (not allowed and (space.privacy == Privacy.SECRET or not inside.get(author))):
            raise ClosedError
        if space.archived_at is not None:
            raise NotMemberError(
                "E_ARCHIVED", N_("“{community}” is closed: it can be read, not written in."), community=space.name
            )
        if not allowed:
            raise NotMemberError("E_NOT_MEMBER", N_("“{community}” is for its members only."), community=space.name)


def _insiders(tx: Transaction, authors: list[int]) -> dict[int, bool]:
    """Return those of these members who are present, with whether they are internal."""
    return {row.id: row.kind == MemberKind.EMPLOYEE for row in _INSIDERS.rows(tx, authors=authors)}


def _stays(tx: Transaction, places: list[int], authors: list[int]) -> set[tuple[int, int]]:
    if len(authors) <= 900:  # a few authors of a community of a hundred thousand: do not read them all
        return {(row.community_id, row.member_id) for row in _STAYS.rows(tx, places=places, authors=authors)}
    present = select(membership.c.community_id, membership.c.member_id).where(
        membership.c.community_id.in_(places), membership.c.left_at.is_(None)
    )
    return {(row.community_id, row.member_id) for row in tx.execute(present)}


_SPACES = Prepared(
    select(
        community.c.id, community.c.name, community.c.privacy, community.c.conversation, community.c.archived_at
    ).where(community.c.id.in_(parameters("places")))
)
_INSIDERS = Prepared(
    select(member.c.id, member.c.kind).where(member.c.id.in_(parameters("authors")), member.c.status.in_(SPEAKING))
)
_STAYS = Prepared(
    select(membership.c.community_id, membership.c.member_id).where(
        membership.c.community_id.in_(parameters("places")),
        membership.c.member_id.in_(parameters("authors")),
        membership.c.left_at.is_(None),
    )
)
