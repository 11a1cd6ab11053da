"""Readings: for a metric and the chosen period, the present figure and the one it is compared with."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from analytics.cell import Shown
from analytics.metric import Metric, Subject
from dashboards.figures.cells import Cell, current, preceding, within_margin
from dashboards.figures.visit import Visit

#: If a metric has no cells of the chosen grain, those of the nearest grain are shown, with their own dates.
NEAREST = {
    "week": ("week", "4w", "12w", "launch"),
    "4w": ("4w", "week", "12w", "launch"),
    "12w": ("12w", "4w", "week", "launch"),
    "launch": ("launch", "12w", "4w", "week"),
}
LEADING = "activation_rate"  # its period is the page's: no other figure is about later days
_MANY = 100  # people; a share of more needs no interval, which would be narrower than 20 points


@dataclass(frozen=True, slots=True)
class Reading:
    """A figure, now and before.

    Attributes:
        grain: the grain of both cells, which may differ from the chosen one.
        now: the latest published period that is not later than the page's; ``None`` before the first one is over.
        before: the preceding period, if there is one.
    """

    measure: Metric
    grain: str
    now: Cell | None
    before: Cell | None

    @property
    def interval(self) -> tuple[float, float] | None:
        """The interval, if it is useful: for a sample of items, and for a share of fewer than a hundred people.

        Communities and animateurs are all counted, and so is a large company: their shares are not estimates.
        """
        subject = self.measure.subject
        if self.now is None or self.now.shown is not Shown.VALUE or subject not in (Subject.ITEMS, Subject.PEOPLE):
            return None
        return self.now.interval if subject is Subject.ITEMS or self.now.n < _MANY else None

    @property
    def unsure(self) -> bool:
        """Whether the movement may be chance: both figures have intervals, and these overlap."""
        return self.interval is not None and self.before is not None and within_margin(self.interval, self.before)

    @property
    def target(self) -> float | None:
        """The target for a period of this length, if there is one."""
        target_grain = self.measure.target_grain
        return self.measure.target if target_grain in ("", self.grain) else None

    @property
    def gap(self) -> float | None:
        """The distance below the target, as a share of the target; negative if the figure is above it."""
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
    """Return the reading of the whole organisation for the visit's period."""
    measure, chosen = visit.source.measure(name), visit.address.period
    end = None if name == LEADING else page_end(visit)
    for grain in NEAREST[chosen.grain]:
        cells = [cell for cell in _cells(visit, measure, grain) if end is None or cell.end <= end]
        now = current(cells)
        if now is not None:
            return Reading(measure, grain, now, _before(visit, cells, now) if chosen.against else None)
    return Reading(measure, chosen.grain, None, None)


def _cells(visit: Visit, measure: Metric, grain: str) -> list[Cell]:
    """Return the cells of the whole organisation; the segment of those that look back is their window."""
    return visit.source.cells(measure.name, grain, "window" if measure.looks_back else "")


def page_period(visit: Visit) -> Cell | None:
    """Return the period of the page, which is that of its leading figure; ``None`` before the first figures."""
    return read(visit, LEADING).now


def page_end(visit: Visit) -> date | None:
    """Return the last day of the page's period; ``None`` before the first figures."""
    now = page_period(visit)
    return None if now is None else now.end


def last_week(visit: Visit) -> Cell | None:
    """Return the last week of the leading figure, whatever the page's period; ``None`` before the first figures."""
    return max(visit.source.cells(LEADING, "week"), key=lambda week: week.end, default=None)


def first_day(visit: Visit, weeks: int, lag: timedelta = timedelta()) -> date | None:
    """Return the day on which the first figure over a number of weeks comes; ``None`` before the launch is known.

    Args:
        visit: the visit with the figures.
        weeks: the number of weeks.
        lag: the time from their end to the publication.
    """
    launch = visit.source.state().launch
    published = visit.source.cells(LEADING, "week")
    if launch is None and not published:
        return None
    first = published[0].start if published else monday(launch or visit.today)
    return first + timedelta(weeks=weeks) + lag


def next_figures(visit: Visit) -> date:
    """Return the first Monday after the last day whose activity was read: then the next week is over."""
    until = visit.source.state().until
    day = visit.today if until is None else until + timedelta(days=1)
    return monday(day) + timedelta(weeks=1)


def _before(visit: Visit, cells: list[Cell], now: Cell) -> Cell | None:
    """Return the period before, unless it began before the launch and so had fewer days."""
    before, launch = preceding(cells, now), visit.source.state().launch
    return None if before and launch and before.start < monday(launch) else before


def monday(day: date) -> date:
    """Return the Monday of a day's week."""
    return day - timedelta(days=day.weekday())
