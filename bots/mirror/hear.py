"""Messages of linked channels, and people who join them, applied to the network."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from bots.arrival import Arrival, Changed, Entered, Message, Reacted, Removed
from bots.card import Card, Text
from bots.mirror import receive
from bots.mirror.receive import StaysError
from bots.platform import Address, Answer, Courier
from bots.sending import messages
from bots.sending.delivery import Delivering
from reseau.channels import links, mirroring
from reseau.channels.links import Link
from reseau.exchange import inbox, outbox
from reseau.i18n import N_, Words, known_language
from reseau.keys import AccountKey
from reseau.kinds import PRESENT
from reseau.network import Network
from reseau.people import accounts, identities, members
from reseau.people.accounts import NotAdmittedError
from reseau.store import Transaction
from reseau.store.grouping import Grouping

NO_LINK = "no link"
_NOT_YOURS = N_("You may not write in the community that the channel is linked to.")


class _UnknownAuthorError(Exception):
    """The author's account belongs to no member yet."""


class Hearing:
    """Applies messages of linked channels to their communities."""

    def __init__(
        self, network: Network, writing: Grouping, couriers: Mapping[str, Courier], delivering: Delivering
    ) -> None:
        self._network, self._writing = network, writing
        self._couriers, self._delivering = couriers, delivering

    async def message(self, arrival: Arrival, message: Message | Changed) -> None:
        """Apply a new or changed message."""
        try:
            await self._writing.write(lambda tx: _applied(tx, arrival, lambda link: _written(tx, link, message)))
        except StaysError as stays:
            await self._writing.write(partial(_stays, arrival=arrival, message=message, stays=stays))
        except _UnknownAuthorError:
            if await self._met(arrival, message):
                await self.message(arrival, message)
        self._delivering.wake()

    async def reaction(self, arrival: Arrival, reaction: Reacted) -> None:
        """Apply a reaction, or its end."""
        try:
            await self._writing.write(lambda tx: _applied(tx, arrival, lambda link: _reacted(tx, link, reaction)))
        except _UnknownAuthorError:
            if await self._met(arrival, reaction):
                await self.reaction(arrival, reaction)
        self._delivering.wake()

    async def removal(self, arrival: Arrival, message: Removed) -> None:
        """Apply a deletion."""
        await self._writing.write(lambda tx: _applied(tx, arrival, lambda link: receive.removed(tx, link, message)))
        self._delivering.wake()

    async def entry(self, arrival: Arrival) -> None:
        """Have the readers of the channel checked again before anything is sent there."""

        def doubted(tx: Transaction, link: Link) -> str:
            mirroring.doubted(tx, [link], arrival.event.native_id)
            return ""

        await self._writing.write(lambda tx: _applied(tx, arrival, lambda link: doubted(tx, link)))
        self._delivering.wake()

    async def _met(self, arrival: Arrival, message: Message | Changed | Reacted) -> bool:
        """Find out who wrote it; writing alone does not admit anyone."""
        event = arrival.event
        account = await self._couriers[event.platform].account(event.tenant, message.person, message.where)
        try:
            await self._writing.write(lambda tx: accounts.meet(tx, account, self._network.settings.join))
        except NotAdmittedError:
            await self._writing.write(lambda tx: _close(tx, arrival, "author not admitted"))
            return False
        return True


def _written(tx: Transaction, link: Link, message: Message | Changed) -> str:
    member_id = identities.member_of(tx, AccountKey(link.platform, link.tenant, message.person))
    if member_id is None:
        raise _UnknownAuthorError
    if isinstance(message, Message):
        return receive.new_message(tx, link, message, member_id)
    return receive.changed(tx, link, message, member_id)


def _reacted(tx: Transaction, link: Link, reaction: Reacted) -> str:
    member_id = identities.member_of(tx, AccountKey(link.platform, link.tenant, reaction.person))
    if member_id is None:
        raise _UnknownAuthorError
    return receive.reacted(tx, link, reaction, member_id)


def _stays(tx: Transaction, arrival: Arrival, message: Message | Changed, stays: StaysError) -> None:
    """Note why a message was not carried, and tell its author, once for each reason and thread."""
    _close(tx, arrival, stays.reason)
    link = links.of_channel(tx, arrival.event.channel(message.where.conversation))
    member_id = identities.member_of(tx, arrival.event.account(message.person))
    if stays.refusal is None or link is None or member_id is None:
        return
    me = members.get(tx, member_id)
    if me.status not in PRESENT:
        return
    t = Words(known_language(me.language, link.language))
    # The sentence of a refusal may name the community, which people in the channel may not know.
    text = t(stays.refusal.message) if "{" not in stays.refusal.message else t(_NOT_YOURS)
    card = Card(t("What you wrote stays in this channel."), (Text(text),), error=stays.refusal.code)
    to = Address(arrival.event.tenant, message.where, message.person)
    thread = message.where.thread if stays.refusal.code == "E_THREAD_ELSEWHERE" else ""
    key = f"stays:{link.id}:{message.person}:{stays.refusal.code}:{thread}"
    outbox.queue(tx, [messages.delivery(arrival.event.platform, Answer(card, True, False, t.language), to, key)])


def _applied(tx: Transaction, arrival: Arrival, work: Callable[[Link], str]) -> None:
    """Do something for the link of the channel, once; why nothing was done is noted."""
    assert isinstance(arrival.body, Message | Changed | Removed | Reacted | Entered)
    link = links.of_channel(tx, arrival.event.channel(arrival.body.where.conversation))
    if link is None or link.reason:
        _close(tx, arrival, NO_LINK)
    elif inbox.once(tx, arrival.event, arrival.kind):
        inbox.remark(tx, arrival.event, work(link))


def _close(tx: Transaction, arrival: Arrival, reason: str) -> None:
    inbox.close(tx, arrival.event, inbox.IGNORED, reason)
