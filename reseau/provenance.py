"""Which thing here stands for which thing elsewhere: shared by imports and by linked channels (``reseau/keys.py``)."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import select

from reseau.store.tables import provenance
from reseau.store.transaction import Transaction

LIVE = 0  # the run of what no import brought


def object_of(tx: Transaction, key: str, kind: str) -> int | None:
    """The id of what a key stands for here."""
    found = tx.execute(
        select(provenance.c.object_id).where(provenance.c.key == key, provenance.c.kind == kind)
    ).scalar()
    return None if found is None else int(found)


def objects_of(tx: Transaction, keys: Collection[str], kind: str) -> dict[str, int]:
    """What many keys stand for here, by key."""
    wanted = sorted(keys)
    found: dict[str, int] = {}
    for start in range(0, len(wanted), 900):
        some = provenance.c.key.in_(wanted[start : start + 900])
        rows = tx.execute(select(provenance.c.key, provenance.c.object_id).where(some, provenance.c.kind == kind))
        found.update((row.key, int(row.object_id)) for row in rows)
    return found


def enter(tx: Transaction, key: str, kind: str, object_id: int) -> None:
    """Note what a key stands for; one that is known stays as it is."""
    tx.insert_new(provenance, ("key", "kind", "object_id", "fingerprint", "run_id"), [(key, kind, object_id, 0, LIVE)])
