"""Segments, protected so that no subtraction of shown cells reveals a hidden one.

After each cell of a period was ruled on by itself, three checks protect them together:

1. **Complementary suppression** for every total: the organisation minus the shown departments, but also one or more
   sites minus the departments that lie wholly in them. The remainder must be empty or fit to show.
2. **No narrowing**: the sum of a remainder must not narrow a hidden cell or a band that is part of it.
3. **Linear audit**: no weighted sum of shown cells equals a hidden cell, or a combination of segments with fewer than k
   people.

If a check fails, the smallest shown cell that takes part is hidden too, and the checks are repeated.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache

import numpy as np
import numpy.typing as npt
import pandas as pd

from analytics.cell import SEGMENTS, Reason, Shown
from analytics.privacy.rules import FEW, SHOWN, Record, Ruling, few, publish, rule_people, with_shares

Key = tuple[str, str]  # segment kind and segment; ("", "") is the organisation
Period = tuple[str, date, date]  # grain, first and last day
Atom = tuple[tuple[str | None, ...], float, float]  # a combination of the four segments, its people, how many did it
WHOLE: Key = ("", "")
_NEAR = 1e-6
SURE = 2  # at least so many people of a group may have done otherwise, so that nothing is certain about anyone


@dataclass(slots=True)
class Cell:
    """A segment in one period: its people, how many of them did it, and the combinations that it is made of."""

    key: Key
    people: float = 0
    count: float = 0
    atoms: set[int] = field(default_factory=set)
    ruling: Ruling = SHOWN
    sensitive: bool = False  # not fit to show by itself, so no subtraction may reveal it

    @property
    def open(self) -> bool:
        return self.ruling.shown is Shown.VALUE

    def bounds(self) -> tuple[float, float]:
        """Return the numbers between which it is known to lie, even if it is hidden, by anyone who knows the rules."""
        if self.ruling.shown is Shown.BAND:
            edge = max(FEW, np.ceil(self.people * 0.05)) - 1
            return (0, edge) if self.count * 2 < self.people else (self.people - edge, self.people)
        if self.ruling == Ruling(Shown.HIDDEN, Reason.COMPLEMENT):
            return FEW, self.people - FEW
        return 0, self.people


class Cut:
    """All the cells of one period.

    Args:
        atoms: each combination of the four segments that occurs, with its people and how many of them did it.
        k: the smallest group.
    """

    def __init__(self, atoms: Sequence[Atom], k: int) -> None:
        self.k = k
        self.atoms = [atom for atom in atoms if atom[1] > 0]
        self.cells: dict[Key, Cell] = {WHOLE: Cell(WHOLE)}
        self._kinds: dict[str, list[Cell]] = {kind: [] for kind in SEGMENTS}
        self._parts: dict[tuple[Key, str], dict[str, tuple[float, float]]] = defaultdict(dict)
        for place, atom in enumerate(self.atoms):
            self._lay(place, atom)
        for cell in self.cells.values():
            cell.ruling = rule_people(cell.count, cell.people, k)
            cell.sensitive = not cell.open

    def _lay(self, place: int, atom: Atom) -> None:
        segments, people, count = atom
        # People without a department are not a segment, but they belong to every total: their cell is never shown.
        keys = [WHOLE, *((kind, segment or "") for kind, segment in zip(SEGMENTS, segments, strict=True))]
        for key in keys:
            cell = self.cells.get(key)
            if cell is None:
                cell = self.cells[key] = Cell(key)
                self._kinds[key[0]].append(cell)
            cell.people += people
            cell.count += count
            cell.atoms.add(place)
        for parent in keys:
            for kind, segment in keys[1:]:
                if kind != parent[0]:
                    part = self._parts[parent, kind]
                    before = part.get(segment, (0.0, 0.0))
                    part[segment] = (before[0] + people, before[1] + count)

    def protect(self, forbidden: set[Key], earlier: Steps | None = None) -> None:
        """Rule on every cell.

        Args:
            forbidden: the cells that another metric hides and this one would reveal.
            earlier: the earlier publications of a number that only grows; ``None`` if each period counts anew.
        """
        self._rule_alone(forbidden, earlier)
        while (cell := self._next_to_hide()) is not None:
            cell.ruling = Ruling(Shown.HIDDEN, Reason.COMPLEMENT)

    def _rule_alone(self, forbidden: set[Key], earlier: Steps | None) -> None:
        for key, cell in self.cells.items():
            if key == WHOLE:
                cell.ruling, cell.sensitive = SHOWN, False
            elif not key[1]:
                cell.ruling = Ruling(Shown.HIDDEN, Reason.K)
            elif earlier is not None and earlier.reveals(key, cell.count):
                reason = Reason.COMPLEMENT if cell.people >= self.k else Reason.K
                cell.ruling, cell.sensitive = Ruling(Shown.HIDDEN, reason), True
            elif key in forbidden:
                cell.ruling = Ruling(Shown.HIDDEN, Reason.K if cell.sensitive else Reason.COMPLEMENT)

    def _next_to_hide(self) -> Cell | None:
        """Return the next cell to hide, or ``None`` if nothing is revealed."""
        for kind in SEGMENTS:
            for total in self._totals(kind):
                if (cell := self._smallest_taken(total, kind)) is not None:
                    return cell
        return self._smallest_combined()

    def _totals(self, kind: str) -> Iterator[list[Cell]]:
        """Yield sums of shown cells from which segments of a kind can be subtracted: the organisation, and unions.

        A union of another kind's segments starts with those that one segment overlaps. It grows by those that the
        segment which exceeds it least overlaps as well.
        """
        yield [self.cells[WHOLE]]
        for other in SEGMENTS:
            if other != kind:
                unions: set[frozenset[str]] = set()
                for seed in self._kinds[kind]:
                    if seed.open:
                        yield from self._growing(seed, other, unions)

    def _growing(self, seed: Cell, other: str, unions: set[frozenset[str]]) -> Iterator[list[Cell]]:
        kind, union = seed.key[0], set(self._parts[seed.key, other])
        while frozenset(union) not in unions and all(self.cells[other, name].open for name in union):
            unions.add(frozenset(union))
            total = [self.cells[other, name] for name in sorted(union)]
            yield total
            inside = self._inside(total, kind)
            exceeding = [
                self.cells[kind, name] for name, part in inside.items() if part[0] < self.cells[kind, name].people
            ]
            exceeding = [cell for cell in exceeding if cell.open]
            if not exceeding:
                return
            least = min(exceeding, key=lambda cell: (cell.people - inside[cell.key[1]][0], cell.key))
            union |= set(self._parts[least.key, other])

    def _inside(self, total: list[Cell], kind: str) -> dict[str, tuple[float, float]]:
        """Return the people of a sum of cells, and how many of them did it, in each segment of a kind."""
        inside: dict[str, tuple[float, float]] = {}
        for cell in total:
            for name, part in self._parts[cell.key, kind].items():
                before = inside.get(name, (0.0, 0.0))
                inside[name] = (before[0] + part[0], before[1] + part[1])
        return inside

    def _smallest_taken(self, total: list[Cell], kind: str) -> Cell | None:
        """Return the smallest shown segment of a kind in a sum, if subtracting all of them reveals too much."""
        inside = self._inside(total, kind)
        whole = {name for name, part in inside.items() if part[0] == self.cells[kind, name].people}
        taken = [self.cells[kind, name] for name in whole if self.cells[kind, name].open]
        rest = {name: part for name, part in inside.items() if name not in whole or not self.cells[kind, name].open}
        if not taken or not rest or self._fit(kind, rest, whole):
            return None
        return min(taken, key=lambda cell: (cell.people, cell.key))

    def _fit(self, kind: str, rest: dict[str, tuple[float, float]], whole: set[str]) -> bool:
        people, count = (sum(part[at] for part in rest.values()) for at in (0, 1))
        if rule_people(count, people, self.k) != SHOWN:
            return False
        bounds = {
            name: self.cells[kind, name].bounds() if name in whole else (0.0, part[0]) for name, part in rest.items()
        }
        least, most = (sum(bound[at] for bound in bounds.values()) for at in (0, 1))
        return all(
            not self.cells[kind, name].sensitive
            or _stays_wide(bounds[name], count - (most - bounds[name][1]), count - (least - bounds[name][0]))
            for name in rest
            if name in whole
        )

    def _smallest_combined(self) -> Cell | None:
        """Return the smallest shown cell of a sum that equals a hidden cell or a small combination, if there is one."""
        open_cells = [cell for key, cell in self.cells.items() if cell.open and key != WHOLE]
        targets = [sorted(places) for places in self._targets()]
        if not open_cells or not targets:
            return None
        rows = np.ones((len(open_cells) + 1, len(self.atoms)))  # the last row is the organisation
        for row, cell in zip(rows, open_cells, strict=False):
            row[:] = 0
            row[list(cell.atoms)] = 1
        for weights in _weights(rows, targets):
            parts = [cell for cell, weight in zip(open_cells, weights, strict=False) if abs(weight) > _NEAR]
            if parts:
                return min(parts, key=lambda cell: (cell.people, cell.key))
        return None

    def _targets(self) -> Iterator[set[int]]:
        """Yield the sets of combinations that no sum may equal."""
        for cell in self.cells.values():
            if cell.sensitive and len(cell.atoms) < len(self.atoms):
                yield cell.atoms
        for place, atom in enumerate(self.atoms):
            if atom[1] < self.k or few(atom[2], atom[1]):
                yield {place}


def _weights(rows: npt.NDArray[np.float64], targets: list[list[int]]) -> Iterator[npt.NDArray[np.float64]]:
    """Yield weights of the rows for each target that is a weighted sum of rows.

    A target is one exactly if its projection onto the row space is as long as itself. The small Gram matrix of the
    rows is enough to know.
    """
    sizes, directions = np.linalg.eigh(rows @ rows.T)
    kept = sizes > _NEAR * sizes[-1] / len(rows)
    inverse = (directions[:, kept] / sizes[kept]) @ directions[:, kept].T
    overlaps = np.column_stack([rows[:, places].sum(axis=1) for places in targets])
    weights = inverse @ overlaps
    lengths = np.array([len(places) for places in targets])
    for place in np.flatnonzero((overlaps * weights).sum(axis=0) > lengths - _NEAR):
        yield weights[:, place]


def _stays_wide(bounds: tuple[float, float], low: float, high: float) -> bool:
    """Whether the range that a sum leaves is as wide as the range that the rules leave, or wide enough to hide in."""
    width = min(bounds[1], high) - max(bounds[0], low)
    return width >= min(bounds[1] - bounds[0], FEW - 1)


class PublishedSegments:
    """The last publication of each segment of a metric, and the people it was about.

    Args:
        cells: all published cells of the metric.
        roster: returns the people counted on a last day, with their segments.
    """

    def __init__(self, cells: pd.DataFrame, roster: Callable[[date], pd.DataFrame]) -> None:
        self._roster = cache(roster)
        self._last: dict[Key, tuple[float, date]] = {}
        for cell in cells.loc[cells["segment_kind"].isin(SEGMENTS)].sort_values("end").to_dict("records"):
            self._note(cell)

    def _note(self, cell: Record) -> None:
        if cell["shown"] == Shown.HIDDEN:
            return
        is_value = cell["shown"] == Shown.VALUE
        low = cell["numerator"] if is_value else np.ceil(cell["low"] * cell["denominator"] - _NEAR)
        self._last[cell["segment_kind"], cell["segment"]] = (low, cell["end"])

    def steps(self, end: date) -> Steps:
        """Return the steps from the last publication of each segment to the period that ends on a day."""
        return Steps(self, end)

    def crowd(self, key: Key, end: date) -> set[str]:
        """Return the people of a segment on a last day."""
        roster = self._roster(end)
        return set(roster.loc[roster[key[0]] == key[1], "person"])

    def last(self, key: Key) -> tuple[float, date] | None:
        """Return the number last published for a segment, or the least that it can be, and its last day."""
        return self._last.get(key)

    def add(self, cells: pd.DataFrame) -> None:
        """Add the cells that are published now."""
        for cell in cells.to_dict("records"):
            self._note(cell)


@dataclass(frozen=True, slots=True)
class Steps:
    """The steps from the last publications of segments to a new period."""

    published: PublishedSegments
    end: date

    def reveals(self, key: Key, count: float) -> bool:
        """Whether the step would reveal that nearly all leavers of a segment had done it and no newcomer has."""
        last = self.published.last(key)
        if last is None:
            return False
        low, before = last
        old, new = self.published.crowd(key, before), self.published.crowd(key, self.end)
        moved = count - low + len(old - new)
        return moved < 0 or (old != new and moved < SURE)


def protect_segments(
    people: pd.DataFrame, k: int, earlier: PublishedSegments | None = None, within: dict[Period, set[Key]] | None = None
) -> pd.DataFrame:
    """Return the cells of one metric by segment, as they may be published.

    Args:
        people: ``grain``, ``start``, ``end``, the four segments, ``numerator`` and ``denominator``; one row for each
            combination of segments in each of some consecutive blocks.
        k: the smallest group.
        earlier: the earlier publications of the same metric.
        within: the segments withheld, by period, from the metric whose numerator is this one's denominator.
    """
    published: list[pd.DataFrame] = []
    for period, atoms in sorted(_by_period(people).items(), key=lambda item: item[0][2]):
        cut = Cut(atoms, k)
        growing = earlier.steps(period[2]) if earlier is not None and within is None else None
        cut.protect(within.get(period, set()) if within else set(), growing)
        cells = _published({period: cut})
        published.append(cells)
        if earlier is not None:
            earlier.add(cells)
    return pd.concat(published, ignore_index=True) if published else _published({})


def withheld(cells: pd.DataFrame) -> dict[Period, set[Key]]:
    """Return the segments of a metric that were not shown as a value, by period."""
    segments: dict[Period, set[Key]] = defaultdict(set)
    for cell in cells.loc[(cells["segment_kind"] != "") & (cells["shown"] != Shown.VALUE)].to_dict("records"):
        segments[cell["grain"], cell["start"], cell["end"]].add((cell["segment_kind"], cell["segment"]))
    return segments


def _by_period(people: pd.DataFrame) -> dict[Period, list[Atom]]:
    atoms: dict[Period, list[Atom]] = defaultdict(list)
    segments = people[list(SEGMENTS)].astype(object).where(people[list(SEGMENTS)].notna(), None)
    names = segments.itertuples(index=False, name=None)
    periods = people[["grain", "start", "end"]].itertuples(index=False, name=None)
    counts = zip(people["denominator"].astype(float), people["numerator"].astype(float), strict=True)
    for period, combination, (all_, count) in sorted(zip(periods, names, counts, strict=True), key=str):
        atoms[period].append((combination, all_, count))
    return atoms


def _published(cuts: dict[Period, Cut]) -> pd.DataFrame:
    cells = [(*period, *key, cell) for period, cut in cuts.items() for key, cell in sorted(cut.cells.items()) if key[1]]
    columns = ["grain", "start", "end", "segment_kind", "segment", "cell"]
    frame = pd.DataFrame(cells, columns=columns)
    frame["numerator"] = [cell.count for cell in frame["cell"]]
    frame["denominator"] = frame["n"] = [cell.people for cell in frame["cell"]]
    return publish(with_shares(frame.drop(columns="cell")), [cell.ruling for cell in frame["cell"]])
