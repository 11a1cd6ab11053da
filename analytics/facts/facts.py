"""Facts: the activity log as monthly Parquet, appended by id. Pseudonyms for people, no text, nothing lost or doubled.

A build writes its files under unfinished names, gives them their names, and only then counts them by replacing the
manifest in one step. A build that is killed before that step has changed nothing; the next build removes its leftovers.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import structlog

from analytics.facts.manifest import Manifest, damaged_parts, facts_folder, read_manifest, sweep, write_manifest
from analytics.facts.parts import MonthParts
from analytics.facts.pseudonyms import Pseudonyms, installation_pseudonyms
from analytics.facts.settled import settled_id
from analytics.files import build_lock
from reseau.network import Network
from reseau.settings import Settings
from reseau.store.moments import from_micros
from reseau.store.transaction import Transaction

log = structlog.get_logger(__name__)

SCHEMA = pa.schema(
    [
        ("id", pa.int64()),
        ("at", pa.timestamp("us", tz="UTC")),
        ("day", pa.date32()),
        ("person", pa.string()),
        ("verb", pa.string()),
        ("kind", pa.string()),
        ("content", pa.int64()),
        ("root", pa.int64()),
        ("community", pa.int64()),
        ("target", pa.string()),
        ("platform", pa.string()),
        ("origin", pa.string()),
    ]
)
_CHUNK = 50_000
_COLUMNS = tuple("id at member_id verb kind content_id root_id community_id target_id platform origin".split())
_SELECT = (
    f"SELECT {', '.join(_COLUMNS)} "  # noqa: S608  (only constants of this file)
    "FROM activity WHERE id > {after:d} AND id <= {upto:d} ORDER BY id LIMIT {limit:d}"
)
_QUARTER = 15 * 60 * 1_000_000  # every offset change of the tz database falls on a quarter of an hour
_DAY = 24 * 3600 * 1_000_000

#: A function that is called at each named point of a build, so that crash tests can stop it there.
Watch = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Built:
    """The outcome of a build.

    Attributes:
        added: the number of rows that were added.
        rows: the number of rows that the facts hold now.
        swept: the number of leftover files that were removed.
        seconds: the time taken.
        anew: whether the build started over.
        damaged: the number of missing or corrupt files; if there were any, the build started over.
    """

    added: int
    rows: int
    swept: int
    seconds: float
    anew: bool
    damaged: int = 0


def build(network: Network, *, anew: bool = False, watch: Watch = lambda point: None) -> Built:
    """Append the activity that is missing from the facts.

    Args:
        network: the network whose store is read and whose data folder holds the facts.
        anew: whether to start from nothing (``rebuild``), as a changed key or time zone does too.
        watch: a function that is called with the name of each point passed.

    Raises:
        reseau.errors.ReseauError: a transaction stayed open for too long (``E_FACTS_UNSETTLED``).
    """
    started = time.monotonic()
    folder = network.settings.folder
    with build_lock(folder):
        names = installation_pseudonyms(folder)
        before = read_manifest(folder)
        swept = sweep(folder, before)
        upto = settled_id(network.store)
        damaged = damaged_parts(folder, before)
        for file in damaged:
            log.warning("facts damaged", file=str(file))
        # If the log ends before the facts do, it is another log: the store was restored or replaced.
        anew = anew or bool(damaged) or upto < before.upto or not before.fits(names.mark, network.settings.timezone)
        base = Manifest(key=names.mark, zone=network.settings.timezone) if anew else before
        after = _extend(network, base, upto, names, watch)
        if after != before:
            watch("files named")
            write_manifest(folder, after)
            watch("manifest written")
            swept += sweep(folder, after)
    seconds = time.monotonic() - started
    built = Built(after.rows - base.rows, after.rows, swept, seconds, anew, len(damaged))
    log.info("facts built", added=built.added, rows=built.rows, seconds=round(built.seconds, 2), anew=anew)
    return built


def rebuild(network: Network) -> Built:
    """Make all facts again from the whole ``activity`` table; the old ones stay until the new ones are complete."""
    return build(network, anew=True)


def _extend(network: Network, base: Manifest, upto: int, names: Pseudonyms, watch: Watch) -> Manifest:
    """Write the files of everything new; return the manifest that counts them, which is not written yet."""
    if upto <= base.upto:
        return base
    days = LocalDays(network.settings)
    with MonthParts(facts_folder(network.settings.folder), SCHEMA, base) as parts, network.store.read() as tx:
        for rows in _raw_rows(tx, base.upto, upto):
            for month, table in _by_month(_table(rows, names, days)):
                parts.add(month, table)
            watch("chunk written")
        fresh = parts.finish()
    return base.with_parts(upto, fresh, parts.merged)


def _raw_rows(tx: Transaction, after: int, upto: int) -> Iterator[Sequence[tuple[Any, ...]]]:
    # The driver's own cursor makes no row objects and converts no moments: it takes a tenth of the time.
    cursor = tx.connection.connection.cursor()
    while True:
        cursor.execute(_SELECT.format(after=after, upto=upto, limit=_CHUNK))
        rows = cursor.fetchall()
        if not rows:
            cursor.close()
            return
        yield rows
        after = rows[-1][0]


def _table(rows: Sequence[tuple[Any, ...]], names: Pseudonyms, days: LocalDays) -> pa.Table:
    values = dict(zip(_COLUMNS, zip(*rows, strict=True), strict=True))
    moments = np.array(values["at"], dtype=np.int64)
    columns = [
        pa.array(values["id"], pa.int64()),
        pa.array(moments, SCHEMA.field("at").type),
        pa.array(days.of(moments), pa.date32()),
        _words(names.of(values["member_id"])),
        _words(values["verb"]),
        _words(values["kind"]),
        pa.array(values["content_id"], pa.int64()),
        pa.array(values["root_id"], pa.int64()),
        pa.array(values["community_id"], pa.int64()),
        _words(names.of(values["target_id"])),
        _words(values["platform"]),
        _words(values["origin"]),
    ]
    return pa.Table.from_arrays(columns, schema=SCHEMA)


def _words(values: object) -> pa.Array:
    return pa.array(values, pa.string())


def _by_month(table: pa.Table) -> Iterator[tuple[str, pa.Table]]:
    months = pc.strftime(table["day"].cast(pa.timestamp("s")), format="%Y-%m")
    for month in pc.unique(months).to_pylist():
        yield month, table.filter(pc.equal(months, month))


class LocalDays:
    """Converts whole arrays of moments to local days."""

    def __init__(self, settings: Settings) -> None:
        self._zone: ZoneInfo = settings.zone

    def of(self, micros: npt.NDArray[np.int64]) -> npt.NDArray[np.int32]:
        """Convert microseconds since 1970 in UTC to days since 1970 in the settings' time zone.

        Python's own ``zoneinfo`` is called once for each quarter of an hour that occurs, because the array libraries
        need the system's time zone database, which small installations lack.
        """
        quarters, positions = np.unique(micros // _QUARTER, return_inverse=True)
        offsets = np.array([self._offset(int(quarter)) for quarter in quarters], dtype=np.int64)
        days: npt.NDArray[np.int32] = ((micros + offsets[positions]) // _DAY).astype(np.int32)
        return days

    def _offset(self, quarter: int) -> int:
        offset = from_micros(quarter * _QUARTER).astimezone(self._zone).utcoffset()
        return (offset or timedelta()) // timedelta(microseconds=1)
