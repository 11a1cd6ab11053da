"""No test waits for the disk: nobody pulls the plug of a store that is thrown away a moment later.

SQLite is told so here, whenever this process takes a connection; PostgreSQL's server is told in ``tests/postgres.py``.
What a killed program would lose is not touched by it, for the system has what was written. A test of the waiting itself
bears the marker ``waits_for_disk``.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.pool import ConnectionPoolEntry, Pool

_HURRIED = "tests.plugins.disk"


def _hurry(connection: Any, entry: ConnectionPoolEntry, _proxy: object) -> None:
    """At each taking rather than once at the connecting: the store's own listener would say otherwise after us."""
    if isinstance(connection, sqlite3.Connection) and _HURRIED not in entry.info:
        connection.execute("PRAGMA synchronous=OFF").close()
        entry.info[_HURRIED] = True


event.listen(Pool, "checkout", _hurry)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[None]:
    waits = item.get_closest_marker("waits_for_disk") is not None
    if waits:
        event.remove(Pool, "checkout", _hurry)
    try:
        return (yield)
    finally:
        if waits:
            event.listen(Pool, "checkout", _hurry)
