"""Notices: somebody is told, in person, that others replied or said thank you."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

from bots import gathered
from bots.card import Button, Card, Quote
from bots.command import all_commands
from bots.delivery import Record
from bots.excerpts import headline
from bots.platform import Address, Answer, Courier, RefusedError
from bots.request import verb
from reseau import access, links, members, thanks, threads
from reseau.i18n import Words, known_language
from reseau.members import Member
from reseau.network import Network
from reseau.outbox import Taken
from reseau.store import Transaction
from reseau.threads import Content


class Notices:
    """Sends the deliveries of topics ``reply`` and ``thanks``, each to one person on one platform."""

    paced = False

    def __init__(self, network: Network) -> None:
        self._network = network

    async def send(self, taken: Taken, couriers: Mapping[str, Courier]) -> Record | None:
        """Tell somebody, unless it was taken back or stands where the person writes anyway."""
        platform, tenant, person = taken.ordering_key.split(":", 2)
        courier = couriers.get(platform)
        if courier is None:
            raise RefusedError(f"{platform} is not configured")
        read = await asyncio.to_thread(self._read, taken, platform, tenant, person)
        if read is None:
            return None
        if await asyncio.to_thread(self._many, taken):
            return lambda tx: gathered.gather(tx, taken)
        await courier.show(*read)
        return None

    def _many(self, taken: Taken) -> bool:
        with self._network.store.read() as tx:
            return gathered.many(tx, taken)

    def _read(self, taken: Taken, platform: str, tenant: str, person: str) -> tuple[Answer, Address] | None:
        with self._network.store.read() as tx:
            known = members.get_all(tx, [int(taken.payload["to"]), int(taken.payload["by"])])
            to, by = known.get(int(taken.payload["to"])), known.get(int(taken.payload["by"]))
            if to is None or by is None or to.status not in members.PRESENT:
                return None
            t = Words(known_language(to.language, self._network.settings.language), self._network.settings.zone)
            card = (
                _replied(tx, taken, to, by, t, platform) if taken.topic == "reply" else _thanked(tx, taken, to, by, t)
            )
            if card is None:
                return None
            return Answer(card, True, False, t.language), gathered.address(tx, platform, tenant, person)


def _replied(tx: Transaction, taken: Taken, to: Member, by: Member, t: Words, platform: str) -> Card | None:
    viewer = access.viewer(tx, to.id)
    reply = threads.get(tx, viewer, int(taken.payload["content"] or 0))
    root = threads.get(tx, viewer, int(taken.payload["root"] or 0))
    if reply is None or root is None or _stands_there(tx, root, platform):
        return None
    title = t("{name} replied to you: {code}, “{headline}”", name=by.name, code=root.code, headline=headline(root, 60))
    return Card(title, (Quote(reply.text, by.name),), (_show(root, t),), code=root.code)


def _stands_there(tx: Transaction, root: Content, platform: str) -> bool:
    """Whether the reply reaches a channel of this platform too: the platform itself then tells of it."""
    linked = links.of_communities(tx, {root.community_id}) if root.community_id is not None else []
    return any(link.platform == platform for link in linked)


def _thanked(tx: Transaction, taken: Taken, to: Member, by: Member, t: Words) -> Card | None:
    reason = thanks.latest_reason(tx, by.id, to.id)
    if reason is None:
        return None
    root = threads.get(tx, access.viewer(tx, to.id), int(taken.payload["root"] or 0))
    buttons = (_show(root, t),) if root is not None else ()
    return Card(t("{name} thanks you.", name=by.name), (Quote(reason, by.name),), buttons)


def _show(root: Content, t: Words) -> Button:
    return Button(t("Show {code}", code=root.code), f"{verb(all_commands(), 'show', t)} {root.code}")
