"""Corrections to contents (moves, mergers, reopenings, reports, decisions), and the audiences of questions."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"

Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
OPEN_REPORT = sa.text("act = 'reported' AND ended_at IS NULL")


def upgrade() -> None:
    op.add_column("content", sa.Column("moved_at", sa.BigInteger()))
    op.add_column("thread", sa.Column("reopened_at", sa.BigInteger()))
    op.create_table(
        "former_code",
        sa.Column("code", sa.Text(), primary_key=True),
        sa.Column("content_id", Id, sa.ForeignKey("content.id"), nullable=False),
    )
    op.create_index("ix_former_code_content_id", "former_code", ["content_id"])
    op.create_table(
        "merger",
        sa.Column("merged_id", Id, sa.ForeignKey("content.id"), primary_key=True, autoincrement=False),
        sa.Column("survivor_id", Id, sa.ForeignKey("content.id"), nullable=False),
        sa.Column("carried", sa.JSON(), nullable=False),
        sa.Column("merged_by", Id, sa.ForeignKey("member.id"), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
    )
    op.create_table(
        "moderation",
        sa.Column("id", Id, primary_key=True),
        sa.Column("content_id", Id, sa.ForeignKey("content.id"), nullable=False),
        sa.Column("community_id", Id, sa.ForeignKey("community.id")),
        sa.Column("act", sa.Text(), nullable=False),
        sa.Column("member_id", Id, sa.ForeignKey("member.id"), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("ended_at", sa.BigInteger()),
    )
    op.create_index("ix_moderation_content_id", "moderation", ["content_id"])
    op.create_index("ix_moderation_community_id", "moderation", ["community_id", "at"])
    op.create_index(
        "uq_moderation_open_report",
        "moderation",
        ["content_id", "member_id"],
        unique=True,
        sqlite_where=OPEN_REPORT,
        postgresql_where=OPEN_REPORT,
    )
    op.create_table(
        "audience",
        sa.Column("content_id", Id, sa.ForeignKey("content.id"), primary_key=True, autoincrement=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("criteria", sa.JSON(), nullable=False),
    )
