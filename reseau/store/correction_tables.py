"""Tables of corrections to contents (moves, mergers, moderation) and of the audiences of questions."""

from __future__ import annotations

from sqlalchemy import JSON, Column, ForeignKey, Index, Table, Text, text

from reseau.store.columns import Id, metadata, reference
from reseau.store.moments import Moment

former_code = Table(
    "former_code",
    metadata,
    Column("code", Text, primary_key=True),  # the content's code before it was moved or merged
    reference("content.id", nullable=False),
    Index("ix_former_code_content_id", "content_id"),
)

merger = Table(
    "merger",
    metadata,
    Column("merged_id", Id, ForeignKey("content.id"), primary_key=True, autoincrement=False),
    Column("survivor_id", Id, ForeignKey("content.id"), nullable=False),
    Column("carried", JSON, nullable=False),  # the ids and codes that went to the survivor, so that it can be undone
    Column("merged_by", Id, ForeignKey("member.id"), nullable=False),
    Column("at", Moment, nullable=False),
)

moderation = Table(
    "moderation",
    metadata,
    Column("id", Id, primary_key=True),
    reference("content.id", nullable=False),
    Column("community_id", Id, ForeignKey("community.id")),  # of the content at that time; none for a wall
    Column("act", Text, nullable=False),  # Verb
    reference("member.id", nullable=False),
    Column("reason", Text, nullable=False),
    Column("at", Moment, nullable=False),
    Column("ended_at", Moment),  # for a report, when somebody decided
    Index("ix_moderation_content_id", "content_id"),
    Index("ix_moderation_community_id", "community_id", "at"),
    Index(
        "uq_moderation_open_report",
        "content_id",
        "member_id",
        unique=True,
        sqlite_where=text("act = 'reported' AND ended_at IS NULL"),
        postgresql_where=text("act = 'reported' AND ended_at IS NULL"),
    ),
)

audience = Table(
    "audience",
    metadata,
    Column("content_id", Id, ForeignKey("content.id"), primary_key=True, autoincrement=False),
    Column("label", Text, nullable=False),  # as its author wrote it
    Column("criteria", JSON, nullable=False),  # for each word, fields and folded values, one of which must match
)
