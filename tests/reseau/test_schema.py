"""The tables that the revisions make are those that the code knows."""

from __future__ import annotations

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect

from reseau.store import Store, schema
from reseau.store.tables import metadata

SEARCH = ("search_",)


def test_the_revisions_make_the_tables_of_the_code(store: Store) -> None:
    with store.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"include_name": _ours})
        differences = compare_metadata(context, metadata)

    assert differences == []


def _ours(name: str | None, kind: str, _parents: object) -> bool:
    return kind != "table" or not str(name).startswith(SEARCH)


def test_upgrading_twice_does_nothing_the_second_time(store: Store) -> None:
    assert schema.current(store.engine) == schema.newest()
    assert schema.upgrade(store.engine) is False


def test_every_table_that_members_are_named_in_is_known(store: Store) -> None:
    names = set(inspect(store.engine).get_table_names())

    assert set(metadata.tables) <= names
