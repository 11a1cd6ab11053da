"""The operator at the console is no employee, and no longer counts in the headcount or as the first activated."""

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
