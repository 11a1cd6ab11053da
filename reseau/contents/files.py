"""Files: their names, types and addresses. Their bytes stay with the platform."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import select

from reseau.acting import Acting
from reseau.store.tables import attachment, file
from reseau.store.transaction import Transaction


@dataclass(slots=True)
class NewFile:
    """A file to add. ``locator`` never holds a secret; ``available=False`` says that the file is gone."""

    name: str
    media_type: str = ""
    size: int | None = None
    sha256: str | None = None
    locator: str | None = None
    available: bool = True
    owner_id: int | None = None
    created_at: datetime | None = None


@dataclass(slots=True)
class _Row(NewFile):
    id: int = 0


@dataclass(slots=True)
class _Attachment:
    content_id: int
    file_id: int


def add(tx: Transaction, batch: Sequence[NewFile], acting: Acting) -> list[int]:
    """Add files and return their ids in the order given."""
    ids = tx.ids(file, len(batch))
    rows = [_Row(**asdict(new), id=id_) for id_, new in zip(ids, batch, strict=True)]
    for row in rows:
        row.created_at = row.created_at or tx.now
    tx.insert(file, rows, origin=acting.origin)
    return list(ids)


def attach(tx: Transaction, pairs: Sequence[tuple[int, int]], acting: Acting) -> None:
    """Attach files to contents, as pairs of ids (content, file); repeating it changes nothing."""
    rows = [_Attachment(content_id, file_id) for content_id, file_id in dict.fromkeys(pairs)]
    tx.insert(attachment, rows, unless_there=True)


def names(tx: Transaction, content_id: int) -> list[str]:
    """Return the names of the files of a content."""
    joined = attachment.join(file, file.c.id == attachment.c.file_id)
    rows = tx.execute(
        select(file.c.name).select_from(joined).where(attachment.c.content_id == content_id).order_by(file.c.id)
    )
    return list(rows.scalars())
