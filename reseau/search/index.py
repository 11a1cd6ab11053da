"""The search index, kept in step by the write functions inside their own transaction.

There are two: ``open`` (what every internal member reads) and ``closed`` (the rest). Ranking statistics come from the
open one alone, so that what is written behind a door changes nothing that is seen in front of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import compress, repeat
from operator import not_
from typing import NamedTuple

from sqlalchemy import and_, or_, select, text

from reseau.kinds import ContentState, Privacy
from reseau.search import analysis
from reseau.store.tables import community, content
from reseau.store.transaction import Transaction

DOCUMENTS, LENGTH = "search:documents", "search:length"  # of the open index, in the table ``sequence``


class Entry(NamedTuple):
    """A content as the index knows it: its terms, in order, parted by spaces."""

    content_id: int
    open: bool
    terms: str


def entry_terms(title: str, body: str, language: str) -> str:
    """The terms of a content, as one line; the index and the ranking both take them from here."""
    return analysis.reading(f"{title}\n{body}" if title else body, language, language)[1]


def add(tx: Transaction, entries: Sequence[Entry]) -> None:
    """Make contents findable, at the end of the transaction or when it is searched."""
    if entries:
        tx.later(_write, entries)


def _write(tx: Transaction, entries: Sequence[Entry]) -> None:
    if not entries:
        return
    _count(tx, entries, 1)
    if tx.dialect == "postgresql":
        rows = [(one.content_id, one.open, _vector(one.terms)) for one in entries]
        tx.many("INSERT INTO search_entry (content_id, open, terms) VALUES (?, ?, ?::tsvector)", rows)
    else:
        content_ids, opened, terms = zip(*entries, strict=True)
        pairs = list(zip(content_ids, terms, strict=True))
        for table, chosen in (("search_open", opened), ("search_closed", map(not_, opened))):
            # One row in each run: FTS5 takes three times as long for several.
            tx.many(f"INSERT INTO {table} (rowid, terms) VALUES (?, ?)", list(compress(pairs, chosen)))


def remove(tx: Transaction, entries: Sequence[Entry]) -> None:
    """Take contents out; the terms must be those they were added with (a contentless table forgets them)."""
    tx.settle()
    if tx.dialect == "postgresql":
        ids = [one.content_id for one in entries]
        tx.execute(text("DELETE FROM search_entry WHERE content_id = ANY(:ids)"), {"ids": ids})
    else:
        for one in entries:
            table = "search_open" if one.open else "search_closed"
            tx.connection.exec_driver_sql(
                f"INSERT INTO {table} ({table}, rowid, terms) VALUES ('delete', ?, ?)", (one.content_id, one.terms)
            )
    _count(tx, entries, -1)


def _count(tx: Transaction, entries: Iterable[Entry], sign: int) -> None:
    found = [terms for _, opened, terms in entries if opened and terms]
    if found:
        tx.numbers(DOCUMENTS, sign * len(found))
        tx.numbers(LENGTH, sign * (len(found) + sum(map(str.count, found, repeat(" ")))))


def _vector(terms: str) -> str:
    """Terms in the notation of PostgreSQL's ``tsvector``; they are ``a-z0-9`` words or letters of other scripts."""
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
    """The entries that these contents have in the index as they stand now; drafts and deleted ones have none."""
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
