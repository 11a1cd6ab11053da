"""An index of contents without a community, newest first, which every feed reads."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"

WALL = sa.text("community_id IS NULL")


def upgrade() -> None:
    op.create_index("ix_content_wall", "content", ["created_at"], sqlite_where=WALL, postgresql_where=WALL)
