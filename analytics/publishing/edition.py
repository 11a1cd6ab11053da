"""What is new of a metric, as it may be published: each cell is ruled on once, against everything published before."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import date
from functools import cache

import pandas as pd

from analytics.cell import COLUMNS, Shown
from analytics.metric import SEGMENTS, Metric, Subject
from analytics.periods import BLOCK, DAY, Grain, Period
from analytics.privacy.rules import FLOOR, Ruling, protect, publish, roll_up, valued
from analytics.privacy.staircase import Roster, Within, by_end, most, rule_growing
from analytics.privacy.subtraction import PublishedSegments, protect_segments, withheld
from analytics.published.record import KINDS, PEOPLE, WHOLE, Kept
from analytics.roster import read_roster
from analytics.tables import Ground


def extended(metric: Metric, ground: Ground, kept: Kept) -> Kept:
    """What was published of a metric with what is now: periods that are over and were not published yet.

    Args:
        metric: what to measure.
        ground: over which facts, with the record of the metric it lies within.
        kept: what was published of it.
    """
    kept = _with_whole(metric, ground, kept)
    if metric.shape.people is not None:
        kept = _with_segments(metric, ground, kept)
    return _with_kinds(metric, ground, kept) if metric.shape.parts is not None else kept


def _with_whole(metric: Metric, ground: Ground, kept: Kept) -> Kept:
    weeks = ground.calendar.weeks()
    if not weeks or _all_told(metric, kept, weeks[-1].end):
        return kept
    raw = metric.shape.measure(ground)
    for grain in sorted(set(raw["grain"]), reverse=True):  # weeks first: blocks must not narrow them
        cells = kept.fresh(raw.loc[raw["grain"] == grain], grain)
        if len(cells):
            kept = _laid(metric, kept, _protected(metric, ground, cells, kept), grain, max(cells["end"]))
    return replace(kept, reach={**kept.reach, WHOLE: weeks[-1].end}) if kept.reach.get(WHOLE) != weeks[-1].end else kept


def _all_told(metric: Metric, kept: Kept, until: date) -> bool:
    """Whether nothing can be new: questions have three days to be answered, all else is published at once."""
    reached = kept.reach.get(WHOLE)
    return metric.subject is not Subject.ITEMS and reached is not None and reached >= until


def _protected(metric: Metric, ground: Ground, cells: pd.DataFrame, kept: Kept) -> pd.DataFrame:
    k = max(ground.settings.k, FLOOR)
    cells = cells.sort_values(["end", "segment_kind", "segment"], kind="stable").reset_index(drop=True)
    if metric.subject in (Subject.PEOPLE, Subject.POPULATION):
        if metric.within is not None and metric.unit == "share":
            # The denominator is the published one, not what has changed since.
            earlier = by_end(_weeks(ground.record.read(metric.within)))
            wholes = [earlier[end]["numerator"] if end in earlier else math.nan for end in cells["end"]]
            cells = cells.assign(denominator=wholes, n=pd.Series(wholes, index=cells.index).fillna(0))
        rulings = _people_rulings(metric, ground, cells, kept, k)
        return publish(valued(metric, cells), rulings)
    if metric.subject is Subject.VOLUME:
        cells = cells.assign(n=cells["n"].where(_enough(metric, ground, cells, k), 0))
    return protect(metric, cells, k)


def _enough(metric: Metric, ground: Ground, cells: pd.DataFrame, k: int) -> pd.Series[bool]:
    """Whether so many have activated that k who did something are not nearly all of them, or nearly the company."""
    activation, people = by_end(_weeks(ground.record.read(metric.within or ""))), _rosters(ground)
    enough = [
        end in activation and most(activation[end]) >= 2 * k and len(people(end)) >= 2 * k for end in cells["end"]
    ]
    return pd.Series(enough, index=cells.index, dtype=bool)


def _people_rulings(metric: Metric, ground: Ground, cells: pd.DataFrame, kept: Kept, k: int) -> list[Ruling]:
    if metric.shape.grows or metric.within is None:
        return rule_growing(cells, _weeks(kept), _rosters(ground), k)
    activation = by_end(_weeks(ground.record.read(metric.within)))
    own = kept.cells.loc[kept.cells["grain"] == Grain.WEEK.value]
    own = own.loc[~own["segment_kind"].isin(SEGMENTS)]
    within = Within(activation, by_end(own), metric.subject is Subject.POPULATION, k)
    return [within.rule(cell) for cell in cells.to_dict("records")]


def _rosters(ground: Ground) -> Roster:
    folder, block = ground.settings.folder, cache(ground.calendar.block)
    people = cache(lambda first: set(read_roster(folder, first)["person"]))
    return lambda end: people(block(end))


def _weeks(kept: Kept) -> pd.DataFrame:
    cells = kept.cells
    return cells.loc[(cells["grain"] == Grain.WEEK.value) & (cells["segment_kind"] == "")]


def _laid(metric: Metric, kept: Kept, cells: pd.DataFrame, part: str, until: date) -> Kept:
    """The cells laid beside those that were published; the part has come as far as a day."""
    fresh = cells.assign(metric=metric.name, complete=True)[list(COLUMNS)]
    frames = [frame for frame in (kept.cells, fresh) if len(frame)] or [kept.cells]
    return Kept(pd.concat(frames, ignore_index=True), {**kept.reach, part: until})


def _blocks(ground: Ground, kept: Kept, part: str) -> list[Period]:
    reached = kept.reach.get(part)
    return [block for block in ground.calendar.blocks() if reached is None or block.end > reached]


def _with_segments(metric: Metric, ground: Ground, kept: Kept) -> Kept:
    blocks, measure = _blocks(ground, kept, PEOPLE), metric.shape.people
    if not blocks or measure is None:
        return kept
    people = measure(ground)
    people = people.loc[people["end"].isin([block.end for block in blocks if _open(people, kept, block)])]
    earlier = PublishedSegments(kept.cells, lambda end: read_roster(ground.settings.folder, ground.calendar.block(end)))
    within = withheld(ground.record.read(metric.within).cells) if metric.within else None
    cells = protect_segments(people, max(ground.settings.k, FLOOR), earlier, within)
    return _laid(metric, kept, cells, PEOPLE, blocks[-1].end)


def _open(people: pd.DataFrame, kept: Kept, block: Period) -> bool:
    """Whether a block's total is published as a number and equals the sum of its segments, which would reveal it."""
    whole = kept.cells.loc[(kept.cells["end"] == block.end) & ~kept.cells["segment_kind"].isin(SEGMENTS)]
    # its four weeks, or the last week of a growing number
    first_week = whole.sort_values("start").to_dict("records")[:1]
    adds_up = people.loc[people["end"] == block.end, "numerator"].sum()
    return bool(first_week) and first_week[0]["shown"] == Shown.VALUE and first_week[0]["numerator"] == adds_up


def _with_kinds(metric: Metric, ground: Ground, kept: Kept) -> Kept:
    blocks, measure = _blocks(ground, kept, KINDS), metric.shape.parts
    if not blocks or measure is None:
        return kept
    earlier = _weeks(kept)
    starts = set(earlier.loc[earlier["shown"] == Shown.VALUE, "start"])
    weeks = [w for w in ground.calendar.weeks() if w.start in starts and w.block in {block.start for block in blocks}]
    done = measure(ground, weeks)
    done = done.assign(grain=Grain.FOUR_WEEKS.value, start=[ground.calendar.block(day) for day in done["start"]])
    done["end"] = [start + BLOCK - DAY for start in done["start"]]
    keys = ["grain", "start", "end", "segment", "person"]
    each = done.groupby(keys, as_index=False).agg(done=("done", "sum"), counted=("counted", "max"))
    return _laid(metric, kept, roll_up(each, max(ground.settings.k, FLOOR)), KINDS, blocks[-1].end)
