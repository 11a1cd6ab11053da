"""A preview remembers its outcome and its channel; pending questions to people are stored."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"

Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.add_column("draft", sa.Column("outcome", sa.Text()))
    op.add_column("draft", sa.Column("spot", sa.JSON()))
    op.create_table(
        "awaited",
        sa.Column(
            "member_id",
            Id,
            sa.ForeignKey("member.id", name="fk_awaited_member_id_member"),
            primary_key=True,
            autoincrement=False,
        ),
        sa.Column("platform", sa.Text(), primary_key=True),
        sa.Column("conversation", sa.Text(), nullable=False),
        sa.Column("line", sa.Text(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
    )
