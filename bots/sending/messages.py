"""Answers in the outbox: queued with their addresses, and sent as cards."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from bots.arrival import Where
from bots.card import as_json, from_json
from bots.platform import Address, Answer, Courier, Named, RefusedError
from bots.sending.delivery import Record
from reseau.exchange import outbox
from reseau.exchange.outbox import Delivery, Taken
from reseau.keys import EventKey
from reseau.store import Transaction

TOPIC = "answer"


def delivery(platform: str, answer: Answer, to: Address, key: str = "") -> Delivery:
    """Return the delivery of a card; a key is sent once, and without one the delivery gets a new key."""
    order = f"{platform}:{to.tenant}:{to.where.conversation}:{to.person}"
    payload: dict[str, Any] = {
        "platform": platform,
        "card": as_json(answer.card),
        "private": answer.private,
        "replaces": answer.replaces,
        "language": answer.language,
        "pressed": answer.pressed,
        "named": [asdict(person) for person in answer.named],
        "to": asdict(to),
    }
    return Delivery(f"{TOPIC}:{platform}:{key or uuid.uuid4().hex}", TOPIC, order, payload)


def hand_over(tx: Transaction, event: EventKey, answer: Answer, to: Address) -> Taken | None:
    """Queue the answer to an event and take it to send it now; return ``None`` if it was queued before."""
    return outbox.queue_taken(tx, delivery(event.platform, answer, to, event.native_id))


class CardSender:
    """Sends cards. One in doubt is sent again: a card twice is better than none."""

    paced = False

    async def send(self, taken: Taken, couriers: Mapping[str, Courier]) -> Record | None:
        payload = taken.payload
        courier = couriers.get(payload["platform"])
        if courier is None:
            raise RefusedError(f"{payload['platform']} is not configured")
        to = Address(**{**payload["to"], "where": Where(**payload["to"]["where"])})
        named = tuple(
            Named(**person) for person in payload.get("named", ())
        )  # deliveries of an older program lack some fields
        answer = Answer(
            from_json(payload["card"]),
            payload["private"],
            payload["replaces"],
            payload["language"],
            payload.get("pressed", False),
            named,
        )
        await courier.show(answer, to)
        return None
