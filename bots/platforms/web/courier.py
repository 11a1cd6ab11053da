"""Notices of people whom no chat tool reaches: they are kept, and their page shows them."""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections.abc import Sequence

from bots.arrival import Where
from bots.card import as_json
from bots.platform import Address, Answer, Audience, Post, RefusedError
from reseau.exchange import kept
from reseau.network import Network
from reseau.people.accounts import Account


class PageCourier:
    """Carries cards to pages. There are no channels: nothing is posted."""

    name = "web"
    gap = 0.0

    def __init__(self, network: Network) -> None:
        self._network = network

    async def account(self, tenant: str, person: str, where: Where) -> Account:
        raise RefusedError("the pages know nobody whom the network does not know")

    async def audience(self, tenant: str, where: Where) -> Audience:
        raise RefusedError("the pages have no channels")

    async def show(self, answer: Answer, to: Address) -> str:
        """Keep the card. The same one within an hour is kept once, for a delivery may be tried again."""
        if not to.person.isdecimal():
            raise RefusedError("this is nobody's page")
        await asyncio.to_thread(self._keep, answer, int(to.person))
        return ""

    async def post(self, post: Post, to: Address) -> tuple[str, ...]:
        raise RefusedError("the pages have no channels")

    async def edit(self, parts: Sequence[str], post: Post, to: Address) -> tuple[str, ...]:
        raise RefusedError("the pages have no channels")

    async def remove(self, parts: Sequence[str], to: Address) -> None:
        """Return no readers: a page has no channel."""

    async def posted(self, key: str, to: Address, since: float) -> tuple[str, ...]:
        return ()

    async def close(self) -> None:
        """There are no connections."""

    def _keep(self, answer: Answer, member_id: int) -> None:
        card = as_json(answer.card)
        same = hashlib.sha256(json.dumps(card, sort_keys=True).encode("utf-8", "replace")).hexdigest()
        with self._network.store.write() as tx:
            key = f"{tx.now:%Y-%m-%d %H} {same}"
            kept.keep(tx, member_id, key, card, answer.language)
