"""When a delivery was put off: a clock that is set back afterwards must not hold it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    op.add_column("outbox", sa.Column("noted_at", sa.BigInteger()))
