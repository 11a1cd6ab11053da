"""The adoption curve: profiles activated since the launch over the headcount, and those active in 28 days."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from dashboards.cells import Cell
from dashboards.chart import Chart, Series
from dashboards.reading import read
from dashboards.visit import Visit
from dashboards.wording import amount, dated, digits

_LONGEST_DAILY = 120  # days up to which every day is a point; beyond, one point a week and the last day


def curve(visit: Visit) -> Chart | None:
    """The chart, or none while there is no point to draw."""
    t = visit.t
    activated = [cell for cell in visit.source.cells("activation_curve", "day") if share(cell) is not None]
    if not activated:
        return None
    points = thinned([cell for cell in activated if cell.complete] or activated)
    active = {cell.end: cell for cell in visit.source.cells("active_members", "day", "window") if cell.segment == "28d"}
    last = points[-1]
    series = (
        Series(t("Profiles activated"), tuple(share(cell) for cell in points)),
        Series(
            t("Active in 28 days, of everybody in the directory"),
            tuple(_of_all(active.get(cell.end)) for cell in points),
        ),
    )
    target = visit.source.measure("activation_rate").target
    return Chart(
        id="adoption",
        kind="lines",
        title=t("Adoption since the launch, in share of the workforce"),
        summary=_summary(last, active.get(last.end), visit),
        days=tuple(cell.end for cell in points),
        series=series,
        unit="share",
        write=lambda value: t.percent(value, digits(value or 1, last.n) if value else 0),
        provisional=frozenset(cell.end for cell in points if not cell.complete),
        target=(target, t("Target {target}", target=amount(target, "share", t))) if target else None,
        span=_span(visit, points),
        ceiling=1,
    )


def share(cell: Cell) -> float | None:
    """Profiles activated over the headcount of the day, when both are shown."""
    return cell.numerator / cell.denominator if cell.numerator is not None and cell.denominator else None


def thinned(cells: Sequence[Cell]) -> list[Cell]:
    """Every day of a young network; the Sundays and the last day of an older one."""
    if len(cells) <= _LONGEST_DAILY:
        return list(cells)
    return [cell for cell in cells[:-1] if cell.end.isoweekday() == 7] + [cells[-1]]


def _of_all(active: Cell | None) -> float | None:
    """Active people over those who could have been, guests included; none when they are not shown."""
    return active.value / active.n if active is not None and active.value is not None and active.n else None


def _span(visit: Visit, points: list[Cell]) -> tuple[date, date] | None:
    """The period looked at, shaded; none when it is the whole curve."""
    now = read(visit, "activation_rate").now
    if now is None or visit.address.period.grain == "launch" or now.end < points[0].end:
        return None
    return (now.start, now.end)


def _summary(last: Cell, active: Cell | None, visit: Visit) -> str:
    t = visit.t
    reached = share(last) or 0
    said = t(
        "Line chart: on {day}, {share} of the workforce has activated its profile.",
        day=dated(last.end, t),
        share=amount(reached, "share", t, last.n),
    )
    over = _of_all(active)
    if over is None:
        return said
    return f"{said} " + t(
        "{share} of everybody in the directory was active in the 28 days before.",
        share=amount(over, "share", t, last.n),
    )
