"""The log of who did what, to what, where: the only ground of every figure. Appended by the write functions alone."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import repeat
from typing import Any, NamedTuple

from sqlalchemy import func, select

from reseau.acting import Acting
from reseau.kinds import Verb
from reseau.store.moments import to_micros
from reseau.store.tables import activity
from reseau.store.transaction import Transaction

_LATELY = 20_000  # rows: reading so many takes a few milliseconds
_WORDS = {verb: verb.value for verb in Verb}
COLUMNS = (
    "id",
    "at",
    "member_id",
    "verb",
    "kind",
    "content_id",
    "root_id",
    "community_id",
    "target_id",
    "platform",
    "origin",
)


class Trace(NamedTuple):
    """One thing that somebody did. ``at`` is in microseconds (see ``reseau.store.moments``)."""

    at: int
    member_id: int | None
    verb: Verb
    kind: str = ""
    content_id: int | None = None
    root_id: int | None = None
    community_id: int | None = None
    target_id: int | None = None


def append(tx: Transaction, traces: Iterable[Trace], acting: Acting) -> None:
    """Write traces, in their order."""
    if columns := list(zip(*traces, strict=True)):
        append_columns(tx, columns, acting)


def append_columns(tx: Transaction, columns: Sequence[Sequence[Any]], acting: Acting) -> None:
    """Write traces, given by their fields: all moments, all members, and so on, one of each at least."""
    at, member_id, verb, *others = columns
    ids, said = tx.ids(activity, len(at)), list(map(_WORDS.__getitem__, verb))
    by = (repeat(acting.platform), repeat(str(acting.origin)))
    tx.insert_columns(activity, COLUMNS, (ids, at, member_id, said, *others, *by))


def last_platforms(tx: Transaction, member_id: int) -> list[str]:
    """Where somebody did something lately, the last place first; what is long ago is not looked for."""
    newest = select(func.max(activity.c.id)).scalar_subquery()
    mine = (activity.c.id > newest - _LATELY) & (activity.c.member_id == member_id)
    rows = (
        select(activity.c.platform).where(mine).group_by(activity.c.platform).order_by(func.max(activity.c.id).desc())
    )
    return [str(row.platform) for row in tx.execute(rows)]


def micros(moment: datetime | None, tx: Transaction) -> int:
    """The moment given, else the transaction's, in microseconds."""
    return to_micros(moment if moment is not None else tx.now)
