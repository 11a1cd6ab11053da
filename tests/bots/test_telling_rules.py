"""The rules of notices hold after any acts, in any order and at any hour.

Nobody is told of what they may not read, nor twice, nor at night, nor of what they do not want; a burst is one message
for each thread and window.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from zoneinfo import ZoneInfo

from hypothesis import HealthCheck, given, settings, strategies as st

from bots.card import Card, Items, Quote, words
from bots.platform import Address, Answer
from reseau import access
from reseau.acting import Acting
from reseau.communities import belonging
from reseau.communities.belonging import Joining
from reseau.contents import publishing, reactions
from reseau.contents.kinds.comment import COMMENT
from reseau.contents.kinds.discussion import DISCUSSION
from reseau.contents.publishing import NewContent
from reseau.contents.reactions import NewReaction
from reseau.exchange.notices import Cadence, Notice
from reseau.hours import next_opening
from reseau.kinds import FollowKind
from reseau.people import attention, follows, identities, members, preferences
from reseau.people.follows import NewFollow
from reseau.people.identities import NewIdentity
from reseau.people.members import MemberChange
from reseau.people.timing import WINDOW
from tests import looped
from tests.bots.company import CONSOLE, Company, Model
from tests.bots.memory import TENANT, MemoryCourier, Room, room

PEOPLE = ("lea", "ana", "franck")
ZONES = {"lea": "Europe/Paris", "ana": "Indian/Reunion", "franck": "America/Montreal"}
PLACES = (None, "veille", "direction")
#: A working day, a Friday evening, and the eves of both nights on which the clocks change in Paris and in Montréal.
BEGINNINGS = [
    datetime(2031, 3, 5, 8, 50, tzinfo=UTC),
    datetime(2031, 3, 7, 17, 0, tzinfo=UTC),
    datetime(2031, 3, 9, 5, 0, tzinfo=UTC),
    datetime(2031, 3, 29, 22, 0, tzinfo=UTC),
    datetime(2031, 10, 25, 22, 30, tzinfo=UTC),
    datetime(2031, 11, 2, 4, 30, tzinfo=UTC),
]
_MARK = re.compile(r"texte-(\d+)-(\w+)")
_THREADED = ("vous mentionne", "vous a répondu", "que vous suivez", "entre-temps")


@dataclass(frozen=True, slots=True)
class Shown:
    """A card, its reader, and the moment."""

    who: str
    at: datetime
    card: Card


@dataclass
class Watching(MemoryCourier):
    """A platform that checks, for each card, whether its reader may see it."""

    company: Company | None = None
    seen: list[Shown] = field(default_factory=list)

    async def show(self, answer: Answer, to: Address) -> str:
        assert self.company is not None
        who, store = to.person[1:].lower(), self.company.network.store
        with store.read() as tx:
            viewer = access.viewer(tx, self.company.people[who])
            for _, place in _MARK.findall(words(answer.card)):
                open_to = place == "mur" or access.may_read_community(tx, viewer, self.company.places[place])
                assert open_to, f"{who} is told of {place}"
        self.seen.append(Shown(who, store.clock(), answer.card))
        return await super().show(answer, to)


class World:
    """A company whose people act at random, with the notices that it sends."""

    def __init__(self, company: Company, bot: Room, beginning: datetime) -> None:
        self.company, self.bot, self.now = company, bot, beginning
        self.roots: list[tuple[int, str | None]] = []
        self.wrote: list[tuple[str, int, datetime]] = []
        self._texts = count(1)

    def write(self, who: str, place: str | None, reply: int | None, named: str | None) -> None:
        """Somebody writes or replies, and perhaps mentions somebody."""
        company = self.company
        with company.network.store.write() as tx:
            viewer = access.viewer(tx, company.people[who])
            root, where = self.roots[reply % len(self.roots)] if reply is not None and self.roots else (None, place)
            place_id = company.places[where] if where else None
            if not access.may_post(tx, viewer, place_id):
                return
            text = f"texte-{next(self._texts)}-{where or 'mur'} " + (f"@{named}" if named else "")
            kind = DISCUSSION if root is None else COMMENT
            new = NewContent(kind, company.people[who], text, place_id if root is None else None, root_id=root)
            published = publishing.publish(tx, [new], CONSOLE)[0]
        if root is None:
            self.roots.append((published.id, where))
        self.wrote.append((who, published.root_id, self.now))

    def follow(self, who: str, root: int) -> None:
        if self.roots:
            with self.company.network.store.write() as tx:
                wish = NewFollow(self.company.people[who], FollowKind.CONTENT, self.roots[root % len(self.roots)][0])
                follows.follow(tx, [wish], CONSOLE)

    def react(self, who: str, root: int) -> None:
        if self.roots:
            with self.company.network.store.write() as tx:
                new = NewReaction(self.roots[root % len(self.roots)][0], self.company.people[who], "+1")
                if access.viewer(tx, new.member_id).internal:
                    reactions.react(tx, [new], CONSOLE)

    def move(self, who: str, inside: bool) -> None:
        with self.company.network.store.write() as tx:
            joining = [Joining(self.company.places["direction"], self.company.people[who])]
            (belonging.join if inside else belonging.leave)(tx, joining, CONSOLE)

    def leave(self, who: str, hours: int) -> None:
        with self.company.network.store.write() as tx:
            attention.leave(tx, self.company.people[who], self.now + timedelta(hours=hours))

    async def pass_time(self, minutes: int) -> None:
        """Move the clock on, and let the worker run."""
        self.now += timedelta(minutes=minutes)
        await self.bot.plan()


PERSON, THREAD = st.sampled_from(PEOPLE), st.integers(0, 3)
STEP = st.one_of(
    st.tuples(st.just("write"), PERSON, st.sampled_from(PLACES), st.none(), PERSON),
    st.tuples(st.just("write"), PERSON, st.none(), THREAD, st.none() | PERSON),
    st.tuples(st.just("write"), PERSON, st.none(), THREAD, st.none() | PERSON),
    st.tuples(st.just("follow"), PERSON, THREAD),
    st.tuples(st.just("react"), PERSON, THREAD),
    st.tuples(st.just("move"), PERSON, st.booleans()),
    st.tuples(st.just("leave"), PERSON, st.sampled_from([0, 20, 100])),
    st.tuples(st.just("pass"), st.sampled_from([1, 4, 11, 70, 500, 900, 2900])),
)


#: What there is at first: a thread of each, which the others follow as far as they may.
FIRST: list[tuple[object, ...]] = [
    ("write", "lea", None, None, None),
    ("write", "ana", "veille", None, None),
    ("write", "franck", "direction", None, None),
    ("write", "franck", "veille", None, None),
    ("write", "ana", None, 3, None),
    *(("follow", who, root) for who in PEOPLE for root in range(2)),
]


#: Days in which the worker looks at different hours.
LAST: list[tuple[object, ...]] = [("pass", minutes) for minutes in (430, 430, 640, 430, 430, 640, 430)]


async def live(company: Company, beginning: datetime, steps: list[tuple[object, ...]]) -> tuple[World, list[Shown]]:
    slack, teams = Watching(company=company), Watching("teams", company=company)
    async with room(company.network, slack) as bot:
        bot.delivering._couriers["teams"] = teams  # type: ignore[index]
        world = World(company, bot, beginning)
        company.network.store.clock = lambda: world.now
        await bot.plan()
        slack.seen.clear()
        teams.seen.clear()
        for name, *values in [*FIRST, *steps, *LAST]:
            if name == "pass":
                await world.pass_time(*values)  # type: ignore[arg-type]
            else:
                getattr(world, str(name))(*values)
                await bot.rest()
    return world, sorted([*slack.seen, *teams.seen], key=lambda shown: shown.at)


def prepare(company: Company) -> None:
    """Two accounts for each person, a zone, and the choices that the rules below depend on."""
    with company.network.store.write() as tx:
        accounts = [
            NewIdentity(company.people[who], platform, TENANT, f"U{who.upper()}", "email")
            for platform in ("slack", "teams")
            for who in PEOPLE
        ]
        identities.add(tx, accounts, Acting("slack"))
        changes = [MemberChange(company.people[who], {"timezone": zone}) for who, zone in ZONES.items()]
        members.change(tx, changes, CONSOLE)
        preferences.choose(tx, company.people["ana"], Notice.MENTION, Cadence.ALWAYS)
        preferences.choose(tx, company.people["franck"], Notice.REPLY, Cadence.NEVER)
        preferences.choose(tx, company.people["lea"], Notice.COMMUNITY, Cadence.DAILY)


def check(world: World, told: list[Shown]) -> None:
    quoted: Counter[tuple[str, str]] = Counter()
    last: dict[tuple[str, str], datetime] = {}
    codes = {code: root for root, code in _codes(world)}
    for notice in told:
        at_night = next_opening(notice.at, ZoneInfo(ZONES[notice.who])) > notice.at
        is_personal = notice.who == "ana" and (
            "vous mentionne" in notice.card.title or "entre-temps" in notice.card.title
        )
        assert not at_night or is_personal, f"{notice.who} at {notice.at}: {notice.card.title}"
        assert not (notice.who == "franck" and "vous a répondu" in notice.card.title), "opted out"
        for text in (block.text for block in notice.card.blocks if isinstance(block, Quote)):
            quoted[notice.who, text] += 1
        if any(part in notice.card.title for part in _THREADED):
            for code in _named(notice.card):
                before = last.get((notice.who, code))
                assert before is None or before + WINDOW <= notice.at or _spoke(world, notice, codes.get(code), before)
                last[notice.who, code] = notice.at
    assert not [text for text, times in quoted.items() if times > 1], "told twice"


def _codes(world: World) -> Iterator[tuple[int, str]]:
    from reseau.contents import threads

    with world.company.network.store.read() as tx:
        yield from ((root, threads.code_of_root(tx, root)) for root, _ in world.roots)


def _named(card: Card) -> set[str]:
    listed = {item.code for block in card.blocks if isinstance(block, Items) for item in block.items if item.code}
    return listed | ({card.code} if card.code else set())


def _spoke(world: World, shown: Shown, root: int | None, since: datetime) -> bool:
    return any(who == shown.who and thread == root and since <= at <= shown.at for who, thread, at in world.wrote)


def test_the_rules_hold_whatever_happens(model_company: Model, tmp_path: Path) -> None:
    told_in_all = 0

    @settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
    @given(st.sampled_from(BEGINNINGS), st.lists(STEP, min_size=4, max_size=14))
    def lives(beginning: datetime, steps: list[tuple[object, ...]]) -> None:
        nonlocal told_in_all
        for company in model_company.copy(tmp_path):
            prepare(company)
            world, told = looped.run(live(company, beginning, steps))
            check(world, told)
            told_in_all += len(told)

    lives()
    assert told_in_all > 20, "the company is not merely silent"


async def burst(company: Company, events: int) -> tuple[World, list[Shown]]:
    """Many reply to the same three threads at once; the worker runs afterwards."""
    slack = Watching(company=company)
    async with room(company.network, slack) as bot:
        world = World(company, bot, datetime(2031, 3, 5, 9, 0, tzinfo=UTC))
        company.network.store.clock = lambda: world.now
        await bot.plan()
        slack.seen.clear()
        for _ in range(3):
            world.write("lea", None, None, None)
        with company.network.store.write() as tx:
            replies = [
                NewContent(
                    COMMENT,
                    company.people[PEOPLE[1 + number % 2]],
                    f"texte-{number}-mur @lea",
                    root_id=world.roots[number % 3][0],
                )
                for number in range(events)
            ]
            publishing.publish(tx, replies, CONSOLE)
        for _ in range(2):
            await world.pass_time(11)
        return world, slack.seen


def test_a_burst_of_five_hundred_is_one_message_for_each_thread_and_window(
    model_company: Model, tmp_path: Path
) -> None:
    for company in model_company.copy(tmp_path):
        prepare(company)
        world, told = looped.run(burst(company, 500))

        check(world, told)
        mine = [notice.card for notice in told if notice.who == "lea"]
        assert len(mine) == 4, [card.title for card in mine]
        assert "on vous mentionne 166 fois" in words(mine[-1])
