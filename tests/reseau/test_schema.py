"""The revisions make exactly the tables that the code describes."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect, text

from reseau.cli import main
from reseau.store import Store, open_store, schema
from reseau.store.schema import SchemaError
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
    assert schema.current(store.engine) == schema.NEWEST
    assert schema.upgrade(store.engine) is False


def test_the_revision_of_the_code_is_the_newest_there_is() -> None:
    assert ScriptDirectory.from_config(schema.config()).get_current_head() == schema.NEWEST


def test_a_store_of_a_newer_program_is_refused_in_a_sentence(store: Store) -> None:
    with store.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(SchemaError, match="newer version"):
        schema.upgrade(store.engine)


def test_two_programs_that_start_at_once_make_the_tables_once(tmp_path: Path) -> None:
    address = f"sqlite:///{tmp_path / 'new.db'}"
    with ThreadPoolExecutor(4) as pool:
        stores = list(pool.map(open_store, [address] * 4))

    assert {schema.current(store.engine) for store in stores} == {schema.NEWEST}


def test_every_table_that_members_are_named_in_is_known(store: Store) -> None:
    names = set(inspect(store.engine).get_table_names())

    assert set(metadata.tables) <= names


def test_the_command_makes_the_folder_with_the_tables_and_says_when_there_is_nothing_to_do(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    statements = []
    for _ in range(2):
        main(["--data", str(tmp_path / "var" / "reseau"), "--language", "en", "db", "upgrade"])
        statements.append(capsys.readouterr().out.strip())

    assert statements == ["The tables were brought up to date.", "The tables are up to date."]
