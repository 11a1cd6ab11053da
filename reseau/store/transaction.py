"""Transactions: every read and write of the network goes through one."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from enum import Enum
from functools import lru_cache
from itertools import chain, repeat
from operator import attrgetter
from types import NoneType
from typing import Any, TypeAlias, cast

from sqlalchemy import Column as SqlColumn, Connection, CursorResult, Date, Executable, Table, select

from reseau.store.moments import Moment, to_micros

Row = tuple[Any, ...]
Column: TypeAlias = "Sequence[Any] | repeat[Any]"  # the values of many rows; ``repeat`` if they are all equal
_COPY_ABOVE = 20  # rows; for fewer, PostgreSQL's ``COPY`` does not pay
_AT_ONCE = 50  # rows in one run of a statement, since a run costs as much as a row; old SQLite takes 999 values


class Transaction:
    """A connection inside BEGIN … COMMIT, with bulk inserts.

    Attributes:
        connection: SQLAlchemy's connection, for everything that this class does not offer.
        dialect: ``"sqlite"`` or ``"postgresql"``.
        now: the moment of this transaction (UTC), the same for all its rows.
    """

    def __init__(self, connection: Connection, moment: datetime) -> None:
        self.connection = connection
        self.dialect = connection.dialect.name
        self.now = moment
        self._driver: Any = None
        self._later: dict[Callable[[Transaction, list[Any]], None], list[Any]] = {}

    def cursor(self) -> Any:
        """Return a cursor of the driver inside this transaction."""
        if self._driver is None:  # SQLAlchemy would consult its pool each time
            self._driver = self.connection.connection
        return self._driver.cursor()

    def execute(self, statement: Executable, parameters: Any = None) -> CursorResult[Any]:
        """Run a statement; a list of dictionaries runs it once for each."""
        return self.connection.execute(statement, parameters)

    def insert(
        self, table: Table, records: Sequence[Any], *, unless_there: bool = False, numbered: bool = True, **same: Any
    ) -> int:
        """Insert records as fast as the engine can; return how many rows were inserted.

        SQLite uses the driver's own ``executemany`` with many rows in each run of the statement. PostgreSQL uses
        ``COPY`` for many rows. Both avoid the per-row work of a compiled statement, most of the cost of an import.

        Args:
            records: dataclass instances of one class, whose fields have the names of columns. Moments are zone-aware
                datetimes, and members of enumerations stand for their values.
            unless_there: whether to leave out rows whose unique key exists.
            numbered: whether to take an ``id`` that is not a field from :meth:`ids`; otherwise the engine assigns it.
            same: further columns, each with one value for all rows.

        Raises:
            KeyError: the table has no such column.
        """
        if not records:
            return 0
        names, columns = _columns_of(records)
        columns = [self._driver_values(table.c[name], values) for name, values in zip(names, columns, strict=True)]
        alike = [repeat(self._driver_values(table.c[name], [value])[0]) for name, value in same.items()]
        if numbered and "id" in table.c and "id" not in names:
            names, columns = ("id", *names), [self.ids(table, len(records)), *columns]
        names = (*names, *same)
        if unless_there:
            return self._insert_new(table.name, names, list(zip(*columns, *alike, strict=False)))
        if self.dialect == "postgresql" and len(records) > _COPY_ABOVE:
            self._copy(table.name, names, zip(*columns, *alike, strict=False))
        else:
            self._insert(table.name, names, [*columns, *alike], len(records))
        return len(records)

    def _driver_values(self, column: SqlColumn[Any], values: Sequence[Any]) -> Sequence[Any]:
        """Return values in the form that the driver takes."""
        if set(map(type, values)) <= _PLAIN:
            return values
        if isinstance(column.type, Moment):
            return [None if moment is None else to_micros(moment) for moment in values]
        if isinstance(column.type, Date) and self.dialect == "sqlite":
            return [None if day is None else day.isoformat() for day in values]
        return [value.value if isinstance(value, Enum) else value for value in values]

    def _insert(self, table: str, names: tuple[str, ...], columns: Sequence[Column], count: int) -> None:
        grouped = count // _AT_ONCE * _AT_ONCE
        if grouped:
            alike, shared, others = _split(columns)
            groups = [
                (*shared, *chain.from_iterable([column[at : at + _AT_ONCE] for column in others]))
                for at in range(0, grouped, _AT_ONCE)
            ]
            self.connection.exec_driver_sql(_insert_sql(self.dialect, table, names, _AT_ONCE, alike), groups)
        if grouped < count:
            rest = [column if isinstance(column, repeat) else column[grouped:] for column in columns]
            self.cursor().executemany(_insert_sql(self.dialect, table, names), zip(*rest, strict=False))

    def _copy(self, table: str, columns: Sequence[str], rows: Iterable[Row]) -> None:
        cursor = self.connection.connection.cursor()
        names = ", ".join(f'"{column}"' for column in columns)
        with cursor.copy(f'COPY "{table}" ({names}) FROM STDIN') as copy:
            for row in rows:
                copy.write_row(row)

    def _insert_new(self, table: str, names: tuple[str, ...], rows: list[Row]) -> int:
        sql = _insert_sql(self.dialect, table, names) + " ON CONFLICT DO NOTHING"
        cursor = self.cursor()
        if len(rows) == 1:
            cursor.execute(sql, rows[0])
        else:
            cursor.executemany(sql, rows)
        return int(cursor.rowcount)

    def later(self, work: Callable[[Transaction, list[Any]], None], items: Iterable[Any]) -> None:
        """Defer work to the end of the transaction, and collect its items into one call.

        SQLite flushes its search tables whenever another statement follows theirs, so they come last.
        """
        self._later.setdefault(work, []).extend(items)

    def settle(self) -> None:
        """Do the deferred work now. It must be done before the commit, and before its results are read."""
        while self._later:
            work, items = self._later.popitem()
            work(self, items)

    def ids(self, table: Table, count: int) -> Sequence[int]:
        """Return new primary keys of a table, ascending.

        On PostgreSQL they come from its sequence, so that writers do not wait for each other. SQLite has one writer, so
        they come from a row of our own table.
        """
        if count == 0:
            return []
        if self.dialect == "postgresql":
            sql = f"SELECT nextval(pg_get_serial_sequence('{table.name}', 'id')) FROM generate_series(1, {count:d})"
            return [int(row[0]) for row in self.connection.exec_driver_sql(sql)]
        first = self.numbers(f"id:{table.name}", count)
        return range(first, first + count)

    def numbers(self, name: str, count: int = 1) -> int:
        """Take ``count`` consecutive numbers of a named series, from 1; return the first."""
        # Plain SQL, the same on both engines: compiling a statement would cost more than running it.
        sql = (
            "INSERT INTO sequence (name, next) VALUES (?, ?)"
            " ON CONFLICT (name) DO UPDATE SET next = sequence.next + ? RETURNING next"
        )
        sql = sql if self.dialect == "sqlite" else sql.replace("?", "%s")
        cursor = self.cursor()
        cursor.execute(sql, (name, 1 + count, count))
        return int(cursor.fetchone()[0]) - count

    @contextmanager
    def apart(self) -> Iterator[None]:
        """Open a part of the transaction that is undone alone if it raises."""
        before = {work: list(items) for work, items in self._later.items()}
        cursor = self.cursor()
        cursor.execute("SAVEPOINT apart")
        try:
            yield
        except BaseException:
            self._later = before
            cursor.execute("ROLLBACK TO SAVEPOINT apart")
            cursor.execute("RELEASE SAVEPOINT apart")
            raise
        cursor.execute("RELEASE SAVEPOINT apart")

    def exists(self, table: Table, row_id: int) -> bool:
        """Whether a row with this primary key exists."""
        return self.execute(select(table.c.id).where(table.c.id == row_id)).first() is not None


def _columns_of(records: Sequence[Any]) -> tuple[tuple[str, ...], list[Sequence[Any]]]:
    """Return the names of the fields of records, and their values by column."""
    names, read = _reader(cast("Hashable", type(records[0])))
    if len(names) == 1:
        return names, [list(map(read, records))]
    return names, list(zip(*map(read, records), strict=True))


@lru_cache(maxsize=200)
def _reader(form: Hashable) -> tuple[tuple[str, ...], Callable[[Any], Any]]:
    names = tuple(field.name for field in dataclasses.fields(cast("Any", form)))
    return names, attrgetter(*names)


_PLAIN = frozenset({str, int, bool, float, bytes, NoneType})


def _split(columns: Sequence[Column]) -> tuple[tuple[int, ...], list[Any], list[Sequence[Any]]]:
    """Split columns: the positions and values of those whose rows are all equal, and the other columns."""
    alike: list[int] = []
    shared: list[Any] = []
    others: list[Sequence[Any]] = []
    for at, column in enumerate(columns):
        if isinstance(column, repeat):
            alike.append(at)
            shared.append(next(column))
        elif column[0] == column[-1] and column.count(column[0]) == len(column):
            alike.append(at)
            shared.append(column[0])
        else:
            others.append(column)
    return tuple(alike), shared, others


@lru_cache(maxsize=500)
def _insert_sql(dialect: str, table: str, columns: tuple[str, ...], rows: int = 1, alike: tuple[int, ...] = ()) -> str:
    """Return an INSERT of several rows. It takes the equal values, then the other columns one after another."""
    names = ", ".join(f'"{column}"' for column in columns)
    if dialect == "postgresql":
        marks = [", ".join(["%s"] * len(columns))] * rows
    else:
        shared = {at: number for number, at in enumerate(alike, 1)}
        others = [at for at in range(len(columns)) if at not in shared]
        first = {at: len(alike) + 1 + number * rows for number, at in enumerate(others)}
        marks = [
            ", ".join(f"?{shared[at] if at in shared else first[at] + row}" for at in range(len(columns)))
            for row in range(rows)
        ]
    rows_of_marks = ", ".join(f"({mark})" for mark in marks)
    return f'INSERT INTO "{table}" ({names}) VALUES {rows_of_marks}'
