"""Cubes: every metric measured over the facts, passed through the k-floor and published, one Parquet file each."""

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
from analytics.files import one_builder, put_json, put_table
from analytics.metric import METRICS, Metric
from analytics.privacy.rules import FLOOR
from analytics.published import earlier
from analytics.published.reading import cubes_folder, freshness_file
from analytics.published.record import SCHEMA, Record
from analytics.publishing.edition import extended
from analytics.publishing.longer import lengthened, since, spans
from analytics.roster import settle
from analytics.tables import Ground, open_ground
from reseau.errors import ReseauError
from reseau.kinds import Origin
from reseau.launch.day import launch_day
from reseau.network import Network, get_notice, set_notice
from reseau.store.moments import now

log = structlog.get_logger(__name__)

NOTICE = "published"  # under which the store notes the last day that was published


@dataclass(slots=True)
class Published:
    """What a publication did.

    Attributes:
        cells: the number of published cells, by metric.
        failed: the metrics that failed, and why.
        seconds: how long it took.
        lost: the last day of a lost record; figures begin again after it.
        earlier: the first day of the figures where those of an earlier version were set aside.
        mended: files that were damaged and made again.
    """

    cells: dict[str, int] = field(default_factory=dict)
    failed: dict[str, str] = field(default_factory=dict)
    seconds: float = 0.0
    lost: date | None = None
    earlier: date | None = None
    mended: list[str] = field(default_factory=list)


def publish(network: Network, at: datetime | None = None, only: Collection[str] | None = None) -> Published:
    """Publish the periods that are over and were not published yet, and make the cubes from all that was.

    A metric that fails keeps its old cube and does not stop the others; its periods are published the next time.

    Args:
        network: whose facts and store.
        at: the moment the figures are made for, zone-aware; none: now.
        only: the metrics to publish, with the metrics that enclose them; none: all.

    Raises:
        reseau.launch.day.LaunchDayError: the stored launch day is not a date.
    """
    moment, started, done = at or now(), time.monotonic(), Published()
    folder, settings = network.settings.folder, network.settings
    with one_builder(folder):
        with network.store.read() as tx:
            launch = launch_day(tx)
        record = open_record(network, done, moment)
        names = installation_pseudonyms(folder)
        directory.snapshot(network, names)
        with open_ground(settings, moment, launch, record) as ground:
            calendar = ground.calendar
            blocks = {period.block for period in calendar.spans()}
            done.mended += map(str, settle(folder, names.mark, blocks, max(settings.k, FLOOR)))
            _note(network, ground)
            for metric, cells in _measured(ground, _chosen(only), done):
                put_table(pa.Table.from_pandas(cells, schema=SCHEMA, preserve_index=False), _file(folder, metric))
                done.cells[metric] = len(cells)
            _note_attention(ground, folder, done)
            put_json(_freshness(ground, moment), freshness_file(folder))
        _tidy(folder)
    done.seconds = time.monotonic() - started
    log.info("cubes published", metrics=len(done.cells), failed=len(done.failed), seconds=round(done.seconds, 2))
    return done


def open_record(network: Network, done: Published, moment: datetime) -> Record:
    """The record of what was published, or a new one that begins after everything published so far.

    The store knows the last day of a lost record; for versions without a record, the cubes show the last day.
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


def _note(network: Network, ground: Ground) -> None:
    """Note in the record and in the store how far the figures reach, before any cell is published."""
    weeks = ground.calendar.weeks()
    if weeks and (ground.record.until is None or ground.record.until < weeks[-1].end):
        ground.record.reach(ground.calendar.anchor, weeks[-1].end, read_manifest(ground.settings.folder).upto)
        with network.store.write() as tx:
            set_notice(tx, NOTICE, {"until": weeks[-1].end.isoformat()})


def _note_attention(ground: Ground, folder: Path, done: Published) -> None:
    """Write the list of what deserves attention; if that fails, the figures are published all the same."""
    try:
        attention.note(ground, folder)
    except Exception as error:  # as for a metric
        log.exception("attention failed")
        done.failed["attention"] = f"{type(error).__name__}: {error}"


def _chosen(only: Collection[str] | None) -> list[str]:
    """The metrics to publish, each after the metric that encloses it."""
    names = {needed for name in (METRICS if only is None else only) for needed in _within(name)}
    return sorted(names, key=lambda name: (len(_within(name)), name))


def _within(name: str) -> list[str]:
    """A metric and all metrics that enclose it."""
    within = METRICS[name].within
    return [name, *_within(within)] if within else [name]


def _measured(ground: Ground, names: list[str], done: Published) -> Iterator[tuple[str, pd.DataFrame]]:
    for name in names:
        try:
            within = METRICS[name].within
            if within in done.failed:
                raise WithinError(within)
            yield name, cube(METRICS[name], ground)
        except Exception as error:  # one bad metric never stops the others
            log.exception("metric failed", metric=name)
            done.failed[name] = str(error) if isinstance(error, ReseauError) else f"{type(error).__name__}: {error}"


class WithinError(Exception):
    """The enclosing metric failed: publishing this one alone could reveal what the other hides."""


def cube(metric: Metric, ground: Ground) -> pd.DataFrame:
    """One metric's cells: the new ones, added to those published before.

    Args:
        metric: what to measure.
        ground: over which facts, and after which record.
    """
    kept = ground.record.read(metric.name)
    fresh = extended(metric, ground, kept)
    if fresh is not kept:
        ground.record.keep(metric.name, fresh)
    launch, weeks = ground.calendar.launch, ground.calendar.weeks()
    if launch is None:
        return _ordered(fresh.cells)
    cells = since(fresh.cells, launch)
    if not weeks:
        return _ordered(cells)
    return _ordered(lengthened(metric, cells, spans(ground.calendar.anchor, launch, weeks[-1].end)))


def _ordered(cells: pd.DataFrame) -> pd.DataFrame:
    typed = cells.astype({name: kind for name, kind in COLUMNS.items() if kind not in ("str", "object")})
    ordered = typed.sort_values(["grain", "segment_kind", "segment", "end", "start"], kind="stable")
    return ordered[list(COLUMNS)].reset_index(drop=True)


def _file(folder: Path, metric: str) -> Path:
    return cubes_folder(folder) / f"{metric}.parquet"


def _freshness(ground: Ground, moment: datetime) -> dict[str, object]:
    until, launch = ground.calendar.until, ground.calendar.launch
    seeded: ir.IntegerScalar = (ground.facts.origin == Origin.SEEDED).sum().coalesce(0)
    count = ground.frame(ground.facts.aggregate(seeded=seeded))["seeded"].item()
    return {
        "built_at": moment.isoformat(),
        "until": until.isoformat() if until else None,
        "launch": launch.isoformat() if launch else None,
        "k": max(ground.settings.k, FLOOR),
        "seeded": int(count),
        "metrics": sorted(file.stem for file in cubes_folder(ground.settings.folder).glob("*.parquet")),
    }


def _tidy(folder: Path) -> None:
    """Remove the cubes of metrics that no longer exist, and leftovers of an interrupted publication."""
    for file in cubes_folder(folder).iterdir():
        if file.name != freshness_file(folder).name and file.name not in {f"{name}.parquet" for name in METRICS}:
            file.unlink()


@dataclass(frozen=True, slots=True)
class Refreshed:
    """What a refresh did to the facts and to the cubes."""

    facts: facts.Built
    cubes: Published


def refresh(
    network: Network, *, anew: bool = False, at: datetime | None = None, only: Collection[str] | None = None
) -> Refreshed:
    """Bring the facts up to date (or make them ``anew``) and publish the cubes: what the worker and the command do."""
    built = facts.build(network, anew=anew)
    return Refreshed(built, publish(network, at, only))
