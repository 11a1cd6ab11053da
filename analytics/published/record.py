"""The record of what was published: a period is published once, and its cells never change afterwards.

It lies in ``<data>/published``, apart from the facts and cubes: those can be made again, the record cannot. Each metric
has a file with its cells and the last published day of each of its parts. The store also notes the last published day.
If the record is lost, figures begin anew after that day: publishing the past again, from another directory, could
reveal people. If only the note beside the files is lost or damaged, it is recovered from the files.
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
_ALL = 2**62  # above any id of the log: without the note we cannot know which rows came late, so none did
_REACH = b"reach"
_TYPES = {"str": pa.string(), "object": pa.date32(), "bool": pa.bool_(), "float64": pa.float64(), "int64": pa.int64()}
SCHEMA = pa.schema([(name, _TYPES[kind]) for name, kind in COLUMNS.items()])


class RecordDamagedError(ReseauError):
    """A file of the record cannot be read. It cannot be made from anything else, so only a backup helps."""


def record_folder(folder: Path) -> Path:
    """Return the folder of the record in a data folder."""
    return folder / "published"


@dataclass(frozen=True, slots=True)
class Publication:
    """A publication: its last day, and the id of the last row of the log that it used."""

    until: date
    upto: int


@dataclass(frozen=True, slots=True)
class History:
    """The published cells of a metric, and the last published day of each of its parts (a grain, ``people``…)."""

    cells: pd.DataFrame
    published_until: dict[str, date]

    def fresh(self, cells: pd.DataFrame, part: str) -> pd.DataFrame:
        """Return the cells that end after the last published day of a part."""
        last = self.published_until.get(part)
        return cells if last is None or not len(cells) else cells.loc[cells["end"] > last]


class Record:
    """The record of a data folder, read when it is opened."""

    def __init__(self, folder: Path) -> None:
        self._folder = record_folder(folder)
        self.first: date | None = None
        self.publications: list[Publication] = []
        self.metrics: set[str] = set()
        self.mended = False
        self._published_before: date | None = None  # the last day that was published before this record was opened
        self.found = self._read_note() or self._recover_note()
        self._published_before = self.until

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
            self.publications = [Publication(date.fromisoformat(until), int(upto)) for until, upto in note["reached"]]
            self.metrics = set(note.get("kept", ()))
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            log.warning("note of the record damaged", file=str(self.file))
            return False
        return True

    def _recover_note(self) -> bool:
        """Restore a lost note from the files of the metrics; return whether any of them could be read."""
        firsts: list[date] = []
        lasts: list[date] = []
        for file in sorted(self._folder.glob("*.parquet")):
            self.metrics.add(file.stem)
            try:
                history = self.read(file.stem)
            except RecordDamagedError:
                continue
            firsts += history.cells.loc[history.cells["grain"] == Grain.WEEK.value, "start"].tolist()
            lasts += history.published_until.values()
        if not firsts or not lasts:
            return False
        self.first, self.publications, self.mended = min(firsts), [Publication(max(lasts), _ALL)], True
        self._write()
        return True

    @property
    def until(self) -> date | None:
        """The last day that was published."""
        return self.publications[-1].until if self.publications else None

    def anchor(self, launch: date | None) -> date | None:
        """Return the Monday from which blocks are counted; a launch after everything published moves it."""
        if launch is None:
            return None
        if self.first is None or (self.until or self.first - DAY) < monday(launch):
            return max(monday(launch), self.first or monday(launch))
        return self.first

    def begin_after(self, day: date) -> None:
        """Publish nothing about the week of a day or the weeks before it."""
        self.first = monday(day) + WEEK
        self._write()

    def note_publication(self, first: date, until: date, upto: int) -> None:
        """Note a publication before its cells are written. One that is killed afterwards keeps its note."""
        self.first = first
        if self.until is None or self.until < until:
            self.publications = [*self.publications, Publication(until, upto)]
        self._write()

    def _write(self) -> None:
        reached = [[publication.until.isoformat(), publication.upto] for publication in self.publications]
        first = self.first.isoformat() if self.first else None
        put_json({"form": _FORM, "first": first, "reached": reached, "kept": sorted(self.metrics)}, self.file)

    def read(self, metric: str) -> History:
        """Return the history of a metric. A metric whose file is lost begins anew after everything that was published.

        Raises:
            RecordDamagedError: the file cannot be read.
        """
        file = self._folder / f"{metric}.parquet"
        if not file.exists():
            last = self._published_before if metric in self.metrics else None
            return History(SCHEMA.empty_table().to_pandas(), dict.fromkeys(_PARTS, last) if last else {})
        try:
            table = pq.read_table(file)
            reach = json.loads((table.schema.metadata or {}).get(_REACH, b"{}"))
            published_until = {str(part): date.fromisoformat(day) for part, day in reach.items()}
        except (pa.ArrowException, OSError, ValueError) as error:
            raise RecordDamagedError(
                "E_RECORD",
                N_(
                    "What was published of this figure, {file}, is damaged. Put it back from a backup. Without one, "
                    "delete it: the figure then begins anew after the last day that was published."
                ),
                file=file,
            ) from error
        return History(table.to_pandas(date_as_object=True), published_until)

    def keep(self, metric: str, history: History) -> None:
        """Write the history of a metric in one step."""
        table = pa.Table.from_pandas(history.cells[list(COLUMNS)], schema=SCHEMA, preserve_index=False)
        reach = {part: day.isoformat() for part, day in history.published_until.items()}
        put_table(table.replace_schema_metadata({_REACH: json.dumps(reach)}), self._folder / f"{metric}.parquet")
        if metric not in self.metrics:
            self.metrics.add(metric)
            self._write()
