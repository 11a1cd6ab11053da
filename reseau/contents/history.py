"""Earlier versions of an edited content, for its current readers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from reseau.contents.threads import Content
from reseau.store.tables import content, revision
from reseau.store.transaction import Transaction


@dataclass(frozen=True, slots=True)
class Past:
    """A text that a content had until a moment."""

    title: str
    text: str
    until: datetime


def read(tx: Transaction, readable: Content, limit: int = 20) -> list[Past]:
    """Return the former texts of a content that the caller read through the gate, the newest first.

    What it said before it was moved is not shown: it was written for the readers of another place.
    """
    moved_at = tx.execute(select(content.c.moved_at).where(content.c.id == readable.id)).scalar()
    past = select(revision.c.title, revision.c.text, revision.c.replaced_at).where(revision.c.content_id == readable.id)
    if moved_at is not None:
        past = past.where(revision.c.replaced_at > moved_at)
    rows = tx.execute(past.order_by(revision.c.rev.desc()).limit(limit))
    return [Past(row.title, row.text, row.replaced_at) for row in rows]
