"""The periods of the figures: whole ISO weeks and blocks of four of them, side by side, local to the company.

No two periods of a grain overlap, and none is published before it is over. So subtracting one from another reveals
nothing about the days in between.
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
    """The lengths of periods. Distinct people do not add up, so every grain is counted by itself."""

    WEEK = "week"
    FOUR_WEEKS = "4w"
    TWELVE_WEEKS = "12w"
    LAUNCH = "launch"


@dataclass(frozen=True, slots=True)
class Period:
    """Whole local days in the past, from ``start`` to ``end`` inclusive; ``block`` is the first day of its block."""

    grain: Grain
    start: date
    end: date
    block: date


def monday(day: date) -> date:
    """Return the first day of a day's ISO week (ISO 8601: weeks begin on Monday)."""
    return day - timedelta(days=day.weekday())


@dataclass(frozen=True, slots=True)
class Calendar:
    """All periods from the launch to the last whole week.

    Args:
        launch: the first day of the network's life. ``None``: it has not begun, so there are no periods.
        today: the local day of the build, which is not over yet.
        first: the Monday from which blocks are counted. ``None``: the Monday of the launch's week.
    """

    launch: date | None
    today: date
    first: date | None = None

    @property
    def until(self) -> date | None:
        """The last day that is over; ``None`` before the launch."""
        return None if self.launch is None else self.today - DAY

    @property
    def anchor(self) -> date:
        """The Monday on which the first block begins."""
        return self.first or monday(self.launch or self.today)

    def block(self, day: date) -> date:
        """Return the first day of the block that contains a day."""
        return self.anchor + (day - self.anchor) // BLOCK * BLOCK

    def weeks(self) -> list[Period]:
        """Return every week that is over."""
        return self._consecutive(Grain.WEEK, WEEK)

    def blocks(self) -> list[Period]:
        """Return every block of four weeks that is over."""
        return self._consecutive(Grain.FOUR_WEEKS, BLOCK)

    def spans(self) -> list[Period]:
        """Return all weeks and then all blocks that are over."""
        return [*self.weeks(), *self.blocks()]

    def _consecutive(self, grain: Grain, length: timedelta) -> list[Period]:
        periods: list[Period] = []
        start = self.anchor
        while self.launch is not None and start + length <= self.today:
            if start + length > self.launch:
                periods.append(Period(grain, start, start + length - DAY, self.block(start)))
            start += length
        return periods
