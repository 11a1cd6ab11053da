"""The record of what was published: a period is published once, and what its cells say never changes afterwards.

It lies in ``<data>/published``, apart from the facts and cubes, which can be made again; this cannot. One file a metric
holds its cells and how far each part of it has come. The store notes the last published day: where the record is gone,
figures begin anew after that day instead of telling the past a second time, from another directory.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from analytics.periods import DAY, monday
from analytics.privacy import PUBLISHED
from analytics.published import COLUMNS
from analytics.shelf import put_json, put_table

_FORM = 1
_REACH = b"reach"
_TYPES = {"str": pa.string(), "object": pa.date32(), "bool": pa.bool_(), "float64": pa.float64(), "int64": pa.int64()}
SCHEMA = pa.schema([(name, _TYPES[PUBLISHED[name]]) for name in COLUMNS])


def record_folder(folder: Path) -> Path:
    """Where the record of a data folder lies."""
    return folder / "published"


@dataclass(frozen=True, slots=True)
class Reach:
    """A publication: the last day it told of, and the last row of the log that it knew."""

    until: date
    upto: int


@dataclass(frozen=True, slots=True)
class Kept:
    """What was published of a metric, and until when each part of it (a grain, ``people``, ``parts``) was."""

    cells: pd.DataFrame
    reach: dict[str, date]

    def fresh(self, cells: pd.DataFrame, part: str) -> pd.DataFrame:
        """The cells that come after what was published of a part."""
        reached = self.reach.get(part)
        return cells if reached is None or not len(cells) else cells.loc[cells["end"] > reached]


class Record:
    """The record of a data folder, as it is when it is opened."""

    def __init__(self, folder: Path) -> None:
        self._folder = record_folder(folder)
        self.first: date | None = None
        self.reached: list[Reach] = []
        file = self._folder / "record.json"
        self.found = file.exists()
        if self.found:
            said = json.loads(file.read_text(encoding="utf-8"))
            self.first = date.fromisoformat(said["first"]) if said["first"] else None
            self.reached = [Reach(date.fromisoformat(until), upto) for until, upto in said["reached"]]

    @property
    def until(self) -> date | None:
        """The last day that was published."""
        return self.reached[-1].until if self.reached else None

    def anchor(self, launch: date | None) -> date | None:
        """The Monday from which blocks are counted: a launch that is noted later than everything published moves it."""
        if launch is None:
            return None
        if self.first is None or (self.until or self.first - DAY) < monday(launch):
            return max(monday(launch), self.first or monday(launch))
        return self.first

    def begin_after(self, day: date) -> None:
        """Tell nothing of a day or of those before it."""
        self.first = monday(day) + 7 * DAY

    def reach(self, first: date, until: date, upto: int) -> None:
        """Note a publication before its cells are written; one that was noted and killed keeps what it knew."""
        self.first = first
        if self.until is None or self.until < until:
            self.reached = [*self.reached, Reach(until, upto)]
        said = [[reach.until.isoformat(), reach.upto] for reach in self.reached]
        put_json({"form": _FORM, "first": first.isoformat(), "reached": said}, self._folder / "record.json")

    def read(self, metric: str) -> Kept:
        """What was published of a metric."""
        file = self._folder / f"{metric}.parquet"
        if not file.exists():
            return Kept(SCHEMA.empty_table().to_pandas(), {})
        table = pq.read_table(file)
        reach = json.loads((table.schema.metadata or {}).get(_REACH, b"{}"))
        return Kept(
            table.to_pandas(date_as_object=True), {part: date.fromisoformat(day) for part, day in reach.items()}
        )

    def keep(self, metric: str, kept: Kept) -> None:
        """Write what is published of a metric now, in one step."""
        table = pa.Table.from_pandas(kept.cells[list(COLUMNS)], schema=SCHEMA, preserve_index=False)
        reach = {part: day.isoformat() for part, day in kept.reach.items()}
        put_table(table.replace_schema_metadata({_REACH: json.dumps(reach)}), self._folder / f"{metric}.parquet")
