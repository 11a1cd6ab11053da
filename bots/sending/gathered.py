"""Gathered notices: the first ones of an hour are sent one by one, the others together."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from zoneinfo import ZoneInfo

from bots.answers import choices, reacting
from bots.answers.excerpts import headline
from bots.arrival import Where
from bots.card import Button, Card, Item, Items
from bots.command import all_commands
from bots.platform import Address, Answer, Courier, LaterError, RefusedError
from bots.request import verb
from bots.sending.delivery import Record
from reseau import access
from reseau.contents import reactions, thanks, threads
from reseau.contents.threads import Content
from reseau.exchange import notifications, outbox
from reseau.exchange.outbox import Delivery, Taken
from reseau.hours import next_opening
from reseau.i18n import Words, known_language
from reseau.keys import AccountKey
from reseau.kinds import PRESENT
from reseau.network import Network
from reseau.people import contacts, members, preferences
from reseau.people.members import Member
from reseau.people.preferences import Cadence, Notice
from reseau.store import Transaction
from reseau.store.moments import from_micros, to_micros

TOPIC = notifications.GATHERED
GATHERED = (Notice.REPLY, Notice.FOLLOWED, Notice.THANKS)  # notices that a person may get many of
_MOST_REACTED = 10  # contents in one notice
_CAN_WAIT = (Notice.REACTION,)  # nobody is told of them at night or at the weekend
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
        """Show a person what came since, without what was taken back meanwhile.

        Raises:
            bots.platform.LaterError: it can wait, and it is not the person's working hours.
        """
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
            notice = Notice(topic)
            if notice in _CAN_WAIT:
                self._wait_for_hours(tx, to)
            card = _CARDS[notice](tx, taken, to, t) if preferences.wants(tx, to.id, notice) else None
            if card is None:
                return None
            return Answer(with_less(card, notice, t), True, False, t.language), address(tx, account)

    def _wait_for_hours(self, tx: Transaction, to: Member) -> None:
        zone = ZoneInfo(to.timezone) if to.timezone else self._network.settings.zone
        pause = (next_opening(tx.now, zone) - tx.now).total_seconds()
        if pause > 0:
            raise LaterError(pause, "outside of the working hours of the person")


def _thanked(tx: Transaction, taken: Taken, to: Member, t: Words) -> Card | None:
    count, newest = thanks.given_since(tx, to.id, from_micros(int(taken.payload["since"])))
    if not count:
        return None
    title = t.plural("You were thanked {count} more time.", "You were thanked {count} more times.", count)
    return Card(title, (Items(tuple(Item(thanks_.giver, reason=thanks_.reason) for thanks_ in newest)),))


def _reacted(tx: Transaction, taken: Taken, to: Member, t: Words) -> Card | None:
    viewer = access.viewer(tx, to.id)
    since = from_micros(int(taken.payload["since"]))
    mine = threads.get_all(tx, viewer, reactions.reacted_since(tx, to.id, since, _MOST_REACTED))
    liked = reactions.gathered(tx, mine, viewer)
    if not liked:
        return None
    show = verb(all_commands(), "show", t)
    newest = sorted(liked, reverse=True)
    items = tuple(
        Item(headline(mine[id_], 60), mine[id_].code, reacting.line(liked[id_], t), f"{show} {mine[id_].code}")
        for id_ in newest
    )
    first = mine[newest[0]].code
    button = Button(t("Show {code}", code=first), f"{show} {first}")
    return Card(t("Colleagues react to what you wrote."), (Items(items),), (button,))


def with_less(card: Card, notice: Notice, t: Words) -> Card:
    """A notice with the button that ends its kind."""
    line = f"{verb(all_commands(), 'settings', t)} {choices.line(notice, Cadence.NEVER, t.language)}"
    return replace(card, buttons=(*card.buttons, Button(t("Fewer of these"), line)))


def _replied(tx: Transaction, taken: Taken, to: Member, t: Words) -> Card | None:
    viewer = access.viewer(tx, to.id)
    busy = threads.replied_since(tx, viewer, from_micros(int(taken.payload["since"])))
    return _of_threads(t("There are more replies to you."), busy, t)


def _followed(tx: Transaction, taken: Taken, to: Member, t: Words) -> Card | None:
    viewer = access.viewer(tx, to.id)
    busy = threads.replied_since(tx, viewer, from_micros(int(taken.payload["since"])), followed=True)
    return _of_threads(t("There are more replies in threads that you follow."), busy, t)


def _of_threads(title: str, busy: Sequence[tuple[Content, int]], t: Words) -> Card | None:
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
    return Card(title, (Items(items),), (button,))


_CARDS: Mapping[Notice, Callable[[Transaction, Taken, Member, Words], Card | None]] = {
    Notice.REPLY: _replied,
    Notice.FOLLOWED: _followed,
    Notice.THANKS: _thanked,
    Notice.REACTION: _reacted,
}
