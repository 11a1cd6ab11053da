"""People are found by their job, department, site and handle too, with or without accents: folded once, when written."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from reseau.folding import fold

revision = "0007"
down_revision = "0006"

_AT_ONCE = 1000

member = sa.table(
    "member",
    *(sa.column(name) for name in ("id", "handle", "name", "job", "department", "site", "folded_about")),
)


def upgrade() -> None:
    op.add_column("member", sa.Column("folded_about", sa.Text(), nullable=False, server_default=""))
    connection = op.get_bind()
    last = 0
    while True:
        rows = connection.execute(
            sa.select(member).where(member.c.id > last).order_by(member.c.id).limit(_AT_ONCE)
        ).all()
        if not rows:
            return
        last = rows[-1].id
        filling = sa.update(member).where(member.c.id == sa.bindparam("of")).values(folded_about=sa.bindparam("about"))
        connection.execute(filling, [{"of": row.id, "about": _about(row)} for row in rows])


def _about(row: sa.Row[tuple[object, ...]]) -> str:
    one_word = "".join(letter for letter in fold(row.name) if letter.isalnum())
    known = (row.handle, one_word, *(fold(value) for value in (row.job, row.department, row.site) if value))
    return "\n".join(known)
