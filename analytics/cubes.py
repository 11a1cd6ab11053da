"""Cubes: every metric measured over the facts, passed through the k-floor and published, one Parquet file each."""

from __future__ import annotations

import time
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import ibis.expr.types as ir
import pandas as pd
import pyarrow as pa
import structlog

from analytics import attention, directory, facts, frozen
from analytics.differencing import Segmented, protect_segments
from analytics.ground import Ground, open_ground
from analytics.metric import METRICS, Metric
from analytics.privacy import FLOOR, PUBLISHED, protect
from analytics.pseudonyms import installation_pseudonyms
from analytics.published import COLUMNS, cubes_folder, freshness_file
from analytics.shelf import one_builder, put_json, put_table
from reseau.kinds import Origin
from reseau.launch import launch_day
from reseau.network import Network
from reseau.store.moments import now

log = structlog.get_logger(__name__)

_TYPES = {"str": pa.string(), "object": pa.date32(), "bool": pa.bool_(), "float64": pa.float64(), "int64": pa.int64()}
SCHEMA = pa.schema([(name, _TYPES[PUBLISHED[name]]) for name in COLUMNS])


@dataclass(slots=True)
class Published:
    """What a publication did: cells by metric, and the metrics that failed, with what their author needs to know."""

    cells: dict[str, int] = field(default_factory=dict)
    failed: dict[str, str] = field(default_factory=dict)
    seconds: float = 0.0


def publish(network: Network, at: datetime | None = None, only: Collection[str] | None = None) -> Published:
    """Make the cubes anew from the facts there are, and the directory as it is now.

    A metric that fails leaves its old cube standing and does not stop the others.

    Args:
        network: whose facts and store.
        at: the moment the figures are made for, zone-aware; none: now.
        only: the metrics to publish, and those they lie within; none: all.

    Raises:
        reseau.launch.LaunchDayError: the launch day that was noted is none.
    """
    moment, started, done = at or now(), time.monotonic(), Published()
    folder, settings = network.settings.folder, network.settings
    with one_builder(folder):
        with network.store.read() as tx:
            launch = launch_day(tx)
        names = installation_pseudonyms(folder)
        directory.snapshot(network, names)
        frozen.freeze(folder, names.mark, moment.astimezone(settings.zone).date(), max(settings.k, FLOOR))
        with open_ground(settings, moment, launch) as ground:
            for metric, cells in _measured(ground, _chosen(only), done):
                put_table(pa.Table.from_pandas(cells, schema=SCHEMA, preserve_index=False), _file(folder, metric))
                done.cells[metric] = len(cells)
            _note_attention(ground, folder, done)
            put_json(_freshness(ground, moment), freshness_file(folder))
        _tidy(folder)
    done.seconds = time.monotonic() - started
    log.info("cubes published", metrics=len(done.cells), failed=len(done.failed), seconds=round(done.seconds, 2))
    return done


def _note_attention(ground: Ground, folder: Path, done: Published) -> None:
    """The list of what deserves attention; where it cannot be made, the figures are published all the same."""
    try:
        attention.note(ground, folder)
    except Exception as error:  # as for a metric
        log.exception("attention failed")
        done.failed["attention"] = f"{type(error).__name__}: {error}"


def _chosen(only: Collection[str] | None) -> list[str]:
    """The metrics to publish, in an order in which each comes after the one it lies within."""
    names = set(METRICS if only is None else only)
    names |= {within for name in names if (within := METRICS[name].within)}
    return sorted(names, key=lambda name: (METRICS[name].within is not None, name))


def _measured(ground: Ground, names: list[str], done: Published) -> Iterator[tuple[str, pd.DataFrame]]:
    segments: dict[str, Segmented] = {}
    for name in names:
        try:
            yield name, cube(METRICS[name], ground, segments)
        except Exception as error:  # one bad metric never stops the others
            log.exception("metric failed", metric=name)
            done.failed[name] = f"{type(error).__name__}: {error}"


def cube(metric: Metric, ground: Ground, segments: dict[str, Segmented]) -> pd.DataFrame:
    """One metric's published cells.

    Args:
        metric: what to measure.
        ground: over which facts.
        segments: what the metrics before it could publish by segment; this one's is added.
    """
    k = ground.settings.k
    cells = [protect(metric, metric.measure(ground), k)]
    if metric.people is not None:
        # Without the metric it lies within, this one could tell what that one hides: then it fails as well.
        cut = protect_segments(metric.people(ground), k, segments[metric.within] if metric.within else None)
        segments[metric.name] = cut
        cells.append(cut.cells)
    return _finished(metric, pd.concat([frame for frame in cells if len(frame)] or cells[:1]), ground)


def _finished(metric: Metric, cells: pd.DataFrame, ground: Ground) -> pd.DataFrame:
    over = pd.Series([end + timedelta(days=metric.lag) < ground.today for end in cells["end"]], dtype=bool)
    cells = cells.reset_index(drop=True).assign(metric=metric.name, complete=over)
    typed = cells.astype({name: kind for name, kind in PUBLISHED.items() if kind not in ("str", "object")})
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
    }


def _tidy(folder: Path) -> None:
    """Take away the cubes of metrics that are no more, and what an interrupted publication left."""
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
