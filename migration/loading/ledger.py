"""The ledger of imports: the row that each record of a source became, and a fingerprint of its content."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2b
from typing import NamedTuple
from zlib import crc32

from sqlalchemy import ColumnElement, select, update

from migration.reading.records import FIELDS, KIND_OF, Document, Event, Note, Person, Place, Post, Record
from reseau.kinds import MemberStatus
from reseau.store.prepared import Prepared, parameter, parameters, parts
from reseau.store.tables import content, import_run, member, provenance, revision
from reseau.store.transaction import Transaction

_MANY = 300  # keys in one query; with more, a range without any present key is rarer
_FEW = 20  # keys; for fewer, checking the range first does not pay


class Age(NamedTuple):
    """When a run began, and the latest moment that its input covers, if the source knows."""

    began: datetime
    covers_until: datetime | None


class Entry(NamedTuple):
    """The entry of a key."""

    object_id: int
    fingerprint: int
    run_id: int


def fingerprint(record: Record) -> int:
    """Return a number that changes when the content of a record changes. It is the same on every machine."""
    return digest(*_compared(record))


def digest(*texts: str) -> int:
    """Return 64 bits of the BLAKE2b of texts. It is never 0, which marks a placeholder."""
    data = blake2b("\x1f".join(texts).encode(), digest_size=8).digest()
    return int.from_bytes(data, "big", signed=True) or 1


def is_unchanged(entry: Entry, record: Record) -> bool:
    """Whether the content of a record is the same as when it was last written."""
    return entry.fingerprint == fingerprint(record) or entry.fingerprint == former_fingerprint(record)


def former_fingerprint(record: Record) -> int:
    """Return the fingerprint of earlier versions: the length and the CRC-32 of the same texts.

    Stores that they filled keep it until the record changes. If it counted as a change, every post of a source without
    moments of editing would be rewritten and marked as edited.
    """
    data = "\x1f".join(_compared(record)).encode()
    return len(data) << 32 | crc32(data)


def _compared(record: Record) -> Iterable[str]:
    """Return the texts of a record by which it is compared, without its place in the input and constant fields."""
    if isinstance(record, Post):
        edited, deleted = str(record.edited or ""), str(record.deleted or "")
        return (record.author, record.kind, record.title, edited, deleted, ",".join(record.tags), record.text)
    if isinstance(record, Person | Place | Document | Event):
        return [str(getattr(record, field)) for field in FIELDS[KIND_OF[type(record)]] if field != "where"]
    return (record.key if not isinstance(record, Note) else record.code,)


def find(tx: Transaction, keys: Iterable[str]) -> dict[str, Entry]:
    """Return the entries of keys; missing keys are left out."""
    ordered = sorted(keys)  # neighbours lie on one page
    entries: dict[str, Entry] = {}
    for start in range(0, len(ordered), _MANY):
        part = ordered[start : start + _MANY]
        if len(part) > _FEW and _is_empty(tx, part[0], part[-1]):
            continue
        for row in _ENTRIES.rows(tx, keys=part):
            entries[row.key] = Entry(row.object_id, row.fingerprint, row.run_id)
    return entries


_ENTRIES = Prepared(
    select(provenance.c.key, provenance.c.object_id, provenance.c.fingerprint, provenance.c.run_id).where(
        provenance.c.key.in_(parameters("keys"))
    )
)


def _is_empty(tx: Transaction, first: str, last: str) -> bool:
    """Whether there is certainly no key between two keys, as during a first import.

    Only SQLite sorts keys as Python does.
    """
    return tx.dialect == "sqlite" and _BETWEEN.first(tx, first=first, last=last) is None


_BETWEEN = Prepared(
    select(provenance.c.key).where(provenance.c.key.between(parameter("first"), parameter("last"))).limit(1)
)


def ids(tx: Transaction, kind: str) -> dict[str, int]:
    """Return the id of every key of a kind. It is meant for people and places, of which there are at most thousands."""
    rows = tx.execute(select(provenance.c.key, provenance.c.object_id).where(provenance.c.kind == kind))
    return {row.key: row.object_id for row in rows}


def ages(tx: Transaction) -> dict[int, Age]:
    """Return the age of each run's input, by the run's id."""
    rows = tx.execute(select(import_run.c.id, import_run.c.started_at, import_run.c.told_until))
    return {row.id: Age(row.started_at, row.told_until) for row in rows}


def enter(tx: Transaction, kind: str, run_id: int, rows: Sequence[tuple[str, int, int]]) -> None:
    """Add new keys, each with its id and fingerprint."""
    tx.insert(provenance, [_Row(*row) for row in rows], kind=kind, run_id=run_id)


@dataclass(slots=True)
class _Row:
    key: str
    object_id: int
    fingerprint: int


def change(tx: Transaction, run_id: int, rows: Iterable[tuple[str, int]]) -> None:
    """Replace the fingerprints of existing keys."""
    for key, digest_ in rows:
        tx.execute(update(provenance).where(provenance.c.key == key).values(fingerprint=digest_, run_id=run_id))


def edited_since(tx: Transaction, entries: Iterable[Entry]) -> set[int]:
    """Return the ids of those contents that a member edited or withdrew after the run that wrote them began.

    A run dates its own edits as the source does, before it began, so only people's edits are later.
    """
    changed: set[int] = set()
    for entry in entries:
        began = select(import_run.c.started_at).where(import_run.c.id == entry.run_id).scalar_subquery()
        edited = select(revision.c.id).where(revision.c.content_id == entry.object_id, revision.c.replaced_at > began)
        withdrawn = select(content.c.id).where(content.c.id == entry.object_id, content.c.deleted_at > began)
        if tx.execute(edited.limit(1)).first() or tx.execute(withdrawn).first():
            changed.add(entry.object_id)
    return changed


def own_accounts(tx: Transaction, member_ids: Iterable[int]) -> set[int]:
    """Return those members who have activated, whose profile is their own."""
    return _members(tx, member_ids, member.c.activated_at.is_not(None))


def strangers(tx: Transaction, member_ids: Iterable[int]) -> set[int]:
    """Return those members who are known from messages only. Any list of people, however old, knows more of them."""
    return _members(tx, member_ids, member.c.status == MemberStatus.PLACEHOLDER)


def listed(tx: Transaction, member_ids: Iterable[int]) -> set[int]:
    """Return those members who were in a list of people."""
    return _members(tx, member_ids, member.c.status.not_in((MemberStatus.PLACEHOLDER, MemberStatus.BOT)))


def _members(tx: Transaction, member_ids: Iterable[int], condition: ColumnElement[bool]) -> set[int]:
    matching: set[int] = set()
    for part in parts(member_ids):
        matching.update(tx.execute(select(member.c.id).where(member.c.id.in_(part), condition)).scalars())
    return matching
