"""An index for counting the people of a kind, which every contribution does."""

from __future__ import annotations

from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.create_index("ix_member_kind", "member", ["kind", "status"])
