"""Numbers of people over time: no step from one period to the next reveals what one person did.

All figures of a block are about the same people (``analytics/roster.py``), and each leaves at least k on either side,
so they reveal nobody. Between blocks people join and leave, and then some steps could reveal them:

- *Activation only grows.* If the number falls by as many as left, all who left had activated, and none of those who
  joined since has. Such a step, and the one beside it, is shown as a range of k numbers. So are the following ones,
  until the number reaches the end of that range.
- *Whoever activates is active in that week.* If fewer than k were active, the number stays what it was, and moves in a
  later week, together with at least k others. It cannot stay under a new roster: then it is a range, or hidden.
- *Leavers of a block* did nothing in its weeks after they left. If the four weeks count no more people than one of
  those weeks, they did nothing before either. Then the four weeks are hidden, as they are if they would narrow one of
  their weeks that is shown as a range.
- *Few or nearly all*: if fewer than k people did it, or did not, the figure says only that.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import pandas as pd

from analytics.cell import Reason, Shown
from analytics.periods import Grain
from analytics.privacy.rules import LEAST, SHOWN, Record, Ruling
from analytics.privacy.subtraction import SURE

Roster = Callable[[date], set[str]]  # the people counted in the period that ends on a day


@dataclass(frozen=True, slots=True)
class _Step:
    """The last publication of a growing number.

    Attributes:
        low: the number, or the least that it can be.
        people: the people it was about.
        exact: whether ``low`` is the number itself.
        high: the upper edge of a range published since, between two rosters; 0 if there is none.
        ranged: the people that this range was about.
    """

    low: float
    people: set[str]
    exact: bool
    high: float = 0.0
    ranged: frozenset[str] = frozenset()


def rule_size(people: float, k: int) -> Ruling:
    """Whether there are enough people for k to have done something and k not to."""
    if people < k:
        return Ruling(Shown.HIDDEN, Reason.K)
    return SHOWN if people >= max(2 * k, LEAST) else Ruling(Shown.HIDDEN, Reason.SMALL)


def rule_growing(cells: pd.DataFrame, earlier: pd.DataFrame, roster: Roster, k: int) -> list[Ruling]:
    """Rule on a number of people that only grows, period by period.

    Args:
        cells: ``end``, ``numerator``, ``denominator`` and ``first`` (how many did anything in the period), ordered by
            end. If a number must stay as it was published before, it is written into the cell.
        earlier: the published cells of the same number and grain.
        roster: returns the people counted on a last day.
        k: the smallest group.
    """
    step = _last(earlier, roster)
    rulings = []
    for index, cell in cells.iterrows():
        people, whole = roster(cell["end"]), cell["denominator"]
        if step is not None and step.exact and step.people == people and cell["first"] < k:
            cells.loc[index, "numerator"] = cell["numerator"] = step.low
        ruling = _rule_growing(cell, step, people, k)
        rulings.append(ruling)
        step = _next(step, ruling, cell["numerator"], whole, people)
    return rulings


def _rule_growing(cell: pd.Series[Any], step: _Step | None, people: set[str], k: int) -> Ruling:
    count, whole = cell["numerator"], cell["denominator"]
    ruling = rule_size(whole, k)
    if ruling == SHOWN and step is not None:
        ruling = _rule_step(count, step, people, k if cell["first"] < k else SURE)
    if ruling.shown != Shown.HIDDEN and (edge := _rule_few(count, whole, 0, whole, k)) is not None:
        return edge
    return _between(step, people, whole, k) if ruling.shown == Shown.BAND else ruling


def _last(earlier: pd.DataFrame, roster: Roster) -> _Step | None:
    step: _Step | None = None
    for cell in earlier.sort_values("end").to_dict("records"):
        ruling = Ruling(Shown(cell["shown"]), Reason(cell["reason"]), cell["low"], cell["high"])
        step = _next(step, ruling, cell["numerator"], cell["denominator"], roster(cell["end"]))
    return step


def _next(step: _Step | None, ruling: Ruling, count: float, whole: float, people: set[str]) -> _Step | None:
    if ruling.shown == Shown.HIDDEN or (step is None and ruling.reason == Reason.COMPLEMENT):
        return step
    if step is not None and ruling.reason == Reason.COMPLEMENT:
        return replace(step, high=round((ruling.high or 0) * whole), ranged=frozenset(people))
    if ruling.shown == Shown.BAND:
        return _Step(round((ruling.low or 0) * whole), people, exact=False)
    return _Step(count, people, exact=True)


def _rule_step(count: float, step: _Step, people: set[str], sure: int) -> Ruling:
    """Rule on the step from the last publication.

    Args:
        count: the number now.
        step: the last publication.
        people: the people that the number is about.
        sure: the least that it must have moved under a new roster; k if fewer than k were active, since they moved it.
    """
    gone, joined = len(step.people - people), len(people - step.people)
    moved = count - step.low + gone
    if moved < 0:  # the published number has turned out too high: it is published again once it is true again
        return Ruling(Shown.HIDDEN, Reason.COMPLEMENT)
    narrows = count + len(step.ranged - people) < step.high  # it only grows, so the range would end here
    if narrows or ((gone or joined) and moved < sure):
        return Ruling(Shown.BAND, Reason.COMPLEMENT)
    return SHOWN if sure == SURE or not (gone or joined) else Ruling(Shown.HIDDEN, Reason.COMPLEMENT)


def _between(step: _Step | None, people: set[str], whole: float, k: int) -> Ruling:
    low = max(0.0, step.low - len(step.people - people)) if step else 0.0
    high = min(whole, low + k - 1)
    return Ruling(Shown.BAND, Reason.COMPLEMENT, low / whole, high / whole)


def _rule_few(count: float, whole: float, gone: float, unit: float, k: int) -> Ruling | None:
    """Return a range if fewer than k people did it, or fewer than k of those who certainly could did not.

    Its edges use public knowledge only: nobody learns whether those who left were among the ``whole``.

    Args:
        count: how many people did it.
        whole: the published number of people who are counted.
        gone: how many of the roster had left before the period.
        unit: the divisor of the figure: 1 for a count, the whole for a share.
        k: the smallest group.
    """
    if count < k:
        return Ruling(Shown.BAND, Reason.K, 0.0, (k - 1) / unit)
    if count <= whole - gone - k:
        return None
    return Ruling(Shown.BAND, Reason.HOMOGENEOUS, max(0.0, whole - gone - k + 1) / unit, whole / unit)


@dataclass(frozen=True, slots=True)
class Within:
    """Rules on numbers and shares of distinct activated people, given what is published about them.

    Attributes:
        activation: the published weeks of activation.
        weeks: the published weeks of the number itself, which its blocks must not narrow.
        counted: whether the figure is a number; otherwise it is a share, which reveals how many have activated too.
        k: the smallest group.
    """

    activation: dict[date, Record]
    weeks: dict[date, Record]
    counted: bool
    k: int

    def rule(self, cell: Record) -> Ruling:
        """Rule on a cell.

        Args:
            cell: ``start``, ``end``, ``numerator``, ``first`` (how many of the roster had left before the period
                began) and ``second`` (how many had by its end).
        """
        activation, count = self.activation.get(cell["end"]), cell["numerator"]
        if activation is None:
            return Ruling(Shown.HIDDEN, Reason.K)
        reason = Reason(activation["reason"])
        if self.counted and activation["shown"] == Shown.BAND and reason == Reason.K:
            return Ruling(Shown.BAND, Reason.K, 0.0, self.k - 1.0) if count < self.k else Ruling(Shown.HIDDEN, Reason.K)
        if activation["shown"] != Shown.VALUE and not (self.counted and reason == Reason.HOMOGENEOUS):
            return Ruling(Shown.HIDDEN, reason)
        # If activation is close to everyone, its number is hidden: we use the least that the public knows of it.
        whole = fewest(activation)
        if (size := rule_size(whole, self.k)) != SHOWN:
            return size
        edge = _rule_few(count, whole, cell["first"], 1.0 if self.counted else whole, self.k)
        return edge or self._rule_block(cell)

    def _rule_block(self, cell: Record) -> Ruling:
        if cell["grain"] == Grain.WEEK.value:
            return SHOWN
        edges = [self._edges(week) for end, week in self.weeks.items() if cell["start"] <= end <= cell["end"]]
        most = sum(high for _, high in edges)
        narrowed = any(
            low < high and (cell["numerator"] - (most - high) > low or cell["numerator"] < high) for low, high in edges
        )
        alike = cell["second"] and any(cell["numerator"] < low + SURE for low, high in edges if low == high)
        return Ruling(Shown.HIDDEN, Reason.COMPLEMENT) if narrowed or alike else SHOWN

    def _edges(self, week: Record) -> tuple[float, float]:
        """Return the numbers between which a week is known to lie."""
        if week["shown"] == Shown.VALUE:
            return week["numerator"], week["numerator"]
        if week["shown"] == Shown.HIDDEN:
            return 0.0, math.inf
        unit = 1.0 if self.counted else week["denominator"]
        return round(week["low"] * unit), round(week["high"] * unit)


def fewest(activation: Record) -> float:
    """Return the least number of activated people that a published cell allows."""
    return _edge(activation, "low")


def most(activation: Record) -> float:
    """Return the greatest number of activated people that a published cell allows; 0 if it is hidden."""
    return _edge(activation, "high")


def _edge(activation: Record, edge: str) -> float:
    if activation["shown"] == Shown.VALUE:
        return float(activation["numerator"])
    return 0.0 if activation["shown"] == Shown.HIDDEN else float(round(activation[edge] * activation["denominator"]))


def by_end(cells: pd.DataFrame) -> dict[date, Record]:
    """Return the cells by their last day."""
    return {cell["end"]: cell for cell in cells.to_dict("records")}
