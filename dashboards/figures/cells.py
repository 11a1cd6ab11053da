"""Cells: the published figures as plain values."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from analytics.cell import Reason, Shown

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True)
class Cell:
    """One published figure, from the columns of ``analytics.cell``.

    Attributes:
        start, end: the first and the last local day.
        segment: the segment; empty for the whole organisation.
        value: a share between 0 and 1, a count or hours; ``None`` unless ``shown`` is ``value``.
        low, high: the interval, or the edges of a band; ``None`` if there is neither.
        n: the number of people or items behind the figure.
        shown: whether it is shown as a value, as a band or not at all; ``reason`` says why it is not a value.
    """

    start: date
    end: date
    segment: str = ""
    numerator: float | None = None
    denominator: float | None = None
    value: float | None = None
    low: float | None = None
    high: float | None = None
    n: int = 0
    shown: Shown = Shown.VALUE
    reason: Reason = Reason.NONE

    @property
    def days(self) -> int:
        return (self.end - self.start).days + 1

    @property
    def interval(self) -> tuple[float, float] | None:
        return None if self.low is None or self.high is None else (self.low, self.high)


def from_frame(frame: pd.DataFrame) -> list[Cell]:
    """Return the cells of a published frame, oldest first."""
    return from_rows(frame.to_dict("records"))


def from_rows(rows: Iterable[Mapping[Any, Any]]) -> list[Cell]:
    """Return the cells of published rows, oldest first."""
    cells = [_cell(row) for row in rows]
    return sorted(cells, key=lambda cell: (cell.end, cell.start, cell.segment))


def current(cells: Sequence[Cell]) -> Cell | None:
    """Return the latest period; ``None`` if there are none."""
    return max(cells, key=lambda cell: cell.end, default=None)


def preceding(cells: Iterable[Cell], cell: Cell) -> Cell | None:
    """Return the period that ends the day before ``cell`` begins, if there is one."""
    eve = cell.start - timedelta(days=1)
    return next((earlier for earlier in cells if earlier.end == eve), None)


def _cell(row: Mapping[Any, Any]) -> Cell:
    return Cell(
        start=_day(row["start"]),
        end=_day(row["end"]),
        segment=str(row["segment"]),
        numerator=_number(row["numerator"]),
        denominator=_number(row["denominator"]),
        value=_number(row["value"]),
        low=_number(row["low"]),
        high=_number(row["high"]),
        n=int(row["n"]),
        shown=Shown(row["shown"]),
        reason=Reason(row["reason"]),
    )


def _day(value: date) -> date:
    return value.date() if isinstance(value, datetime) else value


def _number(value: Any) -> float | None:
    return None if value is None or math.isnan(value) else float(value)


def within_margin(now: tuple[float, float], before: Cell) -> bool:
    """Whether the intervals of both periods overlap, so that the difference may be chance."""
    other = before.interval
    return other is not None and now[0] <= other[1] and other[0] <= now[1]
