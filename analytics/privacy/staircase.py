"""People counted together with those who were counted before: no step of a figure reveals what one person did.

All figures of a block are about the same people (``analytics/roster.py``), each leaves at least k on either side, and
so nobody is known. Between blocks people come and go, and some things could still reveal them:

- *Activation adds up.* When so many leave and the number falls by as many, all who left had come in, and of those who
  came since nobody has. Such a step, and the one beside it, is shown as a range of k numbers, and so is what follows
  until the number has come to the end of that range.
- *Who comes in is active that week*: where fewer than k were active, the number stays at what it was, and moves in a
  later week, together with at least k others. With a new roster it cannot stay, and is a range or hidden.
- *Who left during a block* can have done nothing in its later weeks; when the four weeks hold no more people than one
  of those weeks, they did nothing in the first either. Then the four weeks are hidden, as they are where they would
  narrow one of their weeks that is shown as a range.
- *Few or nearly all*: fewer than k who did, or who did not, are shown as just that.
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
    """What was last published of a growing number: at least how many, of which people.

    Attributes:
        high: the upper edge of a range published since, between two rosters; 0: none.
        ranged: the people whom that range was about.
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
    """Rulings on a number of people that only grows, period by period.

    Args:
        cells: ``end``, ``numerator``, ``denominator`` and ``first`` (how many did anything in the period), ordered by
            end. Where a number stays as published before, the cell gets that number.
        earlier: what was published of the same number before, of the same grain.
        roster: the people counted at an end.
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
    them, whole = cell["numerator"], cell["denominator"]
    ruling = rule_size(whole, k)
    if ruling == SHOWN and step is not None:
        ruling = _rule_step(them, step, people, k if cell["first"] < k else SURE)
    if ruling.shown != Shown.HIDDEN and (edge := _rule_few(them, whole, 0, whole, k)) is not None:
        return edge
    return _between(step, people, whole, k) if ruling.shown == Shown.BAND else ruling


def _last(earlier: pd.DataFrame, roster: Roster) -> _Step | None:
    step: _Step | None = None
    for cell in earlier.sort_values("end").to_dict("records"):
        ruling = Ruling(Shown(cell["shown"]), Reason(cell["reason"]), cell["low"], cell["high"])
        step = _next(step, ruling, cell["numerator"], cell["denominator"], roster(cell["end"]))
    return step


def _next(step: _Step | None, ruling: Ruling, them: float, whole: float, people: set[str]) -> _Step | None:
    if ruling.shown == Shown.HIDDEN or (step is None and ruling.reason == Reason.COMPLEMENT):
        return step
    if step is not None and ruling.reason == Reason.COMPLEMENT:
        return replace(step, high=round((ruling.high or 0) * whole), ranged=frozenset(people))
    if ruling.shown == Shown.BAND:
        return _Step(round((ruling.low or 0) * whole), people, exact=False)
    return _Step(them, people, exact=True)


def _rule_step(them: float, step: _Step, people: set[str], sure: int) -> Ruling:
    """The ruling on the step from what was last published.

    Args:
        them: the number now.
        step: what was last published.
        people: whom the number is about.
        sure: as far must it have moved under a new roster; k where fewer than k were active, for they moved it.
    """
    gone, come = len(step.people - people), len(people - step.people)
    moved = them - step.low + gone
    if moved < 0:  # the published number has turned out too high: it is published again once it is true again
        return Ruling(Shown.HIDDEN, Reason.COMPLEMENT)
    narrows = them + len(step.ranged - people) < step.high  # it only grows, so the range would end here
    if narrows or ((gone or come) and moved < sure):
        return Ruling(Shown.BAND, Reason.COMPLEMENT)
    return SHOWN if sure == SURE or not (gone or come) else Ruling(Shown.HIDDEN, Reason.COMPLEMENT)


def _between(step: _Step | None, people: set[str], whole: float, k: int) -> Ruling:
    low = max(0.0, step.low - len(step.people - people)) if step else 0.0
    high = min(whole, low + k - 1)
    return Ruling(Shown.BAND, Reason.COMPLEMENT, low / whole, high / whole)


def _rule_few(them: float, whole: float, gone: float, unit: float, k: int) -> Ruling | None:
    """A range where fewer than k did, or did not of those who were sure to be able to.

    Its edges use public knowledge only: whether those who left were among the ``whole`` stays hidden.

    Args:
        them: how many did.
        whole: of how many, as published.
        gone: how many of the roster had left before the period.
        unit: what one of the figure is: 1 for a count, the whole for a share.
        k: the smallest group.
    """
    if them < k:
        return Ruling(Shown.BAND, Reason.K, 0.0, (k - 1) / unit)
    if them <= whole - gone - k:
        return None
    return Ruling(Shown.BAND, Reason.HOMOGENEOUS, max(0.0, whole - gone - k + 1) / unit, whole / unit)


@dataclass(frozen=True, slots=True)
class Within:
    """What is known of the people who count when distinct people of them are ruled on.

    Attributes:
        activation: its published weeks.
        weeks: the published weeks of the number itself, which its blocks must not narrow.
        counted: the figure is the number itself; else a share of those who have activated, which reveals them too.
        k: the smallest group.
    """

    activation: dict[date, Record]
    weeks: dict[date, Record]
    counted: bool
    k: int

    def rule(self, cell: Record) -> Ruling:
        """The ruling on a cell.

        Args:
            cell: ``start``, ``end``, ``numerator``, ``first`` (how many of the roster had left before the period
                began) and ``second`` (how many had by its end).
        """
        activation, them = self.activation.get(cell["end"]), cell["numerator"]
        if activation is None:
            return Ruling(Shown.HIDDEN, Reason.K)
        reason = Reason(activation["reason"])
        if self.counted and activation["shown"] == Shown.BAND and reason == Reason.K:
            return Ruling(Shown.BAND, Reason.K, 0.0, self.k - 1.0) if them < self.k else Ruling(Shown.HIDDEN, Reason.K)
        if activation["shown"] != Shown.VALUE and not (self.counted and reason == Reason.HOMOGENEOUS):
            return Ruling(Shown.HIDDEN, reason)
        # Close to all, the number stays hidden: the least that everyone can know stands for it.
        whole = fewest(activation)
        if (size := rule_size(whole, self.k)) != SHOWN:
            return size
        edge = _rule_few(them, whole, cell["first"], 1.0 if self.counted else whole, self.k)
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
        """Between which numbers a week is known to lie."""
        if week["shown"] == Shown.VALUE:
            return week["numerator"], week["numerator"]
        if week["shown"] == Shown.HIDDEN:
            return 0.0, math.inf
        unit = 1.0 if self.counted else week["denominator"]
        return round(week["low"] * unit), round(week["high"] * unit)


def fewest(activation: Record) -> float:
    """At least how many have activated, as a published cell says."""
    return _edge(activation, "low")


def most(activation: Record) -> float:
    """At most how many have activated, as a published cell says; none where it says nothing."""
    return _edge(activation, "high")


def _edge(activation: Record, edge: str) -> float:
    if activation["shown"] == Shown.VALUE:
        return float(activation["numerator"])
    return 0.0 if activation["shown"] == Shown.HIDDEN else float(round(activation[edge] * activation["denominator"]))


def by_end(cells: pd.DataFrame) -> dict[date, Record]:
    """Cells by their last day."""
    return {cell["end"]: cell for cell in cells.to_dict("records")}
