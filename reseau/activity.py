"""The log of who did what, to what, where: the only ground of every figure. Appended by the write functions alone."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any, NamedTuple

from reseau.acting import Acting
from reseau.kinds import Verb
from reseau.store.moments import to_micros
from reseau.store.tables import activity
from reseau.store.transaction import Transaction

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
    traces = list(traces)
    platform, origin = acting.platform, str(acting.origin)
    ids = tx.ids(activity, len(traces))
    rows: list[tuple[Any, ...]] = [
        (id_, at, member_id, str(verb), kind, content_id, root_id, community_id, target_id, platform, origin)
        for id_, (at, member_id, verb, kind, content_id, root_id, community_id, target_id) in zip(
            ids, traces, strict=True
        )
    ]
    tx.insert(activity, COLUMNS, rows)


def micros(moment: datetime | None, tx: Transaction) -> int:
    """The moment given, else the transaction's, in microseconds."""
    return to_micros(moment if moment is not None else tx.now)
