"""Random companies for the attack, whose people come, leave and move between publishings."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from datetime import timedelta
from pathlib import Path

import pandas as pd

from analytics.publishing import cubes
from reseau.activity import Trace
from reseau.contents.content_type import ContentType
from reseau.contents.kinds.discussion import DISCUSSION
from reseau.contents.kinds.question import QUESTION
from reseau.kinds import MemberStatus, Verb
from reseau.network import Network, set_notice
from reseau.people import members
from reseau.people.members import MemberChange, NewMember
from reseau.settings import load_settings
from reseau.store import open_store
from tests.analytics.attack import everything
from tests.analytics.story import BROUGHT, HERE, MONDAY, activate, did, moment, replied, tell, wrote

TRAPS = (3, 9, 10, 11)  # the sizes of the small departments
WEEKS = (4, 8, 9, 12)  # numbers of weeks after which the figures are published
# Probabilities that a person activates, and acts, in a week.
_PACES = ((0.02, 0.05), (0.15, 0.3), (0.12, 0.7), (0.5, 0.9), (0.9, 1.0))


def living(folder: Path, seed: int, people: int = 70, weeks: Sequence[int] = WEEKS) -> Iterator[pd.DataFrame]:
    """Yield the published cells of a random company after each publishing.

    It has departments of 3, 9, 10 and 11 people beside two larger ones. Now and then one person or a crowd leaves,
    comes, moves or becomes a guest, and before each publishing one person leaves and one comes. In the week
    :func:`quiet_week` so few people write that its volume must be hidden.
    """
    rng = random.Random(seed)
    network = Network(load_settings(data=folder), open_store(f"sqlite:///{folder / 'reseau.db'}"))
    try:
        company = _Company(network, rng, people, quiet_week(seed, weeks))
        first = 0
        for last in weeks:
            for week in range(first, last):
                company.live(week)
            first = last
            company.exchange(last)
            assert cubes.refresh(network, at=moment(7 * last, 9.0)).cubes.failed == {}
            yield everything(folder)
    finally:
        network.store.close()


def quiet_week(seed: int, weeks: Sequence[int] = WEEKS) -> int:
    """Return the week, counted from 0, in which one to nine people of a company write, one of them seven times."""
    return random.Random(f"quiet {seed}").randrange(1, weeks[0])


class _Company:
    def __init__(self, network: Network, rng: random.Random, people: int, quiet: int) -> None:
        self.network, self.rng, self.quiet = network, rng, quiet
        self.come_in, self.act = rng.choice(_PACES)
        self.content = 1_000
        self.staff: list[int] = []
        self.activated: set[int] = set()
        departments = [f"D{size}" for size in TRAPS for _ in range(size)]
        rest = people - len(departments)
        departments += rng.choices(["Achats", "Ventes"], weights=(1, rng.choice((1, 3))), k=max(rest, 0))
        self.join(departments)
        with network.store.write() as tx:
            set_notice(tx, "launch", {"day": MONDAY.isoformat()})

    def join(self, departments: list[str], week: int | None = None) -> None:
        hired = None if week is None else MONDAY + timedelta(days=7 * week + self.rng.randrange(7))
        new = [
            NewMember(f"N {self.rng.random()}", department=d, site=self.rng.choice(["Nord", "Sud"]), hired_on=hired)
            for d in departments
        ]
        with self.network.store.write() as tx:
            self.staff += members.add(tx, new, BROUGHT)

    def live(self, week: int) -> None:
        day = 7 * week + 2
        new = [who for who in self.staff if who not in self.activated and self.rng.random() < self._coming(week)]
        acting = [who for who in self.staff if who in self.activated and self.rng.random() < self.act]
        if week == self.quiet:
            present = [who for who in self.staff if who in self.activated]
            acting = self.rng.sample(present, min(self.rng.randint(1, 9), len(present)))
            traces = [self._asks(who, day) for who in acting] + (self._replies(acting[0], 6, day) if acting else [])
        else:
            traces = [trace for who in acting for trace in self._acts(who, day)]
        activate(self.network, new, day)
        self.activated.update(new)
        tell(self.network, traces)
        self._change(week)

    def _coming(self, week: int) -> float:
        return self.come_in * (3 if week == 0 else 1)

    def _acts(self, who: int, day: int) -> list[Trace]:
        if self.rng.random() < 0.4:
            return [did(who, Verb.USED, day, kind="feed")]
        if self.rng.random() < 0.5:
            kinds = (DISCUSSION, QUESTION, QUESTION)
            return [self._asks(who, day, self.rng.choice(kinds))]
        return self._replies(who, self.rng.choice((1, 1, 7)), day)

    def _asks(self, who: int, day: int, kind: ContentType = QUESTION) -> Trace:
        self.content += 1
        return wrote(who, self.content, day, kind)

    def _replies(self, who: int, count: int, day: int) -> list[Trace]:
        first, self.content = self.content + 1, self.content + count
        root = self.rng.randint(1_000, first)  # often a question, sometimes not an existing content
        return [replied(who, content, root, day, 14) for content in range(first, first + count)]

    def exchange(self, week: int) -> None:
        """Record that one person left and one came in the week before."""
        self.join(["Ventes"], week - 1)
        leaver = self.staff.pop(self.rng.randrange(len(self.staff)))
        left = {"status": MemberStatus.LEFT, "left_on": MONDAY + timedelta(days=7 * week - 4)}
        with self.network.store.write() as tx:
            members.change(tx, [MemberChange(leaver, left)], HERE)

    def _change(self, week: int) -> None:
        """Let a random number of people leave, come, move or become guests at the end of a week."""
        day = MONDAY + timedelta(days=7 * week + 5)
        for change in ("leave", "come", "move", "guest"):
            count = self.rng.choice((0, 0, 0, 1, 1, 2, 12 if change in ("leave", "come") else 0))
            if change == "come":
                self.join(self.rng.choices(["Achats", "Ventes", "D9", "D11"], k=count), week)
                continue
            chosen = self.rng.sample(self.staff, min(count, len(self.staff) // 3))
            changes: dict[str, dict[str, object]] = {
                "leave": {"status": MemberStatus.LEFT, "left_on": day},
                "move": {"department": "Achats"},
                "guest": {"kind": "partner"},
            }
            with self.network.store.write() as tx:
                members.change(tx, [MemberChange(who, dict(changes[change])) for who in chosen], HERE)
            if change == "leave":
                self.staff = [who for who in self.staff if who not in chosen]
