"""Summaries of the day and of the week: planned when a person's working day begins, read when they are sent."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import date, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bots.answers import digests
from bots.platform import Courier
from bots.sending import ways
from bots.sending.delivery import Record
from bots.sending.ways import Letter
from reseau.exchange import waiting
from reseau.exchange.outbox import Taken
from reseau.finding import digest
from reseau.finding.digest import Digest
from reseau.hours import next_opening
from reseau.network import Network, get_notice, set_notice
from reseau.people import attention, summaries
from reseau.people.attention import Attention
from reseau.people.members import Member
from reseau.people.timing import zone_of
from reseau.store import Transaction
from reseau.store.grouping import Grouping
from reseau.store.moments import from_micros

TOPIC = summaries.TOPIC
_PLANNED = "summaries"  # the note of the day that each time zone has had
_KEPT = timedelta(days=1)


class Planner:
    """Queues the summaries of every time zone in which a working day has begun."""

    def __init__(self, network: Network, writing: Grouping) -> None:
        self._network, self._writing = network, writing

    async def plan(self) -> None:
        """Plan the summaries that are due; after a crash the next call continues, and nobody gets two."""
        for name in await asyncio.to_thread(self._zones):
            await self._plan_zone(name)
        await self._writing.write(lambda tx: waiting.forget(tx, tx.now - _KEPT))

    def _zones(self) -> list[str]:
        with self._network.store.read() as tx:
            return summaries.zones(tx)

    async def _plan_zone(self, name: str) -> None:
        now = self._network.store.clock()
        zone = _zone(name, self._network.settings.zone)
        day = now.astimezone(zone).date()
        last = await asyncio.to_thread(self._last, name)
        if next_opening(now, zone) > now or (last is not None and last >= day):
            return
        weekly = last is None or last.isocalendar()[:2] != day.isocalendar()[:2]
        after: int | None = 0
        while after is not None:
            after = await self._writing.write(
                lambda tx, after=after: summaries.plan(tx, name, day, after, weekly=weekly)  # type: ignore[misc]
            )
        await self._writing.write(lambda tx: _note_planned(tx, name, day))

    def _last(self, name: str) -> date | None:
        with self._network.store.read() as tx:
            planned = _planned(tx).get(name)
        return None if planned is None else date.fromisoformat(planned)


def _zone(name: str, usual: ZoneInfo) -> ZoneInfo:
    try:
        return ZoneInfo(name) if name else usual
    except (ZoneInfoNotFoundError, ValueError):
        return usual


def _planned(tx: Transaction) -> dict[str, str]:
    plan = get_notice(tx, _PLANNED)
    return {str(zone): str(day) for zone, day in plan.items()} if isinstance(plan, dict) else {}


def _note_planned(tx: Transaction, name: str, day: date) -> None:
    set_notice(tx, _PLANNED, {**_planned(tx), name: day.isoformat()})


class Summaries:
    """Sends the deliveries of the topic ``summary``, each to one person."""

    paced = False
    most = 20  # at once: everything else goes first, however many summaries wait

    def __init__(self, network: Network) -> None:
        self._network = network

    async def send(self, taken: Taken, couriers: Mapping[str, Courier]) -> Record | None:
        """Send a person the news; send nothing if there is none, if the person is away, or outside their hours.

        One that may have been sent already is not sent again: what waited is told by the next one.
        """
        if taken.doubtful is not None:
            return None
        weekly = bool(taken.payload.get("weekly"))
        found, letter = await asyncio.to_thread(self._read, taken)
        if found is None or letter is None:
            return None
        await ways.send(letter, couriers)
        return lambda tx: told(tx, int(taken.payload["to"]), found, weekly=weekly)

    def _read(self, taken: Taken) -> tuple[Digest | None, Letter | None]:
        settings = self._network.settings
        with self._network.store.read() as tx:
            to = ways.reader(tx, int(taken.payload["to"]))
            if to is None:
                return None, None
            noted, zone = attention.of(tx, to.id), zone_of(to, settings.zone)
            if noted.absent(tx.now) or next_opening(tx.now, zone) > tx.now:
                return None, None
            news = digest.read(tx, to.id, _period(tx, taken, noted, zone))
            if not news:
                return None, None
            card = digests.summary(tx, self._title(to, taken), news, to.id, ways.words(to, settings))
            accounts = ways.accounts(tx, to, None)
            return news, Letter(card, ways.words(to, settings).language, ways.of(tx, accounts))

    def _title(self, to: Member, taken: Taken) -> str:
        t = ways.words(to, self._network.settings)
        if taken.payload.get("since"):
            return t("Welcome back! This is what happened while you were away.")
        return t("Your week") if taken.payload.get("weekly") else t("What is new for you")


def _period(tx: Transaction, taken: Taken, noted: Attention, zone: ZoneInfo) -> digest.Period:
    since = taken.payload.get("since")
    if since is not None:
        return digest.absence(noted, tx.now, from_micros(int(since)))
    return digest.period(noted, tx.now, zone, weekly=bool(taken.payload.get("weekly")))


def told(tx: Transaction, member_id: int, found: Digest, *, weekly: bool) -> None:
    """Note that a person got a digest."""
    attention.summarize(tx, member_id, weekly=weekly)
    waiting.end(tx, found.ended)
