"""Moving a thread to another community, and merging two threads, which never shows somebody's words to more readers.

People in a closed community write for its members: a thread with replies of others leaves it only for a place
without further readers. The thread keeps its old code, which leads to its new place.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select, update

from reseau import access, activity
from reseau.access import Viewer
from reseau.acting import Acting
from reseau.activity import Trace
from reseau.channels import mirroring
from reseau.communities import reading
from reseau.contents import counters, moderation, publishing, threads
from reseau.contents.content_type import Authors
from reseau.contents.moderation import Decision
from reseau.contents.publishing import ContentError
from reseau.contents.threads import Content
from reseau.i18n import N_
from reseau.kinds import PRESENT, ContentState, FollowKind, Privacy, Verb
from reseau.search import index
from reseau.store.prepared import parts
from reseau.store.tables import (
    community,
    content,
    follow,
    former_code,
    member,
    merger,
    placement,
    thanks,
    thread,
)
from reseau.store.transaction import Transaction

UNDO = timedelta(minutes=10)  # time to undo a merger


@dataclass(slots=True)
class Move:
    """A thread goes to another community; an animateur who is not its author says why."""

    content_id: int
    community_id: int
    member_id: int
    reason: str = ""
    at: datetime | None = None


@dataclass(slots=True)
class Merger:
    """A thread goes into another one, which has the replies of both from then on."""

    merged_id: int
    survivor_id: int
    member_id: int
    reason: str = ""
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class _Place:
    """A community, or the wall, with the properties that decide who reads there."""

    id: int | None
    open: bool
    series: str


def gained(tx: Transaction, here: int | None, there: int) -> int:
    """Return how many people read in the community ``there`` and not ``here`` (``None``: on a wall)."""
    more = (member.c.status.in_(PRESENT), reading.readers(tx, there), ~reading.readers(tx, here))
    counted = select(func.count()).select_from(member).where(*more)
    return int(tx.execute(counted).scalar_one())


def check_move(tx: Transaction, who: Viewer, about: Content, community_id: int) -> int:
    """Return how many more people read a thread once it is moved.

    Raises:
        ContentError: the viewer may not move it, or not there.
        reseau.access.ClosedError, reseau.access.NotMemberError: the viewer may not write there.
    """
    if about.community_id == community_id:
        raise ContentError("E_ALREADY_THERE", N_("It stands there already."))
    _check_rights(tx, who, [about])
    access.check_posts(tx, {(who.member_id or 0, community_id)})
    if about.kind.authors is Authors.ANIMATEURS and not moderation.moderates(tx, who, community_id):
        raise ContentError("E_PERMISSION", N_("Only an animateur of the community can publish this."))
    author = access.viewer(tx, about.author_id)
    if author.member_id is not None and not access.may_post(tx, author, community_id):
        raise ContentError("E_AUTHOR_OUTSIDE", N_("Its author does not read there, so it stays."))
    more = gained(tx, about.community_id, community_id)
    if more and not _place(tx, about.community_id).open and _others(tx, about):
        raise ContentError(
            "E_REPLIES_STAY",
            N_("Others have replied for the readers of “{community}” alone: please ask there anew."),
            community=about.community,
        )
    return more


def move(tx: Transaction, batch: Sequence[Move], acting: Acting) -> list[str]:
    """Move threads with all their replies; return their codes, which are new if the place has another series.

    Raises:
        ContentError, reseau.access.NotMemberError: as :func:`check_move`, or an animateur gives no reason.
        reseau.access.ClosedError: a thread is gone, or not open to the member.
    """
    codes = []
    for wish in batch:
        who = access.viewer(tx, wish.member_id)
        about = _started(tx, who, wish.content_id)
        check_move(tx, who, about, wish.community_id)
        at = wish.at or tx.now
        decision = _decided(about, wish.member_id, wish.reason, at)
        codes.append(_renumbered(tx, about, wish.community_id))
        thread_contents = select(content.c.id).where(
            content.c.root_id == about.id, content.c.state != ContentState.MERGED
        )
        _carry(
            tx,
            list(tx.execute(thread_contents.order_by(content.c.id)).scalars()),
            about.id,
            wish.community_id,
            at,
            acting,
        )
        _place_thread(tx, about, wish.community_id, wish.member_id)
        _note(tx, about, wish.member_id, Verb.MOVED, at, decision, acting)
    return codes


def check_merge(tx: Transaction, who: Viewer, merged: Content, survivor: Content) -> None:
    """Check that two threads, both read by the viewer, may be merged.

    Raises:
        ContentError: they are the same or of two kinds, they are not the viewer's to merge, or more people would read.
    """
    if merged.id == survivor.id:
        raise ContentError("E_SAME_THREAD", N_("Both numbers name the same thread."))
    if merged.kind is not survivor.kind:
        raise ContentError("E_TWO_KINDS", N_("Only two of a kind can be merged, such as two questions."))
    own = {merged.author_id, survivor.author_id} == {who.member_id}
    if not own and merged.community_id != survivor.community_id:
        raise ContentError("E_TWO_PLACES", N_("They stand in two places: first move one to the other."))
    _check_rights(tx, who, [merged, survivor])
    if merged.community_id == survivor.community_id:
        return
    if survivor.community_id is None or gained(tx, merged.community_id, survivor.community_id):
        raise ContentError("E_TWO_PLACES", N_("They stand in two places: first move one to the other."))


def merge(tx: Transaction, batch: Sequence[Merger], acting: Acting) -> None:
    """Merge threads: replies and followers go to the survivor, and the code of the merged one leads there.

    Raises:
        ContentError: as :func:`check_merge`, or an animateur gives no reason.
        reseau.access.ClosedError: a thread is gone, or not open to the member.
    """
    for wish in batch:
        who = access.viewer(tx, wish.member_id)
        merged, survivor = _started(tx, who, wish.merged_id), _started(tx, who, wish.survivor_id)
        check_merge(tx, who, merged, survivor)
        at = wish.at or tx.now
        decision = _decided(merged, wish.member_id, wish.reason, at)
        carried = _carried(tx, merged, survivor)
        _carry(tx, carried["replies"], survivor.id, survivor.community_id, at, acting)
        _end(tx, merged, survivor, at, acting)
        tx.execute(
            merger.insert().values(
                merged_id=merged.id, survivor_id=survivor.id, carried=carried, merged_by=wish.member_id, at=at
            )
        )
        _gather(tx, merged, survivor)
        counters.recount(tx, survivor.id)
        _note(tx, merged, wish.member_id, Verb.MERGED, at, decision, acting)


def unmerge(tx: Transaction, merged_code: str, member_id: int, acting: Acting) -> Content:
    """Undo one's own merger of the last ten minutes; return the restored thread.

    Raises:
        ContentError: there is no such merger, or it is too old.
    """
    row = tx.execute(
        select(merger, content.c.community_id, content.c.kind, content.c.rev)
        .join(content, content.c.id == merger.c.merged_id)
        .where(content.c.code == merged_code, merger.c.merged_by == member_id)
    ).first()
    if row is None or tx.now - row.at > UNDO:
        raise ContentError("E_UNDO_LATE", N_("A merger can be undone by whoever merged, for ten minutes."))
    tx.execute(
        update(content)
        .where(content.c.id == row.merged_id)
        .values(state=ContentState.PUBLISHED, deleted_at=None, root_id=row.merged_id, rev=row.rev + 1)
    )
    replies = select(content.c.id).where(content.c.id.in_(row.carried["replies"]), content.c.root_id == row.survivor_id)
    ids = list(tx.execute(replies.order_by(content.c.id)).scalars())
    index.add(tx, index.indexed(tx, [row.merged_id]))
    mirroring.brought_back(tx, row.merged_id, row.community_id, row.rev + 1, acting)
    _carry(tx, ids, row.merged_id, row.community_id, tx.now, acting)
    codes = former_code.c.code.in_(row.carried["codes"])
    tx.execute(update(former_code).where(codes).values(content_id=row.merged_id))
    tx.execute(former_code.delete().where(former_code.c.code == merged_code))
    followed = (follow.c.target_kind == FollowKind.CONTENT) & (follow.c.target_id == row.survivor_id)
    tx.execute(follow.delete().where(followed, follow.c.member_id.in_(row.carried["followers"])))
    tx.execute(merger.delete().where(merger.c.merged_id == row.merged_id))
    for root_id in (row.survivor_id, row.merged_id):
        counters.recount(tx, root_id)
    trace = Trace(tx.now, member_id, Verb.RESTORED, row.kind, row.merged_id, row.merged_id, row.community_id)
    activity.append(tx, [trace], acting)
    return _started(tx, access.viewer(tx, member_id), row.merged_id)


def merged_into(tx: Transaction, readable: Content) -> list[str]:
    """Return the codes of the threads that were merged into one which the caller read through the gate.

    Those of another closed place are left out: the thread was moved since, and its readers learn nothing of that place.
    """
    codes = select(content.c.code).join(merger, merger.c.merged_id == content.c.id)
    merged = tx.execute(codes.where(merger.c.survivor_id == readable.id).order_by(merger.c.at)).scalars()
    series = readable.code.partition("-")[2]
    return [code for code in merged if code.partition("-")[2] in ("", series)]


def _started(tx: Transaction, who: Viewer, content_id: int) -> Content:
    """The first content of a thread; a hidden one, even if only its author may see it, stays in its place."""
    about = threads.get(tx, who, content_id)
    if about is None or about.is_reply or moderation.hidden(tx, who, content_id) is not None:
        raise access.ClosedError
    return about


def _check_rights(tx: Transaction, who: Viewer, several: Sequence[Content]) -> None:
    """Check that a viewer wrote all of some threads, or decides about all of them."""
    if all(about.author_id == who.member_id for about in several):
        return
    if not all(moderation.moderates(tx, who, about.community_id) for about in several):
        raise ContentError("E_PERMISSION", N_("Only its author, or an animateur of its community, can do this."))


def _decided(about: Content, member_id: int, reason: str, at: datetime) -> Decision | None:
    """The decision that an author is notified of; ``None`` if the author acts."""
    if about.author_id == member_id:
        return None
    if not reason.strip():
        raise ContentError("E_REASON_MISSING", N_("Say why: a reason is needed."))
    return Decision(about.id, member_id, reason, at)


def _place(tx: Transaction, community_id: int | None) -> _Place:
    if community_id is None:
        return _Place(None, open=True, series="")
    row = tx.execute(
        select(community.c.privacy, community.c.conversation, community.c.series).where(community.c.id == community_id)
    ).one()
    return _Place(community_id, row.privacy == Privacy.OPEN and not row.conversation, row.series)


def _others(tx: Transaction, about: Content) -> bool:
    """Whether a thread contains somebody else's words."""
    replies = select(content.c.id).where(
        content.c.root_id == about.id, content.c.author_id != about.author_id, content.c.deleted_at.is_(None)
    )
    return tx.execute(replies.limit(1)).first() is not None


def _carry(
    tx: Transaction, ids: Sequence[int], root_id: int, community_id: int | None, at: datetime, acting: Acting
) -> None:
    """Move contents to a thread and a community, in the index and in linked channels as well."""
    for part in parts(ids):
        index.remove(tx, index.indexed(tx, part))
        rows = tx.execute(select(content).where(content.c.id.in_(part)).order_by(content.c.id)).all()
        for row in rows:
            elsewhere = {"moved_at": at} if row.community_id != community_id else {}
            values = {"root_id": root_id, "community_id": community_id, "rev": row.rev + 1, **elsewhere}
            tx.execute(update(content).where(content.c.id == row.id).values(values))
        tx.execute(update(thanks).where(thanks.c.content_id.in_(part)).values(community_id=community_id))
        index.add(tx, index.indexed(tx, part))
        for row in rows:
            if row.deleted_at is None and row.state == ContentState.PUBLISHED:
                mirroring.moved(tx, row.id, [row.community_id, community_id], row.rev + 1, acting)


def _place_thread(tx: Transaction, about: Content, community_id: int, member_id: int) -> None:
    if about.community_id is not None:
        old = (placement.c.content_id == about.id) & (placement.c.community_id == about.community_id)
        tx.execute(placement.delete().where(old))
    tx.insert(placement, [_Placement(about.id, community_id, about.last_at, member_id)], unless_there=True)


@dataclass(slots=True)
class _Placement:
    content_id: int
    community_id: int
    last_at: datetime
    placed_by: int


def _renumbered(tx: Transaction, about: Content, community_id: int) -> str:
    """Give a thread a code of the series of its new place, which tells nothing of the old one; the old code stays."""
    series = _place(tx, community_id).series
    if series == _place(tx, about.community_id).series:
        return about.code
    code = publishing.next_code(tx, about.kind, series)
    tx.execute(update(content).where(content.c.id == about.id).values(code=code))
    tx.execute(former_code.insert().values(code=about.code, content_id=about.id))
    return code


def _carried(tx: Transaction, merged: Content, survivor: Content) -> dict[str, Any]:
    """Collect what goes to the survivor: ids of replies and new followers, and codes that led to the merged thread."""
    replies = select(content.c.id).where(content.c.root_id == merged.id, content.c.id != merged.id)
    of_threads = follow.c.target_kind == FollowKind.CONTENT
    present = select(follow.c.member_id).where(of_threads, follow.c.target_id == survivor.id)
    new = select(follow.c.member_id).where(
        of_threads, follow.c.target_id == merged.id, follow.c.member_id.not_in(present)
    )
    followers = list(tx.execute(new.order_by(follow.c.member_id)).scalars())
    rows = [_Follow(member_id, FollowKind.CONTENT, survivor.id, tx.now) for member_id in followers]
    tx.insert(follow, rows, unless_there=True)
    codes = select(former_code.c.code).where(former_code.c.content_id == merged.id)
    return {
        "replies": list(tx.execute(replies.order_by(content.c.id)).scalars()),
        "followers": followers,
        "codes": list(tx.execute(codes.order_by(former_code.c.code)).scalars()),
    }


@dataclass(slots=True)
class _Follow:
    member_id: int
    target_kind: FollowKind
    target_id: int
    at: datetime


def _end(tx: Transaction, merged: Content, survivor: Content, at: datetime, acting: Acting) -> None:
    """End the first content of the merged thread, and let its codes lead to the survivor."""
    index.remove(tx, index.indexed(tx, [merged.id]))
    tx.execute(
        update(content)
        .where(content.c.id == merged.id)
        .values(state=ContentState.MERGED, deleted_at=at, root_id=survivor.id)
    )
    tx.execute(update(former_code).where(former_code.c.content_id == merged.id).values(content_id=survivor.id))
    tx.execute(former_code.insert().values(code=merged.code, content_id=survivor.id))
    rev = tx.execute(select(content.c.rev).where(content.c.id == merged.id)).scalar_one()
    mirroring.withdrawn(tx, merged.id, merged.community_id, rev, acting)


def _gather(tx: Transaction, merged: Content, survivor: Content) -> None:
    """Give the survivor the kept answer of the merged thread if it has none, and the newer of both moments."""
    newest = max(merged.last_at, survivor.last_at)
    accepted_id = survivor.accepted_id or merged.accepted_id
    tx.execute(update(thread).where(thread.c.root_id == survivor.id).values(accepted_id=accepted_id, last_at=newest))
    tx.execute(update(placement).where(placement.c.content_id == survivor.id).values(last_at=newest))


def _note(
    tx: Transaction,
    about: Content,
    member_id: int,
    act: Verb,
    at: datetime,
    decision: Decision | None,
    acting: Acting,
) -> None:
    """Record the act: in the log of decisions if an animateur acted, and then the author is notified."""
    if decision is not None:
        moderation.decide(tx, about, decision, act, acting)
    else:
        trace = Trace(at, member_id, act, about.kind.name, about.id, about.root_id, about.community_id)
        activity.append(tx, [trace], acting)
