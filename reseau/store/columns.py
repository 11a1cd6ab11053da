"""Parts of all tables: the metadata, keys and references."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, ForeignKey, Integer, MetaData

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

#: SQLite only makes a rowid alias of a plain INTEGER key.
Id = BigInteger().with_variant(Integer, "sqlite")


def reference(target: str, *, nullable: bool = True) -> Column[int]:
    """Return a column that refers to the key of another table, such as ``member.id``."""
    return Column(f"{target.removesuffix('.id')}_id", Id, ForeignKey(target), nullable=nullable)
