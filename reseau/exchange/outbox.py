"""Deliveries, queued with the change that causes them, so that neither exists without the other.

A delivery is *pending*; *intent* is committed before the platform is called, *confirmed* after. An intent whose lease
has run out is in doubt: whoever took it died, or nobody knows what the platform did.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, case, exists, func, literal, literal_column, or_, select, update

from reseau.store.prepared import Prepared, parameter, parameters
from reseau.store.tables import outbox
from reseau.store.transaction import Transaction

PENDING, INTENT, CONFIRMED, DEAD = "pending", "intent", "confirmed", "dead"
_OPEN = (PENDING, INTENT)
PUT_OFF = "put off"  # the note of a delivery that became another one, for later
LEASE = timedelta(seconds=60)
#: What was noted later than this from now was noted by a clock that has been set back since.
SET_BACK = timedelta(minutes=5)
_DOUBT = "doubt"
_DOUBTED = or_(outbox.c.state == INTENT, outbox.c.error == _DOUBT)


@dataclass(slots=True)
class Delivery:
    """Something to send.

    Attributes:
        dedupe_key: queueing the same key twice queues it once.
        topic: ``reply``, ``thanks``, ``mirror``, ``readers``, ``gathered``, ``answer``, which says who sends it.
        ordering_key: deliveries of one key go out one after the other, in the order queued.
    """

    dedupe_key: str
    topic: str
    ordering_key: str
    payload: dict[str, Any] = field(default_factory=dict)
    due_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Taken:
    """A delivery that this process has taken and nobody else sends meanwhile.

    Attributes:
        key: its own, the same at every try.
        attempts: this try included.
        doubtful: since when (UTC) it may have been sent already, by whoever took it before; else nothing.
    """

    id: int
    key: str
    topic: str
    ordering_key: str
    payload: dict[str, Any]
    attempts: int
    doubtful: datetime | None = None


def queue(tx: Transaction, deliveries: Sequence[Delivery]) -> None:
    """Queue deliveries. Those already queued stay as they are."""
    _insert(tx, deliveries, PENDING)


def queue_taken(tx: Transaction, delivery: Delivery) -> Taken | None:
    """Queue a delivery and take it at once, ahead of its order; ``None`` if it was queued already."""
    if not _insert(tx, [delivery], INTENT):
        return None
    id_ = tx.execute(select(outbox.c.id).where(outbox.c.dedupe_key == delivery.dedupe_key)).scalar_one()
    tx.execute(
        update(outbox)
        .where(outbox.c.id == id_)
        .values(attempts=1, intent_at=tx.now, noted_at=tx.now, lease_until=tx.now + LEASE)
    )
    return Taken(int(id_), delivery.dedupe_key, delivery.topic, delivery.ordering_key, delivery.payload, 1)


def _insert(tx: Transaction, deliveries: Sequence[Delivery], state: str) -> int:
    rows = [
        _Row(
            dedupe_key=delivery.dedupe_key,
            topic=delivery.topic,
            ordering_key=delivery.ordering_key,
            payload=json.dumps(delivery.payload, ensure_ascii=False),
            due_at=delivery.due_at or tx.now,
        )
        for delivery in deliveries
    ]
    return tx.insert(outbox, rows, unless_there=True, state=state, noted_at=tx.now)


@dataclass(slots=True)
class _Row:
    dedupe_key: str
    topic: str
    ordering_key: str
    payload: str
    due_at: datetime


def take(tx: Transaction, topics: Collection[str], limit: int = 50) -> list[Taken]:
    """Take deliveries that are due: the oldest of each ordering key alone, so that one of a key is under way at a time.

    Committed, it is the intent: only then may the platform be called.
    """
    taken: list[Taken] = []
    for free in (_due(tx.now), _left(tx.now), _put_off(tx.now + SET_BACK)):  # each by an index of its own
        if len(taken) < limit:
            more = _first_of_their_order(tx, free, topics, limit - len(taken))
            taken_ids = {delivery.id for delivery in taken}
            taken += [delivery for delivery in more if delivery.id not in taken_ids]
    if taken:
        tx.execute(
            update(outbox)
            .where(outbox.c.id.in_([delivery.id for delivery in taken]))
            .values(
                state=INTENT,
                intent_at=_since(tx),
                noted_at=tx.now,
                lease_until=tx.now + LEASE,
                attempts=outbox.c.attempts + 1,
            )
        )
    return taken


def _first_of_their_order(
    tx: Transaction, free: ColumnElement[bool], topics: Collection[str], limit: int
) -> list[Taken]:
    earlier = outbox.alias("earlier")
    behind = exists().where(
        earlier.c.ordering_key == outbox.c.ordering_key,
        earlier.c.id < outbox.c.id,
        _is_open(earlier.c.state),
        earlier.c.topic.in_(topics),
    )
    statement = select(outbox).where(free, outbox.c.topic.in_(topics), ~behind).order_by(outbox.c.due_at).limit(limit)
    if tx.dialect == "postgresql":
        statement = statement.with_for_update(of=outbox, skip_locked=True)
    return [_taken(row) for row in tx.execute(statement)]


def _is_open(state: ColumnElement[str]) -> ColumnElement[bool]:
    """Whether a delivery has still to go out, in the words of the index of those."""
    return state.in_([literal_column(f"'{name}'") for name in _OPEN])


def _since(tx: Transaction) -> ColumnElement[datetime]:
    """Since when it may have gone out: a doubt goes back to the try that caused it, however many came after."""
    now = literal(tx.now, outbox.c.intent_at.type)
    return case((_DOUBTED, outbox.c.intent_at), else_=now)


def _due(now: Any) -> ColumnElement[bool]:
    return and_(outbox.c.state == PENDING, outbox.c.due_at <= now)


def _left(now: Any) -> ColumnElement[bool]:
    """Deliveries that a dead process left."""
    return and_(outbox.c.state == INTENT, outbox.c.lease_until < now)


def _put_off(set_back: Any) -> ColumnElement[bool]:
    """Deliveries that wait for an hour of a clock that has been set back since.

    A delivery that was put off by a clock one day ahead would otherwise hold its conversation for that day.
    """
    return and_(_is_open(outbox.c.state), outbox.c.noted_at > set_back)


def _taken(row: Any) -> Taken:
    doubtful = row.intent_at if row.state == INTENT or row.error == _DOUBT else None
    return Taken(row.id, row.dedupe_key, row.topic, row.ordering_key, row.payload, row.attempts + 1, doubtful)


def due(tx: Transaction, topics: Collection[str]) -> bool:
    """Whether a delivery can be taken. It may still have to wait for earlier ones."""
    now = {"now": tx.now}
    delivery = _DUE.first(tx, topics=topics, **now) or _LEFT.first(tx, topics=topics, **now)
    return delivery is not None or _SET_BACK.first(tx, topics=topics, now=tx.now + SET_BACK) is not None


_DUE, _LEFT, _SET_BACK = (
    Prepared(select(outbox.c.id).where(free(parameter("now")), outbox.c.topic.in_(parameters("topics"))).limit(1))
    for free in (_due, _left, _put_off)
)


def newest(tx: Transaction) -> int:
    """The id of the newest delivery; later ones have greater ids."""
    return int(tx.execute(select(func.max(outbox.c.id))).scalar() or 0)


def newest_of(tx: Transaction, keys: Sequence[str]) -> int:
    """The greatest id of the deliveries with some keys, sent or not; 0 if there are none."""
    if not keys:
        return 0
    newest = select(func.max(outbox.c.id)).where(outbox.c.dedupe_key.in_(keys))
    return int(tx.execute(newest).scalar() or 0)


def newest_after(tx: Transaction, ordering_key: str, begins: str, after: int) -> int:
    """The id of the newest delivery of one order whose key begins so, queued after another; 0 if there was none."""
    newest = select(func.max(outbox.c.id)).where(
        outbox.c.ordering_key == ordering_key,
        outbox.c.id > after,
        outbox.c.dedupe_key.startswith(begins, autoescape=True),
    )
    return int(tx.execute(newest).scalar() or 0)


def waits_behind(tx: Transaction, taken: Taken, topic: str, after: int) -> bool:
    """Whether something of a topic waits in the order of a delivery, queued after what has the id ``after``."""
    return (
        _BEHIND.first(tx, ordering_key=taken.ordering_key, after=max(taken.id, after), topic=topic, states=_OPEN)
        is not None
    )


_BEHIND = Prepared(
    select(outbox.c.id)
    .where(
        outbox.c.ordering_key == parameter("ordering_key"),
        outbox.c.id > parameter("after"),
        outbox.c.topic == parameter("topic"),
        outbox.c.state.in_(parameters("states")),
    )
    .limit(1)
)


def held(tx: Transaction, ordering_key: str, reason: str) -> int:
    """Count the deliveries of an order that wait while the first of them waits for a reason."""
    open_ = and_(outbox.c.ordering_key == ordering_key, outbox.c.state.in_(_OPEN))
    if not tx.execute(select(outbox.c.id).where(open_, outbox.c.error == reason).limit(1)).first():
        return 0
    return int(tx.execute(select(func.count()).select_from(outbox).where(open_)).scalar_one())


def sent(tx: Transaction, ordering_key: str, topic: str, since: datetime, limit: int) -> int:
    """Count the deliveries of a topic that went out in an order since a moment, up to a limit."""
    newest_ones = (
        select(outbox.c.done_at)
        .where(
            outbox.c.ordering_key == ordering_key,
            outbox.c.topic == topic,
            outbox.c.state == CONFIRMED,
            outbox.c.error != PUT_OFF,
        )
        .order_by(outbox.c.id.desc())
        .limit(limit)
    )
    return sum(done is not None and done >= since for done in tx.execute(newest_ones).scalars())


def due_since(tx: Transaction, ordering_key: str, topic: str, since: datetime, limit: int) -> int:
    """Count the deliveries of a topic in an order that were or are due after a moment, up to ``limit``."""
    lately = (
        select(outbox.c.id)
        .where(outbox.c.ordering_key == ordering_key, outbox.c.topic == topic, outbox.c.due_at >= since)
        .limit(limit)
    )
    return len(tx.execute(lately).all())


def awaited(tx: Transaction, ordering_key: str, topic: str) -> bool:
    """Whether a delivery of a topic has still to go out in an order."""
    same = and_(outbox.c.ordering_key == ordering_key, outbox.c.topic == topic, outbox.c.state.in_(_OPEN))
    return tx.execute(select(outbox.c.id).where(same).limit(1)).first() is not None


def pending(tx: Transaction, ordering_key: str) -> bool:
    """Whether a delivery of an order waits that nobody has taken yet."""
    same = and_(outbox.c.ordering_key == ordering_key, outbox.c.state == PENDING)
    return tx.execute(select(outbox.c.id).where(same).limit(1)).first() is not None


def confirm(tx: Transaction, delivery_id: int, note: str = "") -> None:
    """End a delivery that was sent, or is no longer needed; its payload is deleted."""
    _end(tx, delivery_id, CONFIRMED, note)


def give_up(tx: Transaction, delivery_id: int, reason: str) -> None:
    """End a delivery that cannot be sent, with the reason; the next of its key goes on."""
    _end(tx, delivery_id, DEAD, reason)


def again(tx: Transaction, delivery_id: int, due_at: datetime, reason: str, *, doubt: bool = False) -> None:
    """It was not sent, or may have been (``doubt``), and is tried again later."""
    error = _DOUBT if doubt else reason
    values = {"state": PENDING, "due_at": due_at, "noted_at": tx.now, "lease_until": None, "error": error}
    tx.execute(update(outbox).where(outbox.c.id == delivery_id).values(**values))


def _end(tx: Transaction, delivery_id: int, state: str, error: str) -> None:
    values = {"state": state, "error": error, "payload": {}, "done_at": tx.now, "lease_until": None}
    tx.execute(update(outbox).where(outbox.c.id == delivery_id).values(**values))


def waiting(tx: Transaction) -> int:
    """Count the deliveries that have not gone out."""
    return int(tx.execute(select(func.count()).select_from(outbox).where(outbox.c.state.in_(_OPEN))).scalar_one())
