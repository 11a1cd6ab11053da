"""Decisions of animateurs and administrators about contents of others, each with a reason that the author gets.

Animateurs decide in their communities, administrators about what stands on walls. Whoever decides reads no more than
before: what they may not read is gone for them, too.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, case, func, or_, select, update

from reseau import access, activity
from reseau.access import Viewer
from reseau.acting import Acting
from reseau.activity import Trace
from reseau.channels import mirroring
from reseau.communities import reading
from reseau.contents import counters, threads
from reseau.contents.publishing import ContentError
from reseau.contents.threads import Content
from reseau.exchange import kept, notifications
from reseau.i18n import N_
from reseau.kinds import PRESENT, ContentState, Verb
from reseau.search import index
from reseau.store.tables import attachment, community, content, member, moderation, revision, tagging, thanks
from reseau.store.transaction import Transaction

LONGEST_REASON = 1000


@dataclass(slots=True)
class Decision:
    """Somebody decides about a content, or reports it, for a reason."""

    content_id: int
    member_id: int
    reason: str
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the log: the decision, its thread, and who took it.

    Attributes:
        by: the name of whoever decided; empty for a report, for nobody learns who reported.
    """

    act: Verb
    code: str
    author: str
    by: str
    reason: str
    at: datetime
    open: bool


def moderates(tx: Transaction, who: Viewer, community_id: int | None) -> bool:
    """Whether a viewer decides in a community, or (``None``) on walls."""
    if who.member_id is None:
        return False
    return who.administrator if community_id is None else reading.animates(tx, community_id, who.member_id)


def hide(tx: Transaction, batch: Sequence[Decision], acting: Acting) -> None:
    """Hide contents: their authors alone read them from now on.

    Raises:
        ContentError: the reason is missing, or the member does not decide there.
        reseau.access.ClosedError: a content is gone, or the member may not read it.
    """
    for decision in batch:
        about = _decidable(tx, decision)
        index.remove(tx, index.indexed(tx, [about.id]))
        _become(tx, about, ContentState.HIDDEN)
        mirroring.withdrawn(tx, about.id, about.community_id, _rev(tx, about.id), acting)
        decide(tx, about, decision, Verb.HIDDEN, acting)


def show_again(tx: Transaction, batch: Sequence[Decision], acting: Acting) -> None:
    """Show contents that were hidden.

    Raises:
        ContentError: the member does not decide there.
        reseau.access.ClosedError: none is hidden that the member may know of.
    """
    for decision in batch:
        who = access.viewer(tx, decision.member_id)
        about = hidden(tx, who, decision.content_id)
        if about is None:
            raise access.ClosedError
        _check_rights(tx, who, about)
        _become(tx, about, ContentState.PUBLISHED)
        rev = _rev(tx, about.id) + 1
        tx.execute(update(content).where(content.c.id == about.id).values(rev=rev))
        index.add(tx, index.indexed(tx, [about.id]))
        mirroring.brought_back(tx, about.id, about.community_id, rev, acting)
        decide(tx, about, decision, Verb.RESTORED, acting)


def remove(tx: Transaction, batch: Sequence[Decision], acting: Acting) -> None:
    """Remove contents for good: no text of theirs is left in the store, the index or a copy of ours.

    Raises:
        ContentError: the reason is missing, or the member is no administrator.
        reseau.access.ClosedError: a content is gone, or the member may not read it.
    """
    for decision in batch:
        _check_reason(decision)
        who = access.viewer(tx, decision.member_id)
        about = threads.get(tx, who, decision.content_id) or hidden(tx, who, decision.content_id)
        if about is None:
            raise access.ClosedError
        if not who.administrator:
            raise ContentError("E_PERMISSION", N_("Only an administrator can remove something for good."))
        at = decision.at or tx.now
        index.remove(tx, index.indexed(tx, [about.id]))
        tx.execute(
            update(content)
            .where(content.c.id == about.id)
            .values(state=ContentState.REMOVED, deleted_at=at, title="", text="")
        )
        _forget(tx, about)
        counters.recount(tx, about.root_id)
        mirroring.withdrawn(tx, about.id, about.community_id, _rev(tx, about.id), acting)
        decide(tx, about, decision, Verb.REMOVED, acting)


def _forget(tx: Transaction, about: Content) -> None:
    """Delete what else holds words of a content: former texts, tags, files, notices, and thanks that quote it."""
    kept.forget(tx, about.code)
    for table in (revision, tagging, attachment):
        tx.execute(table.delete().where(table.c.content_id == about.id))
    quoted = select(thanks.c.id, thanks.c.reason).where(thanks.c.content_id == about.id)
    body = f"{about.title}\n{about.text}"
    for row in tx.execute(quoted).all():
        if row.reason.rstrip("…") in body:
            tx.execute(update(thanks).where(thanks.c.id == row.id).values(reason="…"))


def keep(tx: Transaction, batch: Sequence[Decision], acting: Acting) -> None:
    """End the open reports of contents that stay. Their authors are not notified: nothing happened to them.

    Raises:
        ContentError: the member does not decide there, or nothing was reported.
        reseau.access.ClosedError: a content is gone, or the member may not read it.
    """
    for decision in batch:
        who = access.viewer(tx, decision.member_id)
        about = threads.get(tx, who, decision.content_id)
        if about is None:
            raise access.ClosedError
        _check_rights(tx, who, about)
        if not _end_reports(tx, about.id, decision.at or tx.now):
            raise ContentError("E_NOT_REPORTED", N_("Nobody has reported this, or somebody has decided already."))
        _record(tx, about, decision, Verb.KEPT, acting)


def report(tx: Transaction, decision: Decision, acting: Acting) -> bool:
    """Report a content to those who decide about it; return whether it is new.

    A member has one open report of a content. The author never learns who reported, even where the author decides in
    that place, too.

    Raises:
        ContentError: the reason is missing, or the content is the member's own.
        reseau.access.ClosedError: the content is gone, or the member may not read it.
    """
    _check_reason(decision)
    about = threads.get(tx, access.viewer(tx, decision.member_id), decision.content_id)
    if about is None:
        raise access.ClosedError
    if about.author_id == decision.member_id:
        raise ContentError("E_OWN_CONTENT", N_("This is yours: you can take it back yourself."))
    same = select(moderation.c.id).where(
        moderation.c.content_id == about.id,
        moderation.c.member_id == decision.member_id,
        moderation.c.act == Verb.REPORTED,
        moderation.c.ended_at.is_(None),
    )
    if tx.execute(same).first() is not None:
        return False
    people = deciders(tx, about)
    record_id, trace = _record(tx, about, decision, Verb.REPORTED, acting)
    notifications.reported(tx, trace, people, record_id)
    return True


def deciders(tx: Transaction, about: Content) -> list[int]:
    """Return who decides about a content: its community's animateurs, else administrators; never its author."""
    people = [id_ for id_, _ in reading.animateurs(tx, about.community_id)] if about.community_id is not None else []
    if set(people) <= {about.author_id}:
        running = select(member.c.id).where(member.c.administrator.is_(True), member.c.status.in_(PRESENT))
        people = list(tx.execute(running.order_by(member.c.id)).scalars())
    fitting = (id_ for id_ in dict.fromkeys(people) if id_ != about.author_id)
    return [id_ for id_ in fitting if threads.get(tx, access.viewer(tx, id_), about.id) is not None]


def decide(tx: Transaction, about: Content, decision: Decision, act: Verb, acting: Acting) -> None:
    """Record a decision that was carried out, end the reports of the content, and tell its author."""
    _end_reports(tx, about.id, decision.at or tx.now)
    record_id, trace = _record(tx, about, decision, act, acting)
    if about.author_id != decision.member_id:
        notifications.decided(tx, trace, record_id)


def _record(tx: Transaction, about: Content, decision: Decision, act: Verb, acting: Acting) -> tuple[int, Trace]:
    at = decision.at or tx.now
    record_id = tx.ids(moderation, 1)[0]
    tx.execute(
        moderation.insert().values(
            id=record_id,
            content_id=about.id,
            community_id=about.community_id,
            act=act,
            member_id=decision.member_id,
            reason=decision.reason.strip()[:LONGEST_REASON],
            at=at,
        )
    )
    trace = Trace(at, decision.member_id, act, about.kind.name, about.id, about.root_id, about.community_id)
    trace.target_id = about.author_id
    activity.append(tx, [trace], acting)
    return record_id, trace


def _end_reports(tx: Transaction, content_id: int, at: datetime) -> int:
    waiting = (moderation.c.content_id == content_id) & (moderation.c.act == Verb.REPORTED)
    ended = update(moderation).where(waiting, moderation.c.ended_at.is_(None)).values(ended_at=at)
    return tx.execute(ended).rowcount


def _decidable(tx: Transaction, decision: Decision) -> Content:
    """A content that a member reads and decides about, for a reason."""
    _check_reason(decision)
    who = access.viewer(tx, decision.member_id)
    about = threads.get(tx, who, decision.content_id)
    if about is None or hidden(tx, who, about.id) is not None:
        raise access.ClosedError
    _check_rights(tx, who, about)
    return about


def _check_rights(tx: Transaction, who: Viewer, about: Content) -> None:
    """Raise that a viewer, who may read a content, does not decide about it."""
    if moderates(tx, who, about.community_id):
        return
    if about.community is None:
        raise ContentError("E_PERMISSION", N_("Only an administrator decides about what stands on a wall."))
    raise ContentError(
        "E_PERMISSION", N_("Only an animateur of “{community}” decides about this."), community=about.community
    )


def _check_reason(decision: Decision) -> None:
    if not decision.reason.strip():
        raise ContentError("E_REASON_MISSING", N_("Say why: a reason is needed."))


def _become(tx: Transaction, about: Content, state: ContentState) -> None:
    tx.execute(update(content).where(content.c.id == about.id).values(state=state))
    counters.recount(tx, about.root_id)


def _rev(tx: Transaction, content_id: int) -> int:
    return int(tx.execute(select(content.c.rev).where(content.c.id == content_id)).scalar_one())


# -- reading -----------------------------------------------------------------------------------------------------------


def hidden(tx: Transaction, who: Viewer, content_id: int) -> Content | None:
    """Return a hidden content to a viewer who may read its place. Its text is for the people who decide."""
    statement = threads.statement().where(
        content.c.id == content_id,
        content.c.state == ContentState.HIDDEN,
        content.c.deleted_at.is_(None),
        access.placed_for(who),
    )
    row = tx.execute(statement).first()
    return None if row is None else threads.content_of(row._asdict())


def hidden_in(tx: Transaction, root_id: int) -> list[int]:
    """Return the ids of hidden contents in a thread, in order of time, its beginning included."""
    in_thread = (
        (content.c.root_id == root_id) & (content.c.state == ContentState.HIDDEN) & content.c.deleted_at.is_(None)
    )
    return list(
        tx.execute(select(content.c.id).where(in_thread).order_by(content.c.created_at, content.c.id)).scalars()
    )


def lost_by(tx: Transaction, root_id: int, author_id: int) -> list[int]:
    """Return the ids of an author's withdrawn contents in a thread, in the order of writing, its beginning included."""
    own = select(content.c.id).where(
        content.c.root_id == root_id,
        content.c.author_id == author_id,
        content.c.deleted_at.is_not(None),
        content.c.state.in_([ContentState.PUBLISHED, ContentState.HIDDEN]),
    )
    return list(tx.execute(own.order_by(content.c.id)).scalars())


def begun(tx: Transaction, who: Viewer, code: str) -> Content | None:
    """Return the beginning of a thread that a viewer may read, even if it was hidden or taken back; never show it."""
    named = content.c.code == (threads.code_of(code) or "")
    statement = threads.statement().where(named, content.c.root_id == content.c.id, access.placed_for(who))
    row = tx.execute(statement).first()
    return None if row is None else threads.content_of(row._asdict())


def hidden_by_code(tx: Transaction, who: Viewer, code: str) -> Content | None:
    """Return the thread of a code if its beginning is hidden from a viewer who may read its place."""
    about = begun(tx, who, code)
    return None if about is None else hidden(tx, who, about.id)


def decides(tx: Transaction, who: Viewer) -> bool:
    """Whether a viewer decides anywhere."""
    if who.member_id is None:
        return False
    return who.administrator or tx.execute(reading.animated(tx, who).limit(1)).first() is not None


def reason_of(tx: Transaction, record_id: int) -> str | None:
    """Return the reason of a decision or a report; empty for a report that has ended."""
    row = tx.execute(select(moderation).where(moderation.c.id == record_id)).first()
    return None if row is None or row.ended_at is not None else str(row.reason)


def code_of(tx: Transaction, content_id: int) -> str:
    """Return the code of a content that was decided about, a merged one's own, or that of its thread."""
    root = content.alias("root")
    code = select(func.coalesce(content.c.code, root.c.code)).join_from(content, root, root.c.id == content.c.root_id)
    return str(tx.execute(code.where(content.c.id == content_id)).scalar() or "")


def act_of(tx: Transaction, record_id: int) -> Verb:
    """Return the verb of a decision."""
    return Verb(tx.execute(select(moderation.c.act).where(moderation.c.id == record_id)).scalar_one())


def log(tx: Transaction, who: Viewer, limit: int = 20) -> list[Entry]:
    """Return recent reports and decisions, newest first, about contents that a viewer decides about and may read."""
    author, judge, root = member.alias("author"), member.alias("judge"), content.alias("root")
    rows = tx.execute(
        select(
            moderation.c.act,
            case((access.placed_for(who), root.c.code), else_="").label("code"),  # it may have been moved out of sight
            author.c.name.label("author"),
            judge.c.name.label("by"),
            moderation.c.reason,
            moderation.c.at,
            moderation.c.ended_at,
        )
        .select_from(
            moderation.join(content, content.c.id == moderation.c.content_id)
            .join(root, root.c.id == content.c.root_id)
            .join(author, author.c.id == content.c.author_id)
            .join(judge, judge.c.id == moderation.c.member_id)
        )
        .where(
            or_(
                moderation.c.community_id.in_(_animated(tx, who)),
                moderation.c.community_id.is_(None) if who.administrator else moderation.c.id.is_(None),
            ),
            content.c.author_id != who.member_id,
        )
        .order_by(moderation.c.at.desc(), moderation.c.id.desc())
        .limit(limit)
    )
    return [_entry(row) for row in rows]


def _entry(row: Any) -> Entry:
    act = Verb(row.act)
    reported = act is Verb.REPORTED
    by = "" if reported else row.by
    return Entry(act, row.code or "", row.author, by, row.reason, row.at, open=reported and row.ended_at is None)


def _animated(tx: Transaction, who: Viewer) -> Select[tuple[int]]:
    """Select the communities that a viewer reads and decides in; an administrator's are all those that they read."""
    readable = access.readable_communities(who)
    return readable if who.administrator else readable.where(community.c.id.in_(reading.animated(tx, who)))


def waiting(tx: Transaction, content_id: int) -> int:
    """Return how many open reports a content has. The caller decides about it."""
    reports = select(func.count()).where(
        moderation.c.content_id == content_id, moderation.c.act == Verb.REPORTED, moderation.c.ended_at.is_(None)
    )
    return int(tx.execute(reports).scalar_one())
