"""A run, which imports a source in batches with a checkpoint after each, so that it can be cut off anywhere."""

from __future__ import annotations

import fcntl
import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import chain, islice
from pathlib import Path
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.exc import DataError, IntegrityError

from migration.loading.loader import Loader
from migration.loading.tally import Tally
from migration.reading.bundle import Bundle
from migration.reading.records import KIND_OF, Note, Record
from migration.reading.source import Dated, Options, Source
from reseau.errors import ReseauError
from reseau.i18n import N_, Words
from reseau.network import Network
from reseau.store.tables import import_run
from reseau.store.transaction import Transaction

BATCH = 10_000  # records in one transaction
#: Errors that a single record can cause. Failures of the store itself raise other ones.
_FAULTS = (IntegrityError, DataError, LookupError, ValueError, TypeError, AttributeError, ArithmeticError)
_MOST_REFUSED = 1_000  # records refused for such an error; if there are more, the fault is not in the records
_SWEEP = 64  # batches between two garbage collections

#: Called after each batch with the number of records done and the entry that the last of them came from.
Watch = Callable[[int, str], None]


class BusyError(ReseauError):
    """Another run is in progress, which might write the same objects."""


@dataclass(frozen=True, slots=True)
class Run:
    """A row of ``import_run``; moments are UTC."""

    id: int
    source: str
    input: str
    options: dict[str, Any]
    started_at: datetime
    finished_at: datetime | None
    position: int
    tally: Tally

    def as_dict(self) -> dict[str, Any]:
        """Return the run for JSON, without its position and counts."""
        return {
            "run": self.id,
            "source": self.source,
            "input": self.input,
            "include": self.options.get("include", []),
            "started_at": self.started_at.isoformat(),
            "finished_at": self.finished_at.isoformat() if self.finished_at else None,
        }


def run(network: Network, source: Source, bundle: Bundle, options: Options, watch: Watch | None = None) -> Run:
    """Import everything that a bundle holds, or the rest of it after a run that was cut off.

    Args:
        watch: called after each batch.

    Returns:
        The finished run with its counts.

    Raises:
        reseau.errors.ReseauError: the store or the input fails as a whole; what was written so far stays.
    """
    with (
        _alone(network.settings.folder),
        _without_garbage_collection(),
        network.store.importing() as store,
    ):
        localised = replace(options, language=network.settings.language)
        importing = _Importing(Network(network.settings, store), source, bundle, localised)
        importing.read(watch or (lambda count, entry: None))
        importing.settle()
        return importing.finish()


class _Importing:
    def __init__(self, network: Network, source: Source, bundle: Bundle, options: Options) -> None:
        self._store = network.store
        self._source, self._bundle, self._options = source, bundle, options
        with network.store.write() as tx:
            previous = unfinished(tx, source.name, bundle.fingerprint, options)
            self._run_id = previous.id if previous else _begin(tx, source, bundle, options)
            self.position = previous.position if previous else 0
            self._words = Words(network.settings.language)
            self._start(tx, previous.tally if previous else Tally())
        self._failures = 0

    def _start(self, tx: Transaction, tally: Tally) -> None:
        self._tally = tally
        self._loader = Loader(tx, self._run_id, tally, self._words)

    def read(self, watch: Watch) -> None:
        """Load the records of the source from the checkpoint on."""
        everything = chain(self._bundle.notes, self._source.read(self._bundle, self._options))
        records = islice(everything, self.position, None)
        for number, batch in enumerate(_batches(records), 1):
            self._load_or_refuse(batch)
            watch(self.position, batch[-1].where)
            if number % _SWEEP == 0:
                gc.collect()

    def _load_or_refuse(self, batch: list[Record]) -> None:
        """Load a batch; a record that cannot be written is found by halving the batch, and refused."""
        try:
            self._load(batch)
        except _FAULTS as error:
            self._step_back(error)
            if len(batch) == 1:
                self._load([_refusal(batch[0], error)])
                return
            half = len(batch) // 2
            self._load_or_refuse(batch[:half])
            self._load_or_refuse(batch[half:])

    def _load(self, batch: list[Record]) -> None:
        position = self.position + len(batch)
        with self._store.write() as tx:
            self._loader.load(tx, batch)
            self._save(tx, position)
        self.position = position

    def _step_back(self, error: Exception) -> None:
        """Reload the state after a failed part of a batch."""
        self._failures += 1
        if self._failures > _MOST_REFUSED:
            raise error
        with self._store.read() as tx:
            self._start(tx, _run(tx, import_run.c.id == self._run_id)[0].tally)

    def settle(self) -> None:
        """Settle all pending records. Those that cannot be settled are refused."""
        settled, limit = 1, BATCH
        while settled:
            try:
                with self._store.write() as tx:
                    settled = self._loader.settle(tx, limit)
                    self._save(tx, self.position)
            except _FAULTS as error:
                self._step_back(error)
                if limit == 1:
                    with self._store.write() as tx:
                        self._loader.give_up(tx, error)
                        self._save(tx, self.position)
                limit = BATCH if limit == 1 else limit // 10

    def finish(self) -> Run:
        with self._store.write() as tx:
            tx.execute(update(import_run).where(import_run.c.id == self._run_id).values(finished_at=tx.now))
            return _run(tx, import_run.c.id == self._run_id)[0]

    def _save(self, tx: Transaction, position: int) -> None:
        saved = update(import_run).where(import_run.c.id == self._run_id)
        tx.execute(saved.values(position=position, counts=self._tally.as_stored()))


def _refusal(record: Record, error: Exception) -> Note:
    """Return the note of a refused record, without the error's text, which may hold people's words."""
    key = getattr(record, "key", "")
    return Note("record_refused", record.where, f"{key}: {type(error).__name__}", KIND_OF[type(record)])


def _batches(records: Iterator[Record]) -> Iterator[list[Record]]:
    while batch := list(islice(records, BATCH)):
        yield batch


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Hold the lock of the import; the system releases it when the process ends, however that ends."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "import.lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise BusyError("E_IMPORT_RUNNING", N_("Another import is running; please wait for its end.")) from None
        yield


@contextmanager
def _without_garbage_collection() -> Iterator[None]:
    """Disable the cyclic garbage collector during a run.

    Records and rows form no cycles, so reference counting frees them at once. The collector would scan millions of them
    over and over, and find nothing.
    """
    was_on = gc.isenabled()
    gc.freeze()
    gc.disable()
    try:
        yield
    finally:
        gc.unfreeze()
        if was_on:
            gc.enable()


def _begin(tx: Transaction, source: Source, bundle: Bundle, options: Options) -> int:
    run_id = tx.ids(import_run, 1)[0]
    tx.execute(
        import_run.insert().values(
            id=run_id,
            source=source.name,
            input=bundle.name,
            fingerprint=bundle.fingerprint,
            options={"include": sorted(options.include)},
            started_at=tx.now,
            counts=Tally().as_stored(),
            told_until=source.covers_until(bundle, tx.now) if isinstance(source, Dated) else None,
        )
    )
    return run_id


def unfinished(tx: Transaction, source: str, fingerprint: str, options: Options) -> Run | None:
    """Return the unfinished run of the same input with the same options, if there is one."""
    same = (import_run.c.source == source) & (import_run.c.fingerprint == fingerprint)
    for candidate in _run(tx, same & import_run.c.finished_at.is_(None)):
        if candidate.options == {"include": sorted(options.include)}:
            return candidate
    return None


def runs(tx: Transaction) -> list[Run]:
    """Return every run, the latest first."""
    return _run(tx, import_run.c.id > 0)


def last_of(tx: Transaction, fingerprint: str) -> Run | None:
    """Return the latest run of an input that changed anything, else the latest."""
    candidates = _run(tx, import_run.c.fingerprint == fingerprint)
    changing = (
        candidate for candidate in candidates if candidate.tally.total("inserted") or candidate.tally.total("updated")
    )
    return next(chain(changing, candidates), None)


def _run(tx: Transaction, clause: Any) -> list[Run]:
    rows = tx.execute(select(import_run).where(clause).order_by(import_run.c.id.desc()))
    return [
        Run(
            row.id,
            row.source,
            row.input,
            row.options,
            row.started_at,
            row.finished_at,
            row.position,
            Tally.of(row.counts),
        )
        for row in rows
    ]
