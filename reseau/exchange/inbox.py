"""Events of platforms, each once: the key is a constraint, so a second delivery changes nothing.

An event is *received* once it is kept, and *applied* in the same transaction as what it causes. What it said is then
forgotten: the network keeps contents, not events.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, null, select, update

from reseau.keys import EventKey
from reseau.store.prepared import Prepared, parameter
from reseau.store.tables import inbox
from reseau.store.transaction import Transaction

RECEIVED, APPLIED, IGNORED, FAILED = "received", "applied", "ignored", "failed"


@dataclass(frozen=True, slots=True)
class Kept:
    """An event that waits to be acted upon."""

    id: int
    event: EventKey
    kind: str
    payload: dict[str, Any]
    received_at: datetime


def once(tx: Transaction, event: EventKey, kind: str) -> bool:
    """Take note of an event in the caller's own transaction, or take up one that is kept; ``False`` when it is done.

    Committed with what the event causes: both are, or neither.
    """
    if _insert(tx, event, kind, None, APPLIED):
        return True
    return bool(_TAKE_UP.change(tx, platform=event.platform, tenant=event.tenant, event_key=event.native_id))


_SAME = (
    (inbox.c.platform == parameter("platform"))
    & (inbox.c.tenant == parameter("tenant"))
    & (inbox.c.event_key == parameter("event_key"))
)
_TAKE_UP = Prepared(update(inbox).where(_SAME, inbox.c.state == RECEIVED).values(state=APPLIED, payload=null()))


def keep(tx: Transaction, event: EventKey, kind: str, payload: dict[str, Any]) -> bool:
    """Keep an event to act upon later; ``False`` when it came before."""
    return _insert(tx, event, kind, payload, RECEIVED)


def _insert(tx: Transaction, event: EventKey, kind: str, payload: dict[str, Any] | None, state: str) -> bool:
    body = None if payload is None else json.dumps(payload, ensure_ascii=False)
    row = _Row(event.platform, event.tenant, event.native_id, kind, body, state)
    return bool(tx.insert(inbox, [row], unless_there=True, numbered=False, received_at=tx.now))


@dataclass(slots=True)
class _Row:
    platform: str
    tenant: str
    event_key: str
    kind: str
    payload: str | None
    state: str


def is_kept(tx: Transaction, event: EventKey) -> bool:
    """Whether an event has been stored."""
    row = _KNOWN.first(tx, platform=event.platform, tenant=event.tenant, event_key=event.native_id)
    return row is not None


_KNOWN = Prepared(select(inbox.c.id).where(_SAME))


def waiting(tx: Transaction, limit: int = 500, after: int = 0) -> list[Kept]:
    """The events that nobody has acted upon yet, in the order they came, beginning after the one of an id."""
    statement = (
        select(
            inbox.c.id,
            inbox.c.platform,
            inbox.c.tenant,
            inbox.c.event_key,
            inbox.c.kind,
            inbox.c.payload,
            inbox.c.received_at,
        )
        .where(inbox.c.state == RECEIVED, inbox.c.id > after)
        .order_by(inbox.c.id)
        .limit(limit)
    )
    return [
        Kept(row.id, EventKey(row.platform, row.tenant, row.event_key), row.kind, row.payload, row.received_at)
        for row in tx.execute(statement)
    ]


def close(tx: Transaction, event: EventKey, state: str, reason: str) -> bool:
    """Put an event aside that causes nothing, and say why; ``False`` when it is done already."""
    done = (
        update(inbox).where(_same(event), inbox.c.state == RECEIVED).values(state=state, reason=reason, payload=null())
    )
    return bool(tx.execute(done).rowcount)


def remark(tx: Transaction, event: EventKey, reason: str) -> None:
    """Note why an event that was taken up caused nothing; an empty reason says that it did."""
    if reason:
        tx.execute(update(inbox).where(_same(event)).values(state=IGNORED, reason=reason))


def _same(event: EventKey) -> ColumnElement[bool]:
    return (
        (inbox.c.platform == event.platform) & (inbox.c.tenant == event.tenant) & (inbox.c.event_key == event.native_id)
    )
