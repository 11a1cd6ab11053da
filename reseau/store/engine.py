"""Opening the database: pragmas and transactions that make SQLite and PostgreSQL behave alike."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine import URL, Connection, make_url
from sqlalchemy.exc import ArgumentError

from reseau.errors import ReseauError
from reseau.i18n import N_

OLDEST_SQLITE = (3, 35, 0)  # RETURNING; FTS5 is checked when the schema is made


class StoreUrlError(ReseauError):
    """The store's address cannot be used."""


def make_engine(address: str, *, relaxed: bool = False) -> Engine:
    """Make an engine for a SQLAlchemy URL of ``sqlite`` or ``postgresql``.

    Args:
        relaxed: whether commits do not wait for the disk. A crash of the program still loses nothing; a power cut may
            lose the last whole transactions. It is meant for imports, which can be run again.

    Raises:
        StoreUrlError: the address is not a URL, names another kind of database, or this SQLite is too old.
    """
    url = _checked(address)
    if url.get_backend_name() == "sqlite":
        return _sqlite_engine(url, relaxed)
    options = {"connect_args": {"options": "-c synchronous_commit=off"}} if relaxed else {}
    return create_engine(url.set(drivername="postgresql+psycopg"), pool_pre_ping=True, **options)


def _checked(address: str) -> URL:
    try:
        url = make_url(address)
    except ArgumentError:
        raise StoreUrlError(
            "E_STORE_URL", N_("RESEAU_STORE is not a database address. Example: sqlite:///var/reseau.db")
        ) from None
    if url.get_backend_name() not in ("sqlite", "postgresql"):
        raise StoreUrlError(
            "E_STORE_KIND",
            N_("The store can be SQLite or PostgreSQL, not {kind}."),
            kind=url.get_backend_name(),
        )
    return url


def _sqlite_engine(url: URL, relaxed: bool) -> Engine:
    if sqlite3.sqlite_version_info < OLDEST_SQLITE:
        raise StoreUrlError(
            "E_SQLITE_OLD",
            N_("This Python carries SQLite {version}; at least {oldest} is needed."),
            version=sqlite3.sqlite_version,
            oldest=".".join(map(str, OLDEST_SQLITE)),
        )
    if url.database and url.database != ":memory:":
        _make_private(Path(url.database))
    engine = create_engine(url, connect_args={"timeout": 30, "check_same_thread": False})
    event.listen(engine, "connect", _prepare)
    if relaxed:
        event.listen(engine, "connect", _relax)
    event.listen(engine, "begin", _begin)
    return engine


def _make_private(file: Path) -> None:
    """Create the file readable by this account alone, before SQLite creates it. Its journal gets the same mode."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.touch(mode=0o600, exist_ok=True)
    except OSError:
        return  # the connection will report why the file cannot be opened


def _prepare(connection: Any, _record: object) -> None:
    # Python's driver would open transactions by itself, and only before a write: a read followed by a write could then
    # fail because it does not get the lock. So we issue BEGIN ourselves.
    connection.isolation_level = None
    cursor = connection.cursor()
    cursor.execute("PRAGMA page_size=8192")  # for new files: fewer and fuller pages to write
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=FULL")  # committed transactions survive a power cut
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.execute("PRAGMA cache_size=-32000")
    cursor.execute("PRAGMA temp_store=MEMORY")
    cursor.close()


def _relax(connection: Any, _record: object) -> None:
    cursor = connection.cursor()
    cursor.execute("PRAGMA synchronous=NORMAL")  # in WAL mode, only checkpoints wait for the disk
    cursor.execute("PRAGMA wal_autocheckpoint=16000")
    cursor.execute("PRAGMA cache_size=-64000")  # a large import writes all over its indexes
    # The write functions already look up references, a batch at a time.
    cursor.execute("PRAGMA foreign_keys=OFF")
    cursor.close()


def _begin(connection: Connection) -> None:
    writes = connection.get_execution_options().get("reseau_writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
