"""What platforms told us, each event once: the key is a constraint, so a second delivery changes nothing.

An event is *received* once it is kept, and *applied* in the same transaction as what it causes. What it said is then
forgotten: the network keeps contents, not events.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import null, select, update

from reseau.store.prepared import Prepared, given
from reseau.store.tables import inbox
from reseau.store.transaction import Transaction

RECEIVED, APPLIED, IGNORED, FAILED = "received", "applied", "ignored", "failed"


@dataclass(frozen=True, slots=True)
class Kept:
    """An event that waits to be acted upon."""

    id: int
    platform: str
    tenant: str
    event_key: str
    kind: str
    payload: dict[str, Any]
    received_at: datetime


def once(tx: Transaction, platform: str, tenant: str, event_key: str, kind: str) -> bool:
    """Take note of an event in the caller's own transaction, or take up one that is kept; ``False`` when it is done.

    Committed with what the event causes: both are, or neither.
    """
    if _insert(tx, platform, tenant, event_key, kind, None, APPLIED):
        return True
    return bool(_TAKE_UP.change(tx, platform=platform, tenant=tenant, event_key=event_key))


_SAME = (
    (inbox.c.platform == given("platform"))
    & (inbox.c.tenant == given("tenant"))
    & (inbox.c.event_key == given("event_key"))
)
_TAKE_UP = Prepared(update(inbox).where(_SAME, inbox.c.state == RECEIVED).values(state=APPLIED, payload=null()))


def keep(tx: Transaction, platform: str, tenant: str, event_key: str, kind: str, payload: dict[str, Any]) -> bool:
    """Keep an event to act upon later; ``False`` when it came before."""
    return _insert(tx, platform, tenant, event_key, kind, payload, RECEIVED)


def _insert(
    tx: Transaction, platform: str, tenant: str, event_key: str, kind: str, payload: dict[str, Any] | None, state: str
) -> bool:
    body = None if payload is None else json.dumps(payload, ensure_ascii=False)
    event = _Event(platform, tenant, event_key, kind, body, state)
    return bool(tx.insert(inbox, [event], unless_there=True, numbered=False, received_at=tx.now))


@dataclass(slots=True)
class _Event:
    platform: str
    tenant: str
    event_key: str
    kind: str
    payload: str | None
    state: str


def known(tx: Transaction, platform: str, tenant: str, event_key: str) -> bool:
    """Whether an event came before."""
    return _KNOWN.first(tx, platform=platform, tenant=tenant, event_key=event_key) is not None


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
    return [Kept(**dict(row._mapping)) for row in tx.execute(statement)]


def close(tx: Transaction, platform: str, tenant: str, event_key: str, state: str, reason: str) -> bool:
    """Put an event aside that causes nothing, and say why; ``False`` when it is done already."""
    same = (inbox.c.platform == platform) & (inbox.c.tenant == tenant) & (inbox.c.event_key == event_key)
    done = update(inbox).where(same, inbox.c.state == RECEIVED).values(state=state, reason=reason, payload=null())
    return bool(tx.execute(done).rowcount)


def remark(tx: Transaction, platform: str, tenant: str, event_key: str, reason: str) -> None:
    """Note why an event that was taken up caused nothing; an empty reason says that it did."""
    if reason:
        same = (inbox.c.platform == platform) & (inbox.c.tenant == tenant) & (inbox.c.event_key == event_key)
        tx.execute(update(inbox).where(same).values(state=IGNORED, reason=reason))
