"""Times and places for each person's notices: absences, visits, summaries, and the notices that wait."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"

Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


OPEN = sa.text("state IN ('pending', 'intent')")


def upgrade() -> None:
    # Ten thousand summaries wait in the morning: the first of each order is found without reading them all.
    op.create_index("ix_outbox_open", "outbox", ["ordering_key", "id"], sqlite_where=OPEN, postgresql_where=OPEN)
    op.create_index("ix_outbox_noted", "outbox", ["noted_at"], sqlite_where=OPEN, postgresql_where=OPEN)
    op.add_column("preference", sa.Column("platform", sa.Text(), nullable=False, server_default=""))
    op.create_table(
        "attention",
        sa.Column("member_id", Id, sa.ForeignKey("member.id"), primary_key=True),
        sa.Column("platform", sa.Text(), nullable=False, server_default=""),
        sa.Column("absent_until", sa.BigInteger()),
        sa.Column("visited_at", sa.BigInteger()),
        sa.Column("daily_at", sa.BigInteger()),
        sa.Column("weekly_at", sa.BigInteger()),
    )
    op.create_table(
        "waiting_notice",
        sa.Column("id", Id, primary_key=True),
        sa.Column("member_id", Id, sa.ForeignKey("member.id"), nullable=False),
        sa.Column("notice", sa.Text(), nullable=False),
        sa.Column("root_id", Id),
        sa.Column("due_at", sa.BigInteger()),
        sa.Column("payload", sa.JSON(), nullable=False),
    )
    op.create_index("ix_waiting_notice_member_id", "waiting_notice", ["member_id", "due_at"])
    op.create_table(
        "told_thread",
        sa.Column("member_id", Id, sa.ForeignKey("member.id"), primary_key=True),
        sa.Column("root_id", Id, sa.ForeignKey("content.id"), primary_key=True),
        sa.Column("at", sa.BigInteger(), nullable=False),
    )
