"""The tables about imports: runs, their notes, and records that wait for another one."""

from __future__ import annotations

from sqlalchemy import JSON, BigInteger, Column, ForeignKey, Index, Table, Text, UniqueConstraint

from reseau.store.columns import Id, metadata
from reseau.store.moments import Moment

import_run = Table(
    "import_run",
    metadata,
    Column("id", Id, primary_key=True),
    Column("source", Text, nullable=False),
    Column("input", Text, nullable=False),  # the file's or folder's own name, never its whole path
    Column("fingerprint", Text, nullable=False),
    Column("options", JSON, nullable=False),
    Column("started_at", Moment, nullable=False),
    Column("finished_at", Moment),
    Column("position", BigInteger, nullable=False, server_default="0"),  # records done, the checkpoint
    Column("counts", JSON, nullable=False),
    Column("told_until", Moment),  # the latest moment in the input, if it is known
)

import_note = Table(
    "import_note",
    metadata,
    Column("id", Id, primary_key=True),
    Column("run_id", Id, ForeignKey("import_run.id"), nullable=False),
    Column("code", Text, nullable=False),
    Column("place", Text, nullable=False),  # entry and line in the input
    Column("detail", Text, nullable=False),
    UniqueConstraint("run_id", "code", "place", "detail"),
)

import_pending = Table(
    "import_pending",
    metadata,
    Column("id", Id, primary_key=True),
    Column("run_id", Id, ForeignKey("import_run.id"), nullable=False),
    Column("awaits", Text, nullable=False),  # the provenance key of the missing record
    Column("record", JSON, nullable=False),
    Index("ix_import_pending_awaits", "run_id", "awaits"),
)
