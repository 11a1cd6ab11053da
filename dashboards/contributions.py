"""Contributions: what members wrote and did, by kind, for the period and week by week."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from dash import html
from dash.development.base_component import Component

from dashboards.cells import Cell, current, preceding
from dashboards.chart import Chart, Series
from dashboards.parts import aria
from dashboards.visit import Visit
from dashboards.wording import dated, shown
from reseau.i18n import N_, Words

KINDS = {
    "discussion": N_("Discussions"),
    "question": N_("Questions"),
    "idea": N_("Ideas"),
    "document": N_("Documents"),
    "article": N_("Articles"),
    "announcement": N_("Announcements"),
    "answer": N_("Answers"),
    "comment": N_("Comments"),
    "reaction": N_("Reactions"),
    "thanks": N_("Thanks"),
}
_REPLIES = ("answer", "comment")
_GESTURES = ("reaction", "thanks")
_FAMILIES = (N_("New threads"), N_("Replies"), N_("Reactions and thanks"))
_MOSTLY = 0.8  # of the contributions of some weeks: what must be shown by kind for kinds to be drawn
_WEEKS = {"week": 12, "4w": 12, "12w": 26, "launch": 60}


@dataclass(frozen=True, slots=True)
class Line:
    """One kind over a period, and over the equal period before where there is one."""

    kind: str
    now: Cell
    before: Cell | None


def weekly(visit: Visit) -> Chart | None:
    """The weeks as bars, or none while nothing was written (or nothing of it may be shown)."""
    t, totals = visit.t, visit.source.cells("contributions", "week")
    totals = totals[-_WEEKS[visit.address.period.grain] :]
    if not any(cell.value for cell in totals):
        return None
    series = _families(visit, totals) or (Series(t("Contributions"), tuple(cell.value for cell in totals)),)
    return Chart(
        id="contributions-weekly",
        kind="bars",
        title=t("Contributions week by week"),
        summary=_summary(series, totals, t),
        days=tuple(cell.start for cell in totals),
        series=series,
        unit="count",
        write=lambda value: t.number(round(value)),
        provisional=frozenset(cell.start for cell in totals if not cell.complete),
    )


def _families(visit: Visit, totals: list[Cell]) -> tuple[Series, ...]:
    """The families stacked, with what is not shown of each week's total on top.

    None at all where most of it is not shown, as in the weeks of a small company: the total alone says more then.
    """
    t, weeks = visit.t, [cell.start for cell in totals]
    cells = visit.source.cells("contributions", "week", "kind")
    named = [Series(t(name), _family(cells, index, weeks)) for index, name in enumerate(_FAMILIES)]
    known = sum(value or 0 for one in named for value in one.values)
    if known < _MOSTLY * sum(cell.value or 0 for cell in totals):
        return ()
    rest = _rest(totals, named)
    return tuple(named) if not any(rest) else (*named, Series(t("Kinds not shown"), rest))


def family(kind: str) -> int:
    """Which of the three families a kind belongs to: new threads, replies, reactions and thanks."""
    return 1 if kind in _REPLIES else 2 if kind in _GESTURES else 0


def _family(cells: list[Cell], index: int, weeks: list[date]) -> tuple[float | None, ...]:
    """The total of the shown kinds of one family for each week; none where there are only hidden ones."""
    shown_ones: dict[date, float] = defaultdict(float)
    hidden = {cell.start for cell in cells if family(cell.segment) == index and cell.value is None}
    for cell in cells:
        if family(cell.segment) == index and cell.value is not None:
            shown_ones[cell.start] += cell.value
    return tuple(None if week in hidden and week not in shown_ones else shown_ones[week] for week in weeks)


def _rest(totals: list[Cell], named: list[Series]) -> tuple[float | None, ...]:
    """What the published total of a week holds beyond the kinds that are shown; none where the total is hidden."""
    return tuple(
        None if cell.value is None else max(0, cell.value - sum(one.values[index] or 0 for one in named))
        for index, cell in enumerate(totals)
    )


def lines(visit: Visit) -> list[Line]:
    """The kinds over the visit's period, most frequent first."""
    grain = visit.address.period.grain
    cells = visit.source.cells("contributions", grain, "kind")
    total = current(visit.source.cells("contributions", grain))
    if total is None:
        return []
    now = {cell.segment: cell for cell in cells if (cell.start, cell.end) == (total.start, total.end)}
    earlier = preceding(visit.source.cells("contributions", grain), total) if grain != "launch" else None
    found = [Line(kind, cell, _before(cells, kind, earlier)) for kind, cell in now.items()]
    return sorted(found, key=lambda line: (-(line.now.value or 0), line.kind))


def _before(cells: list[Cell], kind: str, earlier: Cell | None) -> Cell | None:
    """The same kind in the equal period before; a period without that kind has none of it."""
    if earlier is None:
        return None
    empty = Cell(earlier.start, earlier.end, segment=kind, value=0)
    return next((one for one in cells if one.segment == kind and one.end == earlier.end), empty)


def by_kind(visit: Visit) -> Component:
    """The kinds as a table whose first figure is also a bar: it is its own table twin."""
    t, rows = visit.t, lines(visit)
    highest = max((line.now.value or 0 for line in rows), default=0) or 1
    head = html.Tr(
        [html.Th(t("Kind"), scope="col"), html.Th(t("Number"), scope="col"), html.Th(t("Before"), scope="col")]
    )
    return html.Table(
        [
            html.Caption(t("Contributions by kind over the period"), className="unseen"),
            html.Thead(head),
            html.Tbody([_row(line, highest, t, visit.k) for line in rows]),
        ],
        className="kinds",
    )


def _row(line: Line, highest: float, t: Words, k: int) -> Component:
    width = f"{(line.now.value or 0) / highest * 100:.1f}%"
    bar = html.Span(
        html.Span(style={"width": width}) if line.now.value else None, className="bar", **aria(hidden="true")
    )
    return html.Tr(
        [
            html.Th(t(KINDS.get(line.kind, line.kind.capitalize())), scope="row"),
            html.Td(
                html.Div(
                    [bar, html.Span(_count(line.now, t, k), className="words" if line.now.value is None else "count")]
                )
            ),
            html.Td("\N{EN DASH}" if line.before is None else _count(line.before, t, 0)),
        ]
    )


def _count(cell: Cell, t: Words, k: int) -> str:
    """A count; a hidden one tells, where there is room (``k`` is given), that it is about the people behind."""
    if cell.value is None:
        return t("fewer than {k} people", k=k) if k and cell.reason == "k" else t("hidden")
    return shown(cell, "count", t, k)


def _summary(series: tuple[Series, ...], totals: list[Cell], t: Words) -> str:
    """The last finished week in one sentence."""
    finished = [index for index, cell in enumerate(totals) if cell.complete] or [len(totals) - 1]
    at = finished[-1]
    parts = [f"{one.label} {_point(one.values[at], t)}" for one in series]
    return t("Bar chart: in the week from {day}, {parts}.", day=dated(totals[at].start, t), parts=", ".join(parts))


def _point(value: float | None, t: Words) -> str:
    return t("hidden") if value is None else t.number(round(value))
