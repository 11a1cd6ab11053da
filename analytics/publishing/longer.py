"""Longer periods, made of published cells alone, so that they reveal nothing new."""

from __future__ import annotations

import math
from datetime import date

import pandas as pd

from analytics.cell import Shown
from analytics.metric import Metric, Subject
from analytics.periods import BLOCK, DAY, SEASON, WEEK, Grain
from analytics.privacy.rules import Record, wilson

Span = tuple[str, date, date]  # grain, first and last day


def spans(first: date, launch: date, until: date) -> list[Span]:
    """Return the blocks, the twelve weeks and the time since launch that lie in the published weeks.

    If the record began after the launch, *since launch* begins on the day that the record did.
    """
    spans: list[Span] = []
    for grain, length in ((Grain.FOUR_WEEKS, BLOCK), (Grain.TWELVE_WEEKS, SEASON * BLOCK)):
        start = first
        while start + length - DAY <= until:
            spans.append((grain.value, start, start + length - DAY))
            start += length
    return [*spans, (Grain.LAUNCH.value, max(launch, first), until)] if until >= launch else spans


def lengthened(metric: Metric, cells: pd.DataFrame, longer: list[Span]) -> pd.DataFrame:
    """Return the published cells of a metric with those of longer periods.

    A number that only grows has the value of the last week. A volume, and the presence of animateurs, is the sum of the
    shown weeks. Distinct people do not add up, so they have no longer periods.
    """
    if metric.shape.grows and metric.shape.people is not None:
        made = _ends(cells, longer)
    elif metric.subject in (Subject.VOLUME, Subject.ROLE):
        made = _sums(metric, cells, longer)
    else:
        return cells
    return pd.concat([cells, pd.DataFrame(made, columns=cells.columns)], ignore_index=True) if made else cells


def _ends(cells: pd.DataFrame, longer: list[Span]) -> list[Record]:
    whole = cells.loc[(cells["grain"] == Grain.WEEK.value) & (cells["segment_kind"] == "")]
    weeks = {cell["end"]: cell for cell in whole.to_dict("records")}
    return [{**weeks[end], "grain": grain, "start": start} for grain, start, end in longer if end in weeks]


def _sums(metric: Metric, cells: pd.DataFrame, longer: list[Span]) -> list[Record]:
    made: list[Record] = []
    for (kind, _), each in cells.groupby(["segment_kind", "segment"]):
        rows = each.loc[each["grain"] == (Grain.FOUR_WEEKS.value if kind == "kind" else Grain.WEEK.value)]
        made += [cell for span in longer if (cell := _sum(metric, rows, span)) is not None]
    published = set(cells[["grain", "start", "end", "segment_kind", "segment"]].itertuples(index=False, name=None))
    return [
        cell
        for cell in made
        if tuple(cell[name] for name in ("grain", "start", "end", "segment_kind", "segment")) not in published
    ]


def _sum(metric: Metric, rows: pd.DataFrame, span: Span) -> Record | None:
    grain, start, end = span
    inside = rows.loc[(rows["start"] >= start - WEEK + DAY) & (rows["end"] <= end)]
    if not len(inside):
        return None
    published = inside.loc[inside["shown"] == Shown.VALUE]
    last: Record = (published if len(published) else inside).iloc[-1].to_dict()
    cell = {**last, "grain": grain, "start": start, "end": end}
    if not len(published):
        return cell
    return {**cell, "n": int(published["n"].max()), **_figures(metric, published)}


def _figures(metric: Metric, published: pd.DataFrame) -> Record:
    done = float(published["numerator"].sum())
    if metric.unit != "share":
        return {"numerator": done, "value": done}
    whole = float(published["denominator"].sum())
    low, high = wilson(done, whole)
    value = done / whole if whole else math.nan
    return {"numerator": done, "denominator": whole, "value": value, "low": low, "high": high}


def since(cells: pd.DataFrame, launch: date) -> pd.DataFrame:
    """Return the cells that end on the launch day or later: a launch day that was set later excludes the trial."""
    return cells.loc[[end >= launch for end in cells["end"]]]
