"""Indexes that only readings need: a first import lays them aside and has them made once, in order, at its end.

Kept up row by row they cost more than the rows themselves, for authors and moments come in no order. An import that is
killed leaves them laid aside; whoever opens the store next has them made again.
"""

from __future__ import annotations

from sqlalchemy import Connection, Engine, Index, select

from reseau.store.tables import content, placement

LATE: tuple[Index, ...] = tuple(
    sorted((index for table in (content, placement) for index in table.indexes), key=lambda index: str(index.name))
)


def lay_aside(engine: Engine) -> None:
    """Drop them from a SQLite store without contents; any other keeps them, for people read there."""
    if engine.dialect.name != "sqlite":
        return
    with engine.execution_options(reseau_writes=True).begin() as connection:
        if connection.execute(select(content.c.id).limit(1)).first() is None:
            for index in LATE:
                index.drop(connection, checkfirst=True)


def restore(engine: Engine) -> None:
    """Make those that are missing."""
    if engine.dialect.name != "sqlite":
        return
    with engine.connect() as connection:
        whole = _present(connection).issuperset(index.name for index in LATE)
    if not whole:
        with engine.execution_options(reseau_writes=True).begin() as connection:
            for index in LATE:
                index.create(connection, checkfirst=True)


def _present(connection: Connection) -> set[str]:
    return set(connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'index'").scalars())
