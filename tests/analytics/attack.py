"""An attack on everything published, by someone who knows the directory: who works there, who came and left, and when.

Every cell of every publishing becomes a row of one linear system. Its unknowns are the numbers of people of each class
(people whom the directory cannot tell apart) who had activated, were active and were engaged, week by week and block by
block. A value is an equation, and a range is an inequality. For each hidden cell, and for everyone who came, left or
moved, the attack solves for the least and the greatest possible number.

    python -m tests.analytics.attack --people 300 --seed 1       a random company
    python -m tests.analytics.attack --data var/demo             the figures of a data folder
"""

from __future__ import annotations

import argparse
import math
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pandas as pd

from analytics.cell import COLUMNS, SEGMENTS
from analytics.metric import METRICS
from analytics.published import reading
from analytics.roster import read_people, read_roster
from tests.analytics.solving import NEAR, ContradictionError, Finding, Limit, Question, Solver, System, Var

Row = dict[Hashable, Any]
WEEK, BLOCK, DAY = timedelta(weeks=1), timedelta(weeks=4), timedelta(days=1)
FEW = 5
_OF_PEOPLE = ("activation_rate", "engagement_rate", "active_members")


@dataclass(frozen=True, slots=True)
class PeopleClass:
    """People whom the directory cannot tell apart: the same segments in each block, and the same last day."""

    places: tuple[tuple[date, tuple[str, ...]], ...]
    left: date | None
    size: int

    def at(self, block: date) -> tuple[str, ...] | None:
        return dict(self.places).get(block)

    def gone(self, start: date) -> bool:
        return self.left is not None and self.left <= start


@dataclass(frozen=True, slots=True)
class Contributed:
    """The number of contributions of a kind by a person in a week, which that person knows.

    Attributes:
        counted: whether the person is one of those who are counted.
    """

    week: date
    person: str
    kind: str
    count: int
    counted: bool


class Attack:
    """Everything published from a data folder, and everything that its directory says.

    Args:
        folder: the data folder, as it is after the last publishing.
        cells: every cell that was ever published, once for each value that it had.
        done: what was written, if its authors attack too; each knows their own contributions.
    """

    def __init__(self, folder: Path, cells: pd.DataFrame, done: Sequence[Contributed] = ()) -> None:
        self.folder, self.k = folder, reading.freshness(folder).k
        self.cells, self.done = cells, done
        self.undecided: list[str] = []
        self.asked = 0
        weeks = cells.loc[(cells["metric"] == "activation_rate") & (cells["grain"] == "week")]
        self.weeks = sorted(set(weeks["start"]))
        self.first: date = self.weeks[0]
        self.classes = list(self._alike())
        self.system = System()
        self._lives()
        self._published()
        self._contributors()

    def block(self, day: date) -> date:
        blocks: int = (day - self.first) // BLOCK
        return self.first + blocks * BLOCK

    def _alike(self) -> Iterator[PeopleClass]:
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
            yield PeopleClass(where, day, size)

    # -- relations that hold in every company

    def _lives(self) -> None:
        for who in self.classes:
            before: int | None = None
            for week in self.weeks:
                if who.at(self.block(week)) is None:
                    continue
                before = self._week(who, week, before)
            for block, _ in who.places:
                self._block(who, block)

    def _week(self, who: PeopleClass, week: date, before: int | None) -> int:
        system, able = self.system, 0.0 if who.gone(week) else float(who.size)
        activated = system.var(("activated", who, week), who.size)
        active, engaged = (system.var((name, who, week, week + WEEK - DAY), able) for name in ("active", "engaged"))
        system.say({active: 1, engaged: -1}, 0, math.inf)
        system.say({activated: 1, active: -1}, 0, math.inf)
        if before is not None:
            system.say({activated: 1, before: -1}, 0, 0 if who.gone(week) else math.inf)
            system.say({active: 1, activated: -1, before: 1}, 0, math.inf)
        return activated

    def _block(self, who: PeopleClass, block: date) -> None:
        weeks = [week for week in self.weeks if self.block(week) == block]
        if len(weeks) < 4:
            return
        system, totals = self.system, {}
        for name in ("active", "engaged"):
            totals[name] = system.var((name, who, block, block + BLOCK - DAY), who.size)
            parts = [system.names[name, who, week, week + WEEK - DAY] for week in weeks]
            for part in parts:
                system.say({totals[name]: 1, part: -1}, 0, math.inf)
            system.say({totals[name]: 1, **dict.fromkeys(parts, -1.0)}, -math.inf, 0)
        system.say({totals["active"]: 1, totals["engaged"]: -1}, 0, math.inf)
        system.say({system.names["activated", who, weeks[-1]]: 1, totals["active"]: -1}, 0, math.inf)

    # -- equations and inequalities from the cells

    def _published(self) -> None:
        unchanged = self._unchanged_weeks()
        for cell in self.cells.to_dict("records"):
            if cell["metric"] in _OF_PEOPLE:
                columns = self._sum(cell)
                if columns is not None and cell["shown"] != "hidden":
                    low, high = self._edges(cell)
                    is_old = cell["metric"] == "activation_rate" and cell["end"] in unchanged
                    is_old = is_old and not cell["segment_kind"]
                    self.system.say(dict.fromkeys(columns, 1.0), low, math.inf if is_old else high)

    def _contributors(self) -> None:
        """Add that at least k counted people engaged in a week whose volume is shown, or hidden for its dominance."""
        weeks = self.cells.loc[(self.cells["metric"] == "contributions") & (self.cells["grain"] == "week")]
        for cell in weeks.loc[(weeks["shown"] == "value") | (weeks["reason"] == "dominance")].to_dict("records"):
            names = [("engaged", who, cell["start"], cell["end"]) for who in self.classes]
            terms = {self.system.names[name]: 1.0 for name in names if name in self.system.names}
            self.system.say(terms, self.k, math.inf)

    def _unchanged_weeks(self) -> set[date]:
        """Return the ends of weeks with so few active people that the published activation is an earlier week's."""
        active = self.cells.loc[(self.cells["metric"] == "active_members") & (self.cells["grain"] == "week")]
        few = (active["shown"] == "hidden") | (active["reason"] == "k")
        return set(active.loc[few, "end"])

    def _sum(self, cell: Row) -> list[int] | None:
        """Return the unknowns that a cell adds up."""
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
        if cell["segment_kind"] in SEGMENTS:  # bands are wider in segments
            edge = max(FEW, math.ceil(unit * 0.05)) - 1
            low, high = max(low, 0 if cell["low"] == 0 else unit - edge), min(high, edge if cell["low"] == 0 else unit)
        return low, math.inf if cell["reason"] == "homogeneous" and not cell["segment_kind"] else high

    # -- facts that must stay unknown

    def findings(self, *, exact: bool = False, limit: Limit | None = None) -> Iterator[Finding]:
        """Yield every fact about a few people that one cell states, or that follows from all cells together."""
        yield from SingleCells(self.cells, self.k, self.done).findings()
        yield from self._crowds()
        try:
            yield from self._solved(self.system, [*self._people(), *self._hidden()], exact, limit)
            yield from self._volumes()
        except ContradictionError as error:
            yield Finding(str(error), math.nan, math.nan)

    def _crowds(self) -> Iterator[Finding]:
        """Yield the blocks whose counted people differ from the block before by fewer than k."""
        blocks = sorted({self.block(week) for week in self.weeks})
        for before, block in pairwise(blocks):
            changed = sum(who.size for who in self.classes if who.at(before) != who.at(block))
            enough = sum(who.size for who in self.classes if who.at(before) is not None) >= 2 * self.k
            if enough and 0 < changed < self.k:
                yield Finding(f"{block} counts other people than {before}", changed, changed)

    def _solved(
        self, system: System, questions: Sequence[Question], exact: bool = False, limit: Limit | None = None
    ) -> Iterator[Finding]:
        solver = Solver(system, questions, exact=exact, limit=limit)
        yield from solver.findings()
        self.undecided += solver.undecided
        self.asked += len(questions)

    def _people(self) -> Iterator[Question]:
        """Yield questions about those who came, left or moved, in their first and last weeks and in their blocks."""
        blocks = {self.block(week) for week in self.weeks}
        for who in self.classes:
            stays = {block for block, _ in who.places} == blocks and len({place for _, place in who.places}) == 1
            if stays and who.left is None:
                continue
            names = [name for name in self.system.names if name[1] is who and not (len(name) > 3 and who.gone(name[2]))]
            for kind in ("activated", "active", "engaged"):
                same = [name for name in names if name[0] == kind]
                for name in {same[0], same[-1], *same[4:5]} if same else ():
                    yield self._of_some(name, who)

    def _of_some(self, name: Var, who: PeopleClass) -> Question:
        """Ask whether all of a class, and none of it, may have done something."""
        what = f"{name[0]} {name[2]} of {who.size} {who.places[0][1]}"
        return Question(
            what, [self.system.names[name]], lambda low, high: low <= who.size - 1 + NEAR and high >= 1 - NEAR
        )

    def _hidden(self) -> Iterator[Question]:
        """Yield a question for each hidden cell and each range: may the number be anything that its label allows?"""
        for cell in self.cells.to_dict("records"):
            if cell["shown"] != "value" and cell["metric"] in _OF_PEOPLE and (columns := self._sum(cell)):
                what = " ".join(
                    str(cell[name]) for name in ("metric", "grain", "end", "segment_kind", "segment", "shown", "reason")
                )
                yield Question(what, columns, self._wide(cell, columns))

    def _wide(self, cell: Row, columns: list[int]) -> Callable[[float, float], bool]:
        sizes = sum(self.system.most[column] for column in columns)
        label = self._edges(cell) if cell["shown"] == "band" else (0.0, sizes)
        wide = min(min(label[1], sizes) - label[0], (FEW if cell["segment_kind"] in SEGMENTS else self.k) - 1)
        if cell["shown"] == "hidden" and cell["reason"] == "complement":
            wide = min(wide, self._smallest_beside(cell))
        return lambda low, high: high - low >= wide - NEAR

    def _smallest_beside(self, cell: Row) -> float:
        """Return the size of the smallest segment beside a hidden one, which bounds how much can stay open."""
        kind, block, counted = cell["segment_kind"], self.block(cell["end"]), Counter[str]()
        for who in self.classes:
            if kind in SEGMENTS and (place := who.at(block)) is not None:
                counted[place[SEGMENTS.index(kind)]] += who.size
        return min(counted.values(), default=math.inf)

    def _volumes(self) -> Iterator[Finding]:
        """Yield the hidden weeks' volumes that follow from longer periods and from kinds."""
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
        questions = [
            Question(
                f"volume of {' '.join(map(str, days))}",
                [system.names["volume", day] for day in days],
                lambda low, high: high - low >= self.k and low <= 0,
            )
            for days in self._remainders(hidden)
        ]
        yield from self._solved(system, questions) if questions and system.rows else ()

    def _remainders(self, hidden: list[date]) -> Iterator[list[date]]:
        """Yield the hidden weeks, each alone and those of a block together."""
        yield from ([day] for day in hidden)
        for block in sorted({self.block(day) for day in hidden}):
            together = [day for day in hidden if self.block(day) == block]
            if len(together) > 1:
                yield together

    def _questions(self, system: System, weeks: dict[date, Row]) -> None:
        """Add what published numbers of questions say about hidden weeks, as questions are contributions.

        A question may be deleted between two publishings, so an earlier figure gives a least number only.
        """
        questions = {start: system.var(("question", start), 1e6) for start in weeks}
        for start, column in questions.items():
            system.say({system.names["volume", start]: 1, column: -1}, 0, math.inf)
        blocks = self.cells.loc[(self.cells["segment_kind"] == "kind") & (self.cells["grain"] == "4w")]
        for start in sorted(set(blocks["start"])):
            kinds = blocks.loc[blocks["start"] == start]
            by_kind: dict[str, float] = dict(zip(kinds["segment"], kinds["value"], strict=True))
            most, end = by_kind.get("question", by_kind.get("other", 0.0)), start + BLOCK
            inside = [day for day in weeks if start <= day < end and weeks[day]["shown"] == "value"]
            system.say({questions[day]: 1.0 for day in inside}, by_kind.get("question", 0.0), most)
        for cell in self.cells.loc[self.cells["metric"] == "answered_72h"].to_dict("records"):
            if cell["shown"] == "value":
                inside = [day for day in weeks if cell["start"] <= day <= cell["end"]]
                system.say({questions[day]: 1.0 for day in inside}, cell["denominator"], math.inf)

    def _longer(self, system: System, weeks: dict[date, Row], cell: Row, value: float) -> None:
        """Add the sum of a longer period: anything beyond its shown weeks belongs to the hidden ones."""
        inside = [start for start in weeks if cell["start"] - WEEK < start <= cell["end"]]
        beyond = value - sum(weeks[start]["value"] for start in inside if weeks[start]["shown"] == "value")
        if cell["shown"] == "value" and beyond > NEAR:
            terms = {system.names["volume", start]: 1.0 for start in inside}
            system.say(terms, value, value)


class SingleCells:
    """Facts about a few people that a single cell states."""

    def __init__(self, cells: pd.DataFrame, k: int, done: Sequence[Contributed]) -> None:
        self.cells, self.k, self.done = cells, k, done

    def findings(self) -> Iterator[Finding]:
        for cell in self.cells.loc[self.cells["shown"] == "value"].to_dict("records"):
            if cell["metric"] in _OF_PEOPLE and cell["grain"] in ("week", "4w") and not self._of_enough(cell):
                yield Finding(f"{_named(cell)}, outright", cell["numerator"], cell["numerator"])
            if cell["metric"] == "contributions" and self.done and (few := self._of_few(cell)):
                yield Finding(f"{_named(cell)}, {few}", cell["value"], cell["value"])

    def _of_enough(self, cell: Row) -> bool:
        """Whether enough people did and did not: k of at least 20 in the organisation, 5 and 5 % in a segment."""
        count = METRICS[cell["metric"]].unit == "count"
        part, people = cell["numerator"], cell["n"] if count else cell["denominator"]
        few = max(FEW, 0.05 * people) if cell["segment_kind"] in SEGMENTS else self.k
        return bool(people >= 20 and few - NEAR <= part <= people - few + NEAR)

    def _of_few(self, cell: Row) -> str:
        """Return why a volume says something about a few people, or an empty text."""
        if cell["grain"] != ("4w" if cell["segment_kind"] else "week"):
            return ""  # longer periods are sums of these
        rows = [row for row in self.done if cell["start"] <= row.week <= cell["end"] and self._is_in(row, cell)]
        totals: Counter[str] = Counter()
        for row in rows:
            totals[row.person] += row.count
        counted, most = {row.person for row in rows if row.counted}, [n for _, n in totals.most_common(2)] + [0, 0]
        if len(counted) < self.k:
            return f"of {len(counted)} people who are counted"
        dominant = most[0] > totals.total() / 2 or most[0] + most[1] > 0.75 * totals.total()
        return "most of it by one or two" if dominant else ""

    def _is_in(self, row: Contributed, cell: Row) -> bool:
        if not cell["segment_kind"]:
            return True
        weekly = self.cells.loc[(self.cells["metric"] == "contributions") & (self.cells["grain"] == "week")]
        if row.week not in set(weekly.loc[weekly["shown"] == "value", "start"]):
            return False
        kinds = self.cells.loc[(self.cells["segment_kind"] == "kind") & (self.cells["grain"] == "4w")]
        same = kinds.loc[kinds["start"] == cell["start"]]
        named = set(same["segment"]) - {"other"}
        return row.kind == cell["segment"] or (cell["segment"] == "other" and row.kind not in named)


def _named(cell: Row) -> str:
    return " ".join(str(cell[name]) for name in ("metric", "grain", "end", "segment_kind", "segment"))


def everything(folder: Path) -> pd.DataFrame:
    """Return every cell of every metric of a data folder, as the command, its CSV and the page show them."""
    files = sorted(reading.cubes_folder(folder).glob("*.parquet"))
    return pd.concat([pd.read_parquet(file) for file in files], ignore_index=True)


def together(publishings: list[pd.DataFrame]) -> pd.DataFrame:
    """Return the cells of several publishings without repetitions."""
    cells = pd.concat(publishings, ignore_index=True)
    return cells.drop_duplicates([*COLUMNS]).reset_index(drop=True)


def main() -> int:
    """Attack a data folder or a random company; print the findings and the questions that ran out of time."""
    from tests.analytics.companies import living

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=300)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--exact", action="store_true", help="whole numbers only: finds more, and takes longer")
    parser.add_argument("--minutes", type=float, default=10.0, help="for the solving, all together")
    parser.add_argument("--data", type=Path)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        data = options.data or Path(folder)
        cells = everything(data) if options.data else together(list(living(data, options.seed, options.people)))
        attack = Attack(data, cells)
        _print(f"{len(cells)} cells, {len(attack.classes)} classes of people, {len(attack.system.most)} unknowns")
        total = 0
        for finding in attack.findings(exact=options.exact, limit=Limit(options.minutes * 60, 60.0)):
            total += 1
            _print(f"{finding.what}: {finding.low:.1f} to {finding.high:.1f}")
    _print(f"{total} findings in {attack.asked} questions; not decided: {len(attack.undecided)}")
    for kind, count in Counter(what.split()[0] for what in attack.undecided).most_common():
        _print(f"not decided: {kind}, {count}")
    return 1 if total else 0


def _print(line: str) -> None:
    print(line, flush=True)  # noqa: T201


if __name__ == "__main__":
    sys.exit(main())
