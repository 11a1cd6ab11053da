"""Creating and upgrading the tables by Alembic's revisions, which travel inside the package."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Engine, inspect, text

from reseau.errors import ReseauError
from reseau.i18n import N_

if TYPE_CHECKING:
    from alembic.config import Config

#: The revision this program is written for; a test keeps it the newest of ``migrations/versions``.
NEWEST = "0017"


class SchemaError(ReseauError):
    """The tables were made by a newer version of this program."""


def config() -> Config:
    """Return Alembic's configuration for the revisions of this package."""
    from alembic.config import Config  # slow to load, and needed once in an installation's life

    configuration = Config()
    configuration.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    return configuration


def current(engine: Engine) -> str | None:
    """Return the revision of a database; ``None`` for an empty one."""
    with engine.connect() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return None
        return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()


def upgrade(engine: Engine) -> bool:
    """Upgrade the tables to the present revision; return whether there was anything to do.

    Two processes may start at once: PostgreSQL's advisory lock or SQLite's single writer lets one of them do it.

    Raises:
        SchemaError: the database was made by a newer program.
    """
    if current(engine) == NEWEST:
        return False
    from alembic import command
    from alembic.util.exc import CommandError

    settings = config()
    with engine.execution_options(reseau_writes=True).begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.exec_driver_sql("SELECT pg_advisory_xact_lock(7305271845)")
        settings.attributes["connection"] = connection
        try:
            command.upgrade(settings, "head")
        except CommandError as error:
            raise SchemaError(
                "E_SCHEMA_NEWER",
                N_("This store was made by a newer version of the program ({reason}). Please upgrade the program."),
                reason=str(error),
            ) from error
    return True
