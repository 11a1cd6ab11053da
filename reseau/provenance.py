"""Provenance: the object of the network for an outside thing, for imports and linked channels."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import select

from reseau.store.prepared import Prepared, parameter, parameters
from reseau.store.tables import provenance
from reseau.store.transaction import Transaction

LIVE = 0  # the run of objects that did not come with an import


def object_of(tx: Transaction, key: str, kind: str) -> int | None:
    """Return the id of the object for a key, or ``None``."""
    object_id = tx.execute(
        select(provenance.c.object_id).where(provenance.c.key == key, provenance.c.kind == kind)
    ).scalar()
    return None if object_id is None else int(object_id)


def objects_of(tx: Transaction, keys: Collection[str], kind: str) -> dict[str, int]:
    """Return the ids of the objects for keys, by key."""
    return {row.key: int(row.object_id) for row in _OBJECTS.rows(tx, keys=sorted(keys), kind=kind)}


_OBJECTS = Prepared(
    select(provenance.c.key, provenance.c.object_id).where(
        provenance.c.key.in_(parameters("keys")), provenance.c.kind == parameter("kind")
    )
)


def enter(tx: Transaction, key: str, kind: str, object_id: int) -> None:
    """Note the object of a key; a key that exists stays as it is."""
    tx.insert(provenance, [_Row(key, kind, object_id)], unless_there=True, fingerprint=0, run_id=LIVE)


@dataclass(slots=True)
class _Row:
    key: str
    kind: str
    object_id: int
