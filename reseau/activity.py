"""The activity log: who did what, to what, where. All figures come from it; only write functions append to it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from reseau.acting import Acting
from reseau.kinds import Verb
from reseau.store.tables import activity
from reseau.store.transaction import Transaction

_LATELY = 20_000  # rows: reading so many takes a few milliseconds


@dataclass(slots=True)
class Trace:
    """An act of a member, at a moment (UTC)."""

    at: datetime
    member_id: int | None
    verb: Verb
    kind: str = ""
    content_id: int | None = None
    root_id: int | None = None
    community_id: int | None = None
    target_id: int | None = None


def append(tx: Transaction, traces: Sequence[Trace], acting: Acting) -> None:
    """Write traces, in their order."""
    tx.insert(activity, traces, platform=acting.platform, origin=acting.origin)


def last_platforms(tx: Transaction, member_id: int) -> list[str]:
    """Return the platforms that a member used lately, the latest first."""
    newest = select(func.max(activity.c.id)).scalar_subquery()
    mine = (activity.c.id > newest - _LATELY) & (activity.c.member_id == member_id)
    rows = (
        select(activity.c.platform).where(mine).group_by(activity.c.platform).order_by(func.max(activity.c.id).desc())
    )
    return [str(row.platform) for row in tx.execute(rows)]
