"""The adoption curve: profiles activated, week by week since the launch, and those who were active in each week."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from analytics.cell import Shown
from dashboards.drawing.chart import Chart, Series
from dashboards.drawing.wording import amount, dated, digits, shown
from dashboards.figures.cells import Cell
from dashboards.figures.reading import read
from dashboards.figures.visit import Visit


def curve(visit: Visit) -> Chart | None:
    """Return the chart, or ``None`` if there is no week to draw."""
    t = visit.t
    weeks = visit.source.cells("activation_curve", "week")
    if all(week.value is None and week.interval is None for week in weeks):
        return None
    active_by_end = {cell.end: _of_all(cell) for cell in visit.source.cells("active_members", "week", "window")}
    last, active = weeks[-1], [active_by_end.get(week.end) for week in weeks]
    target = visit.source.measure("activation_rate").target
    return Chart(
        id="adoption",
        kind="lines",
        title=t("Adoption since the launch, in share of the workforce"),
        summary=_summary(last, active[-1], visit),
        days=tuple(week.end for week in weeks),
        series=(
            _series(t("Profiles activated"), weeks, visit),
            _series(t("Active in the week, of the same people"), active, visit),
        ),
        unit="share",
        write=lambda value: t.percent(value, digits(value or 1, last.n) if value else 0),
        target=(target, t("Target {target}", target=amount(target, "share", t))) if target else None,
        span=_span(visit, weeks),
        ceiling=1,
    )


def _series(label: str, cells: Sequence[Cell | None], visit: Visit) -> Series:
    """Return a line of shares: numbers, ranges, or words if there is neither."""
    return Series(
        label,
        tuple(cell.value if cell else None for cell in cells),
        tuple(cell.interval if cell and cell.shown is Shown.BAND else None for cell in cells),
        tuple(_written(cell, visit) for cell in cells),
    )


def _written(cell: Cell | None, visit: Visit) -> str:
    return "\N{EN DASH}" if cell is None else shown(cell, "share", visit.t, visit.k)


def _of_all(active: Cell) -> Cell:
    """Return a number of active people as a share of those who are counted."""
    if not active.n:
        return active
    value, low, high = (
        None if number is None else number / active.n for number in (active.value, active.low, active.high)
    )
    return replace(active, value=value, low=low, high=high)


def _span(visit: Visit, weeks: Sequence[Cell]) -> tuple[date, date] | None:
    """Return the chosen period, to be shaded; ``None`` if it is the whole curve."""
    now = read(visit, "activation_rate").now
    if now is None or visit.address.period.grain == "launch" or now.end < weeks[0].end:
        return None
    return (now.start, now.end)


def _summary(last: Cell, active: Cell | None, visit: Visit) -> str:
    return visit.t(
        "Line chart up to {day}: profiles activated, {activated} of the workforce; active in the week, {active}.",
        day=dated(last.end, visit.t),
        activated=_written(last, visit),
        active=_written(active, visit),
    )
