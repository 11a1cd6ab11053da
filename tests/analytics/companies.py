"""Random companies for the attack: people come, leave and move between publications."""

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
WEEKS = (4, 8, 9, 12)  # after which the figures are published
# How often people come in, and act, in a week.
_PACES = ((0.02, 0.05), (0.15, 0.3), (0.12, 0.7), (0.5, 0.9), (0.9, 1.0))


def living(folder: Path, seed: int, people: int = 70, weeks: Sequence[int] = WEEKS) -> Iterator[pd.DataFrame]:
    """What a random company publishes, one publication after the other.

    Departments of 3, 9, 10 and 11 beside two larger ones; now and then one person, or a crowd, leaves, comes, moves or
    is found to be a guest, and before each publishing one person leaves and one comes. In the week :func:`quiet_week`
    so few people write that it must be hidden, whatever the others show.
    """
    rng = random.Random(seed)
    network = Network(load_settings(data=folder), open_store(f"sqlite:///{folder / 'reseau.db'}"))
    try:
        company = _Company(network, rng, people, quiet_week(seed, weeks))
        done = 0
        for last in weeks:
            for week in range(done, last):
                company.live(week)
            done = last
            company.exchange(last)
            assert cubes.refresh(network, at=moment(7 * last, 9.0)).cubes.failed == {}
            yield everything(folder)
    finally:
        network.store.close()


def quiet_week(seed: int, weeks: Sequence[int] = WEEKS) -> int:
    """The week, counted from 0, in which one to nine people of a company write, one of them seven times."""
    return random.Random(f"quiet {seed}").randrange(1, weeks[0])


class _Company:
    def __init__(self, network: Network, rng: random.Random, people: int, quiet: int) -> None:
        self.network, self.rng, self.quiet = network, rng, quiet
        self.come_in, self.act = rng.choice(_PACES)
        self.content = 1_000
        self.here: list[int] = []
        self.inside: set[int] = set()
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
            self.here += members.add(tx, new, BROUGHT)

    def live(self, week: int) -> None:
        day = 7 * week + 2
        new = [who for who in self.here if who not in self.inside and self.rng.random() < self._coming(week)]
        acting = [who for who in self.here if who in self.inside and self.rng.random() < self.act]
        if week == self.quiet:
            settled = [who for who in self.here if who in self.inside]
            acting = self.rng.sample(settled, min(self.rng.randint(1, 9), len(settled)))
            traces = [self._asks(who, day) for who in acting] + (self._replies(acting[0], 6, day) if acting else [])
        else:
            traces = [trace for who in acting for trace in self._acts(who, day)]
        activate(self.network, new, day)
        self.inside.update(new)
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
        """One person has left the week before, and one has come."""
        self.join(["Ventes"], week - 1)
        gone = self.here.pop(self.rng.randrange(len(self.here)))
        left = {"status": MemberStatus.LEFT, "left_on": MONDAY + timedelta(days=7 * week - 4)}
        with self.network.store.write() as tx:
            members.change(tx, [MemberChange(gone, left)], HERE)

    def _change(self, week: int) -> None:
        """Someone, nobody or a crowd leaves, comes, moves or becomes a guest at the end of a week."""
        day = MONDAY + timedelta(days=7 * week + 5)
        for what in ("leave", "come", "move", "guest"):
            count = self.rng.choice((0, 0, 0, 1, 1, 2, 12 if what in ("leave", "come") else 0))
            if what == "come":
                self.join(self.rng.choices(["Achats", "Ventes", "D9", "D11"], k=count), week)
                continue
            chosen = self.rng.sample(self.here, min(count, len(self.here) // 3))
            changes: dict[str, dict[str, object]] = {
                "leave": {"status": MemberStatus.LEFT, "left_on": day},
                "move": {"department": "Achats"},
                "guest": {"kind": "partner"},
            }
            with self.network.store.write() as tx:
                members.change(tx, [MemberChange(who, dict(changes[what])) for who in chosen], HERE)
            if what == "leave":
                self.here = [who for who in self.here if who not in chosen]
