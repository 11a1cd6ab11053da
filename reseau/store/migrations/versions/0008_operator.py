"""Whoever sat at the machine was made an employee: counted in the headcount, and the first to come in."""

from __future__ import annotations

from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    op.execute(
        "UPDATE member SET status = 'operator', activated_at = NULL WHERE status IN ('active', 'invited') AND id IN"
        " (SELECT member_id FROM identity WHERE platform = 'console' AND tenant = '' AND native_id = 'local'"
        " AND proof = 'administrator')"
    )
