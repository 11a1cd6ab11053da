"""Greetings: a newcomer's first card, in the person's hours, once for all platforms."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

from bots.answers import welcome
from bots.command import all_commands
from bots.platform import Courier, LaterError
from bots.sending import ways
from bots.sending.delivery import Record
from bots.sending.ways import Letter
from reseau.exchange import notifications
from reseau.exchange.outbox import Taken
from reseau.hours import next_opening
from reseau.network import Network
from reseau.people.timing import zone_of

TOPIC = notifications.GREETING


class Greeting:
    """Sends the deliveries of the topic ``greeting``."""

    paced = False

    def __init__(self, network: Network) -> None:
        self._network = network

    async def send(self, taken: Taken, couriers: Mapping[str, Courier]) -> Record | None:
        """Greet a person who has not spoken with the bot meanwhile.

        Raises:
            bots.platform.LaterError: it is not the person's working hours.
        """
        letter = await asyncio.to_thread(self._letter, int(taken.payload["to"]))
        if letter is not None:
            await ways.send(letter, couriers)
        return None

    def _letter(self, member_id: int) -> Letter | None:
        settings = self._network.settings
        with self._network.store.read() as tx:
            to = ways.reader(tx, member_id)
            if to is None or to.activated_at is not None:
                return None
            pause = (next_opening(tx.now, zone_of(to, settings.zone)) - tx.now).total_seconds()
            if pause > 0:
                raise LaterError(pause, "outside of the working hours of the person")
            t = ways.words(to, settings)
            card = welcome.greeting(to, t, all_commands())
            return Letter(card, t.language, ways.of(tx, ways.accounts(tx, to, None)))
