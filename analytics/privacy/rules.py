"""The k-floor, which every figure passes before anyone sees it. ``docs/metrics.md`` has the table of its rules.

What is hidden is missing from the result altogether (no number, not even a head count), so that nothing downstream can
show it by mistake. In the whole organisation, at least k people did it and at least k did not
(``privacy/staircase.py``). A segment needs k people. It has no percentage if there are fewer than 20, and a band if
few did it or few did not. A volume is hidden if one or two people did most of it. The result of any subtraction must
itself be fit to show (``privacy/subtraction.py``).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd

from analytics.cell import COLUMNS, Reason, Shown
from analytics.metric import Subject

if TYPE_CHECKING:
    from analytics.metric import Metric

FLOOR = 5  # the lowest k
LEAST = 20  # a percentage of fewer people or items would be mostly chance
FEW = 5  # if fewer people did it, or fewer did not, a band is shown
ALIKE = 0.05  # in a segment, shares below this or above its complement are shown as one band
ONE, TWO = 0.5, 0.75  # the most that one person, or two together, may contribute to a volume
OTHER = "other"  # all kinds that are not shown by themselves
_Z = 1.959964  # 97.5th percentile of the normal law

Record = dict[Hashable, Any]  # a row of a frame


@dataclass(frozen=True, slots=True)
class Ruling:
    """Whether a cell may be shown, and if not, why; for some bands, their edges in the figure's unit."""

    shown: Shown = Shown.VALUE
    reason: Reason = Reason.NONE
    low: float | None = None
    high: float | None = None


SHOWN = Ruling()


def wilson(numerator: float, denominator: float) -> tuple[float, float]:
    """Return the 95 % score interval of a share (Wilson 1927), which is honest for small counts and at the edges."""
    if denominator <= 0:
        return math.nan, math.nan
    share, z2 = numerator / denominator, _Z * _Z
    middle = (share + z2 / (2 * denominator)) / (1 + z2 / denominator)
    half = _Z / (1 + z2 / denominator) * math.sqrt(share * (1 - share) / denominator + z2 / (4 * denominator**2))
    return max(0.0, middle - half), min(1.0, middle + half)


def band(numerator: float, denominator: float) -> tuple[float, float]:
    """Return the band shown for a share too near to none or to all: the same edges whatever the number."""
    width = max(ALIKE, math.ceil((FEW - 1) / denominator / ALIKE) * ALIKE)
    return (0.0, width) if numerator * 2 < denominator else (1 - width, 1.0)


def few(numerator: float, denominator: float) -> bool:
    """Whether so few people did it, or did not, that their number would reveal who they are."""
    return min(numerator, denominator - numerator) < max(FEW, ALIKE * denominator)


def rule_people(numerator: float, denominator: float, k: int) -> Ruling:
    """Rule on a segment's share of people, without regard to other segments."""
    if denominator < max(k, FLOOR):
        return Ruling(Shown.HIDDEN, Reason.K)
    if denominator < LEAST:
        return Ruling(Shown.HIDDEN, Reason.SMALL)
    if few(numerator, denominator):
        return Ruling(Shown.BAND, Reason.HOMOGENEOUS if denominator * ALIKE >= FEW else Reason.COMPLEMENT)
    return SHOWN


def rule_volume(people: float, total: float, first: float, second: float, k: int) -> Ruling:
    """Rule on a volume: enough people must have done it, and not one or two of them most of it."""
    if people < max(k, FLOOR):
        return Ruling(Shown.HIDDEN, Reason.K)
    if first > ONE * total or first + second > TWO * total:
        return Ruling(Shown.HIDDEN, Reason.DOMINANCE)
    return SHOWN


def protect(metric: Metric, raw: pd.DataFrame, k: int) -> pd.DataFrame:
    """Return the cells of one metric as they may be published, each ruled on by itself.

    Args:
        metric: a metric about volumes, items, communities or roles. (``privacy/staircase.py`` rules on people.)
        raw: the columns ``RAW`` of ``analytics/metric.py`` and, if there are any, ``EXTRA``.
        k: the smallest group, from the settings; less than 5 counts as 5.

    Returns:
        The same cells with ``value``, ``low``, ``high``, ``n``, ``shown`` and ``reason``.
    """
    cells = raw.reset_index(drop=True)
    rulings = [_RULES[metric.subject](cell, max(k, FLOOR)) for cell in cells.to_dict("records")]
    if metric.subject is Subject.VOLUME:
        cells = cells.assign(n=max(k, FLOOR))  # says that there are enough people, not how many
    return publish(valued(metric, cells), rulings)


def _rule_item(cell: Record, k: int) -> Ruling:
    return SHOWN if cell["denominator"] >= LEAST else Ruling(Shown.HIDDEN, Reason.SMALL)


def _rule_community(cell: Record, k: int) -> Ruling:
    return SHOWN if cell["denominator"] > 0 else Ruling(Shown.HIDDEN, Reason.SMALL)


_RULES: dict[Subject, Callable[[Record, int], Ruling]] = {
    Subject.VOLUME: lambda cell, k: rule_volume(cell["n"], cell["numerator"], cell["first"], cell["second"], k),
    Subject.ITEMS: _rule_item,
    Subject.COMMUNITIES: _rule_community,
    # A community's own row is for those who accepted a role in it (level N4); the whole is the sum of those rows.
    Subject.ROLE: _rule_community,
}


def roll_up(done: pd.DataFrame, k: int) -> pd.DataFrame:
    """Return a volume by kind as it may be published. Kinds that are not fit to show are added up as ``OTHER``.

    Args:
        done: ``grain``, ``start``, ``end``, ``segment``, ``person``, ``done`` (how much of each kind each person did)
            and ``counted`` (whether the person is one of those who are counted).
        k: the smallest group.

    Returns:
        Cells of ``segment_kind`` ``kind``; none for a period in which even ``OTHER`` is not fit to show.
    """
    k = max(k, FLOOR)
    rows: list[Record] = []
    for (grain, start, end), period in done.groupby(["grain", "start", "end"]):
        cell: Record = {
            "grain": grain,
            "start": start,
            "end": end,
            "segment_kind": "kind",
            "denominator": math.nan,
            "n": k,
        }
        for kind, number in _rolled(period, k).items():
            rows.append({**cell, "segment": kind, "numerator": number, "value": number})
    cells = pd.DataFrame(rows, columns=[name for name in COLUMNS if name not in ("metric", "complete")])
    return publish(cells, [SHOWN] * len(cells))


def _rolled(period: pd.DataFrame, k: int) -> dict[str, float]:
    """Return the volume by kind in a period whose total is shown; empty if only the total is fit to show."""
    sizes = period.groupby("segment")["counted"].sum().sort_values(kind="stable")
    large = [str(kind) for kind in sizes.index if kind != OTHER and _fit(period.loc[period["segment"] == kind], k)]
    rest = period.loc[~period["segment"].isin(large)]
    while large and len(rest) and not _fit(rest, k):
        rest = period.loc[period["segment"].isin([large.pop(0)]) | period.index.isin(rest.index)]
    if not large:
        return {}
    rolled = {kind: float(period.loc[period["segment"] == kind, "done"].sum()) for kind in large}
    return {**rolled, OTHER: float(rest["done"].sum())} if len(rest) else rolled


def _fit(done: pd.DataFrame, k: int) -> bool:
    each = done.groupby("person")["done"].sum().nlargest(2).tolist()
    each = [*each, 0, 0]
    people, total = done.loc[done["counted"] > 0, "person"].nunique(), done["done"].sum()
    return rule_volume(people, total, each[0], each[1], k) == SHOWN


def valued(metric: Metric, cells: pd.DataFrame) -> pd.DataFrame:
    """Return the cells with values and intervals: the metric's own, if it has any."""
    if "value" in cells:
        return cells
    if metric.unit == "share":
        return with_shares(cells)
    return cells.assign(value=cells["numerator"], low=math.nan, high=math.nan)


def with_shares(cells: pd.DataFrame) -> pd.DataFrame:
    """Return the cells with their shares and Wilson intervals."""
    pairs = list(zip(cells["numerator"].astype(float), cells["denominator"].astype(float), strict=True))
    between = [wilson(*pair) for pair in pairs]
    return cells.assign(
        value=[numerator / denominator if denominator else math.nan for numerator, denominator in pairs],
        low=[low for low, _ in between],
        high=[high for _, high in between],
    )


def publish(cells: pd.DataFrame, rulings: Iterable[Ruling]) -> pd.DataFrame:
    """Remove from the cells everything that their rulings hide.

    A band keeps its denominator and has its edges in ``low`` and ``high``; a hidden cell keeps nothing (``n`` 0).
    """
    rows = [_public(cell, ruling) for cell, ruling in zip(cells.to_dict("records"), rulings, strict=True)]
    columns = [name for name in COLUMNS if name not in ("metric", "complete")]
    return pd.DataFrame(rows, columns=columns)


def _public(cell: Record, ruling: Ruling) -> Record:
    nothing: Record = dict.fromkeys(("numerator", "value", "low", "high"), math.nan)
    row: Record = {**cell, "shown": ruling.shown, "reason": ruling.reason}
    if ruling.shown == Shown.HIDDEN:
        return {**row, **nothing, "denominator": math.nan, "n": 0}
    if ruling.shown == Shown.BAND:
        low, high = ruling.low, ruling.high
        if low is None or high is None:
            low, high = band(cell["numerator"], cell["denominator"])
        return {**row, **nothing, "low": low, "high": high}
    return row
