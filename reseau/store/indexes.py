"""Indexes that only readers need: a first import drops them and rebuilds them once at its end.

Updating them row by row costs more than the rows themselves, since authors and moments come in no order. After a killed
import, they are rebuilt when the store is next opened.
"""

from __future__ import annotations

from sqlalchemy import Connection, Engine, Index, select

from reseau.store.tables import content, placement

LATE: tuple[Index, ...] = tuple(
    sorted((index for table in (content, placement) for index in table.indexes), key=lambda index: str(index.name))
)


def lay_aside(engine: Engine) -> None:
    """Drop these indexes in a SQLite store without contents. In any other store, people may be reading."""
    if engine.dialect.name != "sqlite":
        return
    with engine.execution_options(reseau_writes=True).begin() as connection:
        if connection.execute(select(content.c.id).limit(1)).first() is None:
            for index in LATE:
                index.drop(connection, checkfirst=True)


def restore(engine: Engine) -> None:
    """Create missing indexes."""
    if engine.dialect.name != "sqlite":
        return
    with engine.connect() as connection:
        complete = _present(connection).issuperset(index.name for index in LATE)
    if not complete:
        with engine.execution_options(reseau_writes=True).begin() as connection:
            for index in LATE:
                index.create(connection, checkfirst=True)


def _present(connection: Connection) -> set[str]:
    return set(connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'index'").scalars())
