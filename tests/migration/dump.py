"""The whole network as sorted lines, without internal ids and times of writing.

Two stores with the same contents give the same lines, even if they were filled in different ways.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, Table, func, select

from reseau.kinds import Privacy
from reseau.search.index import DOCUMENTS, LENGTH
from reseau.store import tables
from reseau.store.transaction import Transaction

#: Columns that refer to other rows by id, with the tables that they refer to.
_PEOPLE = ("member_id", "author_id", "created_by", "owner_id", "placed_by", "replaced_by", "target_id", "manager_id")
_CONTENTS = ("content_id", "root_id", "parent_id", "accepted_id")
#: Columns whose values come from the clock or from a random draw.
_LEFT_OUT = ("id", "series", "run_id", "object_id")
_DUMPED: tuple[Table, ...] = (
    tables.member,
    tables.community,
    tables.membership,
    tables.animateur,
    tables.content,
    tables.revision,
    tables.thread,
    tables.placement,
    tables.reaction,
    tables.tagging,
    tables.file,
    tables.attachment,
    tables.activity,
    tables.provenance,
)


def dump(tx: Transaction) -> list[str]:
    """Return every row of the network as a line, sorted."""
    return sorted(_Names(tx).lines())


class _Names:
    """Names of members, communities, contents, files and tags by id."""

    def __init__(self, tx: Transaction) -> None:
        self._tx = tx
        # Moments later than the first run's start come from this machine's clock.
        self._began: datetime | None = tx.execute(select(func.min(tables.import_run.c.started_at))).scalar()
        self._members = self._by_id(select(tables.member.c.id, tables.member.c.handle))
        # The slug of a secret community ends at random, so an imported place is named by its key.
        slugs = self._by_id(select(tables.community.c.id, tables.community.c.slug))
        self._communities = slugs | self._keys("place")
        self._files = self._keys("file")
        self._tags = self._by_id(select(tables.tag.c.id, tables.tag.c.folded))
        self._contents = self._by_text() | self._keys("post")

    def lines(self) -> Iterator[str]:
        for table in _DUMPED:
            for row in self._tx.execute(select(table)):
                yield f"{table.name} {self._line(table, row)}"
        notes = select(tables.import_note.c.code, tables.import_note.c.place, tables.import_note.c.detail).distinct()
        for row in self._tx.execute(notes):
            yield f"note {tuple(row)}"
        counters = select(tables.sequence.c.name, tables.sequence.c.next).where(
            tables.sequence.c.name.in_([DOCUMENTS, LENGTH])
        )
        for row in self._tx.execute(counters):
            yield f"search {tuple(row)}"

    def _by_id(self, statement: Select[Any]) -> dict[int, str]:
        return {id_: str(name) for id_, name in map(tuple, self._tx.execute(statement))}

    def _keys(self, kind: str) -> dict[int, str]:
        provenance = tables.provenance.c
        return self._by_id(select(provenance.object_id, provenance.key).where(provenance.kind == kind))

    def _by_text(self) -> dict[int, str]:
        """Return names of contents that were not imported, from their texts and moments."""
        content = tables.content.c
        rows = self._tx.execute(select(content.id, content.author_id, content.created_at, content.text))
        return {row.id: f"{self._members.get(row.author_id)}@{row.created_at}:{row.text}" for row in rows}

    def _line(self, table: Table, row: Row[Any]) -> str:
        fields = []
        for name, value in row._mapping.items():
            if name in _LEFT_OUT or (name == "code" and value and "-" in value):
                continue
            if name == "slug" and row._mapping["privacy"] == Privacy.SECRET:
                continue
            fields.append(f"{name}={self._value(table, name, value)!r}")
        return " ".join(fields)

    def _value(self, table: Table, name: str, value: Any) -> Any:
        if value is None:
            return None
        if isinstance(value, datetime):
            return "now" if self._began is None or value >= self._began else value.isoformat()
        if name in _PEOPLE:
            return self._members.get(value, value)
        if name in _CONTENTS:
            return self._contents.get(value, value)
        if name == "community_id":
            return self._communities.get(value, value)
        if name == "file_id":
            return self._files.get(value, value)
        return self._tags.get(value, value) if name == "tag_id" else value
