"""Readers of a linked channel: checked before anything goes there. If they are unknown, nothing goes."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Mapping
from functools import partial

from bots.arrival import Where
from bots.card import Card, Text
from bots.mirror import audiences
from bots.platform import Address, Answer, Audience, Courier, LaterError, RefusedError
from bots.sending import messages
from bots.sending.delivery import Record
from reseau import logs
from reseau.channels import links, mirroring
from reseau.channels.links import Link, LinkError
from reseau.exchange import outbox
from reseau.exchange.outbox import Taken
from reseau.i18n import N_, Words
from reseau.network import Network
from reseau.store import Transaction
from reseau.store.grouping import Grouping

_log = logs.get("readers")
#: The reason of a link that is paused because the platform no longer lists the channel's readers.
UNSEEN = N_("The platform does not say any more who reads this channel.")
#: The outbox's note for a delivery that waits for the channel's readers.
WAITING = "who reads the channel is not known yet"
_WITHIN = 20.0  # seconds that a delivery waits for a look, well within its lease
_SOON = 5.0
_LONGEST_PAUSE = 120.0


class Watch:
    """Checks the readers of linked channels; one for a process. Every sender asks it first.

    A check counts for deliveries queued before it began, so that one check serves a burst. It expires once
    something else casts doubt on it (:func:`reseau.channels.mirroring.doubted`).
    """

    def __init__(self, network: Network, writing: Grouping) -> None:
        self._network, self._writing = network, writing
        self._seen: dict[int, int] = {}  # link to the newest delivery that was queued when its last good look began
        self._looks: dict[int, asyncio.Task[None]] = {}

    async def ensure(self, link: Link, taken: Taken, couriers: Mapping[str, Courier], since: int = 0) -> None:
        """Continue only if everyone who reads the channel may read the community.

        Args:
            since: a later delivery whose words go out with this one; the look must have begun after it was queued.

        Raises:
            bots.platform.LaterError: the readers are not known yet; the delivery waits.
            bots.platform.RefusedError: the link is paused from now on, or no longer exists.
        """
        courier = couriers.get(link.platform)
        if courier is None:
            raise RefusedError(f"{link.platform} is not configured")
        while not await asyncio.to_thread(self._counts, link.id, taken, since):
            look = self._looks.get(link.id)
            if look is None:
                look = self._looks[link.id] = asyncio.create_task(self._look(link, taken, courier))
                look.add_done_callback(partial(self._looked, link.id))
            await asyncio.wait((look,), timeout=_WITHIN)
            if not look.done():
                raise LaterError(_SOON, WAITING)
            look.result()

    def _looked(self, link_id: int, look: asyncio.Task[None]) -> None:
        self._looks.pop(link_id, None)
        if not look.cancelled():
            look.exception()  # tasks that still wait get the error; else the next delivery looks again

    def _counts(self, link_id: int, taken: Taken, since: int) -> bool:
        seen = self._seen.get(link_id, 0)
        if max(taken.id, since) > seen:
            return False
        with self._network.store.read() as tx:
            return not outbox.waits_behind(tx, taken, mirroring.READERS, seen)

    async def _look(self, link: Link, taken: Taken, courier: Courier) -> None:
        queued = await asyncio.to_thread(self._newest)
        where, join = Where(link.conversation, service=link.service), self._network.settings.join
        try:
            audience = await audiences.read(courier, self._writing, join, link.channel_key, where)
        except RefusedError as error:
            _log.warning("channel not looked at", link=link.id, reason=str(error))
            unseen = LinkError("E_LINK_UNSEEN", UNSEEN)
            await self._writing.write(lambda tx: _rest(tx, link, unseen, where, taken.key))
            raise RefusedError(at_rest(unseen.code)) from None
        except LaterError as error:
            raise LaterError(error.seconds, WAITING) from None
        except Exception as error:  # noqa: BLE001  (nothing is sent while the readers are not known)
            _log.warning("channel not looked at", link=link.id, reason=type(error).__name__)
            raise LaterError(min(2.0 ** min(taken.attempts, 10), _LONGEST_PAUSE), WAITING) from None
        reason = await self._writing.write(lambda tx: check(tx, link, audience, where, taken.key))
        if reason:
            raise RefusedError(at_rest(reason))
        self._seen[link.id] = max(queued, self._seen.get(link.id, 0))

    def _newest(self) -> int:
        with self._network.store.read() as tx:
            return outbox.newest(tx)


def at_rest(reason: str) -> str:
    """Return the outbox's note for a delivery that stays because its link is paused."""
    return f"the link rests: {reason}"


def check(tx: Transaction, link: Link, audience: Audience, where: Where, key: str) -> str:
    """Pause a link that shows more than it may, and say so in the channel, once for each ``key``.

    Returns:
        The reason of the pause, empty while the link works.
    """
    now = links.get(tx, link.id)
    if now is None or now.reason:
        return now.reason if now is not None else "ended"
    try:
        links.check(tx, link.community_id, audiences.readers(tx, link.channel_key, audience))
    except LinkError as error:
        _rest(tx, link, error, where, key)
        return error.code
    return ""


def _rest(tx: Transaction, link: Link, error: LinkError, where: Where, key: str) -> None:
    """Pause a link. Strangers may read the card: it never names the community."""
    links.rest(tx, link.id, error.code)
    t = Words(link.language)
    title = t("What is written here does not reach the community any more, nor the other way round.")
    card = Card(title, (Text(t(_REASONS.get(error.code, error.message))),), error=error.code)
    answer = Answer(card, False, False, link.language)
    outbox.queue(tx, [messages.delivery(link.platform, answer, Address(link.tenant, where), f"rest:{key}")])


_REASONS = {
    "E_LINK_OUTSIDERS": N_("People of other organisations are in this channel."),
    "E_LINK_WIDE": N_("Everybody can read this channel, and the community is for its members only."),
    "E_LINK_STRANGERS": N_(
        "Somebody in this channel may not read the community. An administrator can let them into the community "
        "or remove them from the channel, then link it again."
    ),
}


class Readers:
    """Checks again the readers of a channel (topic ``readers``)."""

    paced = False

    def __init__(self, network: Network, watch: Watch) -> None:
        self._network, self._watch = network, watch

    async def send(self, taken: Taken, couriers: Mapping[str, Courier]) -> Record | None:
        """Ask the platform for the readers; pause a link that would show more than it may."""
        link = await asyncio.to_thread(self._link, int(taken.payload["link"]))
        if link is not None and not link.reason:
            with contextlib.suppress(RefusedError):  # it is paused, and only that had to be found out
                await self._watch.ensure(link, taken, couriers)
        return None

    def _link(self, link_id: int) -> Link | None:
        with self._network.store.read() as tx:
            return links.get(tx, link_id)
