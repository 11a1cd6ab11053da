"""Who is counted: the employees of a block of four weeks, the same people for all figures of the block.

Whoever comes, leaves or moves does so for the figures with the next block, and only together with enough others; until
then everyone stays where they were counted. A block's roster is kept as it was when a figure first used it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import date
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import structlog

from analytics.facts.directory import people_file
from analytics.files import put_json, put_table
from analytics.metric import SEGMENTS
from reseau.kinds import MemberKind, MemberStatus

log = structlog.get_logger(__name__)

_COLUMNS = ["person", *SEGMENTS]
_SCHEMA = pa.schema([(name, pa.string()) for name in _COLUMNS])


def rosters_folder(folder: Path) -> Path:
    """Where the rosters of a data folder lie: beside what was published, which they belong to."""
    return folder / "published" / "rosters"


def present(people: pd.DataFrame, day: date) -> pd.Series[bool]:
    """Who of the people snapshot was there on a day, guests included: hired, not left, no bot and no placeholder.

    The one place that says so for every figure. Someone without a hire date has always been there; someone who was
    brought in as having left, without a date, never was.
    """
    people_only = ~people["status"].isin([MemberStatus.BOT, MemberStatus.PLACEHOLDER])
    hired = people["hired_on"].isna() | (people["hired_on"] <= day)
    gone = people["left_on"].notna() & (people["left_on"] <= day)
    lost = people["left_on"].isna() & (people["status"] == MemberStatus.LEFT)
    present: pd.Series[bool] = people_only & hired & ~gone & ~lost
    return present


def eligible(people: pd.DataFrame, day: date) -> pd.Series[bool]:
    """The employees among those who were there: the eligible of docs/metrics.md."""
    staff: pd.Series[bool] = present(people, day) & (people["kind"] == MemberKind.EMPLOYEE)
    return staff


def read_people(folder: Path) -> pd.DataFrame:
    """The people snapshot, days as ``datetime.date``."""
    people: pd.DataFrame = pq.read_table(people_file(folder)).to_pandas(date_as_object=True)
    return people.astype({"hired_on": object, "left_on": object})


def settle(folder: Path, key: str, blocks: Iterable[date], k: int) -> list[Path]:
    """Settle the rosters of blocks that have none yet, in their order. The people snapshot must have been written.

    A roster too small for any figure is taken anew: nothing was shown of it, and the directory often comes later.

    Args:
        folder: the data folder.
        key: the mark of the pseudonyms' key; rosters under another one speak of nobody any more and go.
        blocks: the first days of the blocks.
        k: how many must come, leave or move for the roster to change.

    Returns:
        The rosters that were damaged and settled again.
    """
    damaged: list[Path] = []
    _forget_other_keys(folder, key)
    people = read_people(folder)
    before: pd.DataFrame | None = None
    for block in sorted(blocks):
        file = rosters_folder(folder) / f"{block}.parquet"
        roster = _settled(file, damaged)
        if roster is None or len(roster) < 2 * k:
            now = people.loc[eligible(people, block), _COLUMNS]
            roster = now if before is None or len(before) < 2 * k or _moved(before, now) >= k else before
            put_table(pa.Table.from_pandas(roster.sort_values("person"), schema=_SCHEMA, preserve_index=False), file)
        before = roster
    return damaged


def _settled(file: Path, damaged: list[Path]) -> pd.DataFrame | None:
    if not file.exists():
        return None
    try:
        roster: pd.DataFrame = pq.read_table(file, schema=_SCHEMA).to_pandas()
    except (pa.ArrowException, OSError):
        log.warning("roster damaged", file=str(file))
        damaged.append(file)
        return None
    return roster


def _moved(before: pd.DataFrame, now: pd.DataFrame) -> int:
    """How many people came, left, or are counted in another segment."""
    old, new = (set(frame.fillna("")[_COLUMNS].itertuples(index=False, name=None)) for frame in (before, now))
    return len({row[0] for row in old ^ new})


def read_roster(folder: Path, block: date) -> pd.DataFrame:
    """The roster of a block: ``person`` and the segments; empty if there was none settled."""
    file = rosters_folder(folder) / f"{block}.parquet"
    roster: pd.DataFrame = pq.read_table(file).to_pandas() if file.exists() else _SCHEMA.empty_table().to_pandas()
    return roster


def _forget_other_keys(folder: Path, key: str) -> None:
    noted = rosters_folder(folder) / "key.json"
    try:
        noted_key = json.loads(noted.read_text(encoding="utf-8"))["key"]
    except (OSError, ValueError, KeyError, TypeError):  # a lost note is no reason to count other people
        noted_key = None
    if noted_key not in (None, key):
        for file in rosters_folder(folder).glob("*.parquet"):
            file.unlink()
    if noted_key != key:
        put_json({"key": key}, noted)
