"""How many people there are of a kind is asked at every contribution: from an index, not from their whole sheets."""

from __future__ import annotations

from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.create_index("ix_member_kind", "member", ["kind", "status"])
