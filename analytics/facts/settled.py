"""The part of the activity log that is settled: no row with a smaller id can appear any more."""

from __future__ import annotations

import time

from sqlalchemy import text

from reseau.errors import ReseauError
from reseau.i18n import N_
from reseau.store import Store
from reseau.store.transaction import Transaction

_PAUSE = 0.02
_PATIENCE = 600.0

_SEQUENCE = "pg_get_serial_sequence('activity', 'id')"
_ISSUED = text(f"SELECT coalesce(pg_sequence_last_value({_SEQUENCE}::regclass), 0)")
_HOLDERS = text(
    "SELECT virtualtransaction FROM pg_locks WHERE locktype = 'relation' AND mode = 'RowExclusiveLock' "  # noqa: S608
    f"AND relation IN ({_SEQUENCE}::regclass, 'activity'::regclass) AND pid <> pg_backend_pid()"
    " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
)
_GREATEST = text("SELECT coalesce(max(id), 0) FROM activity")


class UnsettledError(ReseauError):
    """A writer kept its transaction open for too long."""


def settled_id(store: Store) -> int:
    """Return the id up to which the log is complete for good (0 if it is empty).

    SQLite has one writer at a time and gives it ascending ids, so the greatest committed id is the answer. On
    PostgreSQL a transaction that took small ids may commit after one that took greater ids; a reader that trusted
    the greatest id would skip the late rows for ever.

    Raises:
        UnsettledError: a PostgreSQL transaction stayed open for ten minutes.
    """
    if store.engine.dialect.name == "postgresql":
        return _settled_on_postgresql(store)
    with store.read() as tx:
        return int(tx.execute(_GREATEST).scalar_one())


def _settled_on_postgresql(store: Store) -> int:
    # A transaction that takes an id holds a lock on the sequence from before that until it ends. So we note the last
    # issued id, then wait for the transactions that hold the lock now: later ones get greater ids. Waiting for
    # `LOCK TABLE activity IN SHARE MODE` would not do: ids are taken before the first row is inserted, when the
    # writer holds no lock on the table yet. Our lock would make all later writers wait.
    with store.read() as tx:
        upto = int(tx.execute(_ISSUED).scalar_one())
        open_transactions = _holders(tx)
    deadline = time.monotonic() + _PATIENCE
    while open_transactions:
        if time.monotonic() > deadline:
            raise UnsettledError(
                "E_FACTS_UNSETTLED", N_("A change to the network is still under way; build the facts again later.")
            )
        time.sleep(_PAUSE)
        with store.read() as tx:
            open_transactions &= _holders(tx)
    return upto


def _holders(tx: Transaction) -> set[str]:
    return {str(name) for name in tx.execute(_HOLDERS).scalars()}
