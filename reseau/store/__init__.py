"""The store: the network's database, SQLite or PostgreSQL."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime

from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError

from reseau.store import indexes
from reseau.store.engine import StoreUrlError, make_engine
from reseau.store.moments import now
from reseau.store.schema import upgrade
from reseau.store.transaction import Transaction

__all__ = ["Store", "StoreUrlError", "Transaction", "open_store"]


class Store:
    """An open database.

    Attributes:
        clock: returns the moment of each transaction (UTC); tests may replace it.

    Raises:
        sqlalchemy.exc.OperationalError: from any call, if the database does not answer.
    """

    def __init__(self, engine: Engine, address: str) -> None:
        self.engine = engine
        self.address = address
        self.clock: Callable[[], datetime] = now
        self._writing = engine.execution_options(reseau_writes=True)
        # SQLite has one writer. Queueing here is fair; waiting on its file lock is not.
        self._turn = threading.RLock() if engine.dialect.name == "sqlite" else None

    @contextmanager
    def read(self) -> Iterator[Transaction]:
        """Open a consistent view; writes in it are discarded."""
        with self._named(), self.engine.connect() as connection:
            yield Transaction(connection, self.clock())

    @contextmanager
    def write(self) -> Iterator[Transaction]:
        """Open a transaction: everything is written or, if the block raises, nothing."""
        if self._turn is None:
            with self._named(), self._writing.begin() as connection:
                yield from _settled(Transaction(connection, self.clock()))
            return
        with self._turn, self._named(), self._writing.begin() as connection:
            yield from _settled(Transaction(connection, self.clock()))

    @contextmanager
    def _named(self) -> Iterator[None]:
        """Raise errors of the driver as SQLAlchemy's own: prepared statements use the driver directly."""
        driver = self.engine.dialect.loaded_dbapi
        try:
            yield
        except driver.Error as error:
            raise DBAPIError.instance("", None, error, driver.Error, dialect=self.engine.dialect) from error

    @contextmanager
    def importing(self) -> Iterator[Store]:
        """Open the store for a bulk import: commits do not wait for the disk, but at the end everything is on it."""
        relaxed = Store(make_engine(self.address, relaxed=True), self.address)
        relaxed._turn, relaxed.clock = self._turn, self.clock
        with self._named():
            indexes.lay_aside(self.engine)
            try:
                yield relaxed
            finally:
                relaxed.close()
                indexes.restore(self.engine)
                if self._turn is not None:
                    raw = self.engine.raw_connection()  # a checkpoint is refused inside a transaction
                    raw.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
                    raw.close()

    def close(self) -> None:
        """Close all connections; SQLite then merges its journal into the file."""
        self.engine.dispose()


def _settled(tx: Transaction) -> Iterator[Transaction]:
    """Yield a transaction, and do its deferred work if its block ends without an error."""
    yield tx
    tx.settle()


def open_store(address: str, *, make: bool = True) -> Store:
    """Open the database at a SQLAlchemy URL.

    Args:
        address: ``sqlite:///file`` or ``postgresql://…``.
        make: whether to create or upgrade the schema if needed.

    Raises:
        StoreUrlError: the address cannot be used.
        reseau.store.schema.SchemaError: the schema is newer than this program.
    """
    engine = make_engine(address)
    if make:
        upgrade(engine)
        indexes.restore(engine)
    return Store(engine, address)
