"""Notices that wait: for the working hours of their person, for others of the same thread, or for a summary."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import or_, select

from reseau.exchange.notices import Notice
from reseau.store.prepared import Prepared, parameter, parts
from reseau.store.tables import told_thread, waiting_notice
from reseau.store.transaction import Transaction


@dataclass(frozen=True, slots=True)
class Waiting:
    """A notice that waits.

    Attributes:
        root_id: the thread that it is about, if it is about one.
        due_at: when it is sent; ``None`` in the next summary.
        payload: as its delivery had it.
    """

    id: int
    notice: Notice
    root_id: int | None
    due_at: datetime | None
    payload: dict[str, Any]


def put(
    tx: Transaction,
    member_id: int,
    notice: Notice,
    root_id: int | None,
    payload: dict[str, Any],
    due_at: datetime | None,
) -> None:
    """Let a notice wait until a moment, or for the next summary."""
    id_ = tx.ids(waiting_notice, 1)[0]
    tx.execute(
        waiting_notice.insert().values(
            id=id_, member_id=member_id, notice=notice, root_id=root_id, payload=payload, due_at=due_at
        )
    )


def of(tx: Transaction, member_id: int, due: datetime | None = None, limit: int = 1000) -> list[Waiting]:
    """The oldest notices that wait for a person.

    Args:
        due: only those that are due at a moment; none gives all, those of summaries as well.
    """
    table = waiting_notice.c
    statement = select(table.id, table.notice, table.root_id, table.due_at, table.payload).where(
        table.member_id == member_id
    )
    if due is not None:
        statement = statement.where(table.due_at <= due)
    classes = set(Notice)
    return [
        Waiting(row.id, Notice(row.notice), row.root_id, row.due_at, row.payload)
        for row in tx.execute(statement.order_by(table.id).limit(limit))
        if row.notice in classes  # a class of a later version is not ours to read
    ]


def next_due(tx: Transaction, member_id: int, root_id: int) -> datetime | None:
    """When the next notice of a thread is due that waits for a person, if one does."""
    row = _NEXT.first(tx, member_id=member_id, root_id=root_id)
    return None if row is None else row.due_at


_NEXT = Prepared(
    select(waiting_notice.c.due_at)
    .where(
        waiting_notice.c.member_id == parameter("member_id"),
        waiting_notice.c.root_id == parameter("root_id"),
        waiting_notice.c.due_at.is_not(None),
    )
    .order_by(waiting_notice.c.due_at)
    .limit(1)
)


def hand_to_summary(tx: Transaction, member_id: int) -> None:
    """Let everything that waits for a person wait for the next summary."""
    table = waiting_notice
    tx.execute(table.update().where(table.c.member_id == member_id).values(due_at=None))


def end(tx: Transaction, ids: Collection[int]) -> None:
    """These were sent, or need not be any more."""
    for part in parts(sorted(ids)):
        tx.execute(waiting_notice.delete().where(waiting_notice.c.id.in_(part)))


def told(tx: Transaction, member_id: int, root_ids: Sequence[int]) -> None:
    """Note that a person has just got notices of threads."""
    for part in parts(sorted(set(root_ids))):
        same = (told_thread.c.member_id == member_id) & told_thread.c.root_id.in_(part)
        tx.execute(told_thread.delete().where(same))
        tx.execute(told_thread.insert(), [{"member_id": member_id, "root_id": id_, "at": tx.now} for id_ in part])


def last_told(tx: Transaction, member_id: int, root_id: int) -> datetime | None:
    """Return when a person last got a notice of a thread, as far back as that is stored."""
    row = _LAST.first(tx, member_id=member_id, root_id=root_id)
    return None if row is None else row.at


_LAST = Prepared(
    select(told_thread.c.at).where(
        told_thread.c.member_id == parameter("member_id"), told_thread.c.root_id == parameter("root_id")
    )
)


def forget(tx: Transaction, before: datetime) -> None:
    """Forget notices of threads before a moment, or after now by a clock that has been set back since."""
    tx.execute(told_thread.delete().where(or_(told_thread.c.at < before, told_thread.c.at > tx.now)))
