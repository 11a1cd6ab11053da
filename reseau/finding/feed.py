"""The personal feed: the threads with news in a member's communities and in things they follow, newest first.

Fan-out on read: the newest threads of each source are merged when the feed is read. Each source is read by its
own index, which stays quick on both engines where one ``IN (…) ORDER BY`` does not (measured; ``docs/decisions.md``).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import ColumnElement, Select, and_, or_, select, union_all

from reseau import access
from reseau.access import Viewer
from reseau.contents import addressing, threads
from reseau.contents.content_type import starting_types
from reseau.contents.threads import Content
from reseau.kinds import FollowKind
from reseau.people import follows
from reseau.store.prepared import parts
from reseau.store.tables import community, content, member, membership, placement, tag, tagging, thread
from reseau.store.transaction import Transaction

_WAITS = timedelta(days=30)  # for which a question to everybody stays in feeds
_FEW = 3
_AT_ONCE = 100  # sources in one statement; SQLite takes 500


class Reason(StrEnum):
    """Why a thread is in the feed."""

    ADDRESSED = "addressed"  # a question for people like the viewer
    FOLLOWED_CONTENT = "followed_content"
    FOLLOWED_MEMBER = "followed_member"
    MY_COMMUNITY = "my_community"
    FOLLOWED_COMMUNITY = "followed_community"
    FOLLOWED_TAG = "followed_tag"
    ASKED_OF_ALL = "asked_of_all"
    OWN = "own"  # what the viewer wrote for everybody
    TO_DISCOVER = "to_discover"  # of an open community, if the viewer's own sources have nothing


@dataclass(frozen=True, slots=True)
class FeedItem:
    """A thread in the feed; ``source`` names the community, person or tag it comes from."""

    content: Content
    reason: Reason
    source: str


def read(
    tx: Transaction,
    who: Viewer,
    limit: int = 10,
    since: datetime | None = None,
    before: datetime | None = None,
    only: Collection[Reason] = tuple(Reason),
) -> list[FeedItem]:
    """Read the feed of a viewer: at most ``limit`` threads that moved in [since, before), newest first.

    Args:
        only: the reasons for which a thread may be in it.
    """
    if who.member_id is None:
        return []
    between = _between(since, before)
    reasons: dict[int, tuple[Reason, str]] = {}
    for root_id, reason, source in _sources(tx, who, limit, between, only):
        reasons.setdefault(root_id, (reason, source))
    items = _items(tx, who, reasons, limit)
    own = [item for item in items if item.reason is Reason.OWN]
    if items == own and Reason.TO_DISCOVER in only:
        # A community that the viewer has left is not proposed.
        departures = select(membership.c.community_id).where(
            membership.c.member_id == who.member_id, membership.c.left_at.is_not(None)
        )
        new = access.readable_communities(who).where(community.c.id.not_in(departures))
        open_to_all = _of_communities(tx, new, Reason.TO_DISCOVER, limit, between)
        found = {root_id: (reason, source) for root_id, reason, source in open_to_all}
        items = [*own, *_items(tx, who, found, limit)][:limit]
    return items


_Found = tuple[int, Reason, str]


def _between(since: datetime | None, before: datetime | None) -> list[tuple[bool, datetime]]:
    return [(late, moment) for late, moment in ((True, since), (False, before)) if moment is not None]


def _begins(between: Sequence[tuple[bool, datetime]]) -> Iterator[datetime]:
    return (moment for late, moment in between if late)


def _within(column: ColumnElement[datetime], between: Sequence[tuple[bool, datetime]]) -> list[ColumnElement[bool]]:
    return [column >= moment if late else column < moment for late, moment in between]


def _sources(
    tx: Transaction,
    who: Viewer,
    limit: int,
    between: Sequence[tuple[bool, datetime]],
    only: Collection[Reason],
) -> Iterator[_Found]:
    assert who.member_id is not None
    sources: Mapping[Reason, Callable[[], Iterator[_Found]]] = {
        Reason.ADDRESSED: lambda: _addressed(tx, who, between),
        Reason.FOLLOWED_CONTENT: lambda: _of_contents(tx, who),
        Reason.FOLLOWED_MEMBER: lambda: _of_members(tx, who, limit, between),
        Reason.MY_COMMUNITY: lambda: _of_communities(
            tx, access.my_communities(who), Reason.MY_COMMUNITY, limit, between
        ),
        Reason.FOLLOWED_COMMUNITY: lambda: _of_followed(tx, who, limit, between),
        Reason.FOLLOWED_TAG: lambda: _of_tags(tx, who, limit, between),
        Reason.ASKED_OF_ALL: lambda: _asked_of_all(tx, who, between),
        Reason.OWN: lambda: _own(tx, who, between),
    }
    for reason, found in sources.items():
        if reason in only:
            yield from found()


def _addressed(tx: Transaction, who: Viewer, between: Sequence[tuple[bool, datetime]]) -> Iterator[_Found]:
    begins = max([tx.now - _WAITS, *_begins(between)])
    for root_id, label in addressing.addressed_to(tx, who, begins).items():
        yield root_id, Reason.ADDRESSED, label


def _of_followed(
    tx: Transaction, who: Viewer, limit: int, between: Sequence[tuple[bool, datetime]]
) -> Iterator[_Found]:
    assert who.member_id is not None
    followed = follows.followed(tx, who.member_id, FollowKind.COMMUNITY)
    if followed:
        chosen = access.readable_communities(who).where(community.c.id.in_(followed))
        yield from _of_communities(tx, chosen, Reason.FOLLOWED_COMMUNITY, limit, between)


# Every source is read through the gate *before* its limit: hidden threads must not take the place of visible ones.


def _of_contents(tx: Transaction, who: Viewer) -> Iterator[_Found]:
    assert who.member_id is not None
    followed = follows.followed(tx, who.member_id, FollowKind.CONTENT)[-200:]
    for content_id in threads.get_all(tx, who, followed):
        yield content_id, Reason.FOLLOWED_CONTENT, ""


def _of_communities(
    tx: Transaction,
    chosen: Select[tuple[int]],
    reason: Reason,
    limit: int,
    between: Sequence[tuple[bool, datetime]],
) -> Iterator[_Found]:
    names = {
        row.id: row.name
        for row in tx.execute(select(community.c.id, community.c.name).where(community.c.id.in_(chosen)))
    }
    # Twice as many as are shown: some may have been taken back.
    parts = [
        select(placement.c.content_id, placement.c.community_id)
        .where(placement.c.community_id == id_, *_within(placement.c.last_at, between))
        .order_by(placement.c.last_at.desc(), placement.c.content_id.desc())
        .limit(2 * limit)
        for id_ in names
    ]
    for row in _all(tx, parts):
        yield row[0], reason, names[row[1]]


def _of_members(tx: Transaction, who: Viewer, limit: int, between: Sequence[tuple[bool, datetime]]) -> Iterator[_Found]:
    assert who.member_id is not None
    people = follows.followed(tx, who.member_id, FollowKind.MEMBER)
    names = {row.id: row.name for row in tx.execute(select(member.c.id, member.c.name).where(member.c.id.in_(people)))}
    parts = [
        select(content.c.root_id, content.c.author_id)
        .where(
            content.c.author_id == id_,
            access.readable_contents(who),
            *_within(content.c.created_at, between),
        )
        .order_by(content.c.created_at.desc())
        .limit(2 * limit)
        for id_ in names
    ]
    for row in _all(tx, parts):
        yield row[0], Reason.FOLLOWED_MEMBER, names[row[1]]


def _of_tags(tx: Transaction, who: Viewer, limit: int, between: Sequence[tuple[bool, datetime]]) -> Iterator[_Found]:
    assert who.member_id is not None
    for tag_id in follows.followed(tx, who.member_id, FollowKind.TAG):
        newest = (
            select(content.c.root_id, tag.c.label)
            .select_from(
                tagging.join(content, content.c.id == tagging.c.content_id)
                .join(tag, tag.c.id == tagging.c.tag_id)
                .join(thread, thread.c.root_id == content.c.root_id)
            )
            .where(tagging.c.tag_id == tag_id, access.readable_contents(who), *_within(thread.c.last_at, between))
            .order_by(content.c.created_at.desc())
            .limit(2 * limit)
        )
        for row in tx.execute(newest):
            yield row.root_id, Reason.FOLLOWED_TAG, row.label


def _own(tx: Transaction, who: Viewer, between: Sequence[tuple[bool, datetime]]) -> Iterator[_Found]:
    """Yield the newest that the viewer wrote for everybody: no community of theirs shows it."""
    newest = (
        select(content.c.id)
        .join(thread, thread.c.root_id == content.c.id)
        .where(
            content.c.author_id == who.member_id,
            content.c.community_id.is_(None),
            content.c.created_at >= tx.now - _WAITS,
            access.readable_contents(who),
            *_within(thread.c.last_at, between),
        )
        .order_by(content.c.created_at.desc(), content.c.id.desc())
        .limit(_FEW)
    )
    for row in tx.execute(newest):
        yield row.id, Reason.OWN, ""


def _asked_of_all(tx: Transaction, who: Viewer, between: Sequence[tuple[bool, datetime]]) -> Iterator[_Found]:
    """Yield a few of the newest questions and proposals without a community that nobody has answered."""
    newest = (
        select(content.c.id)
        .join(thread, thread.c.root_id == content.c.id)
        .where(
            content.c.community_id.is_(None),
            content.c.kind.in_([type_.name for type_ in starting_types() if type_.label]),
            content.c.author_id != who.member_id,
            content.c.created_at >= tx.now - _WAITS,
            or_(thread.c.replies == 0, and_(thread.c.reopened_at.is_not(None), thread.c.answered_at.is_(None))),
            access.readable_contents(who),
            *_within(thread.c.last_at, between),
        )
        .order_by(content.c.created_at.desc(), content.c.id.desc())
        .limit(_FEW)
    )
    for row in tx.execute(newest):
        yield row.id, Reason.ASKED_OF_ALL, ""


def _all(tx: Transaction, parts: Sequence[Select[tuple[int, int]]]) -> Iterator[tuple[int, ...]]:
    """Yield the rows of several limited statements, many statements at a time."""
    for start in range(0, len(parts), _AT_ONCE):
        # SQLite wants a limited statement inside a compound one to be a subquery.
        chunk = [select(part.subquery()) for part in parts[start : start + _AT_ONCE]]
        for row in tx.execute(union_all(*chunk)):
            yield tuple(row)


def _items(tx: Transaction, who: Viewer, reasons: dict[int, tuple[Reason, str]], limit: int) -> list[FeedItem]:
    """Return the threads that moved last, after the questions that wait for people like the viewer."""
    addressed = [root_id for root_id in reasons if reasons[root_id][0] is Reason.ADDRESSED]
    newest = _newest(tx, list(reasons), 3 * limit)
    contents = threads.get_all(tx, who, [*addressed, *newest])
    waiting = {root_id for root_id in addressed if root_id in contents and contents[root_id].answered_at is None}
    ordered = sorted(contents.values(), key=lambda item: (item.id in waiting, item.last_at, item.id), reverse=True)
    return [FeedItem(content, *reasons[content.id]) for content in ordered[:limit]]


def _newest(tx: Transaction, root_ids: Sequence[int], limit: int) -> list[int]:
    """Return the ids of the threads that moved last, before the full rows are read."""
    moments: dict[int, datetime] = {}
    for part in parts(root_ids):
        rows = tx.execute(select(thread.c.root_id, thread.c.last_at).where(thread.c.root_id.in_(part)))
        moments.update((row.root_id, row.last_at) for row in rows)
    return sorted(moments, key=lambda id_: (moments[id_], id_), reverse=True)[:limit]
