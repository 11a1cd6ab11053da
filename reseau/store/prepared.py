"""Prepared statements for frequent use: they are compiled once and run many times with other values.

SQLAlchemy processes a statement at each call, which takes many times as long as the lookup by key itself. Values are
converted by the types of their columns as usual, and rows are named tuples.
"""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any, TypeVar, cast

from sqlalchemy import BindParameter, Column, Delete, Insert, Select, Update, bindparam
from sqlalchemy.engine import Dialect

from reseau.store.transaction import Transaction

T = TypeVar("T")
Row = Any  # a named tuple, each statement has its own
Lists = dict[str, list[Any]]


def parameter(name: str, column: Column[Any] | None = None) -> BindParameter[Any]:
    """Return a parameter of a prepared statement. It has the type of the column that it is compared with.

    If it is not compared with a column, ``column`` gives the type.
    """
    return bindparam(name, None, type_=None if column is None else column.type)


def parameters(name: str) -> BindParameter[Any]:
    """Return a parameter for a list, for ``IN``; the list may be empty."""
    return bindparam(name, [], expanding=True)


class Prepared:
    """A statement with parameters made by :func:`parameter` and :func:`parameters`.

    Args:
        statement: a SELECT, or an INSERT, UPDATE or DELETE with or without RETURNING.
    """

    def __init__(self, statement: Select[Any] | Insert | Update | Delete) -> None:
        self._statement = statement
        self._forms: dict[tuple[str, tuple[int, ...]], _Form] = {}

    def rows(self, tx: Transaction, **values: Any) -> list[Row]:
        """Run the statement and return all rows.

        A list that is too long for one run is split, so a statement with a long list must not order, count or limit
        its rows.
        """
        rows: list[Row] = []
        for part in _parts(values):
            cursor, form = self._run(tx, part)
            rows += [form.typed(row) for row in cursor.fetchall()]
        return rows

    def first(self, tx: Transaction, **values: Any) -> Row | None:
        """Run the statement and return the first row, if there is one."""
        cursor, form = self._run(tx, values)
        row = cursor.fetchone()
        cursor.close()
        return None if row is None else form.typed(row)

    def one(self, tx: Transaction, **values: Any) -> Row:
        """Run the statement and return its first row, which must exist."""
        row = self.first(tx, **values)
        if row is None:
            raise LookupError("no row")
        return row

    def change(self, tx: Transaction, **values: Any) -> int:
        """Run the statement and return the number of rows it changed."""
        cursor, _ = self._run(tx, values)
        return int(cursor.rowcount)

    def each(self, tx: Transaction, rows: Sequence[Mapping[str, Any]]) -> None:
        """Run the statement once for each row of values."""
        if rows:
            form = self._form(tx, {})
            tx.cursor().executemany(form.sql, [form.bound(dict(row)) for row in rows])

    def _run(self, tx: Transaction, values: dict[str, Any]) -> tuple[Any, _Form]:
        lists = {name: _padded(value) for name, value in values.items() if type(value) in _LISTS}
        form = self._form(tx, lists)
        cursor = tx.cursor()
        cursor.execute(form.sql, form.bound({**values, **lists}))
        return cursor, form

    def _form(self, tx: Transaction, lists: Lists) -> _Form:
        form_key = (tx.dialect, tuple(map(len, lists.values())))
        form = self._forms.get(form_key)
        if form is None:
            form = self._forms[form_key] = _Form(self._statement, lists, tx.connection.dialect)
        return form


_LISTS = (list, tuple, set, frozenset)
_MOST = 900  # values of one list in one run


def parts(values: Iterable[T]) -> Iterator[list[T]]:
    """Yield values in lists that fit into one statement, for statements that are not prepared."""
    all_values = list(values)
    for start in range(0, len(all_values), _MOST):
        yield all_values[start : start + _MOST]


def _parts(values: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield the values of each run: a list that is too long is split, everything else stays whole."""
    name = next((name for name, value in values.items() if type(value) in _LISTS and len(value) > _MOST), "")
    if not name:
        yield values
        return
    for part in parts(values[name]):
        yield from _parts({**values, name: part})


def _padded(values: Collection[Any]) -> list[Any]:
    """Pad a list to the next power of two by repeating its last value, so that a statement has few forms."""
    padded = list(values)
    return padded + padded[-1:] * ((1 << (len(padded) - 1).bit_length()) - len(padded)) if padded else []


def _writers(binds: Mapping[str, BindParameter[Any]], dialect: Dialect) -> dict[str, Any]:
    writers = {name: bind.type.dialect_impl(dialect).bind_processor(dialect) for name, bind in binds.items()}
    return {name: writer for name, writer in writers.items() if writer is not None}


class _Form:
    """A statement compiled for one engine."""

    def __init__(self, statement: Select[Any] | Insert | Update | Delete, lists: Lists, dialect: Dialect) -> None:
        compiled = statement.compile(dialect=dialect)
        state = compiled.construct_expanded_state(lists)
        self.sql, self._order = state.statement, state.positiontup
        self._names = {name: state.parameter_expansion[name] for name in lists}
        places = {place for names in self._names.values() for place in names}
        self._fixed = {
            name: value for name, value in state.parameters.items() if value is not None and name not in places
        }
        self._writers = {**_writers(compiled.binds, dialect), **state.processors}  # those of lists come with the state
        columns = statement.selected_columns if isinstance(statement, Select) else statement._all_selected_columns
        readers = [column.type.dialect_impl(dialect).result_processor(dialect, None) for column in columns]
        self._readers = readers if any(readers) else None
        names = [column.key or "" for column in columns]
        shape = cast("Any", namedtuple)("Row", names, rename=True)
        self._row = shape._make

    def bound(self, values: dict[str, Any]) -> Any:
        """Return the values in the form that the driver takes."""
        bound = {**self._fixed, **values}
        for name, places in self._names.items():
            bound.update(zip(places, bound.pop(name), strict=True))
        if self._writers:
            bound = {
                name: self._writers[name](value) if name in self._writers else value for name, value in bound.items()
            }
        return bound if self._order is None else [bound[name] for name in self._order]

    def typed(self, row: Row) -> Row:
        """Return a row of the driver with Python's values."""
        if self._readers is None:
            return self._row(row)
        return self._row(
            [value if read is None else read(value) for read, value in zip(self._readers, row, strict=True)]
        )
