"""One transaction: what every read and write of the network goes through."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from functools import lru_cache
from itertools import chain, repeat
from typing import Any, TypeAlias

from sqlalchemy import Connection, CursorResult, Executable, Table, select

Row = tuple[Any, ...]
Column: TypeAlias = "Sequence[Any] | repeat[Any]"  # the values of many rows; ``repeat`` for one that all have
_AT_ONCE = 50  # rows in one run of a statement, which costs as much as a short row; old SQLite takes 999 values


class Transaction:
    """A connection inside BEGIN … COMMIT, with what bulk writing needs.

    Attributes:
        connection: SQLAlchemy's, for whatever is not offered here.
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
        """A cursor of the driver, inside this transaction."""
        if self._driver is None:  # asked for it, SQLAlchemy looks at its pool each time
            self._driver = self.connection.connection
        return self._driver.cursor()

    def execute(self, statement: Executable, parameters: Any = None) -> CursorResult[Any]:
        """Run a statement; a list of dictionaries runs it once for each."""
        return self.connection.execute(statement, parameters)

    def insert(self, table: Table, columns: Sequence[str], rows: Iterable[Row]) -> None:
        """Insert many rows of driver values (moments are integers of microseconds) as fast as the engine can.

        SQLite takes the driver's own ``executemany``, many rows in each run of the statement; PostgreSQL takes ``COPY``
        for more than a handful. Both avoid the per-row work of a compiled statement, most of the cost of an import.
        """
        self.insert_columns(table, columns, list(zip(*rows, strict=True)))

    def insert_columns(self, table: Table, names: Sequence[str], columns: Sequence[Column]) -> None:
        """Insert many rows, given by columns: as :meth:`insert` does, without making rows of them first.

        Args:
            columns: in the order of ``names``. One at least holds values, and tells how many rows there are.

        Raises:
            ValueError: a column has more or fewer values than another.
        """
        lengths = {len(one) for one in columns if not isinstance(one, repeat)}
        if len(lengths) > 1:
            raise ValueError(f"columns of {sorted(lengths)} values")
        count = max(lengths, default=0)
        if self.dialect == "postgresql" and count > 20:
            self._copy(table.name, names, zip(*columns, strict=False))
        elif count:
            self._insert(table.name, tuple(names), columns, count)

    def _insert(self, table: str, names: tuple[str, ...], columns: Sequence[Column], count: int) -> None:
        grouped = count // _AT_ONCE * _AT_ONCE
        if grouped:
            alike, said, others = _parted(columns)
            groups = [
                (*said, *chain.from_iterable([one[at : at + _AT_ONCE] for one in others]))
                for at in range(0, grouped, _AT_ONCE)
            ]
            self.connection.exec_driver_sql(_insert_sql(self.dialect, table, names, _AT_ONCE, alike), groups)
        if grouped < count:
            rest = [one if isinstance(one, repeat) else one[grouped:] for one in columns]
            self.cursor().executemany(_insert_sql(self.dialect, table, names), zip(*rest, strict=False))

    def _copy(self, table: str, columns: Sequence[str], rows: Iterable[Row]) -> None:
        cursor = self.connection.connection.cursor()
        names = ", ".join(f'"{column}"' for column in columns)
        with cursor.copy(f'COPY "{table}" ({names}) FROM STDIN') as copy:
            for row in rows:
                copy.write_row(row)

    def insert_new(self, table: Table, columns: Sequence[str], rows: list[Row]) -> int:
        """Insert rows, leaving out those whose unique key is there already; returns how many went in."""
        if not rows:
            return 0
        sql = _insert_sql(self.dialect, table.name, tuple(columns)) + " ON CONFLICT DO NOTHING"
        cursor = self.cursor()
        if len(rows) == 1:
            cursor.execute(sql, rows[0])
        else:
            cursor.executemany(sql, rows)
        return int(cursor.rowcount)

    def many(self, sql: str, rows: Sequence[Row]) -> None:
        """Run a statement with ``?`` marks once for each row of driver values; nothing for no rows."""
        if rows:
            self.connection.exec_driver_sql(sql if self.dialect == "sqlite" else sql.replace("?", "%s"), list(rows))

    def later(self, work: Callable[[Transaction, list[Any]], None], items: Iterable[Any]) -> None:
        """Put work off to the end of the transaction, its items gathered into one call.

        SQLite's search tables write themselves out whenever another statement follows theirs, so they come last.
        """
        self._later.setdefault(work, []).extend(items)

    def settle(self) -> None:
        """Do now what was put off; whoever reads what it writes asks for it, and so does the commit."""
        while self._later:
            work, items = self._later.popitem()
            work(self, items)

    def ids(self, table: Table, count: int) -> Sequence[int]:
        """Fresh primary keys of a table, ascending.

        PostgreSQL's own sequence gives them, so that concurrent writers do not wait for each other; SQLite has one
        writer, so a row of ours does.
        """
        if count == 0:
            return []
        if self.dialect == "postgresql":
            sql = f"SELECT nextval(pg_get_serial_sequence('{table.name}', 'id')) FROM generate_series(1, {count:d})"
            return [int(row[0]) for row in self.connection.exec_driver_sql(sql)]
        first = self.numbers(f"id:{table.name}", count)
        return range(first, first + count)

    def numbers(self, name: str, count: int = 1) -> int:
        """Take ``count`` consecutive numbers of a named series, from 1; returns the first."""
        # The same words on both engines; a compiled statement would cost more than its work in a busy minute.
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
        """A part of the transaction that is undone alone when it raises."""
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
        """Whether a row has this primary key."""
        return self.execute(select(table.c.id).where(table.c.id == row_id)).first() is not None


def _parted(columns: Sequence[Column]) -> tuple[tuple[int, ...], list[Any], list[Sequence[Any]]]:
    """What many rows have alike, which a driver need take but once for several: where, what, and the other columns."""
    alike: list[int] = []
    said: list[Any] = []
    others: list[Sequence[Any]] = []
    for at, one in enumerate(columns):
        if isinstance(one, repeat):
            alike.append(at)
            said.append(next(one))
        elif one[0] == one[-1] and one.count(one[0]) == len(one):
            alike.append(at)
            said.append(one[0])
        else:
            others.append(one)
    return tuple(alike), said, others


@lru_cache(maxsize=500)
def _insert_sql(dialect: str, table: str, columns: tuple[str, ...], rows: int = 1, alike: tuple[int, ...] = ()) -> str:
    """The statement for some rows; it takes the values that are alike, then one column of the others after another."""
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
    return f'INSERT INTO "{table}" ({names}) VALUES {", ".join(f"({one})" for one in marks)}'
