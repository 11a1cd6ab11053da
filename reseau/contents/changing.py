"""Changing contents: editing, withdrawing, restoring, accepting an answer and reopening a question."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select, update

from reseau import access, activity
from reseau.acting import Acting
from reseau.activity import Trace
from reseau.channels import mirroring
from reseau.communities import reading
from reseau.contents import counters, tags
from reseau.contents.content_type import type_of
from reseau.contents.publishing import LONGEST_TEXT, ContentError
from reseau.exchange import notifications
from reseau.i18n import N_
from reseau.kinds import ContentState, Origin, Verb
from reseau.search import index
from reseau.store.prepared import Prepared, parameter
from reseau.store.tables import content, revision, thread
from reseau.store.transaction import Transaction


@dataclass(slots=True)
class Edit:
    """A new text (and title) of a content, by its author."""

    content_id: int
    member_id: int
    text: str
    title: str | None = None
    at: datetime | None = None


@dataclass(slots=True)
class Withdrawal:
    """An author takes a content back."""

    content_id: int
    member_id: int
    at: datetime | None = None


@dataclass(slots=True)
class Reopening:
    """The asker, or an animateur, says that a question is open again."""

    question_id: int
    member_id: int
    at: datetime | None = None


@dataclass(slots=True)
class Acceptance:
    """The asker, or an animateur, says which answer helped."""

    question_id: int
    answer_id: int
    member_id: int
    at: datetime | None = None


def edit(tx: Transaction, batch: Sequence[Edit], acting: Acting) -> int:
    """Give contents a new text, keeping the old one as a revision. Return how many changed.

    Raises:
        ContentError: the text is missing.
        reseau.access.ClosedError: the content is gone, or it has another author.
    """
    changed = 0
    for change in batch:
        old = _own(tx, change.content_id, change.member_id, acting)
        title = old.title if change.title is None else change.title
        if not change.text.strip() and not title.strip():
            raise ContentError("E_TEXT_MISSING", N_("The text is missing."))
        if len(change.text) > LONGEST_TEXT:
            raise ContentError(
                "E_TOO_LONG",
                N_("The text has {count} characters, the most is {most}."),
                count=len(change.text),
                most=LONGEST_TEXT,
            )
        if (title, change.text) == (old.title, old.text):
            continue
        at = change.at or tx.now
        index.remove(tx, index.indexed(tx, [change.content_id]))
        tx.execute(
            revision.insert().values(
                id=tx.ids(revision, 1)[0],
                content_id=change.content_id,
                rev=old.rev,
                title=old.title,
                text=old.text,
                replaced_by=change.member_id,
                replaced_at=at,
            )
        )
        tx.execute(
            update(content)
            .where(content.c.id == change.content_id)
            .values(title=title, text=change.text, rev=old.rev + 1, edited_at=at)
        )
        index.add(tx, index.indexed(tx, [change.content_id]))
        tags.from_texts(tx, [(change.content_id, change.text, ())], acting)
        _note(tx, change.member_id, Verb.EDITED, old, at, acting)
        mirroring.edited(tx, change.content_id, old.community_id, old.rev + 1, acting)
        changed += 1
    return changed


def relink(tx: Transaction, batch: Sequence[tuple[int, str]]) -> None:
    """Replace texts of contents (by id) in which only the addresses of links change, as an import finds targets.

    No word changes, so this is not an edit: it makes no revision, no trace and no new entry of the index.
    """
    _RELINK.each(tx, [{"content_id": content_id, "text": text} for content_id, text in batch])


_RELINK = Prepared(update(content).where(content.c.id == parameter("content_id")).values(text=parameter("text")))


def withdraw(tx: Transaction, batch: Sequence[Withdrawal], acting: Acting) -> int:
    """Take contents back: they stay in the store, marked as deleted and hidden. Return how many there were.

    The replies of others to a thread stay readable.

    Raises:
        reseau.access.ClosedError: the content is gone already, or it has another author.
    """
    for withdrawal in batch:
        old = _own(tx, withdrawal.content_id, withdrawal.member_id, acting)
        at = withdrawal.at or tx.now
        index.remove(tx, index.indexed(tx, [withdrawal.content_id]))
        tx.execute(update(content).where(content.c.id == withdrawal.content_id).values(deleted_at=at))
        counters.recount(tx, old.root_id)
        _note(tx, withdrawal.member_id, Verb.DELETED, old, at, acting)
        mirroring.withdrawn(tx, withdrawal.content_id, old.community_id, old.rev, acting)
    return len(batch)


def bring_back(tx: Transaction, batch: Sequence[Withdrawal], acting: Acting) -> int:
    """Restore contents that were taken back. Return how many were gone.

    What was merged or removed stays gone.
    """
    back = 0
    for withdrawal in batch:
        row = tx.execute(
            select(content).where(
                content.c.id == withdrawal.content_id,
                content.c.deleted_at.is_not(None),
                content.c.state.in_([ContentState.PUBLISHED, ContentState.HIDDEN]),
            )
        ).first()
        if row is None or row.author_id != withdrawal.member_id:
            continue
        at = withdrawal.at or tx.now
        tx.execute(update(content).where(content.c.id == row.id).values(deleted_at=None, rev=row.rev + 1))
        index.add(tx, index.indexed(tx, [row.id]))
        counters.recount(tx, row.root_id)
        _note(tx, withdrawal.member_id, Verb.RESTORED, row, at, acting)
        mirroring.brought_back(tx, row.id, row.community_id, row.rev + 1, acting)
        back += 1
    return back


def accept(tx: Transaction, batch: Sequence[Acceptance], acting: Acting) -> None:
    """Mark the answer that helped, as its asker or an animateur of the community says; said twice, it is noted once.

    Raises:
        ContentError: the member may not say so.
        reseau.access.ClosedError: the question or the answer is gone, or the answer belongs to another thread.
    """
    for acceptance in batch:
        answer = tx.execute(
            select(content.c.id, content.c.root_id, content.c.community_id, content.c.kind, content.c.author_id).where(
                content.c.id == acceptance.answer_id,
                content.c.root_id == acceptance.question_id,
                content.c.deleted_at.is_(None),
                content.c.state == ContentState.PUBLISHED,
            )
        ).first()
        if answer is None or answer.id == acceptance.question_id:
            raise access.ClosedError
        if acting.origin is Origin.NATIVE and not may_accept(tx, acceptance.question_id, acceptance.member_id):
            raise ContentError("E_PERMISSION", N_("Only whoever asked, or an animateur, can say which answer helped."))
        statement = update(thread).where(
            thread.c.root_id == acceptance.question_id, thread.c.accepted_id.is_distinct_from(acceptance.answer_id)
        )
        if not tx.execute(statement.values(accepted_id=acceptance.answer_id)).rowcount:
            continue
        at = acceptance.at or tx.now
        _note(tx, acceptance.member_id, Verb.ACCEPTED, answer, at, acting)
        trace = Trace(at, acceptance.member_id, Verb.ACCEPTED, answer.kind, answer.id, answer.root_id)
        trace.target_id = answer.author_id
        notifications.accepted(tx, trace, acting)


def reopen(tx: Transaction, batch: Sequence[Reopening], acting: Acting) -> None:
    """Open questions again: no answer is kept any more, those given count no longer, and people are looked for again.

    Raises:
        ContentError: the member may not say so.
        reseau.access.ClosedError: the question is gone.
    """
    for reopening in batch:
        question = tx.execute(
            select(content).where(
                content.c.id == reopening.question_id,
                content.c.root_id == content.c.id,
                content.c.deleted_at.is_(None),
                content.c.state == ContentState.PUBLISHED,
            )
        ).first()
        if question is None or not type_of(question.kind).answerable:
            raise access.ClosedError
        if not may_accept(tx, question.id, reopening.member_id):
            raise ContentError("E_PERMISSION", N_("Only whoever asked, or an animateur, can open it again."))
        at = reopening.at or tx.now
        tx.execute(update(thread).where(thread.c.root_id == question.id).values(accepted_id=None, reopened_at=at))
        counters.recount(tx, question.id)
        _note(tx, reopening.member_id, Verb.REOPENED, question, at, acting)
        notifications.reopened(tx, question.id, at, acting)


def may_accept(tx: Transaction, question_id: int, member_id: int) -> bool:
    """Whether a member may say which answer to a question helped: its author, and animateurs of its community."""
    question = tx.execute(
        select(content.c.author_id, content.c.community_id).where(content.c.id == question_id)
    ).first()
    if question is None:
        return False
    if question.author_id == member_id:
        return True
    return question.community_id is not None and reading.animates(tx, question.community_id, member_id)


def _own(tx: Transaction, content_id: int, member_id: int, acting: Acting) -> Any:
    row = tx.execute(select(content).where(content.c.id == content_id, content.c.deleted_at.is_(None))).first()
    if row is None or (row.author_id != member_id and acting.origin is Origin.NATIVE):
        raise access.ClosedError
    return row


def _note(tx: Transaction, member_id: int, verb: Verb, row: Any, at: datetime, acting: Acting) -> None:
    trace = Trace(at, member_id, verb, row.kind, row.id, row.root_id, row.community_id)
    activity.append(tx, [trace], acting)
