"""Drafts keep the values of a form by the names of its entries, beside the line that people read."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    op.add_column("draft", sa.Column("arguments", sa.JSON))
