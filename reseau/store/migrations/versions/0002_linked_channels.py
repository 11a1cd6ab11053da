"""Channels linked to communities, copies of contents in them, and people's contacts."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "link",
        sa.Column("id", Id, primary_key=True),
        sa.Column("community_id", Id, sa.ForeignKey("community.id", name="fk_link_community_id"), nullable=False),
        sa.Column("platform", sa.Text(), nullable=False),
        sa.Column("tenant", sa.Text(), nullable=False),
        sa.Column("conversation", sa.Text(), nullable=False),
        sa.Column("service", sa.Text(), nullable=False, server_default=""),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False, server_default=""),
        sa.Column("created_by", Id, sa.ForeignKey("member.id", name="fk_link_created_by"), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("ended_at", sa.BigInteger()),
    )
    op.create_index(
        "uq_link_current",
        "link",
        ["platform", "tenant", "conversation"],
        unique=True,
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_index("ix_link_community_id", "link", ["community_id"])
    op.create_table(
        "copy",
        sa.Column("id", Id, primary_key=True),
        sa.Column("content_id", Id, sa.ForeignKey("content.id", name="fk_copy_content_id"), nullable=False),
        sa.Column("link_id", Id, sa.ForeignKey("link.id", name="fk_copy_link_id"), nullable=False),
        sa.Column("part", sa.Integer(), nullable=False),
        sa.Column("native_id", sa.Text(), nullable=False),
        sa.Column("rev", sa.Integer(), nullable=False),
        sa.Column("written", sa.Boolean(), nullable=False),
        sa.UniqueConstraint("content_id", "link_id", "part", name="uq_copy_content_id_link_id_part"),
        sa.UniqueConstraint("link_id", "native_id", name="uq_copy_link_id_native_id"),
    )
    op.create_table(
        "contact",
        sa.Column("platform", sa.Text(), primary_key=True),
        sa.Column("tenant", sa.Text(), primary_key=True),
        sa.Column("native_id", sa.Text(), primary_key=True),
        sa.Column("conversation", sa.Text(), nullable=False),
        sa.Column("service", sa.Text(), nullable=False),
    )
