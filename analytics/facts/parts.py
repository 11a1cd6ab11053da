"""The Parquet files of a build: one for each month, all open at once, so that memory does not grow with the log."""

from __future__ import annotations

from pathlib import Path
from types import TracebackType

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from analytics.facts.manifest import Manifest, Part
from analytics.files import UNFINISHED, checksum, settle

MANY = 16  # a build merges the files of a month into its own once there are so many
_GROUP = 100_000


class _MonthFile:
    """The file of one month while it is being written. Rows are buffered until they fill a row group."""

    def __init__(self, folder: Path, schema: pa.Schema) -> None:
        self.folder = folder
        self.first, self.last, self.rows = 2**63 - 1, 0, 0
        folder.mkdir(parents=True, exist_ok=True)
        self.unfinished = folder / f"part{UNFINISHED}"
        self._writer = pq.ParquetWriter(self.unfinished, schema, compression="zstd")
        self._waiting: list[pa.Table] = []

    def add(self, table: pa.Table) -> None:
        ids = pc.min_max(table["id"]).as_py()
        self.first, self.last = min(self.first, ids["min"]), max(self.last, ids["max"])
        self.rows += table.num_rows
        self._waiting.append(table)
        if self.waiting >= _GROUP:
            self.flush()

    @property
    def waiting(self) -> int:
        return sum(table.num_rows for table in self._waiting)

    def flush(self) -> None:
        if self._waiting:
            self._writer.write_table(pa.concat_tables(self._waiting))
            self._waiting = []

    def close(self) -> None:
        self._writer.close()

    def finish(self) -> Path:
        """Give the finished file a name that no counted file has; return its path."""
        self.flush()
        self.close()
        name = self.folder / f"part-{self.first}-{self.last}.parquet"
        again = 1
        while name.exists():  # a rebuild beside the current facts
            again += 1
            name = self.folder / f"part-{self.first}-{self.last}.{again}.parquet"
        settle(self.unfinished, name)
        return name


class MonthParts:
    """The files of one build.

    Attributes:
        merged: paths of earlier parts whose rows this build has merged into its own file.
    """

    def __init__(self, folder: Path, schema: pa.Schema, base: Manifest) -> None:
        self.merged: set[str] = set()
        self._folder = folder
        self._schema = schema
        self._base = base
        self._files: dict[str, _MonthFile] = {}

    def __enter__(self) -> MonthParts:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for file in self._files.values():
            file.close()

    def add(self, month: str, table: pa.Table) -> None:
        """Append rows of one month (``2026-11``)."""
        if month not in self._files:
            self._open(month)
        self._files[month].add(table)
        self._flush_largest()

    def _open(self, month: str) -> None:
        file = self._files[month] = _MonthFile(self._folder / f"month={month}", self._schema)
        earlier = [part for part in self._base.parts if part.month == month]
        if len(earlier) < MANY:
            return
        for part in earlier:
            for batch in pq.ParquetFile(self._folder / part.path).iter_batches(batch_size=_GROUP):
                file.add(pa.Table.from_batches([batch], schema=self._schema))
            self.merged.add(part.path)

    def _flush_largest(self) -> None:
        if sum(file.waiting for file in self._files.values()) > 2 * _GROUP:
            max(self._files.values(), key=lambda file: file.waiting).flush()

    def finish(self) -> list[Part]:
        """Give the files their names; return the parts to note in the manifest."""
        return [self._part(month, file) for month, file in self._files.items()]

    def _part(self, month: str, file: _MonthFile) -> Part:
        finished = file.finish()
        path = str(finished.relative_to(self._folder))
        return Part(path, month, file.first, file.last, file.rows, checksum(finished))
