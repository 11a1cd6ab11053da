"""The record of what was published: a period is published once, and what its cells say never changes afterwards.

It lies in ``<data>/published``, apart from the facts and cubes, which can be made again; this cannot. One file a metric
holds its cells and how far each part of it has come. The store notes the last published day: where the record is gone,
figures begin anew after that day instead of telling the past a second time, from another directory. Where only the
note beside the files is gone or damaged, the files say what it said.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import structlog

from analytics.cell import COLUMNS
from analytics.files import put_json, put_table
from analytics.periods import DAY, WEEK, Grain, monday
from reseau.errors import ReseauError
from reseau.i18n import N_

log = structlog.get_logger(__name__)

KINDS, PEOPLE, WHOLE = "kind", "people", "whole"  # the parts of a metric's record beside its grains
_PARTS = (*(grain.value for grain in Grain), KINDS, PEOPLE, WHOLE)
_FORM = 1
_ALL = 2**62  # more rows than any log has: what a lost note knew is not known, so nothing is late for it
_REACH = b"reach"
_TYPES = {"str": pa.string(), "object": pa.date32(), "bool": pa.bool_(), "float64": pa.float64(), "int64": pa.int64()}
SCHEMA = pa.schema([(name, _TYPES[kind]) for name, kind in COLUMNS.items()])


class RecordDamagedError(ReseauError):
    """A file of the record cannot be read. It is made from nothing else, so only a backup brings it back."""


def record_folder(folder: Path) -> Path:
    """Where the record of a data folder lies."""
    return folder / "published"


@dataclass(frozen=True, slots=True)
class Reach:
    """A publication: its last day, and the last row of the log it used."""

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
        self.kept: set[str] = set()
        self.mended = False
        self._told: date | None = None  # the last day that was published before this record was opened
        self.found = self._read_note() or self._gather()
        self._told = self.until

    @property
    def file(self) -> Path:
        """The note beside the files of the metrics."""
        return self._folder / "record.json"

    def _read_note(self) -> bool:
        if not self.file.exists():
            return False
        try:
            note = json.loads(self.file.read_text(encoding="utf-8"))
            self.first = date.fromisoformat(note["first"]) if note["first"] else None
            self.reached = [Reach(date.fromisoformat(until), int(upto)) for until, upto in note["reached"]]
            self.kept = set(note.get("kept", ()))
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            log.warning("note of the record damaged", file=str(self.file))
            return False
        return True

    def _gather(self) -> bool:
        """What the lost note said, from the files of the metrics; false where none of them can be read."""
        firsts: list[date] = []
        reached: list[date] = []
        for file in sorted(self._folder.glob("*.parquet")):
            self.kept.add(file.stem)
            try:
                kept = self.read(file.stem)
            except RecordDamagedError:
                continue
            firsts += kept.cells.loc[kept.cells["grain"] == Grain.WEEK.value, "start"].tolist()
            reached += kept.reach.values()
        if not firsts or not reached:
            return False
        self.first, self.reached, self.mended = min(firsts), [Reach(max(reached), _ALL)], True
        self._write()
        return True

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
        """Tell nothing of the week of a day, or of those before it."""
        self.first = monday(day) + WEEK
        self._write()

    def reach(self, first: date, until: date, upto: int) -> None:
        """Note a publication before its cells are written; one that was noted and killed keeps what it knew."""
        self.first = first
        if self.until is None or self.until < until:
            self.reached = [*self.reached, Reach(until, upto)]
        self._write()

    def _write(self) -> None:
        reached = [[reach.until.isoformat(), reach.upto] for reach in self.reached]
        first = self.first.isoformat() if self.first else None
        put_json({"form": _FORM, "first": first, "reached": reached, "kept": sorted(self.kept)}, self.file)

    def read(self, metric: str) -> Kept:
        """What was published of a metric. One whose file is gone begins anew after everything that was published.

        Raises:
            RecordDamagedError: the file cannot be read.
        """
        file = self._folder / f"{metric}.parquet"
        if not file.exists():
            gone = self._told if metric in self.kept else None
            return Kept(SCHEMA.empty_table().to_pandas(), dict.fromkeys(_PARTS, gone) if gone else {})
        try:
            table = pq.read_table(file)
            reach = json.loads((table.schema.metadata or {}).get(_REACH, b"{}"))
            reached = {str(part): date.fromisoformat(day) for part, day in reach.items()}
        except (pa.ArrowException, OSError, ValueError) as error:
            raise RecordDamagedError(
                "E_RECORD",
                N_(
                    "What was published of this figure, {file}, is damaged. Put it back from a backup. Without one, "
                    "delete it: the figure then begins anew after the last day that was published."
                ),
                file=file,
            ) from error
        return Kept(table.to_pandas(date_as_object=True), reached)

    def keep(self, metric: str, kept: Kept) -> None:
        """Write what is published of a metric now, in one step."""
        table = pa.Table.from_pandas(kept.cells[list(COLUMNS)], schema=SCHEMA, preserve_index=False)
        reach = {part: day.isoformat() for part, day in kept.reach.items()}
        put_table(table.replace_schema_metadata({_REACH: json.dumps(reach)}), self._folder / f"{metric}.parquet")
        if metric not in self.kept:
            self.kept.add(metric)
            self._write()
