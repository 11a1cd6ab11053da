"""The checks of ``reseau doctor`` on the figures: damaged or missing files, and how to repair each."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from sqlalchemy import func, select

from analytics.facts.directory import animateurs_file, communities_file, people_file
from analytics.facts.manifest import damaged_parts, facts_folder, manifest_file, read_manifest
from analytics.facts.pseudonyms import KEY_FILE, KeyDamagedError, read_key
from analytics.files import analytics_folder
from analytics.published.earlier import earlier_folder
from analytics.published.reading import cubes_folder, freshness_file, metrics_published
from analytics.published.record import record_folder
from reseau.examination import Finding, Level
from reseau.i18n import N_
from reseau.network import Network
from reseau.store.tables import activity

_SUBJECT = "figures"
_NONE_YET = N_("No figures have been made yet.")
_DAMAGED = N_("A file of the figures is damaged: {file}.")
_MISSING = N_("A file of the figures is missing: {file}.")
_STORE_BEHIND = N_("The figures were made from more than the store holds now: it was lost, or it is an old backup.")
_RESTORE_STORE = N_("Put the newest backup of the store back, then make the figures again: reseau facts build")
_BUILD = N_("Make it again: reseau facts build")
_RESTORE_RECORD = N_(
    "It holds what was published and is made from nothing else: put it back from a backup. Without one, delete it: the "
    "figure then begins anew after the last day that was published."
)


def examine(network: Network) -> Iterator[Finding]:
    """Yield a finding for each damaged or missing file of the figures, or one that says that all are whole."""
    folder = network.settings.folder
    if not analytics_folder(folder).is_dir():
        yield Finding(_SUBJECT, Level.WELL, _NONE_YET, N_("To make them: reseau facts build"))
        return
    findings = [*_store(network), *_key(folder), *_facts(folder), *_tables(folder), *_notes(folder), *_missing(folder)]
    yield from findings or [Finding(_SUBJECT, Level.WELL, N_("The files of the figures are whole."))]


def _key(folder: Path) -> Iterator[Finding]:
    file = folder / KEY_FILE
    if not file.exists():
        return
    try:
        read_key(file)
    except KeyDamagedError as error:
        yield Finding(_SUBJECT, Level.FATAL, error.message, "", error.values)


def _store(network: Network) -> Iterator[Finding]:
    """Check that the store still holds everything that the figures were made from."""
    made_from = read_manifest(network.settings.folder).upto
    with network.store.read() as tx:
        newest = int(tx.execute(select(func.max(activity.c.id))).scalar() or 0)
    if newest < made_from:
        yield Finding(_SUBJECT, Level.FATAL, _STORE_BEHIND, _RESTORE_STORE)


def _facts(folder: Path) -> Iterator[Finding]:
    for file in damaged_parts(folder, read_manifest(folder)):
        yield _damaged(file)


def _files(folder: Path, ending: str) -> Iterator[Path]:
    """Yield the files of the figures and of the record, without the figures that were set aside."""
    for parent in (analytics_folder(folder), record_folder(folder)):
        for file in sorted(parent.rglob(ending)):
            if not file.is_relative_to(earlier_folder(folder)):
                yield file


def _tables(folder: Path) -> Iterator[Finding]:
    facts = facts_folder(folder)
    for file in _files(folder, "*.parquet"):
        if not file.is_relative_to(facts) and not _readable(file):
            yield _damaged(file, _RESTORE_RECORD if file.parent == record_folder(folder) else _BUILD)


def _notes(folder: Path) -> Iterator[Finding]:
    for file in _files(folder, "*.json"):
        try:
            json.loads(file.read_text(encoding="utf-8"))
        except (ValueError, OSError):
            yield _damaged(file)


def _missing(folder: Path) -> Iterator[Finding]:
    """Yield a finding for each file that the last publication made and that is missing now."""
    expected = [manifest_file(folder)] if any(facts_folder(folder).rglob("*.parquet")) else []
    if freshness_file(folder).exists() or any(cubes_folder(folder).glob("*.parquet")):
        expected += [freshness_file(folder), people_file(folder), communities_file(folder), animateurs_file(folder)]
        expected += [cubes_folder(folder) / f"{metric}.parquet" for metric in metrics_published(folder)]
    for file in expected:
        if not file.exists():
            yield Finding(_SUBJECT, Level.WARNING, _MISSING, _BUILD, {"file": file})


def _readable(file: Path) -> bool:
    try:
        pq.ParquetFile(file).read()
    except (pa.ArrowException, OSError):
        return False
    return True


def _damaged(file: Path, remedy: str = _BUILD) -> Finding:
    return Finding(_SUBJECT, Level.WARNING, _DAMAGED, remedy, {"file": file})
