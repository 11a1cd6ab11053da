"""Stores of tests do not wait for the disk, since they need not survive a crash of the machine.

This plugin sets SQLite so for each connection of this process; ``tests/postgres.py`` sets PostgreSQL's server. Tests
that kill a program are unaffected, because the operating system keeps what the program wrote. A test of the waiting
itself has the marker ``waits_for_disk``.
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
    """Set this at each checkout: the store's own listener, which runs later on connecting, would undo it."""
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
