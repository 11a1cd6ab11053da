"""Statements that are asked all day: composed and compiled once, then run with other values.

SQLAlchemy composes a statement anew at each call, which for a lookup by key is many times the work of the database.
The types of columns and values are minded as always; only lists of values (``IN``) are not for these.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import BindParameter, Delete, Insert, Select, Update, bindparam
from sqlalchemy.engine import Dialect

from reseau.store.transaction import Row, Transaction


def given(name: str) -> BindParameter[Any]:
    """The place of a value in a prepared statement; it takes the type of the column that it is compared with."""
    return bindparam(name, None)


class Prepared:
    """One statement, with :func:`given` in the place of its values.

    Args:
        statement: a SELECT, or a change with or without RETURNING.
    """

    def __init__(self, statement: Select[Any] | Insert | Update | Delete) -> None:
        self._statement = statement
        self._forms: dict[str, _Form] = {}

    def rows(self, tx: Transaction, **values: Any) -> list[Row]:
        """Run it and read all that it gives."""
        cursor, form = self._run(tx, values)
        return [form.typed(row) for row in cursor.fetchall()]

    def first(self, tx: Transaction, **values: Any) -> Row | None:
        """Run it and read the first row, if there is one."""
        cursor, form = self._run(tx, values)
        row = cursor.fetchone()
        cursor.close()
        return None if row is None else form.typed(row)

    def change(self, tx: Transaction, **values: Any) -> int:
        """Run it and say how many rows it touched."""
        cursor, _ = self._run(tx, values)
        return int(cursor.rowcount)

    def _run(self, tx: Transaction, values: dict[str, Any]) -> tuple[Any, _Form]:
        form = self._forms.get(tx.dialect)
        if form is None:
            form = self._forms[tx.dialect] = _Form(self._statement, tx.connection.dialect)
        cursor = tx.cursor()
        cursor.execute(form.sql, form.bound(values))
        return cursor, form


class _Form:
    """A statement in the words of one engine."""

    def __init__(self, statement: Select[Any] | Insert | Update | Delete, dialect: Dialect) -> None:
        compiled = statement.compile(dialect=dialect, compile_kwargs={"render_postcompile": True})
        self.sql = str(compiled)
        self._order = compiled.positiontup
        self._fixed = {name: value for name, value in compiled.params.items() if value is not None}
        self._writers: dict[str, Any] = dict(compiled._bind_processors)
        columns = statement.selected_columns if isinstance(statement, Select) else statement._all_selected_columns
        readers = [column.type.dialect_impl(dialect).result_processor(dialect, None) for column in columns]
        self._readers = readers if any(readers) else None

    def bound(self, values: dict[str, Any]) -> Any:
        """The values as the driver takes them."""
        said = {**self._fixed, **values} if self._fixed else values
        if self._writers:
            said = {name: self._writers[name](one) if name in self._writers else one for name, one in said.items()}
        return said if self._order is None else [said[name] for name in self._order]

    def typed(self, row: Row) -> Row:
        """A row of the driver as Python's own values."""
        if self._readers is None:
            return row
        return tuple(value if read is None else read(value) for read, value in zip(self._readers, row, strict=True))
