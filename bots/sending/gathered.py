"""Gathered notices: the first ones of an hour are sent one by one, the others together."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import timedelta

from bots.answers.excerpts import headline
from bots.arrival import Where
from bots.card import Button, Card, Item, Items
from bots.command import all_commands
from bots.platform import Address, Answer, Courier, RefusedError
from bots.request import verb
from bots.sending.delivery import Record
from reseau import access
from reseau.contents import thanks, threads
from reseau.exchange import outbox
from reseau.exchange.outbox import Delivery, Taken
from reseau.i18n import Words, known_language
from reseau.keys import AccountKey
from reseau.kinds import PRESENT
from reseau.network import Network
from reseau.people import contacts, members
from reseau.people.members import Member
from reseau.store import Transaction
from reseau.store.moments import from_micros, to_micros

TOPIC = "gathered"
GATHERED = ("reply", "thanks")  # notices that a person may get many of
_MOST = 5  # notices of a kind that one person gets in an hour, each by itself
_PERIOD = timedelta(hours=1)


def many(tx: Transaction, taken: Taken) -> bool:
    """Whether the person got so many notices lately that further ones are gathered."""
    return outbox.sent(tx, taken.ordering_key, taken.topic, tx.now - _PERIOD, _MOST) >= _MOST


def gather(tx: Transaction, taken: Taken) -> None:
    """Gather a notice with those of the next hour, in one card at its end."""
    order = f"{TOPIC}:{taken.topic}:{taken.ordering_key}"  # apart, so that nothing waits behind it
    if outbox.awaited(tx, order, TOPIC):
        return
    payload = {"topic": taken.topic, "to": taken.payload["to"], "since": taken.payload.get("at", to_micros(tx.now))}
    key = f"{order}:{taken.id}"
    outbox.queue(tx, [Delivery(key, TOPIC, order, payload, due_at=tx.now + _PERIOD)])


def address(tx: Transaction, account: AccountKey) -> Address:
    """The address of a person's own chat with the bot."""
    reached = contacts.get(tx, account)
    where = Where(reached.conversation if reached else "", "", True, reached.service if reached else "")
    return Address(account.tenant, where, account.native_id)


class Gathered:
    """Sends the deliveries of the topic ``gathered``, each to one person on one platform."""

    paced = False

    def __init__(self, network: Network) -> None:
        self._network = network

    async def send(self, taken: Taken, couriers: Mapping[str, Courier]) -> Record | None:
        """Show a person what came since, without what was taken back meanwhile."""
        _, topic, *account = taken.ordering_key.split(":", 4)
        key = AccountKey(*account)
        courier = couriers.get(key.platform)
        if courier is None:
            raise RefusedError(f"{key.platform} is not configured")
        read = await asyncio.to_thread(self._read, taken, topic, key)
        if read is not None:
            await courier.show(*read)
        return None

    def _read(self, taken: Taken, topic: str, account: AccountKey) -> tuple[Answer, Address] | None:
        with self._network.store.read() as tx:
            to = members.known(tx, int(taken.payload["to"]))
            if to is None or to.status not in PRESENT:
                return None
            t = Words(known_language(to.language, self._network.settings.language), self._network.settings.zone)
            card_of = _thanked if topic == "thanks" else _replied
            card = card_of(tx, taken, to, t)
            return None if card is None else (Answer(card, True, False, t.language), address(tx, account))


def _thanked(tx: Transaction, taken: Taken, to: Member, t: Words) -> Card | None:
    count, newest = thanks.given_since(tx, to.id, from_micros(int(taken.payload["since"])))
    if not count:
        return None
    title = t.plural("You were thanked {count} more time.", "You were thanked {count} more times.", count)
    return Card(title, (Items(tuple(Item(given.giver, reason=given.reason) for given in newest)),))


def _replied(tx: Transaction, taken: Taken, to: Member, t: Words) -> Card | None:
    viewer = access.viewer(tx, to.id)
    busy = threads.replied_since(tx, viewer, from_micros(int(taken.payload["since"])))
    if not busy:
        return None
    show = verb(all_commands(), "show", t)
    items = tuple(
        Item(
            headline(content, 60),
            content.code,
            t.plural("{count} more reply", "{count} more replies", replies),
            f"{show} {content.code}",
        )
        for content, replies in busy
    )
    first = busy[0][0]
    button = Button(t("Show {code}", code=first.code), f"{show} {first.code}")
    return Card(t("There are more replies to you."), (Items(items),), (button,))
