"""Reading what was published: the only door of dashboards and reports to the figures. Rows of people are not here."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import pandas as pd

COLUMNS = (
    *("metric", "grain", "start", "end", "complete", "segment_kind", "segment"),
    *("numerator", "denominator", "value", "low", "high", "n", "shown", "reason"),
)


@dataclass(frozen=True, slots=True)
class Freshness:
    """How far the figures reach.

    Attributes:
        built_at: when they were made (UTC); none: never.
        until: the last local day that is over and wholly covered; none before the launch.
        k: the smallest group they describe.
        seeded: activity rows of imports and kits, which were set aside.
        launch: the first day that counts, set or found; none before anybody has come.
    """

    built_at: datetime | None
    until: date | None
    k: int
    seeded: int
    launch: date | None = None


def cubes_folder(folder: Path) -> Path:
    """Where the cubes of a data folder lie."""
    return folder / "analytics" / "cubes"


def freshness_file(folder: Path) -> Path:
    """Where a publication notes how far it reaches."""
    return cubes_folder(folder) / "freshness.json"


def cells(folder: Path, metric: str, grain: str | None = None, segment_kind: str = "") -> pd.DataFrame:
    """The published cells of a metric, by grain, segment and end.

    Args:
        folder: the data folder.
        metric: its name; one that was never published has no cells.
        grain: ``day``, ``week``, ``4w``, ``12w`` or ``launch``; none: all of them.
        segment_kind: ``""`` for the organisation, or ``department``, ``kind``, ``window``…

    Returns:
        Columns ``COLUMNS``: ``start`` and ``end`` are ``datetime.date`` (both included), numbers are NaN unless
        ``shown`` is ``value``; in a ``band``, ``low`` and ``high`` are its edges and ``denominator`` is known.
    """
    every = every_cell(folder, metric)
    wanted = every["segment_kind"] == segment_kind
    if grain is not None:
        wanted &= every["grain"] == grain
    return every.loc[wanted].reset_index(drop=True)


def every_cell(folder: Path, metric: str) -> pd.DataFrame:
    """All published cells of a metric, whatever they are about; none where it was never published."""
    file = cubes_folder(folder) / f"{metric}.parquet"
    if not file.exists():
        return pd.DataFrame({name: pd.Series(dtype=object) for name in COLUMNS})
    return pd.read_parquet(file)


def freshness(folder: Path) -> Freshness:
    """How far the figures of a data folder reach."""
    file = freshness_file(folder)
    if not file.exists():
        return Freshness(None, None, 0, 0)
    raw = json.loads(file.read_text(encoding="utf-8"))
    until, launch = (date.fromisoformat(raw[name]) if raw.get(name) else None for name in ("until", "launch"))
    return Freshness(datetime.fromisoformat(raw["built_at"]), until, raw["k"], raw["seeded"], launch)
