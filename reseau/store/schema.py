"""Creating and upgrading the tables by Alembic's revisions, which travel inside the package."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util.exc import CommandError
from sqlalchemy import Engine

from reseau.errors import ReseauError
from reseau.i18n import N_


class SchemaError(ReseauError):
    """The tables are not of a kind that this program knows."""


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    return config


def newest() -> str:
    """The revision this program is written for."""
    head = ScriptDirectory.from_config(_config()).get_current_head()
    assert head is not None, "the package carries its revisions"
    return head


def current(engine: Engine) -> str | None:
    """The revision a database is at; ``None`` for an empty one."""
    with engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def upgrade(engine: Engine) -> bool:
    """Bring the tables to the present revision; returns whether anything was to be done.

    Two processes may start at once: PostgreSQL's advisory lock and SQLite's single writer let one do the work.

    Raises:
        SchemaError: the database was made by a newer program.
    """
    if current(engine) == newest():
        return False
    config = _config()
    with engine.execution_options(reseau_writes=True).begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.exec_driver_sql("SELECT pg_advisory_xact_lock(7305271845)")
        config.attributes["connection"] = connection
        try:
            command.upgrade(config, "head")
        except CommandError as error:
            raise SchemaError(
                "E_SCHEMA_NEWER",
                N_("This store was made by a newer version of the program ({reason}). Please upgrade the program."),
                reason=str(error),
            ) from error
    return True
