"""Where contents stand in linked channels: the messages that people wrote there, and those that we posted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, select, update

from reseau.store.tables import copy
from reseau.store.transaction import Transaction


@dataclass(frozen=True, slots=True)
class Copy:
    """A message that stands for a content; ``written`` when somebody wrote it there, else we posted it."""

    content_id: int
    link_id: int
    part: int
    native_id: str
    rev: int
    written: bool


def add(tx: Transaction, batch: Sequence[Copy]) -> None:
    """Note messages; those known already stay as they are."""
    rows = [
        (id_, one.content_id, one.link_id, one.part, one.native_id, one.rev, one.written)
        for id_, one in zip(tx.ids(copy, len(batch)), batch, strict=True)
    ]
    tx.insert_new(copy, ("id", "content_id", "link_id", "part", "native_id", "rev", "written"), rows)


def at(tx: Transaction, link_id: int, native_id: str) -> Copy | None:
    """What a message of a linked channel stands for."""
    rows = _copies(tx, copy.c.link_id == link_id, copy.c.native_id == native_id)
    return rows[0] if rows else None


def of(tx: Transaction, content_id: int, link_id: int) -> list[Copy]:
    """The messages of a content in one channel, in their order."""
    return _copies(tx, copy.c.content_id == content_id, copy.c.link_id == link_id)


def bring_up(tx: Transaction, content_id: int, link_id: int, native_ids: Sequence[str], rev: int) -> None:
    """Note that a content stands in a channel as these messages, at this revision."""
    tx.execute(copy.delete().where(copy.c.content_id == content_id, copy.c.link_id == link_id))
    add(tx, [Copy(content_id, link_id, part, native_id, rev, False) for part, native_id in enumerate(native_ids)])


def renew(tx: Transaction, content_id: int, link_id: int, rev: int) -> None:
    """Note that the messages of a content in a channel are at this revision."""
    same = (copy.c.content_id == content_id) & (copy.c.link_id == link_id)
    tx.execute(update(copy).where(same).values(rev=rev))


def _copies(tx: Transaction, *clauses: ColumnElement[bool]) -> list[Copy]:
    statement = select(
        copy.c.content_id, copy.c.link_id, copy.c.part, copy.c.native_id, copy.c.rev, copy.c.written
    ).where(*clauses)
    return [Copy(**dict(row._mapping)) for row in tx.execute(statement.order_by(copy.c.part))]
