"""Times and places for a person's notices: the chosen platform, absences, the last visit and the last summaries."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from reseau.store.prepared import Prepared, parameter
from reseau.store.tables import attention
from reseau.store.transaction import Transaction


@dataclass(frozen=True, slots=True)
class Attention:
    """A person's choice of a platform, and the moments that decide when notices go out.

    Attributes:
        platform: of notices; empty: the one that the person used last.
        absent_until: the end of an absence, perhaps long past.
        visited_at: the last look at the feed.
        daily_at, weekly_at: the ends of the last summaries' periods.
    """

    platform: str = ""
    absent_until: datetime | None = None
    visited_at: datetime | None = None
    daily_at: datetime | None = None
    weekly_at: datetime | None = None

    def absent(self, moment: datetime) -> bool:
        """Whether the person is away at a moment."""
        return self.absent_until is not None and moment < self.absent_until


_NOTHING = Attention()
_COLUMNS = (
    attention.c.platform,
    attention.c.absent_until,
    attention.c.visited_at,
    attention.c.daily_at,
    attention.c.weekly_at,
)
_OF = Prepared(select(*_COLUMNS).where(attention.c.member_id == parameter("member_id")))


def of(tx: Transaction, member_id: int) -> Attention:
    """Return a person's choice and moments; the defaults if nothing is stored."""
    row = _OF.first(tx, member_id=member_id)
    return _NOTHING if row is None else Attention(*row)


def prefer(tx: Transaction, member_id: int, platform: str) -> None:
    """Send notices to a platform; an empty name means the platform that the person used last."""
    _note(tx, member_id, platform=platform)


def leave(tx: Transaction, member_id: int, until: datetime | None) -> None:
    """Note that a person is away until a moment, or back."""
    _note(tx, member_id, absent_until=until)


def visit(tx: Transaction, member_id: int) -> None:
    """Note that a person looks at the feed."""
    _note(tx, member_id, visited_at=tx.now)


def summarize(tx: Transaction, member_id: int, *, weekly: bool) -> None:
    """Note that a summary covered everything until now, the weekly classes as well if ``weekly``."""
    moments = {"daily_at": tx.now, "weekly_at": tx.now} if weekly else {"daily_at": tx.now}
    _note(tx, member_id, **moments)


def _note(tx: Transaction, member_id: int, **values: object) -> None:
    same = attention.c.member_id == member_id
    if not tx.execute(attention.update().where(same).values(**values)).rowcount:
        tx.execute(attention.insert().values(member_id=member_id, **values))
