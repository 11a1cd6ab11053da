"""Figures of a version that published each period again at every build: set aside, and no day is published twice.

Whoever kept those figures could otherwise lay the new ones of the same days beside them, made from another directory.
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
    """Where the figures of such a version lie once they were set aside."""
    return record_folder(folder) / "earlier"


def last_day(folder: Path, today: date) -> date | None:
    """The last day in the cubes of a data folder without a record; none if they are empty.

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
    """Move the cubes to where nothing reads them."""
    place = earlier_folder(folder)
    place.mkdir(parents=True, exist_ok=True)
    for file in sorted(cubes_folder(folder).iterdir()):
        file.replace(place / file.name)
