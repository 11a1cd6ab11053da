"""Until when an export tells: of two exports of one source, the older writes over nothing of the newer."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    op.add_column("import_run", sa.Column("told_until", sa.BigInteger()))
