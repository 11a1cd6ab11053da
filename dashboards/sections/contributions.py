"""Contributions week by week, and by kind over the weeks that were counted together."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from dash import html
from dash.development.base_component import Component

from dashboards.drawing.chart import Chart, Series
from dashboards.drawing.parts import aria, say
from dashboards.drawing.wording import absent, dated, lived, shown
from dashboards.figures.cells import Cell, preceding
from dashboards.figures.reading import NEAREST, first_day, page_end
from dashboards.figures.visit import Visit
from reseau.contents.content_type import all_types
from reseau.i18n import N_, Words

OTHER = "other"
#: Names of the kinds that are not content types.
KINDS = {
    "reaction": N_("Reactions"),
    "thanks": N_("Thanks"),
    OTHER: N_("Other kinds"),
}
_BLOCK_DAYS = 28  # kinds are counted four weeks at a time
_WEEKS = {"week": 12, "4w": 12, "12w": 26, "launch": 60}


@dataclass(frozen=True, slots=True)
class Line:
    """One kind over a period, and over the equal period before if it was shown there too."""

    kind: str
    now: Cell
    before: Cell | None


@dataclass(frozen=True, slots=True)
class Kinds:
    """The kinds of a period, most frequent first, with the first and the last day."""

    start: date
    end: date
    lines: tuple[Line, ...]


def weekly(visit: Visit) -> Chart | None:
    """Return the weeks as bars, or ``None`` if no week has a number to show."""
    t, end = visit.t, page_end(visit)
    weeks = [cell for cell in visit.source.cells("contributions", "week") if end is None or cell.end <= end]
    weeks = weeks[-_WEEKS[visit.address.period.grain] :]
    if not any(cell.value for cell in weeks):
        return None
    words = tuple(written(cell, t, visit.k) for cell in weeks)
    return Chart(
        id="contributions-weekly",
        kind="bars",
        title=t("Contributions week by week"),
        summary=t(
            "Bar chart: in the week from {day}, {parts}.",
            day=dated(weeks[-1].start, t),
            parts=f"{t('Contributions')} {words[-1]}",
        ),
        days=tuple(cell.start for cell in weeks),
        series=(Series(t("Contributions"), tuple(cell.value for cell in weeks), words=words),),
        unit="count",
        write=lambda value: t.number(round(value)),
    )


def by_kind(visit: Visit) -> Kinds | None:
    """Return the kinds over the visit's period, or over the nearest one that has any; ``None`` if there are none."""
    end = page_end(visit)
    for grain in NEAREST[visit.address.period.grain]:
        cells = [cell for cell in visit.source.cells("contributions", grain, "kind") if end is None or cell.end <= end]
        if cells:
            return _kinds(visit, grain, cells)
    return None


def _kinds(visit: Visit, grain: str, cells: list[Cell]) -> Kinds:
    now = [cell for cell in cells if cell.end == cells[-1].end]
    lines = [
        Line(
            cell_now.segment,
            cell_now,
            preceding((cell for cell in cells if cell.segment == cell_now.segment), cell_now),
        )
        for cell_now in now
    ]
    lines.sort(key=lambda line: (line.kind == OTHER, -(line.now.value or 0), line.kind))
    end = now[0].end
    if grain == "launch":  # kinds are counted four weeks at a time, so the last weeks may not be in them yet
        blocks = [cell.end for cell in visit.source.cells("contributions", "4w", "kind") if cell.end <= end]
        end = max(blocks, default=end)
    return Kinds(now[0].start, end, tuple(lines))


def kinds_panel(visit: Visit) -> list[Component]:
    """Return the kinds as a table whose numbers are also bars, or why there are none."""
    t, kinds = visit.t, by_kind(visit)
    heading = html.H2(t("By kind"))
    if kinds is None:
        return [heading, say(_none(visit), css="quiet")]
    others = t(
        "What fewer than {k} people did of a kind in four weeks is in “{others}”; “–”: not shown by itself before.",
        k=visit.k,
        others=t(KINDS[OTHER]),
    )
    days = say(lived(kinds.start, kinds.end, visit), css="quiet days")
    notes = [say(note, css="quiet small") for note in (others, _since(visit, kinds)) if note]
    return [heading, days, _table(kinds, t, visit.k), *notes]


def _since(visit: Visit, kinds: Kinds) -> str:
    """Why no kinds are shown over the page's own period, if those of an earlier one are."""
    end = page_end(visit)
    if end is None or (end - kinds.end).days < _BLOCK_DAYS:
        return ""
    return visit.t("Too few people have contributed since to show kinds.")


def _none(visit: Visit) -> str:
    t, day = visit.t, first_day(visit, 4)
    if day is not None and day > visit.today:
        return t("Kinds are counted over four weeks together: the first figures come on {day}.", day=dated(day, t))
    return t("No kind is used by enough people yet to be shown by itself.")


def _table(kinds: Kinds, t: Words, k: int) -> Component:
    highest = max((line.now.value or 0 for line in kinds.lines), default=0) or 1
    head = html.Tr(
        [html.Th(t("Kind"), scope="col"), html.Th(t("Number"), scope="col"), html.Th(t("Before"), scope="col")]
    )
    return html.Table(
        [
            html.Caption(t("Contributions by kind over the period"), className="unseen"),
            html.Thead(head),
            html.Tbody([_row(line, highest, t, k) for line in kinds.lines]),
        ],
        className="kinds",
    )


def _row(line: Line, highest: float, t: Words, k: int) -> Component:
    width = f"{(line.now.value or 0) / highest * 100:.1f}%"
    bar = html.Span(
        html.Span(style={"width": width}) if line.now.value else None, className="bar", **aria(hidden="true")
    )
    count = html.Span(written(line.now, t, k), className="words" if line.now.value is None else "count")
    return html.Tr(
        [
            html.Th(t(titled(line.kind)), scope="row"),
            html.Td(html.Div([bar, count])),
            html.Td("\N{EN DASH}" if line.before is None else written(line.before, t, k)),
        ]
    )


def titled(name: str) -> str:
    """Return the plural name of a kind of contribution in English; ``t`` translates it."""
    content_type = all_types().get(name)
    return content_type.plural if content_type else KINDS.get(name, name.capitalize())


def written(cell: Cell, t: Words, k: int) -> str:
    """Return a number of contributions, or the text that too few people are behind it."""
    return absent(cell, t, k) if cell.value is None else shown(cell, "count", t, k)
