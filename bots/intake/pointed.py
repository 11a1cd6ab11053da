"""Messages that contain addresses of our pages: the readers of the place decide what is shown below them."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence

from bots.arrival import Arrival, Pointed
from bots.intake import unfolding
from bots.intake.unfolding import Preview
from bots.mirror import audiences
from bots.platform import Address, Audience, Courier, DoubtError, RefusedError, Unfolds
from reseau.channels import links
from reseau.exchange import inbox
from reseau.i18n import Words
from reseau.network import Network
from reseau.store.grouping import Grouping


class Unfolding:
    """Shows previews; done twice, it shows the same."""

    def __init__(self, network: Network, writing: Grouping, couriers: Mapping[str, Courier]) -> None:
        self._network, self._writing, self._couriers = network, writing, couriers

    async def show(self, arrival: Arrival, pointed: Pointed) -> None:
        """Show previews below the addresses of a message.

        Raises:
            bots.platform.LaterError: the platform asks to wait.
        """
        courier: object = self._couriers[arrival.event.platform]
        reason = "no previews here"
        if isinstance(courier, Unfolds) and self._network.settings.public_url:
            audience = await self._audience(arrival, pointed)
            previews = await asyncio.to_thread(self._previews, arrival, pointed, audience)
            reason = await _shown(
                courier, previews, Address(arrival.event.tenant, pointed.where, message=pointed.message)
            )
        await self._writing.write(lambda tx: inbox.once(tx, arrival.event, arrival.kind))
        if reason:
            await self._writing.write(lambda tx: inbox.remark(tx, arrival.event, reason))

    async def _audience(self, arrival: Arrival, pointed: Pointed) -> Audience:
        """Return the readers of the place; anyone, if the platform does not say."""
        channel = arrival.event.channel(pointed.where.conversation)
        courier, join = self._couriers[arrival.event.platform], self._network.settings.join
        try:
            return await audiences.read(courier, self._writing, join, channel, pointed.where)
        except (RefusedError, DoubtError):
            return audiences.ANYBODY

    def _previews(self, arrival: Arrival, pointed: Pointed, audience: Audience) -> Sequence[Preview]:
        settings = self._network.settings
        with self._network.store.read() as tx:
            readers = audiences.readers(tx, arrival.event.channel(pointed.where.conversation), audience)
            colleagues_alone = links.may_see_what_is_open(tx, readers)
            t = Words(settings.language, settings.zone)
            return unfolding.previews(tx, pointed.addresses, settings.public_url, t, colleagues_alone=colleagues_alone)


async def _shown(courier: Unfolds, previews: Sequence[Preview], to: Address) -> str:
    """Show previews, or return the platform's reason for refusing them: the message stays without them."""
    if not previews:
        return "no address of ours"
    try:
        await courier.unfold({preview.address: preview.card for preview in previews}, to)
    except (RefusedError, DoubtError) as error:
        return str(error)
    return ""
