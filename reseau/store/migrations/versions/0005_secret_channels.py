"""Repairs of earlier imports: channels that outsiders could see, and moments beyond the calendar.

Besides, an index of the accounts that somebody has, which tells who was taken for gone because of one of them.

A private channel of Slack does not exist for whoever is not in it; imports made it a community that all could list and
follow. Those that an import brought (its ledger knows them by a key of Slack, and nothing but imports writes origin
``seeded`` with it) and that nobody has made anything else since become secret. The follows of people who do not belong
to them end.
"""

from __future__ import annotations

import secrets

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

_LETTERS = "bcdfghjkmnpqrstvwxz23456789"  # as reseau/communities.py had them at this revision

_FIRST, _LAST = 0, 4_102_444_800_000_000  # 1970 and 2100, in microseconds
#: Every moment of the store: what must be there, and what may be left out.
_NEEDED = (
    ("member", "created_at"),
    ("community", "created_at"),
    ("membership", "joined_at"),
    ("animateur", "since"),
    ("content", "created_at"),
    ("revision", "replaced_at"),
    ("thread", "last_at"),
    ("placement", "last_at"),
    ("reaction", "at"),
    ("file", "created_at"),
    ("activity", "at"),
)
#: What has happened once it has a moment: before 1970 it has, at an unknown time; after 2100 it is a way to say never.
_ENDINGS = (
    ("community", "archived_at"),
    ("membership", "left_at"),
    ("animateur", "until"),
    ("content", "deleted_at"),
)
_UNNEEDED = (("member", "activated_at"), ("content", "edited_at"), ("thread", "answered_at"))
#: Nobody belongs twice to a community at once.
_ALONE = {
    "membership": " AND NOT EXISTS (SELECT 1 FROM membership AS other WHERE other.left_at IS NULL"
    " AND other.community_id = membership.community_id AND other.member_id = membership.member_id)"
}


def upgrade() -> None:
    op.create_index(
        "ix_provenance_person",
        "provenance",
        ["object_id"],
        sqlite_where=sa.text("kind = 'person'"),
        postgresql_where=sa.text("kind = 'person'"),
    )
    connection = op.get_bind()
    _hide_channels(connection)
    _mend_moments(connection)


def _hide_channels(connection: sa.Connection) -> None:
    found = connection.execute(
        sa.text(
            "SELECT id, slug FROM community WHERE privacy = 'private' AND origin = 'seeded' AND id IN"
            " (SELECT object_id FROM provenance WHERE kind = 'place' AND run_id > 0 AND key LIKE 'slack/-/place/%')"
        )
    ).all()
    for row in found:
        # Somebody who opens a community of the same name must not find its address taken.
        suffix = "".join(secrets.choice(_LETTERS) for _ in range(5))
        connection.execute(
            sa.text("UPDATE community SET privacy = 'secret', slug = :slug WHERE id = :id"),
            {"id": row.id, "slug": f"{row.slug}-{suffix}"},
        )
        connection.execute(
            sa.text(
                "DELETE FROM follow WHERE target_kind = 'community' AND target_id = :id AND member_id NOT IN"
                " (SELECT member_id FROM membership WHERE community_id = :id AND left_at IS NULL)"
            ),
            {"id": row.id},
        )


def _mend_moments(connection: sa.Connection) -> None:
    """Moments outside the years that imports take now; some of them cannot even be read back."""
    began = connection.execute(sa.text("SELECT min(started_at) FROM import_run WHERE started_at > 0")).scalar()
    if began is None:
        return  # only imports have written such moments
    for table, column in _NEEDED:
        # The beginning distinguishes two roles of one person.
        value = f"{int(began)} + id" if table == "animateur" else f"{int(began)}"
        _set(connection, table, column, value, f"{column} < {_FIRST} OR {column} >= {_LAST}")
    for table, column in _ENDINGS:
        _set(connection, table, column, f"{int(began)}", f"{column} < {_FIRST}")
        _set(connection, table, column, "NULL", f"{column} >= {_LAST}{_ALONE.get(table, '')}")
        _set(connection, table, column, f"{int(began)}", f"{column} >= {_LAST}")
    for table, column in _UNNEEDED:
        _set(connection, table, column, "NULL", f"{column} < {_FIRST} OR {column} >= {_LAST}")


def _set(connection: sa.Connection, table: str, column: str, value: str, where: str) -> None:
    connection.execute(sa.text(f"UPDATE {table} SET {column} = {value} WHERE {where}"))
