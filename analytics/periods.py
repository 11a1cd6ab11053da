"""The periods of the figures: ISO weeks, 4 and 12 weeks, since launch, and days, all local to the company."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

DAY = timedelta(days=1)
WEEK = timedelta(weeks=1)


class Grain(StrEnum):
    """The lengths a figure may be about. Distinct people do not add up, so every grain is counted by itself."""

    DAY = "day"
    WEEK = "week"
    FOUR_WEEKS = "4w"
    TWELVE_WEEKS = "12w"
    LAUNCH = "launch"


_WEEKS = {Grain.WEEK: 1, Grain.FOUR_WEEKS: 4, Grain.TWELVE_WEEKS: 12}


@dataclass(frozen=True, slots=True)
class Period:
    """Whole local days from ``start`` to ``end``, both included. ``complete``: over, and the facts cover it."""

    grain: Grain
    start: date
    end: date
    complete: bool

    @property
    def month(self) -> str:
        """The month whose frozen segments it is cut by (``2026-11``): that of its last day."""
        return f"{self.end:%Y-%m}"


def monday(day: date) -> date:
    """The first day of a day's ISO week (ISO 8601: weeks begin on Monday)."""
    return day - timedelta(days=day.weekday())


@dataclass(frozen=True, slots=True)
class Calendar:
    """The periods there are, from the launch to today.

    Args:
        launch: the first day of the network's life; none: nothing has begun, so there are no periods.
        today: the local day of the build, which is not over yet.
    """

    launch: date | None
    today: date

    @property
    def until(self) -> date | None:
        """The last day that is over and wholly covered."""
        return None if self.launch is None else self.today - DAY

    def days(self) -> list[Period]:
        """Every day from the launch to today."""
        if self.launch is None:
            return []
        count = (self.today - self.launch).days + 1
        starts = (self.launch + n * DAY for n in range(count))
        return [Period(Grain.DAY, day, day, day < self.today) for day in starts]

    def spans(self) -> list[Period]:
        """Weeks, and the 4 and 12 weeks that end with each of them, then since launch: by grain, then by end.

        "Since launch" ends with the last whole week (with today in the first week), so that it moves once a week and
        two readings of it never differ by a single day's doings.
        """
        return [period for grain in _WEEKS for period in self._windows(grain)] + list(self._since_launch())

    def _windows(self, grain: Grain) -> Iterator[Period]:
        if self.launch is None:
            return
        last = monday(self.launch) + WEEK - DAY
        while last < self.today + WEEK:
            yield Period(grain, last + DAY - _WEEKS[grain] * WEEK, last, last < self.today)
            last += WEEK

    def _since_launch(self) -> Iterator[Period]:
        if self.launch is None or self.launch > self.today:
            return
        sunday = monday(self.today) - DAY
        whole = sunday >= self.launch
        yield Period(Grain.LAUNCH, self.launch, sunday if whole else self.today, whole)
