"""The new cells of a metric as they may be published: each is ruled on once, against everything published before."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import date
from functools import cache

import pandas as pd

from analytics.cell import COLUMNS, SEGMENTS, Shown
from analytics.metric import Metric, Subject
from analytics.periods import BLOCK, DAY, Grain, Period
from analytics.privacy.rules import FLOOR, Ruling, protect, publish, roll_up, valued
from analytics.privacy.staircase import Roster, Within, by_end, most, rule_growing
from analytics.privacy.subtraction import PublishedSegments, protect_segments, withheld
from analytics.published.record import KINDS, PEOPLE, WHOLE, History
from analytics.roster import read_roster
from analytics.tables import Tables


def extended(metric: Metric, tables: Tables, history: History) -> History:
    """Return a metric's history with the periods that are over and were not published yet.

    Args:
        metric: the metric to measure.
        tables: the facts, and the record with the history of the metric that encloses it.
        history: the metric's history so far.
    """
    history = _with_whole(metric, tables, history)
    if metric.shape.people is not None:
        history = _with_segments(metric, tables, history)
    return _with_kinds(metric, tables, history) if metric.shape.parts is not None else history


def _with_whole(metric: Metric, tables: Tables, history: History) -> History:
    weeks = tables.calendar.weeks()
    if not weeks or _nothing_new(metric, history, weeks[-1].end):
        return history
    raw = metric.shape.measure(tables)
    for grain in sorted(set(raw["grain"]), reverse=True):  # weeks first: blocks must not narrow them
        cells = history.fresh(raw.loc[raw["grain"] == grain], grain)
        if len(cells):
            history = _laid(metric, history, _protected(metric, tables, cells, history), grain, max(cells["end"]))
    if history.published_until.get(WHOLE) == weeks[-1].end:
        return history
    return replace(history, published_until={**history.published_until, WHOLE: weeks[-1].end})


def _nothing_new(metric: Metric, history: History, until: date) -> bool:
    """Whether there can be no new cells. Questions have three days to be answered; all else is published at once."""
    last = history.published_until.get(WHOLE)
    return metric.subject is not Subject.ITEMS and last is not None and last >= until


def _protected(metric: Metric, tables: Tables, cells: pd.DataFrame, history: History) -> pd.DataFrame:
    k = max(tables.settings.k, FLOOR)
    cells = cells.sort_values(["end", "segment_kind", "segment"], kind="stable").reset_index(drop=True)
    if metric.subject in (Subject.PEOPLE, Subject.POPULATION):
        if metric.within is not None and metric.unit == "share":
            # The denominator is the published number, whatever has changed since.
            earlier = by_end(_weeks(tables.record.read(metric.within)))
            wholes = [earlier[end]["numerator"] if end in earlier else math.nan for end in cells["end"]]
            cells = cells.assign(denominator=wholes, n=pd.Series(wholes, index=cells.index).fillna(0))
        rulings = _people_rulings(metric, tables, cells, history, k)
        return publish(valued(metric, cells), rulings)
    if metric.subject is Subject.VOLUME:
        cells = cells.assign(n=cells["n"].where(_enough(metric, tables, cells, k), 0))
    return protect(metric, cells, k)


def _enough(metric: Metric, tables: Tables, cells: pd.DataFrame, k: int) -> pd.Series[bool]:
    """Whether at least 2k people have activated, and are in the roster, so that k of them are not nearly everyone."""
    activation, people = by_end(_weeks(tables.record.read(metric.within or ""))), _rosters(tables)
    enough = [
        end in activation and most(activation[end]) >= 2 * k and len(people(end)) >= 2 * k for end in cells["end"]
    ]
    return pd.Series(enough, index=cells.index, dtype=bool)


def _people_rulings(metric: Metric, tables: Tables, cells: pd.DataFrame, history: History, k: int) -> list[Ruling]:
    if metric.shape.grows or metric.within is None:
        return rule_growing(cells, _weeks(history), _rosters(tables), k)
    activation = by_end(_weeks(tables.record.read(metric.within)))
    own = history.cells.loc[history.cells["grain"] == Grain.WEEK.value]
    own = own.loc[~own["segment_kind"].isin(SEGMENTS)]
    within = Within(activation, by_end(own), metric.subject is Subject.POPULATION, k)
    return [within.rule(cell) for cell in cells.to_dict("records")]


def _rosters(tables: Tables) -> Roster:
    folder, block = tables.settings.folder, cache(tables.calendar.block)
    people = cache(lambda first: set(read_roster(folder, first)["person"]))
    return lambda end: people(block(end))


def _weeks(history: History) -> pd.DataFrame:
    cells = history.cells
    return cells.loc[(cells["grain"] == Grain.WEEK.value) & (cells["segment_kind"] == "")]


def _laid(metric: Metric, history: History, cells: pd.DataFrame, part: str, until: date) -> History:
    """Return the history with new cells of a part, which is now published until a day."""
    fresh = cells.assign(metric=metric.name, complete=True)[list(COLUMNS)]
    frames = [frame for frame in (history.cells, fresh) if len(frame)] or [history.cells]
    return History(pd.concat(frames, ignore_index=True), {**history.published_until, part: until})


def _blocks(tables: Tables, history: History, part: str) -> list[Period]:
    last = history.published_until.get(part)
    return [block for block in tables.calendar.blocks() if last is None or block.end > last]


def _with_segments(metric: Metric, tables: Tables, history: History) -> History:
    blocks, measure = _blocks(tables, history, PEOPLE), metric.shape.people
    if not blocks or measure is None:
        return history
    people = measure(tables)
    people = people.loc[people["end"].isin([block.end for block in blocks if _open(people, history, block)])]
    folder, calendar = tables.settings.folder, tables.calendar
    earlier = PublishedSegments(history.cells, lambda end: read_roster(folder, calendar.block(end)))
    within = withheld(tables.record.read(metric.within).cells) if metric.within else None
    cells = protect_segments(people, max(tables.settings.k, FLOOR), earlier, within)
    return _laid(metric, history, cells, PEOPLE, blocks[-1].end)


def _open(people: pd.DataFrame, history: History, block: Period) -> bool:
    """Whether a block's total is published as a number and equals the sum of its segments, which would reveal it."""
    whole = history.cells.loc[(history.cells["end"] == block.end) & ~history.cells["segment_kind"].isin(SEGMENTS)]
    # The first one is its four weeks, or the last week of a growing number.
    first_week = whole.sort_values("start").to_dict("records")[:1]
    adds_up = people.loc[people["end"] == block.end, "numerator"].sum()
    return bool(first_week) and first_week[0]["shown"] == Shown.VALUE and first_week[0]["numerator"] == adds_up


def _with_kinds(metric: Metric, tables: Tables, history: History) -> History:
    blocks, measure = _blocks(tables, history, KINDS), metric.shape.parts
    if not blocks or measure is None:
        return history
    earlier = _weeks(history)
    starts = set(earlier.loc[earlier["shown"] == Shown.VALUE, "start"])
    weeks = [w for w in tables.calendar.weeks() if w.start in starts and w.block in {block.start for block in blocks}]
    done = measure(tables, weeks)
    done = done.assign(grain=Grain.FOUR_WEEKS.value, start=[tables.calendar.block(day) for day in done["start"]])
    done["end"] = [start + BLOCK - DAY for start in done["start"]]
    keys = ["grain", "start", "end", "segment", "person"]
    each = done.groupby(keys, as_index=False).agg(done=("done", "sum"), counted=("counted", "max"))
    return _laid(metric, history, roll_up(each, max(tables.settings.k, FLOOR)), KINDS, blocks[-1].end)
