"""Links between a community and a channel: contents of either appear in both.

Who reads the channel must not be wider than who reads the community (``docs/mirror.md``).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, or_, select, update

from reseau import access
from reseau.errors import ReseauError
from reseau.i18n import N_
from reseau.keys import ChannelKey
from reseau.kinds import PRESENT, MemberKind, Privacy
from reseau.store.prepared import Prepared, parameter, parameters, parts
from reseau.store.tables import community, link, member, membership
from reseau.store.transaction import Transaction


@dataclass(slots=True)
class NewLink:
    """A channel to link; ``name`` as people know it, ``service`` if a platform has several addresses."""

    community_id: int
    platform: str
    tenant: str
    conversation: str
    name: str
    created_by: int
    service: str = ""


@dataclass(frozen=True, slots=True)
class Link:
    """A link as stored. ``reason`` says why it is paused, empty while it works; moments are UTC."""

    id: int
    community_id: int
    community: str
    language: str
    platform: str
    tenant: str
    conversation: str
    service: str
    name: str
    reason: str
    created_at: datetime

    @property
    def channel_key(self) -> ChannelKey:
        """Which channel it is."""
        return ChannelKey(self.platform, self.tenant, self.conversation)


@dataclass(frozen=True, slots=True)
class Readers:
    """The readers of a channel.

    Attributes:
        everybody: whether every full member of the organisation can come in.
        outsiders: whether people of other organisations are in it.
        member_ids: the members in it, as far as they are known.
        unknown: how many readers are not members.
        colleagues: how many more are not members yet but may become members; they read like any employee.
    """

    everybody: bool
    outsiders: bool
    member_ids: Collection[int]
    unknown: int = 0
    colleagues: int = 0


class LinkError(ReseauError):
    """A channel cannot be linked, or is not."""


def add(tx: Transaction, new: NewLink) -> int:
    """Link a channel; one that was linked to the same community before takes its old link up again.

    Raises:
        LinkError: the channel is linked to a community already.
    """
    same = _channel(new.platform, new.tenant, new.conversation)
    if tx.execute(select(link.c.id).where(*same, link.c.ended_at.is_(None))).first():
        # The error does not name the community: the person may not know that it exists.
        raise LinkError("E_LINKED", N_("This channel is linked to a community already: end that link first."))
    again = tx.execute(
        update(link)
        .where(*same, link.c.community_id == new.community_id)
        .values(ended_at=None, reason="", name=new.name, service=new.service, created_by=new.created_by)
        .returning(link.c.id)
    ).scalar()
    if again is not None:
        return int(again)
    id_ = tx.ids(link, 1)[0]
    values = {field.name: getattr(new, field.name) for field in fields(new)}
    tx.execute(link.insert().values(id=id_, created_at=tx.now, **values))
    return id_


def end(tx: Transaction, link_id: int) -> None:
    """Unlink; messages of the channel stay there."""
    tx.execute(update(link).where(link.c.id == link_id).values(ended_at=tx.now))


def rest(tx: Transaction, link_id: int, reason: str) -> None:
    """Pause a link, with a reason; an empty reason resumes it."""
    tx.execute(update(link).where(link.c.id == link_id).values(reason=reason))


def of_channel(tx: Transaction, channel: ChannelKey) -> Link | None:
    """The link of a channel."""
    row = _OF_CHANNEL.first(tx, platform=channel.platform, tenant=channel.tenant, conversation=channel.conversation)
    return None if row is None else _link(row._asdict())


def of_communities(tx: Transaction, community_ids: Collection[int], *, resting: bool = False) -> list[Link]:
    """The links of some communities; paused ones only on request."""
    rows = _OF_COMMUNITIES.rows(tx, wanted=sorted(community_ids)) if community_ids else []
    return [link_ for link_ in (_link(row._asdict()) for row in rows) if resting or not link_.reason]


def read_by(tx: Transaction, member_ids: Collection[int]) -> list[Link]:
    """The links of what any of these members may have read: open communities, and those they belong to."""
    by_id: dict[int, Link] = {}
    for part in parts(sorted(set(member_ids))):
        theirs = select(membership.c.community_id).where(membership.c.member_id.in_(part))
        readable = or_(community.c.privacy == Privacy.OPEN, link.c.community_id.in_(theirs))
        by_id.update((link_.id, link_) for link_ in _links(tx, readable, link.c.reason == ""))
    return list(by_id.values())


def community_of(link: Link | None) -> int | None:
    """The community that a channel is linked to, while its link works."""
    return link.community_id if link is not None and not link.reason else None


def get(tx: Transaction, link_id: int) -> Link | None:
    """The link of an id, unless it was ended."""
    row = _OF_ID.first(tx, link_id=link_id)
    return None if row is None else _link(row._asdict())


def listed(tx: Transaction) -> list[Link]:
    """Every link there is, by community; for administrators."""
    return _links(tx)


def check(tx: Transaction, community_id: int, readers: Readers) -> None:
    """Check whether a channel may show the contents of a community.

    Raises:
        LinkError: a reader of the channel may not read the community.
    """
    space = tx.execute(
        select(community.c.name, community.c.privacy, community.c.conversation).where(community.c.id == community_id)
    ).one()
    if space.conversation:
        raise access.ClosedError
    if readers.outsiders:
        raise LinkError(
            "E_LINK_OUTSIDERS",
            N_("People of other organisations are in this channel: it cannot be linked to “{community}”."),
            community=space.name,
        )
    is_open = space.privacy == Privacy.OPEN
    if readers.everybody and not is_open:
        raise LinkError(
            "E_LINK_WIDE",
            N_("Everybody can read this channel, and “{community}” is for its members only."),
            community=space.name,
        )
    strangers = readers.unknown + _without_right(tx, community_id, readers.member_ids, is_open=is_open)
    if not is_open:
        strangers += readers.colleagues
    if strangers:
        raise LinkError(
            "E_LINK_STRANGERS",
            N_(
                "In this channel there are people who may not read “{community}”: {count}."
                " Let them into the community or remove them from the channel, then link it again."
            ),
            community=space.name,
            count=strangers,
        )


def may_see_what_is_open(tx: Transaction, readers: Readers) -> bool:
    """Whether everyone who reads a channel may read walls and open communities: colleagues alone are there."""
    return not readers.outsiders and not readers.unknown and not _outside(tx, readers.member_ids)


def _without_right(tx: Transaction, community_id: int, member_ids: Iterable[int], *, is_open: bool) -> int:
    """Count the members who may not read the community; a former member reads nothing."""
    ids = _outside(tx, member_ids) if is_open else sorted(set(member_ids))
    strangers = 0
    for part in parts(ids):
        inside = (
            select(membership.c.member_id)
            .join_from(membership, member)
            .where(
                membership.c.community_id == community_id,
                membership.c.left_at.is_(None),
                membership.c.member_id.in_(part),
                member.c.status.in_(PRESENT),
            )
        )
        strangers += len(set(part) - set(tx.execute(inside).scalars()))
    return strangers


def _outside(tx: Transaction, member_ids: Iterable[int]) -> list[int]:
    """Those of these members who are not active employees."""
    ids = sorted(set(member_ids))
    inside = {row.id for row in _EMPLOYEES.rows(tx, wanted=ids, present=PRESENT)}
    return [member_id for member_id in ids if member_id not in inside]


def _channel(platform: Any, tenant: Any, conversation: Any) -> tuple[ColumnElement[bool], ...]:
    return (link.c.platform == platform, link.c.tenant == tenant, link.c.conversation == conversation)


def _links(tx: Transaction, *clauses: ColumnElement[bool]) -> list[Link]:
    return [_link(dict(row._mapping)) for row in tx.execute(_link_rows().where(*clauses))]


def _link_rows() -> Select[Any]:
    names = [field.name for field in fields(Link) if field.name not in ("community", "language")]
    columns = [link.c[name] for name in names]
    return (
        select(*columns, community.c.name.label("community"), community.c.language)
        .join_from(link, community)
        .where(link.c.ended_at.is_(None))
        .order_by(community.c.folded_name, link.c.id)
    )


def _link(values: dict[str, Any]) -> Link:
    return Link(**values)


_EMPLOYEES = Prepared(
    select(member.c.id).where(
        member.c.id.in_(parameters("wanted")),
        member.c.kind == MemberKind.EMPLOYEE,
        member.c.status.in_(parameters("present")),
    )
)
_OF_COMMUNITIES = Prepared(_link_rows().where(link.c.community_id.in_(parameters("wanted"))))
_OF_CHANNEL = Prepared(
    _link_rows().where(*_channel(parameter("platform"), parameter("tenant"), parameter("conversation")))
)
_OF_ID = Prepared(_link_rows().where(link.c.id == parameter("link_id")))
