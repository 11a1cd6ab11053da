"""The k-floor: every figure passes here before anybody sees it. ``analytics.md`` C2 is the model; k is at least 5.

What is not shown is missing from the result altogether (no number, not even a head count), so nothing downstream can
show it by mistake. Levels: the whole organisation needs k people; a segment needs k in this week and the one before,
no percentage of fewer than 20, and a band where few did it or few did not; a volume is hidden where one or two people
make most of it; what can be had by subtraction must itself be fit to show (``analytics/differencing.py``).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd

from analytics.metric import Subject

if TYPE_CHECKING:
    from analytics.metric import Metric

FLOOR = 5  # k can be raised, never set lower than this
LEAST = 20  # people or items under which a percentage says more about chance than about them
FEW = 5  # where fewer did it, or fewer did not, a band is shown
ALIKE = 0.05  # in a segment, less than this and more than its complement are not told apart
ONE, TWO = 0.5, 0.75  # of a volume: what one person, or two together, may make of it
_Z = 1.959964  # 97.5th percentile of the normal law

VALUE, BAND, HIDDEN = "value", "band", "hidden"
K, COMPLEMENT, DOMINANCE, HOMOGENEOUS, SMALL = "k", "complement", "dominance", "homogeneous", "small"

#: The columns of a published cube, and what each is.
PUBLISHED = {
    "metric": "str",
    "grain": "str",
    "start": "object",
    "end": "object",
    "complete": "bool",
    "segment_kind": "str",
    "segment": "str",
    "numerator": "float64",
    "denominator": "float64",
    "value": "float64",
    "low": "float64",
    "high": "float64",
    "n": "int64",
    "shown": "str",
    "reason": "str",
}


Record = dict[Hashable, Any]  # a row of a frame


@dataclass(frozen=True, slots=True)
class Ruling:
    """Whether a cell may be seen, and if not, why."""

    shown: str = VALUE
    reason: str = ""


SHOWN = Ruling()


def wilson(numerator: float, denominator: float) -> tuple[float, float]:
    """The 95 % score interval of a share (Wilson 1927): honest where few are counted and at the edges."""
    if denominator <= 0:
        return math.nan, math.nan
    share, z2 = numerator / denominator, _Z * _Z
    middle = (share + z2 / (2 * denominator)) / (1 + z2 / denominator)
    half = _Z / (1 + z2 / denominator) * math.sqrt(share * (1 - share) / denominator + z2 / (4 * denominator**2))
    return max(0.0, middle - half), min(1.0, middle + half)


def band(numerator: float, denominator: float) -> tuple[float, float]:
    """What is shown for a share too near to none or to all: the same edges for every number it could be."""
    width = max(ALIKE, math.ceil((FEW - 1) / denominator / ALIKE) * ALIKE)
    return (0.0, width) if numerator * 2 < denominator else (1 - width, 1.0)


def few(numerator: float, denominator: float) -> bool:
    """Whether so few did it, or did not, that saying how many would be saying who."""
    return min(numerator, denominator - numerator) < max(FEW, ALIKE * denominator)


def rule_people(numerator: float, denominator: float, k: int) -> Ruling:
    """A segment's share of people, looked at by itself."""
    if denominator < max(k, FLOOR):
        return Ruling(HIDDEN, K)
    if denominator < LEAST:
        return Ruling(HIDDEN, SMALL)
    if few(numerator, denominator):
        return Ruling(BAND, HOMOGENEOUS if denominator * ALIKE >= FEW else COMPLEMENT)
    return SHOWN


def rule_whole(people: float, k: int, least: int = 0) -> Ruling:
    """The whole organisation: enough people, and enough of them for a percentage."""
    if people < max(k, FLOOR):
        return Ruling(HIDDEN, K)
    return Ruling(HIDDEN, SMALL) if people < least else SHOWN


def rule_volume(people: float, total: float, first: float, second: float, k: int) -> Ruling:
    """How much was done: by enough people, and by none or two of them mostly."""
    if people < max(k, FLOOR):
        return Ruling(HIDDEN, K)
    if first > ONE * total or first + second > TWO * total:
        return Ruling(HIDDEN, DOMINANCE)
    return SHOWN


def protect(metric: Metric, raw: pd.DataFrame, k: int) -> pd.DataFrame:
    """The cells of one metric as they may be published.

    Args:
        metric: says what the cells are about.
        raw: columns ``RAW`` and, where there are any, ``EXTRA`` of ``analytics/metric.py``; without people's segments.
        k: the smallest group, from the settings; a smaller one than 5 is read as 5.

    Returns:
        The same cells with ``value``, ``low``, ``high``, ``n``, ``shown`` and ``reason``.
    """
    k = max(k, FLOOR)
    cells = raw.reset_index(drop=True)
    rulings = [_RULES[metric.subject](cell, k) for cell in cells.to_dict("records")]
    if metric.subject is Subject.VOLUME:
        _hide_remainders(cells, rulings, k)
    return publish(_valued(metric, cells), rulings)


def _rule_item(cell: Record, k: int) -> Ruling:
    return SHOWN if cell["denominator"] >= LEAST else Ruling(HIDDEN, SMALL)


def _rule_community(cell: Record, k: int) -> Ruling:
    return SHOWN if cell["denominator"] > 0 else Ruling(HIDDEN, SMALL)


def _rule_role(cell: Record, k: int) -> Ruling:
    # A community's own row is for those who accepted the role in it (level N4); the whole is a figure like others.
    return SHOWN if cell["segment_kind"] else rule_whole(cell["n"], k)


_RULES: dict[Subject, Callable[[Record, int], Ruling]] = {
    Subject.PEOPLE: lambda cell, k: rule_whole(cell["denominator"], k, LEAST),
    Subject.POPULATION: lambda cell, k: rule_whole(cell["n"], k),
    Subject.VOLUME: lambda cell, k: rule_volume(cell["n"], cell["numerator"], cell["first"], cell["second"], k),
    Subject.ITEMS: _rule_item,
    Subject.COMMUNITIES: _rule_community,
    Subject.ROLE: _rule_role,
}


def _hide_remainders(cells: pd.DataFrame, rulings: list[Ruling], k: int) -> None:
    """Hide kinds until the total less the shown kinds says nothing about one kind or fewer than k people.

    People contribute to several kinds, so the people behind the hidden kinds together are at least as many as behind
    the greatest of them, and may be no more.
    """
    for _, group in cells.loc[cells["segment_kind"] != ""].groupby(["grain", "start", "end"]):
        order = group.sort_values(["n", "segment"]).index
        hidden = [index for index in order if rulings[index].shown != VALUE]
        shown = [index for index in order if rulings[index].shown == VALUE]
        while hidden and shown and (len(hidden) < 2 or cells.loc[hidden, "n"].max() < k):
            hidden.append(shown.pop(0))
            rulings[hidden[-1]] = Ruling(HIDDEN, COMPLEMENT)


def _valued(metric: Metric, cells: pd.DataFrame) -> pd.DataFrame:
    """The cells with their value and interval, the metric's own where it has them."""
    if "value" in cells:
        return cells
    if metric.unit == "share":
        return with_shares(cells)
    return cells.assign(value=cells["numerator"], low=math.nan, high=math.nan)


def with_shares(cells: pd.DataFrame) -> pd.DataFrame:
    """Shares with their Wilson intervals."""
    pairs = list(zip(cells["numerator"].astype(float), cells["denominator"].astype(float), strict=True))
    between = [wilson(*pair) for pair in pairs]
    return cells.assign(
        value=[numerator / denominator if denominator else math.nan for numerator, denominator in pairs],
        low=[low for low, _ in between],
        high=[high for _, high in between],
    )


def publish(cells: pd.DataFrame, rulings: Iterable[Ruling]) -> pd.DataFrame:
    """Take out of the cells whatever their rulings do not let be seen.

    A band keeps its denominator and says its edges in ``low`` and ``high``; a hidden cell keeps nothing (``n`` 0).
    """
    seen = [_seen(cell, ruling) for cell, ruling in zip(cells.to_dict("records"), rulings, strict=True)]
    columns = [name for name in PUBLISHED if name not in ("metric", "complete")]
    return pd.DataFrame(seen, columns=columns)


def _seen(cell: Record, ruling: Ruling) -> Record:
    nothing: Record = dict.fromkeys(("numerator", "value", "low", "high"), math.nan)
    said: Record = {**cell, "shown": ruling.shown, "reason": ruling.reason}
    if ruling.shown == HIDDEN:
        return {**said, **nothing, "denominator": math.nan, "n": 0}
    if ruling.shown == BAND:
        numerator, denominator = cell["numerator"], cell["denominator"]
        low, high = band(numerator, denominator)
        return {**said, **nothing, "low": low, "high": high}
    return said
