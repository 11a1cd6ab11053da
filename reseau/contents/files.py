"""Files: what is known of a document; the bytes stay where they are until somebody fetches them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from reseau import activity
from reseau.acting import Acting
from reseau.store.tables import attachment, file
from reseau.store.transaction import Transaction


@dataclass(slots=True)
class NewFile:
    """A file. ``locator`` never holds a secret; ``available=False`` notes one that can no longer be had."""

    name: str
    media_type: str = ""
    size: int | None = None
    sha256: str | None = None
    locator: str | None = None
    available: bool = True
    owner_id: int | None = None
    created_at: datetime | None = None


_ROW = (*("id", "name", "media_type", "size", "sha256", "locator", "available", "owner_id", "created_at", "origin"),)


def add(tx: Transaction, batch: Sequence[NewFile], acting: Acting) -> list[int]:
    """Note files; returns their ids in the order given."""
    ids = tx.ids(file, len(batch))
    rows = [
        (
            *(id_, new.name, new.media_type, new.size, new.sha256, new.locator, new.available, new.owner_id),
            *(activity.micros(new.created_at, tx), acting.origin.value),
        )
        for id_, new in zip(ids, batch, strict=True)
    ]
    tx.insert(file, _ROW, rows)
    return list(ids)


def attach(tx: Transaction, pairs: Sequence[tuple[int, int]], acting: Acting) -> None:
    """Put files to contents, each pair a content's id and a file's; doing it twice does it once."""
    tx.insert_new(attachment, ("content_id", "file_id"), [tuple(pair) for pair in dict.fromkeys(pairs)])


def names(tx: Transaction, content_id: int) -> list[str]:
    """The names of the files of a content."""
    joined = attachment.join(file, file.c.id == attachment.c.file_id)
    rows = tx.execute(
        select(file.c.name).select_from(joined).where(attachment.c.content_id == content_id).order_by(file.c.id)
    )
    return list(rows.scalars())
