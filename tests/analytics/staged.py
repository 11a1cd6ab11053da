"""Staged companies: people and their acts, week by week, published by the real rules but without a store.

The raw figures are counted here in plain Python, as ``tests/analytics/recount.py`` counts them from a store. The
rosters, the k-floor and the record are the product's. Publishing takes a tenth of a second instead of two, so tests
can attack many companies, and break each rule to check that the attack notices.
"""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from pathlib import Path
from typing import cast

import pandas as pd
import pyarrow as pa

from analytics.cell import SEGMENTS
from analytics.facts.directory import people_file
from analytics.files import put_json, put_table
from analytics.metric import METRICS, RAW, Metric
from analytics.periods import DAY, WEEK, Calendar, Period
from analytics.published.reading import freshness_file
from analytics.published.record import Record
from analytics.publishing import cubes
from analytics.roster import read_roster, settle
from analytics.tables import Tables
from tests.analytics.attack import Attack, Contributed, everything, together
from tests.analytics.story import MONDAY

K = 10
PUBLISHED = ("activation_rate", "active_members", "contributions", "answered_72h", "engagement_rate")
_PEOPLE = pa.schema(
    [(name, pa.string()) for name in ("person", "kind", "status", *SEGMENTS)]
    + [(name, pa.date32()) for name in ("hired_on", "left_on")]
)


@dataclass(slots=True)
class Person:
    """A person and the weeks of each act, counted from 0.

    Attributes:
        comes: the week in which the person is hired; ``None`` if the person was there from the start.
        leaves: the week at the end of which the person leaves.
        late: the number of weeks after which a publishing first knows of the person's activation.
        activated: the week of the first contact.
        active: further weeks with a trace.
        engaged: further weeks with a reaction.
        wrote: the number of contributions of each kind, by week.
    """

    department: str
    site: str = ""
    comes: int | None = None
    leaves: int | None = None
    guest: bool = False
    late: int = 0
    activated: int | None = None
    active: set[int] = field(default_factory=set)
    engaged: set[int] = field(default_factory=set)
    wrote: dict[int, dict[str, int]] = field(default_factory=dict)

    def present(self, week: int) -> bool:
        """Whether the person does anything in a week: hired by then, not gone, and activated."""
        if self.activated is None or week < self.activated:
            return False
        return self.leaves is None or week <= self.leaves

    def is_engaged(self, week: int) -> bool:
        return self.present(week) and (week in self.engaged or bool(self.wrote.get(week)))

    def is_active(self, week: int) -> bool:
        return self.present(week) and (week == self.activated or week in self.active or self.is_engaged(week))

    @property
    def left_on(self) -> date | None:
        return None if self.leaves is None else MONDAY + (self.leaves + 1) * WEEK

    @property
    def hired_on(self) -> date | None:
        return None if self.comes is None else MONDAY + self.comes * WEEK + DAY


class Stage:
    """A company in a data folder on a day, in place of the tables that metrics are measured on.

    Args:
        folder: the data folder.
        people: everyone.
        weeks: how many weeks are over.
    """

    def __init__(self, folder: Path, people: Sequence[Person], weeks: int) -> None:
        self.folder, self.weeks = folder, weeks
        self.today = MONDAY + weeks * WEEK
        directory = [
            person if person.late <= weeks else dataclasses.replace(person, activated=None) for person in people
        ]
        self.people = {f"p{n:03}": person for n, person in enumerate(directory)}
        self.settings = _Settings(folder)
        self.record = Record(folder)
        self._counted_in = cache(lambda block: list(read_roster(folder, block)["person"]))
        self.calendar = Calendar(MONDAY, self.today, self.record.anchor(MONDAY))

    def publish(self) -> None:
        """Settle the rosters, and publish the new periods of every metric."""
        put_table(self._directory(), people_file(self.folder))
        periods = self.calendar.spans()
        settle(self.folder, "key", {period.block for period in periods}, K)
        self.record.note_publication(self.calendar.anchor, periods[-1].end, 0)
        for name in PUBLISHED:
            cells = cubes.cube(self._metric(name), cast(Tables, self))
            put_table(pa.Table.from_pandas(cells, preserve_index=False), cubes._file(self.folder, name))
        note = {"built_at": f"{self.today}T09:00:00+00:00", "until": None, "launch": None, "k": K, "seeded": 0}
        put_json(note, freshness_file(self.folder))

    def _directory(self) -> pa.Table:
        rows = [self._row(name, person) for name, person in self.people.items()]
        return pa.Table.from_pylist(rows, schema=_PEOPLE)

    def _row(self, name: str, person: Person) -> dict[str, object]:
        left = person.left_on if person.left_on and person.left_on <= self.today else None
        kind, status = ("partner" if person.guest else "employee"), ("left" if left else "active")
        segments = {"department": person.department, "site": person.site or None, "country": None, "job": None}
        return {
            "person": name,
            "kind": kind,
            "status": status,
            **segments,
            "hired_on": person.hired_on,
            "left_on": left,
        }

    def _metric(self, name: str) -> Metric:
        metric = METRICS[name]
        measures = {
            "activation_rate": (self._activation, self._activation_by_segment, None),
            "active_members": (self._active, None, None),
            "contributions": (self._contributions, None, self._parts),
            "answered_72h": (self._answered, None, None),
            "engagement_rate": (self._engagement, self._engagement_by_segment, None),
        }
        measure, people, parts = measures[name]
        shape = dataclasses.replace(
            metric.shape,
            measure=lambda _tables: measure(),
            people=None if people is None else lambda _tables: people(),
            parts=None if parts is None else lambda _tables, weeks: parts(weeks),
        )
        return dataclasses.replace(metric, shape=shape)

    # -- people who count, and their acts

    def _roster(self, period: Period) -> list[Person]:
        return [self.people[name] for name in self._counted_in(period.block)]

    def _numbers(self, period: Period) -> range:
        first = (period.start - MONDAY) // WEEK
        return range(first, first + (period.end + DAY - period.start) // WEEK)

    def _activated(self, period: Period) -> list[Person]:
        last = self._numbers(period)[-1]
        return [p for p in self._roster(period) if p.activated is not None and p.activated <= last]

    def _who_were(self, state: str, people: Iterable[Person], period: Period) -> list[Person]:
        weeks = self._numbers(period)
        return [p for p in people if any(p.is_engaged(w) if state == "engaged" else p.is_active(w) for w in weeks)]

    def _gone(self, people: Iterable[Person], day: date) -> int:
        return sum(p.left_on is not None and p.left_on <= min(day, self.today) for p in people)

    # -- raw figures

    def _activation(self) -> pd.DataFrame:
        cells = []
        for week in self.calendar.weeks():
            staff = self._roster(week)
            first = len(self._who_were("active", staff, week))
            cells.append(_cell(week, len(self._activated(week)), len(staff), len(staff), first=first))
        return _frame(cells, "first")

    def _distinct(self, period: Period, base: list[Person], state: str) -> dict[str, object]:
        roster, count = self._roster(period), len(self._who_were(state, base, period))
        gone, left = (self._gone(roster, day) for day in (period.start, period.end))
        return _cell(period, count, len(base), len(base), first=gone, second=left)

    def _engagement(self) -> pd.DataFrame:
        spans = self.calendar.spans()
        return _frame([self._distinct(p, self._activated(p), "engaged") for p in spans], "first", "second")

    def _active(self) -> pd.DataFrame:
        spans = self.calendar.spans()
        frame = _frame([self._distinct(p, self._roster(p), "active") for p in spans], "first", "second")
        windows = frame["grain"].map({"week": "7d", "4w": "28d"})
        return frame.assign(segment_kind="window", segment=windows, denominator=float("nan"))

    def _by_segment(self, base: Mapping[Period, list[Person]], part: Mapping[Period, list[Person]]) -> pd.DataFrame:
        rows = []
        for block, people in base.items():
            whole = Counter((p.department, p.site or None) for p in people)
            counted = Counter((p.department, p.site or None) for p in part[block])
            for (department, site), count in whole.items():
                segments = {"department": department, "site": site, "country": None, "job": None}
                counts = {"numerator": counted[department, site], "denominator": count}
                rows.append({**_period(block), **segments, **counts})
        return pd.DataFrame(rows, columns=["grain", "start", "end", *SEGMENTS, "numerator", "denominator"])

    def _activation_by_segment(self) -> pd.DataFrame:
        blocks = self.calendar.blocks()
        return self._by_segment({b: self._roster(b) for b in blocks}, {b: self._activated(b) for b in blocks})

    def _engagement_by_segment(self) -> pd.DataFrame:
        base = {block: self._activated(block) for block in self.calendar.blocks()}
        engaged = {block: self._who_were("engaged", people, block) for block, people in base.items()}
        return self._by_segment(base, engaged)

    def _written(self, week: int) -> dict[str, dict[str, int]]:
        """Return the number of contributions of each kind that each person wrote in a week."""
        return {name: p.wrote[week] for name, p in self.people.items() if p.present(week) and p.wrote.get(week)}

    def _contributions(self) -> pd.DataFrame:
        cells = []
        for week in self.calendar.weeks():
            done = {name: sum(kinds.values()) for name, kinds in self._written(self._numbers(week)[0]).items()}
            counted = self._counted(week) & set(done)
            most = [*sorted(done.values(), reverse=True), 0, 0]
            people = len(done if self.settings.everybody_opens else counted)
            cells.append(_cell(week, sum(done.values()), float("nan"), people, first=most[0], second=most[1]))
        return _frame(cells, "first", "second")

    def _counted(self, period: Period) -> set[str]:
        """Return the names of the activated people of a period's roster."""
        roster, last = self._counted_in(period.block), self._numbers(period)[-1]
        return {name for name in roster if (week := self.people[name].activated) is not None and week <= last}

    def _parts(self, weeks: Sequence[Period]) -> pd.DataFrame:
        rows = []
        for week in weeks:
            counted = self._counted(week)
            for name, kinds in self._written(self._numbers(week)[0]).items():
                each = {**_period(week), "person": name, "counted": int(name in counted)}
                rows += [{**each, "segment": kind, "done": count} for kind, count in kinds.items()]
        return pd.DataFrame(rows, columns=["grain", "start", "end", "segment", "person", "done", "counted"])

    def done(self) -> Iterator[Contributed]:
        """Yield everything that was written: each author knows their own part of it."""
        for week in self.calendar.weeks():
            counted = self._counted(week)
            for name, kinds in self._written(self._numbers(week)[0]).items():
                for kind, count in kinds.items():
                    yield Contributed(week.start, name, kind, count, name in counted)

    def _answered(self) -> pd.DataFrame:
        """Questions of the shown weeks of each block; all are answered in time, which is of no matter here."""
        cells = self.record.read("contributions").cells
        weeks = cells.loc[(cells["grain"] == "week") & (cells["segment_kind"] == "")]
        published = set(weeks.loc[weeks["shown"] == "value", "start"])
        rows = []
        for block in self.calendar.blocks():
            inside = [
                n for n in self._numbers(block) if MONDAY + n * WEEK in published or self.settings.hidden_weeks_too
            ]
            questions = Counter(
                {
                    name: kinds["question"]
                    for n in inside
                    for name, kinds in self._written(n).items()
                    if "question" in kinds
                }
            )
            if (
                questions.total() >= 20
                and len(set(questions) & self._counted(block)) >= K
                and block.end + 3 * DAY < self.today
            ):
                rows.append(
                    _cell(block, questions.total(), questions.total(), questions.total(), value=1.0, low=0.9, high=1.0)
                )
        return _frame(rows, "value", "low", "high")


@dataclass(slots=True)
class _Settings:
    """The settings that publishing reads, and two rules of measurement that a test may break."""

    folder: Path
    k: int = K
    everybody_opens: bool = False
    hidden_weeks_too: bool = False


def _period(period: Period) -> dict[str, object]:
    return {"grain": period.grain.value, "start": period.start, "end": period.end}


def _cell(period: Period, numerator: float, denominator: float, n: float, **more: float) -> dict[str, object]:
    segment = {"segment_kind": "", "segment": ""}
    return {**_period(period), **segment, "numerator": numerator, "denominator": denominator, "n": n, **more}


def _frame(cells: list[dict[str, object]], *more: str) -> pd.DataFrame:
    frame = pd.DataFrame(cells, columns=[*RAW, *more])
    return frame.astype({"numerator": "float64", "denominator": "float64", "n": "int64"})


def staged(folder: Path, people: Sequence[Person], weeks: Sequence[int], **broken: bool) -> Attack:
    """Publish a company's figures and return the attack on them.

    Args:
        folder: a data folder.
        people: everyone who ever works there.
        weeks: the numbers of weeks after which the figures are published.
        broken: the rules of measurement to break (``_Settings``).
    """
    published: list[pd.DataFrame] = []
    done: list[Contributed] = []
    for last in weeks:
        stage = Stage(folder, people, last)
        for name, value in broken.items():
            setattr(stage.settings, name, value)
        stage.publish()
        published.append(everything(folder))
        done = list(stage.done())
    return Attack(folder, together(published), done)
