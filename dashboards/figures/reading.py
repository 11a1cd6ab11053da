"""Readings: for a metric and the period a reader chose, the figure of now and the one it is compared with."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from analytics.cell import Shown
from analytics.metric import Metric, Subject
from dashboards.figures.cells import Cell, current, preceding, within_margin
from dashboards.figures.visit import Visit

#: Where a metric has no cube of the grain asked for, the nearest grain speaks, under its own dates.
NEAREST = {
    "week": ("week", "4w", "12w", "launch"),
    "4w": ("4w", "week", "12w", "launch"),
    "12w": ("12w", "4w", "week", "launch"),
    "launch": ("launch", "12w", "4w", "week"),
}
LEADING = "activation_rate"  # whose period is the page's: no other figure is about later days
_MANY = 100  # people from which a share needs no interval: it is then narrower than 20 points


@dataclass(frozen=True, slots=True)
class Reading:
    """What a figure says now and said before.

    Attributes:
        grain: the grain of both cells, which may not be the one asked for.
        now: the latest published period, none later than the page's; none before the first one is over.
        before: the preceding period, if there is one.
    """

    measure: Metric
    grain: str
    now: Cell | None
    before: Cell | None

    @property
    def interval(self) -> tuple[float, float] | None:
        """The interval where it says something: for a sample of items, and for a share of fewer than a hundred people.

        Communities and animateurs are all counted, and so is a large company: their shares are not estimates.
        """
        subject = self.measure.subject
        if self.now is None or self.now.shown is not Shown.VALUE or subject not in (Subject.ITEMS, Subject.PEOPLE):
            return None
        return self.now.interval if subject is Subject.ITEMS or self.now.n < _MANY else None

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
        """Whether the target is reached, by a number or by a whole range."""
        if self.now is not None and self.now.shown is Shown.BAND:
            return bool(self.target) and (self.now.low or 0) >= (self.target or 0)
        return self.gap is not None and self.gap <= 0


def read(visit: Visit, name: str) -> Reading:
    """The reading of the whole organisation for the visit's period."""
    measure, chosen = visit.source.measure(name), visit.address.period
    end = None if name == LEADING else page_end(visit)
    for grain in NEAREST[chosen.grain]:
        cells = [cell for cell in _cells(visit, measure, grain) if end is None or cell.end <= end]
        now = current(cells)
        if now is not None:
            return Reading(measure, grain, now, _before(visit, cells, now) if chosen.against else None)
    return Reading(measure, chosen.grain, None, None)


def _cells(visit: Visit, measure: Metric, grain: str) -> list[Cell]:
    """The cells of the whole organisation; those of a figure that looks back are filed by their window."""
    return visit.source.cells(measure.name, grain, "window" if measure.looks_back else "")


def page_period(visit: Visit) -> Cell | None:
    """The period that the page speaks of, which is that of its leading figure; none before the first figures."""
    return read(visit, LEADING).now


def page_end(visit: Visit) -> date | None:
    """The last day that the page speaks of; none before the first figures."""
    now = page_period(visit)
    return None if now is None else now.end


def last_week(visit: Visit) -> Cell | None:
    """The last week of the leading figure, whatever the page's period; none before the first figures."""
    return max(visit.source.cells(LEADING, "week"), key=lambda week: week.end, default=None)


def first_day(visit: Visit, weeks: int, lag: timedelta = timedelta()) -> date | None:
    """When the first figure over so many weeks comes: the day after they are over; none before the launch is known.

    Args:
        visit: whose page asks.
        weeks: how many weeks the figure is about.
        lag: how long after them it is published.
    """
    launch = visit.source.state().launch
    published = visit.source.cells(LEADING, "week")
    if launch is None and not published:
        return None
    begun = published[0].start if published else monday(launch or visit.today)
    return begun + timedelta(weeks=weeks) + lag


def next_figures(visit: Visit) -> date:
    """The Monday on which the next week is over, seen from the day up to which activity was read."""
    until = visit.source.state().until
    day = visit.today if until is None else until + timedelta(days=1)
    return monday(day) + timedelta(weeks=1)


def _before(visit: Visit, cells: list[Cell], now: Cell) -> Cell | None:
    """The period before, but for one that began before the launch: it had fewer days to be filled."""
    before, launch = preceding(cells, now), visit.source.state().launch
    return None if before and launch and before.start < monday(launch) else before


def monday(day: date) -> date:
    """The first day of a day's week: figures of weeks begin there."""
    return day - timedelta(days=day.weekday())
