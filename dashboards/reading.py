"""Readings: for a metric and the period a reader chose, the figure of now and the one it is compared with."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from dashboards.cells import Cell, current, ending, preceding
from dashboards.source import Measure
from dashboards.visit import Visit
from dashboards.wording import within_margin

#: Where a metric has no cube of the grain asked for, the nearest grain speaks, under its own dates.
_NEAREST = {
    "week": ("week", "4w", "12w", "launch"),
    "4w": ("4w", "week", "12w", "launch"),
    "12w": ("12w", "4w", "week", "launch"),
    "launch": ("launch", "12w", "4w", "week"),
}
_WINDOWS = {"7d": 7, "28d": 28}
_MANY = 100  # people from which a share needs no interval (privacy rule 9)


@dataclass(frozen=True, slots=True)
class Reading:
    """What a figure says now and said before.

    Attributes:
        grain: the grain of both cells, which may not be the one asked for.
        now: the latest finished period, or the running one while none is finished; none before the first fact.
        before: the equal period just before; none where there is none.
    """

    measure: Measure
    grain: str
    now: Cell | None
    before: Cell | None

    @property
    def interval(self) -> tuple[float, float] | None:
        """The interval where it says something: for a sample of items, and for a share of fewer than a hundred people.

        Communities and animateurs are all counted, and so is a large company: their shares are no estimates.
        """
        if self.now is None or self.measure.subject not in ("items", "people"):
            return None
        return self.now.interval if self.measure.subject == "items" or self.now.n < _MANY else None

    @property
    def unsure(self) -> bool:
        """Whether the movement may be chance: the figure has an interval, and that of before overlaps it."""
        return self.interval is not None and self.before is not None and within_margin(self.interval, self.before)

    @property
    def target(self) -> float | None:
        """The target of a period of this length: one that is meant for four weeks says nothing of a year."""
        meant = self.measure.target_grain
        return self.measure.target if meant in ("", self.grain) else None

    @property
    def gap(self) -> float | None:
        """How far below its target a figure is, as a share of the target; negative when it is above."""
        target = self.target
        if not target or self.now is None or self.now.value is None:
            return None
        return (target - self.now.value) / target

    @property
    def reached(self) -> bool:
        return self.gap is not None and self.gap <= 0


def read(visit: Visit, name: str) -> Reading:
    """The reading of the whole organisation for the visit's period."""
    measure = visit.source.measure(name)
    for grain in _NEAREST[visit.address.period.grain]:
        cells = visit.source.cells(name, grain)
        now = current(cells)
        if now is not None:
            return Reading(measure, grain, now, _before(visit, cells, now) if grain != "launch" else None)
    return Reading(measure, visit.address.period.grain, None, None)


def _before(visit: Visit, cells: list[Cell], now: Cell) -> Cell | None:
    """The equal period before, but for one that began before the launch: it had fewer days to be filled."""
    before, launch = preceding(cells, now), visit.source.state().launch
    return None if before and launch and before.start < monday(launch) else before


def monday(day: date) -> date:
    """The first day of a day's week: figures of weeks begin there."""
    return day - timedelta(days=day.weekday())


def read_active(visit: Visit) -> Reading:
    """Members active in the window that fits the period, on the last day the other figures speak of."""
    window = visit.address.period.window
    cells = [cell for cell in visit.source.cells("active_members", "day", "window") if cell.segment == window]
    anchor = read(visit, "engagement_rate").now
    now = (ending(cells, anchor.end) if anchor else None) or current(cells)
    compared = now is not None and bool(visit.address.period.against)
    before = ending(cells, now.end - timedelta(days=_WINDOWS[window])) if now and compared else None
    return Reading(visit.source.measure("active_members"), "day", now, before)
