"""Cubes: every metric is measured over the facts, passed through the k-floor and published as one Parquet file."""

from __future__ import annotations

import time
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path

import ibis.expr.types as ir
import pandas as pd
import pyarrow as pa
import structlog

from analytics import attention
from analytics.cell import COLUMNS
from analytics.facts import directory, facts
from analytics.facts.manifest import read_manifest
from analytics.facts.pseudonyms import installation_pseudonyms
from analytics.files import build_lock, put_json, put_table
from analytics.metric import METRICS, Metric
from analytics.privacy.rules import FLOOR
from analytics.published import earlier
from analytics.published.reading import cubes_folder, freshness_file
from analytics.published.record import SCHEMA, Record
from analytics.publishing.edition import extended
from analytics.publishing.longer import lengthened, since, spans
from analytics.roster import settle
from analytics.tables import Tables, open_tables
from reseau.errors import ReseauError
from reseau.kinds import Origin
from reseau.launch.day import launch_day
from reseau.network import Network, get_notice, set_notice
from reseau.store.moments import now

log = structlog.get_logger(__name__)

NOTICE = "published"  # the store notes the last published day under this name


@dataclass(slots=True)
class Published:
    """The outcome of a publication.

    Attributes:
        cells: the number of published cells, by metric.
        failed: the metrics that failed, and why.
        seconds: the time taken.
        lost: the last day of a lost record; figures begin anew after it.
        earlier: the first day of the new figures, if those of an earlier version were set aside.
        mended: the files that were damaged and made again.
    """

    cells: dict[str, int] = field(default_factory=dict)
    failed: dict[str, str] = field(default_factory=dict)
    seconds: float = 0.0
    lost: date | None = None
    earlier: date | None = None
    mended: list[str] = field(default_factory=list)


def publish(network: Network, at: datetime | None = None, only: Collection[str] | None = None) -> Published:
    """Publish the periods that are over and were not published yet, and make the cubes from all published cells.

    A metric that fails keeps its old cube and does not stop the others; its periods are published the next time.

    Args:
        network: the network whose facts and store are used.
        at: the moment for which figures are made, zone-aware; ``None`` for now.
        only: the metrics to publish, together with those that enclose them; ``None`` for all.

    Raises:
        reseau.launch.day.LaunchDayError: the stored launch day is not a date.
    """
    moment, started, done = at or now(), time.monotonic(), Published()
    folder, settings = network.settings.folder, network.settings
    with build_lock(folder):
        with network.store.read() as tx:
            launch = launch_day(tx)
        record = open_record(network, done, moment)
        names = installation_pseudonyms(folder)
        directory.snapshot(network, names)
        with open_tables(settings, moment, launch, record) as tables:
            calendar = tables.calendar
            blocks = {period.block for period in calendar.spans()}
            done.mended += map(str, settle(folder, names.mark, blocks, max(settings.k, FLOOR)))
            _note(network, tables)
            for metric, cells in _measured(tables, _chosen(only), done):
                put_table(pa.Table.from_pandas(cells, schema=SCHEMA, preserve_index=False), _file(folder, metric))
                done.cells[metric] = len(cells)
            _note_attention(tables, folder, done)
            put_json(_freshness(tables, moment), freshness_file(folder))
        _tidy(folder)
    done.seconds = time.monotonic() - started
    log.info("cubes published", metrics=len(done.cells), failed=len(done.failed), seconds=round(done.seconds, 2))
    return done


def open_record(network: Network, done: Published, moment: datetime) -> Record:
    """Return the record of what was published, or a new one that begins after everything published so far.

    The last day of a lost record is known from the store, and that of versions without a record from their cubes.
    """
    folder, zone = network.settings.folder, network.settings.zone
    record = Record(folder)
    if record.mended:
        done.mended.append(str(record.file))
    if record.found:
        return record
    with network.store.read() as tx:
        notice = get_notice(tx, NOTICE)
    if isinstance(notice, dict):
        done.lost = date.fromisoformat(str(notice["until"]))
        record.begin_after(done.lost)
    elif (last_day := earlier.last_day(folder, moment.astimezone(zone).date())) is not None:
        record.begin_after(last_day)
        done.earlier = record.first
        earlier.set_aside(folder)
    return record


def _note(network: Network, tables: Tables) -> None:
    """Note in the record and in the store how far the figures reach, before any cell is published."""
    weeks = tables.calendar.weeks()
    if weeks and (tables.record.until is None or tables.record.until < weeks[-1].end):
        upto = read_manifest(tables.settings.folder).upto
        tables.record.note_publication(tables.calendar.anchor, weeks[-1].end, upto)
        with network.store.write() as tx:
            set_notice(tx, NOTICE, {"until": weeks[-1].end.isoformat()})


def _note_attention(tables: Tables, folder: Path, done: Published) -> None:
    """Write the list of what deserves attention. If that fails, the figures are still published."""
    try:
        attention.note(tables, folder)
    except Exception as error:  # like a metric, it never stops the others
        log.exception("attention failed")
        done.failed["attention"] = f"{type(error).__name__}: {error}"


def _chosen(only: Collection[str] | None) -> list[str]:
    """Return the metrics to publish, each after the metric that encloses it."""
    names = {needed for name in (METRICS if only is None else only) for needed in _within(name)}
    return sorted(names, key=lambda name: (len(_within(name)), name))


def _within(name: str) -> list[str]:
    """Return the names of a metric and of all metrics that enclose it."""
    within = METRICS[name].within
    return [name, *_within(within)] if within else [name]


def _measured(tables: Tables, names: list[str], done: Published) -> Iterator[tuple[str, pd.DataFrame]]:
    for name in names:
        try:
            within = METRICS[name].within
            if within in done.failed:
                raise WithinError(within)
            yield name, cube(METRICS[name], tables)
        except Exception as error:  # one bad metric never stops the others
            log.exception("metric failed", metric=name)
            done.failed[name] = str(error) if isinstance(error, ReseauError) else f"{type(error).__name__}: {error}"


class WithinError(Exception):
    """The enclosing metric failed; publishing this one alone could reveal what the other hides."""


def cube(metric: Metric, tables: Tables) -> pd.DataFrame:
    """Return one metric's cells: those published before, and the new ones.

    Args:
        metric: the metric to measure.
        tables: the facts, and the record of what was published.
    """
    history = tables.record.read(metric.name)
    extended_history = extended(metric, tables, history)
    if extended_history is not history:
        tables.record.keep(metric.name, extended_history)
    launch, weeks = tables.calendar.launch, tables.calendar.weeks()
    if launch is None:
        return _ordered(extended_history.cells)
    cells = since(extended_history.cells, launch)
    if not weeks:
        return _ordered(cells)
    return _ordered(lengthened(metric, cells, spans(tables.calendar.anchor, launch, weeks[-1].end)))


def _ordered(cells: pd.DataFrame) -> pd.DataFrame:
    typed = cells.astype({name: kind for name, kind in COLUMNS.items() if kind not in ("str", "object")})
    ordered = typed.sort_values(["grain", "segment_kind", "segment", "end", "start"], kind="stable")
    return ordered[list(COLUMNS)].reset_index(drop=True)


def _file(folder: Path, metric: str) -> Path:
    return cubes_folder(folder) / f"{metric}.parquet"


def _freshness(tables: Tables, moment: datetime) -> dict[str, object]:
    until, launch = tables.calendar.until, tables.calendar.launch
    seeded: ir.IntegerScalar = (tables.facts.origin == Origin.SEEDED).sum().coalesce(0)
    count = tables.frame(tables.facts.aggregate(seeded=seeded))["seeded"].item()
    return {
        "built_at": moment.isoformat(),
        "until": until.isoformat() if until else None,
        "launch": launch.isoformat() if launch else None,
        "k": max(tables.settings.k, FLOOR),
        "seeded": int(count),
        "metrics": sorted(file.stem for file in cubes_folder(tables.settings.folder).glob("*.parquet")),
    }


def _tidy(folder: Path) -> None:
    """Remove the cubes of metrics that no longer exist and the leftovers of an interrupted publication."""
    for file in cubes_folder(folder).iterdir():
        if file.name != freshness_file(folder).name and file.name not in {f"{name}.parquet" for name in METRICS}:
            file.unlink()


@dataclass(frozen=True, slots=True)
class Refreshed:
    """The outcome of a refresh, for the facts and for the cubes."""

    facts: facts.Built
    cubes: Published


def refresh(
    network: Network, *, anew: bool = False, at: datetime | None = None, only: Collection[str] | None = None
) -> Refreshed:
    """Bring the facts up to date (or make them ``anew``), and publish the cubes."""
    built = facts.build(network, anew=anew)
    return Refreshed(built, publish(network, at, only))
