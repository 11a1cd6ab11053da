"""The periods of the figures: whole ISO weeks and blocks of four of them, side by side, local to the company.

No two periods of a grain overlap and none is published before it is over, so that no subtraction of one from another
reveals what happened in between.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

DAY = timedelta(days=1)
WEEK = timedelta(weeks=1)
BLOCK = timedelta(weeks=4)
SEASON = 3  # blocks that make twelve weeks


class Grain(StrEnum):
    """The lengths a figure may be about. Distinct people do not add up, so every grain is counted by itself."""

    WEEK = "week"
    FOUR_WEEKS = "4w"
    TWELVE_WEEKS = "12w"
    LAUNCH = "launch"


@dataclass(frozen=True, slots=True)
class Period:
    """Whole local days from ``start`` to ``end``, both included, all over; ``block`` is the day its block begins."""

    grain: Grain
    start: date
    end: date
    block: date


def monday(day: date) -> date:
    """The first day of a day's ISO week (ISO 8601: weeks begin on Monday)."""
    return day - timedelta(days=day.weekday())


@dataclass(frozen=True, slots=True)
class Calendar:
    """The periods there are, from the launch to the last whole week.

    Args:
        launch: the first day of the network's life; none: nothing has begun, so there are no periods.
        today: the local day of the build, which is not over yet.
        first: the Monday from which blocks are counted; none: that of the launch.
    """

    launch: date | None
    today: date
    first: date | None = None

    @property
    def until(self) -> date | None:
        """The last day that is over and wholly covered."""
        return None if self.launch is None else self.today - DAY

    @property
    def anchor(self) -> date:
        """The Monday on which the first block begins."""
        return self.first or monday(self.launch or self.today)

    def block(self, day: date) -> date:
        """The first day of the block that a day lies in."""
        return self.anchor + (day - self.anchor) // BLOCK * BLOCK

    def weeks(self) -> list[Period]:
        """Every week that is over."""
        return self._side_by_side(Grain.WEEK, WEEK)

    def blocks(self) -> list[Period]:
        """Every block of four weeks that is over."""
        return self._side_by_side(Grain.FOUR_WEEKS, BLOCK)

    def spans(self) -> list[Period]:
        """Weeks, then blocks."""
        return [*self.weeks(), *self.blocks()]

    def _side_by_side(self, grain: Grain, length: timedelta) -> list[Period]:
        periods: list[Period] = []
        start = self.anchor
        while self.launch is not None and start + length <= self.today:
            if start + length > self.launch:
                periods.append(Period(grain, start, start + length - DAY, self.block(start)))
            start += length
        return periods
