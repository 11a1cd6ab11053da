"""The search index, which write functions update inside their transaction.

There are two: ``open`` (contents that every internal member may read) and ``closed`` (all others). Ranking statistics
come from the open one alone, so that closed contents do not affect what outsiders see.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import repeat
from typing import NamedTuple

from sqlalchemy import and_, cast, column, or_, select, table, text
from sqlalchemy.dialects.postgresql import TSVECTOR

from reseau.kinds import ContentState, Privacy
from reseau.search import analysis
from reseau.store.prepared import Prepared, parameter
from reseau.store.tables import community, content
from reseau.store.transaction import Transaction

DOCUMENTS, LENGTH = "search:documents", "search:length"  # of the open index, in the table ``sequence``


class Entry(NamedTuple):
    """The entry of a content: its terms in order, separated by spaces."""

    content_id: int
    open: bool
    terms: str


def entry_terms(title: str, body: str, language: str) -> str:
    """Return the terms of a content as one line, for the index and for the ranking."""
    return analysis.reading(f"{title}\n{body}" if title else body, language, language)[1]


def add(tx: Transaction, entries: Sequence[Entry]) -> None:
    """Add entries, at the end of the transaction or before the next search in it."""
    if entries:
        tx.later(_write, entries)


def _write(tx: Transaction, entries: Sequence[Entry]) -> None:
    if not entries:
        return
    _count(tx, entries, 1)
    if tx.dialect == "postgresql":
        rows = [{"id": entry.content_id, "open": entry.open, "terms": _vector(entry.terms)} for entry in entries]
        _ENTER.each(tx, rows)
    else:
        # One row in each run: FTS5 takes three times as long for several.
        _ENTER_OPEN.each(tx, [{"id": entry.content_id, "terms": entry.terms} for entry in entries if entry.open])
        _ENTER_CLOSED.each(tx, [{"id": entry.content_id, "terms": entry.terms} for entry in entries if not entry.open])


def _into(name: str) -> Prepared:
    """Return the INSERT of a row of one of SQLite's search tables, which SQLAlchemy does not know."""
    return Prepared(
        table(name, column("rowid"), column("terms")).insert().values(rowid=parameter("id"), terms=parameter("terms"))
    )


_ENTER_OPEN, _ENTER_CLOSED = _into("search_open"), _into("search_closed")
_ENTER = Prepared(
    table("search_entry", column("content_id"), column("open"), column("terms"))
    .insert()
    .values(content_id=parameter("id"), open=parameter("open"), terms=cast(parameter("terms"), TSVECTOR))
)


def remove(tx: Transaction, entries: Sequence[Entry]) -> None:
    """Remove entries. Their terms must be those with which they were added, since a contentless table has no copy."""
    tx.settle()
    if tx.dialect == "postgresql":
        ids = [entry.content_id for entry in entries]
        tx.execute(text("DELETE FROM search_entry WHERE content_id = ANY(:ids)"), {"ids": ids})
    else:
        for entry in entries:
            name = "search_open" if entry.open else "search_closed"
            forget = f"INSERT INTO {name} ({name}, rowid, terms) VALUES ('delete', :id, :terms)"
            tx.execute(text(forget), {"id": entry.content_id, "terms": entry.terms})
    _count(tx, entries, -1)


def _count(tx: Transaction, entries: Iterable[Entry], sign: int) -> None:
    texts = [entry.terms for entry in entries if entry.open and entry.terms]
    if texts:
        tx.numbers(DOCUMENTS, sign * len(texts))
        tx.numbers(LENGTH, sign * (len(texts) + sum(map(str.count, texts, repeat(" ")))))


def _vector(terms: str) -> str:
    """Return terms in the notation of PostgreSQL's ``tsvector``: words of ``a-z0-9`` or letters of other scripts."""
    return " ".join(f"'{term[:500]}'" for term in dict.fromkeys(terms.split()))


def take_out(tx: Transaction, community_id: int) -> None:
    """Remove a community's contents, before its privacy changes."""
    for entries in _entries_of(tx, community_id):
        remove(tx, entries)


def put_in(tx: Transaction, community_id: int) -> None:
    """Add a community's contents, after its privacy changed."""
    for entries in _entries_of(tx, community_id):
        add(tx, entries)


def _entries_of(tx: Transaction, community_id: int) -> Iterator[list[Entry]]:
    last = 0
    while True:
        statement = (
            select(content.c.id)
            .where(content.c.community_id == community_id, content.c.id > last)
            .order_by(content.c.id)
            .limit(1000)
        )
        ids = list(tx.execute(statement).scalars())
        if not ids:
            return
        last = ids[-1]
        yield indexed(tx, ids)


def indexed(tx: Transaction, content_ids: Sequence[int]) -> list[Entry]:
    """Return the present entries of contents; drafts and deleted contents have none."""
    is_open = or_(
        content.c.community_id.is_(None),
        and_(community.c.privacy == Privacy.OPEN, community.c.conversation.is_(False)),
    )
    rows = tx.execute(
        select(content.c.id, content.c.title, content.c.text, content.c.language, is_open.label("open"))
        .select_from(content.outerjoin(community, community.c.id == content.c.community_id))
        .where(
            content.c.id.in_(content_ids),
            content.c.state == ContentState.PUBLISHED,
            content.c.deleted_at.is_(None),
        )
    )
    return [Entry(row.id, bool(row.open), entry_terms(row.title, row.text, row.language)) for row in rows]
