"""Changing contents: editing, withdrawing, restoring, and accepting an answer."""

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
from reseau.contents.content_type import type_of
from reseau.contents.publishing import ContentError
from reseau.exchange import notifications
from reseau.i18n import N_
from reseau.kinds import Origin, Verb
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
        if old.root_id != old.id:
            tx.execute(update(thread).where(thread.c.root_id == old.root_id).values(replies=thread.c.replies - 1))
            _ask_again(tx, old.root_id)
        _note(tx, withdrawal.member_id, Verb.DELETED, old, at, acting)
        mirroring.withdrawn(tx, withdrawal.content_id, old.community_id, old.rev, acting)
    return len(batch)


def bring_back(tx: Transaction, batch: Sequence[Withdrawal], acting: Acting) -> int:
    """Restore contents that were taken back. Return how many were gone."""
    back = 0
    for withdrawal in batch:
        row = tx.execute(
            select(content).where(content.c.id == withdrawal.content_id, content.c.deleted_at.is_not(None))
        ).first()
        if row is None or row.author_id != withdrawal.member_id:
            continue
        at = withdrawal.at or tx.now
        tx.execute(update(content).where(content.c.id == row.id).values(deleted_at=None, rev=row.rev + 1))
        index.add(tx, index.indexed(tx, [row.id]))
        if row.root_id != row.id:
            tx.execute(update(thread).where(thread.c.root_id == row.root_id).values(replies=thread.c.replies + 1))
            _ask_again(tx, row.root_id)
        _note(tx, withdrawal.member_id, Verb.EDITED, row, at, acting)
        mirroring.brought_back(tx, row.id, row.community_id, row.rev + 1, acting)
        back += 1
    return back


def _ask_again(tx: Transaction, root_id: int) -> None:
    """Determine the first answer to a question again after a reply was taken back or restored."""
    root = tx.execute(select(content.c.kind, content.c.author_id).where(content.c.id == root_id)).one()
    if not type_of(root.kind).answerable:
        return
    first = (
        select(content.c.created_at)
        .where(
            content.c.root_id == root_id,
            content.c.id != root_id,
            content.c.author_id != root.author_id,
            content.c.deleted_at.is_(None),
        )
        .order_by(content.c.created_at)
        .limit(1)
    )
    tx.execute(update(thread).where(thread.c.root_id == root_id).values(answered_at=first.scalar_subquery()))


def accept(tx: Transaction, batch: Sequence[Acceptance], acting: Acting) -> None:
    """Mark the answer that helped, as its asker or an animateur of the community says.

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
            )
        ).first()
        if answer is None or answer.id == acceptance.question_id:
            raise access.ClosedError
        if acting.origin is Origin.NATIVE and not may_accept(tx, acceptance.question_id, acceptance.member_id):
            raise ContentError("E_PERMISSION", N_("Only whoever asked, or an animateur, can say which answer helped."))
        tx.execute(
            update(thread).where(thread.c.root_id == acceptance.question_id).values(accepted_id=acceptance.answer_id)
        )
        at = acceptance.at or tx.now
        _note(tx, acceptance.member_id, Verb.ACCEPTED, answer, at, acting)
        trace = Trace(at, acceptance.member_id, Verb.ACCEPTED, answer.kind, answer.id, answer.root_id)
        trace.target_id = answer.author_id
        notifications.accepted(tx, trace, acting)


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
