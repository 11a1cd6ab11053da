"""After any corrections, linked channels show the contents of their communities, and nothing else."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path

from hypothesis import given, settings
from sqlalchemy import select

from bots.platform import Audience
from reseau.channels import links
from reseau.channels.links import NewLink
from reseau.network import Network
from reseau.people import identities
from reseau.people.identities import NewIdentity
from reseau.settings import load_settings
from reseau.store import Store, open_store
from reseau.store.tables import content
from tests import looped
from tests.bots.memory import TENANT, MemoryCourier, room
from tests.reseau.corrections import HERE, Step, Town, alive, steps
from tests.reseau.test_corrections import STORY

_LINKED = 3  # of the town's places, each to a channel of its own
_AT_A_TIME = 3  # steps between two deliveries


def founded(store: Store) -> Town:
    """The town with two open places and a private one linked to channels that its employees read."""
    with store.write() as tx:
        town = Town.founded(tx)
        accounts = [NewIdentity(who, "slack", TENANT, f"U{who}", "email") for who in town.people]
        identities.add(tx, accounts, HERE)
        for number, place in enumerate(town.places[:_LINKED]):
            links.add(tx, NewLink(place, "slack", TENANT, f"C{number}", f"c{number}", town.people[2]))
    return town


async def told(store: Store, folder: Path, story: Sequence[Step]) -> None:
    town = founded(store)
    readers = tuple(f"U{who}" for who in town.people[:3])
    audiences = {f"C{number}": Audience(f"c{number}", False, False, readers) for number in range(_LINKED)}
    async with room(Network(load_settings(data=folder), store), MemoryCourier(audiences=audiences)) as bot:
        for at, step in enumerate(story):
            with store.write() as tx:
                town.tx = tx
                town.do(step)
            if at % _AT_A_TIME == 0:
                await bot.rest()
        await bot.rest()
        for number, place in enumerate(town.places[:_LINKED]):
            here = [post for post in bot.slack.messages.values() if post.to.where.conversation == f"C{number}"]
            assert sorted(post.post.text for post in here) == standing(store, place)


def standing(store: Store, place: int) -> list[str]:
    with store.read() as tx:
        return sorted(row.text for row in tx.execute(select(content)) if row.community_id == place and alive(row))


def test_the_copies_equal_what_they_should_be_after_any_corrections(sqlite_template: Path) -> None:
    @settings(max_examples=max(settings().max_examples // 12, 2))
    @given(steps)
    def telling(story: list[Step]) -> None:
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "reseau.db"
            file.write_bytes(sqlite_template.read_bytes())
            store = open_store(f"sqlite:///{file}", make=False)
            try:
                looped.run(told(store, Path(folder), [*STORY, *story]))
            finally:
                store.close()

    telling()
