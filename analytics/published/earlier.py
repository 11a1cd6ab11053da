"""Figures of a version that published each period again at every build: they are set aside, and no day is repeated.

Otherwise a reader who kept them could compare them with the new ones of the same days, made from another directory.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from analytics.published.reading import cubes_folder
from analytics.published.record import record_folder


def earlier_folder(folder: Path) -> Path:
    """Return the folder of the figures that were set aside."""
    return record_folder(folder) / "earlier"


def last_day(folder: Path, today: date) -> date | None:
    """Return the last day in the cubes of a data folder without a record; ``None`` if they are empty.

    A cube that cannot be read may hold everything up to today.
    """
    days: list[date] = []
    for file in cubes_folder(folder).glob("*.parquet"):
        try:
            ends = pq.read_table(file, columns=["end"])["end"]
        except (pa.ArrowException, OSError, KeyError):
            days.append(today)
            continue
        if len(ends):
            days.append(pc.max(ends).as_py())
    return max(days, default=None)


def set_aside(folder: Path) -> None:
    """Move the cubes to a folder that nothing reads."""
    aside = earlier_folder(folder)
    aside.mkdir(parents=True, exist_ok=True)
    for file in sorted(cubes_folder(folder).iterdir()):
        file.replace(aside / file.name)
