"""An attack on everything published, by somebody who knows the directory: who was there, who came and left, and when.

All that the cubes ever said, at every publishing, becomes one linear system. Its unknowns are how many of each class of
people (those alike to the directory) had activated, were active and were engaged, week by week and block by block; what
a cell shows is an equation, a range an inequality. Of every cell that is not shown, and of everybody who came, left or
moved, the system is asked for the least and the most they may be.

    python -m tests.analytics.attack --people 300 --seed 1       a random company
    python -m tests.analytics.attack --data var/demo             what lies in a data folder
"""

from __future__ import annotations

import argparse
import math
import sys
import tempfile
from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import coo_array

from analytics.cell import COLUMNS
from analytics.metric import METRICS, SEGMENTS
from analytics.published import reading
from analytics.roster import present, read_people, read_roster

Var = tuple[Any, ...]  # ("activated" | "active" | "engaged", class, first day, last day) or ("volume", …)
Row = dict[Hashable, Any]
WEEK, BLOCK, DAY = timedelta(weeks=1), timedelta(weeks=4), timedelta(days=1)
NEAR = 1e-6
FEW = 5


@dataclass(frozen=True, slots=True)
class Alike:
    """People whom the directory cannot tell apart: counted in the same segments, block by block, and gone alike."""

    places: tuple[tuple[date, tuple[str, ...]], ...]
    left: date | None
    size: int

    def at(self, block: date) -> tuple[str, ...] | None:
        return dict(self.places).get(block)

    def gone(self, start: date) -> bool:
        return self.left is not None and self.left <= start


@dataclass(slots=True)
class System:
    """Unknown whole numbers, and what is known of sums of them."""

    names: dict[Var, int] = field(default_factory=dict)
    most: list[float] = field(default_factory=list)
    rows: list[tuple[dict[int, float], float, float]] = field(default_factory=list)

    def var(self, name: Var, most: float) -> int:
        if name not in self.names:
            self.names[name] = len(self.most)
            self.most.append(most)
        return self.names[name]

    def say(self, terms: dict[int, float], low: float, high: float) -> None:
        self.rows.append((terms, low, high))

    def solved(self, *, exact: bool = False) -> Solver:
        return Solver(self, exact)


class Solver:
    """Asks the system for the least and the most of a sum."""

    def __init__(self, system: System, exact: bool) -> None:
        width, height = len(system.most), len(system.rows)
        entries = [
            (row, column, value) for row, (terms, *_) in enumerate(system.rows) for column, value in terms.items()
        ]
        rows, columns, values = zip(*entries, strict=True)
        matrix = coo_array((values, (rows, columns)), shape=(height, width)).tocsr()
        low, high = [low for _, low, _ in system.rows], [high for *_, high in system.rows]
        self._constraint = LinearConstraint(matrix, np.array(low), np.array(high))
        self._bounds = Bounds(np.zeros(width), np.array(system.most))
        self._whole = np.full(width, int(exact))
        self._width = width

    def least(self, columns: Iterable[int], sign: float = 1.0) -> float:
        cost = np.zeros(self._width)
        cost[list(columns)] = sign
        found = milp(cost, constraints=self._constraint, bounds=self._bounds, integrality=self._whole)
        assert found.status in (0, 3), f"what is published contradicts itself: {found.message}"
        return -math.inf if found.status == 3 else float(found.fun)

    def between(self, columns: Iterable[int]) -> tuple[float, float]:
        columns = list(columns)
        return self.least(columns), -self.least(columns, -1.0)


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that the system tells and must not."""

    what: str
    low: float
    high: float


class Attack:
    """Everything published from a data folder, and everything about who is there.

    Args:
        folder: the data folder, as it is after the last publishing.
        cells: every cell that was ever published, each once for each thing it ever said.
    """

    def __init__(self, folder: Path, cells: pd.DataFrame) -> None:
        self.folder, self.k = folder, reading.freshness(folder).k
        self.cells = cells
        weeks = cells.loc[(cells["metric"] == "activation_rate") & (cells["grain"] == "week")]
        self.weeks = sorted(set(weeks["start"]))
        self.first: date = self.weeks[0]
        self.classes = list(self._alike())
        self.system = System()
        self._lives()
        self._told()
        self._contributors()

    def block(self, day: date) -> date:
        blocks: int = (day - self.first) // BLOCK
        return self.first + blocks * BLOCK

    def _alike(self) -> Iterator[Alike]:
        places: dict[str, list[tuple[date, tuple[str, ...]]]] = defaultdict(list)
        for block in sorted({self.block(week) for week in self.weeks}):
            roster = read_roster(self.folder, block).fillna("")
            for person, *segments in roster[["person", *SEGMENTS]].itertuples(index=False, name=None):
                places[person].append((block, tuple(segments)))
        left = read_people(self.folder).set_index("person")["left_on"]
        sizes: dict[tuple[Any, ...], int] = defaultdict(int)
        for person, where in places.items():
            day = left.get(person)
            sizes[tuple(where), day if isinstance(day, date) and day <= self.weeks[-1] + WEEK else None] += 1
        for (where, day), size in sizes.items():
            yield Alike(where, day, size)

    # -- what everybody knows of how things hang together

    def _lives(self) -> None:
        for who in self.classes:
            before: int | None = None
            for week in self.weeks:
                if who.at(self.block(week)) is None:
                    continue
                before = self._week(who, week, before)
            for block, _ in who.places:
                self._block(who, block)

    def _week(self, who: Alike, week: date, before: int | None) -> int:
        system, able = self.system, 0.0 if who.gone(week) else float(who.size)
        activated = system.var(("activated", who, week), who.size)
        active, engaged = (system.var((name, who, week, week + WEEK - DAY), able) for name in ("active", "engaged"))
        system.say({active: 1, engaged: -1}, 0, math.inf)
        system.say({activated: 1, active: -1}, 0, math.inf)
        if before is not None:
            system.say({activated: 1, before: -1}, 0, 0 if who.gone(week) else math.inf)
            system.say({active: 1, activated: -1, before: 1}, 0, math.inf)
        return activated

    def _block(self, who: Alike, block: date) -> None:
        weeks = [week for week in self.weeks if self.block(week) == block]
        if len(weeks) < 4:
            return
        system, whole = self.system, {}
        for name in ("active", "engaged"):
            whole[name] = system.var((name, who, block, block + BLOCK - DAY), who.size)
            parts = [system.names[name, who, week, week + WEEK - DAY] for week in weeks]
            for part in parts:
                system.say({whole[name]: 1, part: -1}, 0, math.inf)
            system.say({whole[name]: 1, **dict.fromkeys(parts, -1.0)}, -math.inf, 0)
        system.say({whole["active"]: 1, whole["engaged"]: -1}, 0, math.inf)
        system.say({system.names["activated", who, weeks[-1]]: 1, whole["active"]: -1}, 0, math.inf)

    # -- what the cells say

    def _told(self) -> None:
        held = self._held()
        for cell in self.cells.to_dict("records"):
            if cell["metric"] in ("activation_rate", "engagement_rate", "active_members"):
                columns = self._sum(cell)
                if columns is not None and cell["shown"] != "hidden":
                    low, high = self._edges(cell)
                    stays = cell["metric"] == "activation_rate" and cell["end"] in held and not cell["segment_kind"]
                    self.system.say(dict.fromkeys(columns, 1.0), low, math.inf if stays else high)

    def _contributors(self) -> None:
        """A volume that is shown is of k people at least: engaged ones who are counted, or others who were there."""
        weeks = self.cells.loc[(self.cells["metric"] == "contributions") & (self.cells["grain"] == "week")]
        for cell in weeks.loc[(weeks["shown"] == "value") | (weeks["reason"] == "dominance")].to_dict("records"):
            terms = {self.system.var(("others", cell["start"]), self._others(cell["start"])): 1.0}
            for who in self.classes:
                if (column := self.system.names.get(("engaged", who, cell["start"], cell["end"]))) is not None:
                    terms[column] = 1.0
            self.system.say(terms, self.k, math.inf)

    def _others(self, week: date) -> int:
        """How many were there during a week and are not counted in it: guests, and those who came meanwhile."""
        people = read_people(self.folder)
        there = pd.concat([people.loc[present(people, week + n * DAY), "person"] for n in range(7)])
        return len(set(there) - set(read_roster(self.folder, self.block(week))["person"]))

    def _held(self) -> set[date]:
        """The weeks in which so few were active that the activation told is that of before."""
        active = self.cells.loc[(self.cells["metric"] == "active_members") & (self.cells["grain"] == "week")]
        return set(active.loc[active["shown"] != "value", "end"])

    def _sum(self, cell: Row) -> list[int] | None:
        """The unknowns that a cell adds up."""
        if cell["grain"] not in ("week", "4w") or (cell["grain"] == "4w" and cell["end"] - cell["start"] > BLOCK):
            return None
        name = {"activation_rate": "activated", "engagement_rate": "engaged", "active_members": "active"}[
            cell["metric"]
        ]
        kind = cell["segment_kind"] if cell["segment_kind"] in SEGMENTS else ""
        block, columns = self.block(cell["end"]), []
        for who in self.classes:
            place = who.at(block)
            if place is None or (kind and place[SEGMENTS.index(kind)] != cell["segment"]):
                continue
            key = (
                (name, who, cell["end"] - WEEK + DAY)
                if name == "activated"
                else (name, who, cell["start"], cell["end"])
            )
            columns.append(self.system.names[key])
        return columns

    def _edges(self, cell: Row) -> tuple[float, float]:
        if cell["shown"] == "value":
            return cell["numerator"], cell["numerator"]
        unit = 1.0 if METRICS[cell["metric"]].unit == "count" else cell["denominator"]
        low, high = math.ceil(cell["low"] * unit - NEAR), math.floor(cell["high"] * unit + NEAR)
        if cell["segment_kind"] in SEGMENTS:  # what the rule says of a band in a segment
            edge = max(FEW, math.ceil(unit * 0.05)) - 1
            low, high = max(low, 0 if cell["low"] == 0 else unit - edge), min(high, edge if cell["low"] == 0 else unit)
        return low, math.inf if cell["reason"] == "homogeneous" and not cell["segment_kind"] else high

    # -- what must not be known

    def findings(self, *, exact: bool = False, most: int = 10_000) -> Iterator[Finding]:
        """Whatever the system tells of a hidden cell, of a volume, or of somebody who came, left or moved."""
        solver = self.system.solved(exact=exact)
        yield from self._volumes()
        for what, columns, size in list(self._people())[:most]:
            low, high = solver.between(columns)
            if low > size - 1 + NEAR or high < 1 - NEAR:
                yield Finding(what, low, high)
        for cell in self.cells.to_dict("records"):
            if cell["shown"] != "value" and cell["metric"] in ("activation_rate", "engagement_rate", "active_members"):
                yield from self._cell(cell, solver)

    def _people(self) -> Iterator[tuple[str, list[int], int]]:
        """Who came, left or moved: their first and last week in the figures, and each block of theirs."""
        for name, column in self.system.names.items():
            if name[0] == "others" and self.system.most[column]:
                yield f"contributors of {name[1]} who are not counted", [column], int(self.system.most[column])
        blocks = {self.block(week) for week in self.weeks}
        for who in self.classes:
            stays = {block for block, _ in who.places} == blocks and len({place for _, place in who.places}) == 1
            if stays and who.left is None:
                continue
            names = [name for name in self.system.names if name[1] is who and not (len(name) > 3 and who.gone(name[2]))]
            last = {kind: [name for name in names if name[0] == kind] for kind in ("activated", "active", "engaged")}
            for found in last.values():
                for name in {found[0], found[-1], *found[4:5]} if found else ():
                    yield f"{name[0]} {name[2]} of {who.size} {who.places[0][1]}", [self.system.names[name]], who.size

    def _cell(self, cell: Row, solver: Solver) -> Iterator[Finding]:
        columns = self._sum(cell)
        if not columns:
            return
        sizes = sum(self.system.most[column] for column in columns)
        label = self._edges(cell) if cell["shown"] == "band" else (0.0, sizes)
        wide = min(min(label[1], sizes) - label[0], (FEW if cell["segment_kind"] in SEGMENTS else self.k) - 1)
        low, high = solver.between(columns)
        if high - low < wide - NEAR:
            what = " ".join(str(cell[name]) for name in ("metric", "grain", "end", "segment_kind", "segment", "shown"))
            yield Finding(f"{what}, {cell['reason']}", low, high)

    def _volumes(self) -> Iterator[Finding]:
        """Weeks that are hidden, from everything longer and from kinds."""
        cells = self.cells.loc[self.cells["metric"] == "contributions"]
        system = System()
        weeks = {cell["start"]: cell for cell in cells.loc[cells["grain"] == "week"].to_dict("records")}
        for start, cell in weeks.items():
            column = system.var(("volume", start), 1e6)  # without a bound, the solver cannot tell far from nowhere
            if cell["shown"] == "value":
                system.say({column: 1}, cell["value"], cell["value"])
        for cell in cells.loc[(cells["grain"] != "week") & (cells["segment_kind"] == "")].to_dict("records"):
            self._longer(system, weeks, cell, cell["value"])
        for (_, start, end), kinds in cells.loc[cells["segment_kind"] == "kind"].groupby(["grain", "start", "end"]):
            self._longer(system, weeks, {"start": start, "end": end, "shown": "value"}, kinds["value"].sum())
        self._questions(system, weeks)
        hidden = [start for start, cell in weeks.items() if cell["shown"] == "hidden"]
        solver = system.solved() if hidden and system.rows else None
        for days in self._remainders(hidden) if solver else ():
            low, high = solver.between([system.names["volume", day] for day in days]) if solver else (0, 0)
            if high - low < self.k or low > 0:
                yield Finding(f"volume of {' '.join(map(str, days))}", low, high)

    def _remainders(self, hidden: list[date]) -> Iterator[list[date]]:
        """The hidden weeks, each by itself and those of a block together."""
        yield from ([day] for day in hidden)
        for block in sorted({self.block(day) for day in hidden}):
            together = [day for day in hidden if self.block(day) == block]
            if len(together) > 1:
                yield together

    def _questions(self, system: System, weeks: dict[date, Row]) -> None:
        """Questions are contributions: more of them were asked than the shown weeks hold, so the hidden ones hold some.

        A question may be deleted between two figures, so of those who were asked one counts at least as many.
        """
        asked = {start: system.var(("question", start), 1e6) for start in weeks}
        for start, column in asked.items():
            system.say({system.names["volume", start]: 1, column: -1}, 0, math.inf)
        blocks = self.cells.loc[(self.cells["segment_kind"] == "kind") & (self.cells["grain"] == "4w")]
        for start in sorted(set(blocks["start"])):
            kinds = blocks.loc[blocks["start"] == start]
            told: dict[str, float] = dict(zip(kinds["segment"], kinds["value"], strict=True))
            most, end = told.get("question", told.get("other", 0.0)), start + BLOCK
            inside = [day for day in weeks if start <= day < end and weeks[day]["shown"] == "value"]
            system.say({asked[day]: 1.0 for day in inside}, told.get("question", 0.0), most)
        for cell in self.cells.loc[self.cells["metric"] == "answered_72h"].to_dict("records"):
            if cell["shown"] == "value":
                inside = [day for day in weeks if cell["start"] <= day <= cell["end"]]
                system.say({asked[day]: 1.0 for day in inside}, cell["denominator"], math.inf)

    def _longer(self, system: System, weeks: dict[date, Row], cell: Row, value: float) -> None:
        """A longer period is the sum of its shown weeks; what it holds beyond them is of those that are not."""
        inside = [start for start in weeks if cell["start"] - WEEK < start <= cell["end"]]
        beyond = value - sum(weeks[start]["value"] for start in inside if weeks[start]["shown"] == "value")
        if cell["shown"] == "value" and beyond > NEAR:
            terms = {system.names["volume", start]: 1.0 for start in inside}
            system.say(terms, value, value)


def everything(folder: Path) -> pd.DataFrame:
    """Every cell of every metric of a data folder, as the command, its CSV and the page give them."""
    files = sorted(reading.cubes_folder(folder).glob("*.parquet"))
    return pd.concat([pd.read_parquet(file) for file in files], ignore_index=True)


def together(publishings: list[pd.DataFrame]) -> pd.DataFrame:
    """What several publishings said, each different thing once."""
    every = pd.concat(publishings, ignore_index=True)
    return every.drop_duplicates([*COLUMNS]).reset_index(drop=True)


def main() -> int:
    """Attack a data folder, or random companies."""
    from tests.analytics.companies import living

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=300)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--exact", action="store_true")
    parser.add_argument("--data", type=Path)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        data = asked.data or Path(folder)
        cells = everything(data) if asked.data else together(list(living(data, asked.seed, asked.people)))
        attack = Attack(data, cells)
        found = list(attack.findings(exact=asked.exact))
    print(f"{len(attack.classes)} classes, {len(attack.system.most)} unknowns, {len(found)} findings")  # noqa: T201
    for finding in found:
        print(f"{finding.what}: {finding.low:.1f} to {finding.high:.1f}")  # noqa: T201
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
