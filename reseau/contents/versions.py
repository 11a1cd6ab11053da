"""Versions of imported contents: their dates, and better readings of the same version."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import select, update

from reseau.contents.publishing import ContentError
from reseau.i18n import N_
from reseau.search import index
from reseau.store.prepared import Prepared, parameters
from reseau.store.tables import content, placement
from reseau.store.transaction import Transaction


class Version(NamedTuple):
    """When a content was written, last edited, and taken back."""

    created: datetime
    edited: datetime | None
    deleted: datetime | None


def of(tx: Transaction, content_ids: Sequence[int]) -> dict[int, Version]:
    """Return the versions of contents by their ids."""
    rows = _VERSIONS.rows(tx, wanted=list(content_ids))
    return {row.id: Version(row.created_at, row.edited_at, row.deleted_at) for row in rows}


_VERSIONS = Prepared(
    select(content.c.id, content.c.created_at, content.c.edited_at, content.c.deleted_at).where(
        content.c.id.in_(parameters("wanted"))
    )
)


def reread(tx: Transaction, content_id: int, text: str, title: str) -> None:
    """Replace the text of a content by a better reading of the same version: this is not an edit.

    Raises:
        ContentError: the text is missing.
    """
    if not text.strip() and not title.strip():
        raise ContentError("E_TEXT_MISSING", N_("The text is missing."))
    index.remove(tx, index.indexed(tx, [content_id]))
    tx.execute(update(content).where(content.c.id == content_id).values(title=title, text=text))
    index.add(tx, index.indexed(tx, [content_id]))


def fill(
    tx: Transaction,
    content_id: int,
    author_id: int,
    text: str,
    title: str,
    created: datetime,
    edited: datetime | None,
) -> None:
    """Replace the placeholder of a post by the post, with its author and its moment.

    Raises:
        ContentError: the text is missing.
    """
    reread(tx, content_id, text, title)
    values = {"author_id": author_id, "created_at": created, "edited_at": edited}
    tx.execute(update(content).where(content.c.id == content_id).values(values))
    tx.execute(update(placement).where(placement.c.content_id == content_id).values(placed_by=author_id))
