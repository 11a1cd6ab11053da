"""What must be sent, queued with the change that causes it, so that neither exists without the other."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import func, select

from reseau.store.moments import to_micros
from reseau.store.tables import outbox
from reseau.store.transaction import Transaction


@dataclass(slots=True)
class Delivery:
    """Something to send.

    Attributes:
        dedupe_key: queueing the same key twice queues it once.
        topic: ``reply``, ``thanks``, ``mirror``…, which says who sends it.
        ordering_key: deliveries of one key go out one after the other, in the order queued.
    """

    dedupe_key: str
    topic: str
    ordering_key: str
    payload: dict[str, object] = field(default_factory=dict)
    due_at: datetime | None = None


def queue(tx: Transaction, deliveries: Sequence[Delivery]) -> None:
    """Queue deliveries; those already queued stay as they are."""
    ids = tx.ids(outbox, len(deliveries))
    rows = [
        (
            id_,
            one.dedupe_key,
            one.topic,
            one.ordering_key,
            json.dumps(one.payload),
            "pending",
            to_micros(one.due_at or tx.now),
        )
        for id_, one in zip(ids, deliveries, strict=True)
    ]
    tx.insert_new(outbox, ("id", "dedupe_key", "topic", "ordering_key", "payload", "state", "due_at"), rows)


def waiting(tx: Transaction) -> int:
    """How many deliveries have not gone out."""
    states = outbox.c.state.not_in(["confirmed", "dead"])
    return int(tx.execute(select(func.count()).select_from(outbox).where(states)).scalar_one())
