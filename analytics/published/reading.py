"""The published figures for dashboards and reports, which have no other access; there are no rows about people."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import structlog

from analytics.cell import COLUMNS

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Freshness:
    """The date and reach of the figures.

    Attributes:
        built_at: the moment they were made (UTC); ``None`` if they never were.
        until: the last local day that is over; ``None`` before the launch.
        k: the smallest group that they describe.
        seeded: the number of activity rows of imports and kits, which do not count.
        launch: the first day that counts, set or derived; ``None`` before anyone has activated.
    """

    built_at: datetime | None
    until: date | None
    k: int
    seeded: int
    launch: date | None = None


class Charge(StrEnum):
    """The activity of a community's animateurs over four weeks."""

    NOBODY = "nobody"  # nobody holds the role
    SILENT = "silent"  # nobody who holds it wrote there
    ALONE = "alone"  # one person holds it
    SECOND_SILENT = "second_silent"  # several hold it, and only one of them wrote there
    COVERED = "covered"


@dataclass(frozen=True, slots=True)
class Standing:
    """A community: who looks after it, and whether it is quiet (fewer than three people wrote, or nobody replied)."""

    community: str
    charge: Charge
    quiet: bool


@dataclass(frozen=True, slots=True)
class Question:
    """An unanswered question: the id of its content, and the day it was asked."""

    content: int
    since: date


@dataclass(frozen=True, slots=True)
class Waiting:
    """The unanswered questions of an open community: their number, the oldest, and the newest ones, newest first."""

    community: str
    count: int
    oldest: Question
    newest: tuple[Question, ...]


@dataclass(frozen=True, slots=True)
class Attention:
    """Communities and questions that deserve attention. ``until`` is the last day that the communities' list covers."""

    until: date | None = None
    communities: tuple[Standing, ...] = ()
    waiting: tuple[Waiting, ...] = ()


def attention_file(folder: Path) -> Path:
    """Return the file of the list of what deserves attention."""
    return folder / "analytics" / "lists" / "attention.json"


def attention(folder: Path) -> Attention:
    """Return what deserves attention in a network; empty if it was never examined, or the file cannot be read."""
    try:
        raw = json.loads(attention_file(folder).read_text(encoding="utf-8"))
        return Attention(
            until=date.fromisoformat(raw["until"]) if raw["until"] else None,
            communities=tuple(
                Standing(str(place["community"]), Charge(place["charge"]), bool(place["quiet"]))
                for place in raw["communities"]
            ),
            waiting=tuple(_waiting(waiting) for waiting in raw["waiting"]),
        )
    except (OSError, ValueError, KeyError, TypeError):
        return Attention()


def _waiting(raw: dict[str, Any]) -> Waiting:
    newest = tuple(_question(question["content"], question["since"]) for question in raw["newest"])
    return Waiting(str(raw["community"]), int(raw["count"]), _question(raw["oldest"], raw["since"]), newest)


def _question(content: object, since: object) -> Question:
    return Question(int(str(content)), date.fromisoformat(str(since)))


def cubes_folder(folder: Path) -> Path:
    """Return the folder of the cubes in a data folder."""
    return folder / "analytics" / "cubes"


def freshness_file(folder: Path) -> Path:
    """Return the file that notes the date and reach of the last publication."""
    return cubes_folder(folder) / "freshness.json"


def cells(folder: Path, metric: str, grain: str | None = None, segment_kind: str = "") -> pd.DataFrame:
    """Return the published cells of a metric, ordered by grain, segment and end.

    Args:
        folder: the data folder.
        metric: its name; a metric that was never published has no cells.
        grain: ``week``, ``4w``, ``12w`` or ``launch``; ``None`` for all of them.
        segment_kind: ``""`` for the organisation, or ``department``, ``kind``, ``window``…

    Returns:
        The columns of ``analytics.cell``. ``start`` and ``end`` are ``datetime.date``, both inclusive. Numbers are NaN
        unless ``shown`` is ``value``; in a ``band``, ``low`` and ``high`` are its edges and ``denominator`` is known.
    """
    every = all_cells(folder, metric)
    matching = every["segment_kind"] == segment_kind
    if grain is not None:
        matching &= every["grain"] == grain
    return every.loc[matching].reset_index(drop=True)


def all_cells(folder: Path, metric: str) -> pd.DataFrame:
    """Return all published cells of a metric; none if it was never published, or its file is damaged."""
    file = cubes_folder(folder) / f"{metric}.parquet"
    if not file.exists():
        return _no_cells()
    try:
        return pd.read_parquet(file)
    except (pa.ArrowException, OSError):
        log.warning("cube damaged", file=str(file))
        return _no_cells()


def _no_cells() -> pd.DataFrame:
    return pd.DataFrame({name: pd.Series(dtype=object) for name in COLUMNS})


def metrics_published(folder: Path) -> list[str]:
    """Return the names of the metrics in the last publication; none if its note is missing or damaged."""
    try:
        raw = json.loads(freshness_file(folder).read_text(encoding="utf-8"))
        return [str(name) for name in raw["metrics"]]
    except (OSError, ValueError, KeyError, TypeError):
        return []


def freshness(folder: Path) -> Freshness:
    """Return the date and reach of the figures of a data folder. A damaged note counts as missing."""
    file = freshness_file(folder)
    if not file.exists():
        return Freshness(None, None, 0, 0)
    try:
        raw = json.loads(file.read_text(encoding="utf-8"))
        until, launch = (date.fromisoformat(raw[name]) if raw.get(name) else None for name in ("until", "launch"))
        built_at = datetime.fromisoformat(raw["built_at"])
        return Freshness(built_at, until, int(raw["k"]), int(raw["seeded"]), launch)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        log.warning("note of the last build damaged", file=str(file))
        return Freshness(None, None, 0, 0)
