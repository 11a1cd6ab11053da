"""Who reads a linked channel: looked at again when somebody comes into it, or may not read the community any more."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

from bots import audiences, letters
from bots.arrival import Where
from bots.card import Card, Text
from bots.delivery import Record
from bots.platform import Address, Answer, Audience, Courier, RefusedError
from reseau import links, outbox
from reseau.i18n import N_, Words
from reseau.links import Link, LinkError
from reseau.network import Network
from reseau.outbox import Taken
from reseau.store import Transaction
from reseau.store.grouping import Grouping

#: Why a link rests whose platform says no more who reads the channel: what is not known to be right is not shown.
UNSEEN = N_("The platform does not say any more who reads this channel.")


def check(tx: Transaction, link: Link, audience: Audience, where: Where, key: str) -> None:
    """Let a link rest that shows more than it may, and say so in the channel, once for each ``key``."""
    try:
        links.check(tx, link.community_id, audiences.readers(tx, link.platform, link.tenant, audience))
    except LinkError as error:
        _rest(tx, link, error, where, key)


def _rest(tx: Transaction, link: Link, error: LinkError, where: Where, key: str) -> None:
    links.rest(tx, link.id, error.code)
    t = Words(link.language)
    title = t("What is written here does not reach “{community}” any more.", community=link.community)
    card = Card(title, (Text(error.sentence(t)),), error=error.code)
    answer = Answer(card, False, False, link.language)
    outbox.queue(tx, [letters.letter(link.platform, answer, Address(link.tenant, where), f"rest:{key}")])


class Readers:
    """Looks again who reads a channel (topic ``readers``)."""

    paced = False

    def __init__(self, network: Network, writing: Grouping) -> None:
        self._network, self._writing = network, writing

    async def send(self, taken: Taken, couriers: Mapping[str, Courier]) -> Record | None:
        """Ask the platform; a link that would show more than it may rests with the receipt."""
        link = await asyncio.to_thread(self._link, int(taken.payload["link"]))
        if link is None or link.reason:
            return None
        courier = couriers.get(link.platform)
        if courier is None:
            raise RefusedError(f"{link.platform} is not configured")
        where, join = Where(link.conversation, service=link.service), self._network.settings.join
        try:
            audience = await audiences.read(courier, self._writing, join, link.platform, link.tenant, where)
        except RefusedError:
            unseen = LinkError("E_LINK_UNSEEN", UNSEEN)
            return lambda tx: _rest(tx, link, unseen, where, taken.key)
        return lambda tx: check(tx, link, audience, where, taken.key)

    def _link(self, link_id: int) -> Link | None:
        with self._network.store.read() as tx:
            return links.get(tx, link_id)
