"""Published cells in print: a table for people, JSON records for scripts."""

from __future__ import annotations

import math
from collections.abc import Sequence

import pandas as pd

from analytics.cell import Reason, Shown
from analytics.cut import Cut
from analytics.metric import Metric
from analytics.privacy.rules import Record
from analytics.published.reading import Freshness
from reseau.i18n import N_, Words

#: Why a cell is not shown as a number, by ``reason``.
REASONS = {
    Reason.K: N_("fewer than {k} people"),
    Reason.COMPLEMENT: N_("hidden, so that another figure stays hidden"),
    Reason.DOMINANCE: N_("hidden: one or two people did most of it"),
    Reason.HOMOGENEOUS: N_("hidden: it would speak of everybody"),
    Reason.SMALL: N_("too few for a percentage"),
}


def as_records(cells: pd.DataFrame) -> list[Record]:
    """Return records for JSON: days in ISO form, hidden values as ``null``."""
    days = cells.assign(start=cells["start"].astype(str), end=cells["end"].astype(str))
    return [{name: _plain(value) for name, value in row.items()} for row in days.to_dict("records")]


def _plain(value: object) -> object:
    return None if isinstance(value, float) and math.isnan(value) else value


def as_table(cut: Cut, fresh: Freshness, t: Words) -> str:
    """Return the title, a line for each cell (or why there is none), and the method, in the reader's language."""
    metric = cut.metric
    head = [t("Period"), t("Segment"), t("Figure"), t("Of"), t("Between")]
    lines = [_line(metric, cell, fresh, t) for cell in cut.cells.to_dict("records")]
    body = _columns([head, *lines]) if lines else [cut.emptiness(t)]
    return "\n".join([t(metric.title), "", *body, "", t(metric.method)])


def _line(metric: Metric, cell: Record, fresh: Freshness, t: Words) -> list[str]:
    start, end = cell["start"], cell["end"]
    period = f"{start}" if start == end else f"{start} – {end}"
    return [
        period,
        str(cell["segment"]),
        _figure(metric, cell, fresh, t),
        _number(cell["denominator"], t),
        _between(cell, t),
    ]


def _figure(metric: Metric, cell: Record, fresh: Freshness, t: Words) -> str:
    value, state = cell["value"], cell["shown"]
    if state == Shown.HIDDEN:
        return t(REASONS[Reason(cell["reason"])], k=fresh.k)
    if state == Shown.BAND:
        low, high = float(str(cell["low"])), float(str(cell["high"]))
        if low == 0:
            return t("at most {share}", share=t.percent(high, 0))
        return t("at least {share}", share=t.percent(low, 0))
    return t.percent(float(str(value))) if metric.unit == "share" else _number(value, t)


def _number(value: object, t: Words) -> str:
    number = float(str(value))
    return "" if math.isnan(number) else t.number(round(number, 1))


def _between(cell: Record, t: Words) -> str:
    low, high = float(str(cell["low"])), float(str(cell["high"]))
    if cell["shown"] != Shown.VALUE or math.isnan(low) or math.isnan(high):
        return ""
    return f"{t.percent(low)} – {t.percent(high)}"


def _columns(rows: Sequence[Sequence[str]]) -> list[str]:
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return ["  ".join(text.ljust(width) for text, width in zip(row, widths, strict=True)).rstrip() for row in rows]
