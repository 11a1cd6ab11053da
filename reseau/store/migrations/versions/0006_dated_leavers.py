"""Closed accounts get the day on which that was seen. Those of people who never came in stay without one."""

from __future__ import annotations

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

member = sa.table(
    "member",
    sa.column("status", sa.Text()),
    sa.column("left_on", sa.Date()),
    sa.column("activated_at", sa.BigInteger()),
)


def upgrade() -> None:
    came = member.c.activated_at.is_not(None)
    undated = (member.c.status == "left") & member.c.left_on.is_(None)
    op.execute(member.update().where(undated & came).values(left_on=datetime.now(UTC).date()))
