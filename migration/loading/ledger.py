"""The ledger of what was brought in: which thing here stands for which thing there, and what it looked like there."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import repeat
from typing import NamedTuple
from zlib import crc32

from sqlalchemy import ColumnElement, select, update

from migration.reading.records import Document, Event, Person, Place, Post, Record
from reseau.kinds import MemberStatus
from reseau.store.tables import content, import_run, member, provenance, revision
from reseau.store.transaction import Transaction

_ROW = ("key", "kind", "object_id", "fingerprint", "run_id")
_MANY = 300  # keys in one statement
_FEW = 20  # keys that are as soon looked for


class Age(NamedTuple):
    """When a run began, and the latest moment that its input told of, where it said."""

    began: datetime
    told_until: datetime | None


class Known(NamedTuple):
    """What the ledger says of a key."""

    object_id: int
    fingerprint: int
    run_id: int


def fingerprint(record: Record) -> int:
    """A number that changes when what the source says of a record changes; the same on every machine, for ever.

    It is the length and the CRC-32 of what is said: of four thousand million changes that keep the length, one stays
    unseen. Never 0, which the ledger has for what was not said yet.
    """
    if type(record) is Post:
        _, _, author, text, _, _, _, kind, title, _, edited, deleted, _, tags, _, _ = record
        about = f"{author}\x1f{kind}\x1f{title}\x1f{edited or ''}\x1f{deleted or ''}\x1f{','.join(tags)}\x1f".encode()
        said = text.encode()
        return len(about) + len(said) << 32 | crc32(said, crc32(about))
    data = "\x1f".join(map(str, _said(record))).encode()
    return len(data) << 32 | crc32(data)


def _said(record: Record) -> tuple[object, ...]:
    # Where a record was read is no part of what it says.
    return record[:-1] if isinstance(record, Person | Place | Document | Event) else record[:1]


def find(tx: Transaction, keys: Iterable[str]) -> dict[str, Known]:
    """What is known of these keys; unknown ones are left out."""
    wanted = sorted(keys)  # neighbours lie on one page
    found: dict[str, Known] = {}
    mark = "%s" if tx.dialect == "postgresql" else "?"
    for start in range(0, len(wanted), _MANY):
        some = wanted[start : start + _MANY]
        if len(some) > _FEW and _untouched(tx, some[0], some[-1]):
            continue
        marks = ",".join([mark] * len(some))
        rows = tx.connection.exec_driver_sql(
            f"SELECT key, object_id, fingerprint, run_id FROM provenance WHERE key IN ({marks})",  # noqa: S608  (marks)
            tuple(some),
        )
        for key, object_id, said, run_id in rows:
            found[key] = Known(object_id, said, run_id)
    return found


def _untouched(tx: Transaction, first: str, last: str) -> bool:
    """Whether there is surely no key from one to another: a first import, a day after the other, writes where none is.

    Only SQLite puts keys in the order that Python does.
    """
    between = "SELECT 1 FROM provenance WHERE key BETWEEN ? AND ? LIMIT 1"
    return tx.dialect == "sqlite" and tx.connection.exec_driver_sql(between, (first, last)).first() is None


def ids(tx: Transaction, kind: str) -> dict[str, int]:
    """Every key of a kind with its id; for people and places, of which there are thousands at most."""
    rows = tx.execute(select(provenance.c.key, provenance.c.object_id).where(provenance.c.kind == kind))
    return {row.key: row.object_id for row in rows}


def ages(tx: Transaction) -> dict[int, Age]:
    """How old the input of each run was, by the run's id."""
    rows = tx.execute(select(import_run.c.id, import_run.c.started_at, import_run.c.told_until))
    return {row.id: Age(row.started_at, row.told_until) for row in rows}


def enter(tx: Transaction, kind: str, run_id: int, rows: Sequence[tuple[str, int, int]]) -> None:
    """Enter new keys, each with its id and fingerprint."""
    if rows:
        keys, ids, said = zip(*rows, strict=True)
        tx.insert_columns(provenance, _ROW, [keys, repeat(kind), ids, said, repeat(run_id)])


def change(tx: Transaction, run_id: int, rows: Iterable[tuple[str, int]]) -> None:
    """Note new fingerprints of known keys."""
    for key, said in rows:
        tx.execute(update(provenance).where(provenance.c.key == key).values(fingerprint=said, run_id=run_id))


def edited_since(tx: Transaction, known: Iterable[Known]) -> set[int]:
    """The contents, among these, that somebody here edited or withdrew after the run that wrote them began.

    A run dates its own edits as the source does, before it began, so only people's edits are later.
    """
    touched: set[int] = set()
    for one in known:
        began = select(import_run.c.started_at).where(import_run.c.id == one.run_id).scalar_subquery()
        edited = select(revision.c.id).where(revision.c.content_id == one.object_id, revision.c.replaced_at > began)
        withdrawn = select(content.c.id).where(content.c.id == one.object_id, content.c.deleted_at > began)
        if tx.execute(edited.limit(1)).first() or tx.execute(withdrawn).first():
            touched.add(one.object_id)
    return touched


def own_accounts(tx: Transaction, member_ids: Iterable[int]) -> set[int]:
    """The members, among these, who came by themselves: what they say of themselves is theirs."""
    return _members(tx, member_ids, member.c.activated_at.is_not(None))


def strangers(tx: Transaction, member_ids: Iterable[int]) -> set[int]:
    """The members, among these, of whom only messages told so far: any list of people knows more, however old."""
    return _members(tx, member_ids, member.c.status == MemberStatus.PLACEHOLDER)


def listed(tx: Transaction, member_ids: Iterable[int]) -> set[int]:
    """The people, among these, whom a list has named."""
    return _members(tx, member_ids, member.c.status.not_in((MemberStatus.PLACEHOLDER, MemberStatus.BOT)))


def _members(tx: Transaction, member_ids: Iterable[int], which: ColumnElement[bool]) -> set[int]:
    wanted = list(member_ids)
    found: set[int] = set()
    for start in range(0, len(wanted), _MANY):
        some = member.c.id.in_(wanted[start : start + _MANY]) & which
        found.update(tx.execute(select(member.c.id).where(some)).scalars())
    return found
