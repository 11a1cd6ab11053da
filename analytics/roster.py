"""Rosters: the employees who are counted in a block of four weeks, the same people for all its figures.

Joining, leaving and moving take effect in the figures with the next block, and only together with enough other people.
Until then everyone stays in their segment. A block's roster stays as it was when a figure first used it.
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

from analytics.cell import SEGMENTS
from analytics.facts.directory import people_file
from analytics.files import put_json, put_table
from reseau.kinds import MemberKind, MemberStatus

log = structlog.get_logger(__name__)

_COLUMNS = ["person", *SEGMENTS]
_SCHEMA = pa.schema([(name, pa.string()) for name in _COLUMNS])


def rosters_folder(folder: Path) -> Path:
    """Return the folder of the rosters in a data folder. They belong to the record of what was published."""
    return folder / "published" / "rosters"


def present(people: pd.DataFrame, day: date) -> pd.Series[bool]:
    """Return a mask of the people present on a day, guests included: hired, not left, no bot and no placeholder.

    Every figure uses this definition. Someone without a hire date was always present. Someone who was imported as
    having left, without a date, never was.
    """
    people_only = ~people["status"].isin([MemberStatus.BOT, MemberStatus.PLACEHOLDER])
    hired = people["hired_on"].isna() | (people["hired_on"] <= day)
    gone = people["left_on"].notna() & (people["left_on"] <= day)
    undated = people["left_on"].isna() & (people["status"] == MemberStatus.LEFT)
    present: pd.Series[bool] = people_only & hired & ~gone & ~undated
    return present


def eligible(people: pd.DataFrame, day: date) -> pd.Series[bool]:
    """Return a mask of the employees present on a day, who are the eligible people of docs/metrics.md."""
    staff: pd.Series[bool] = present(people, day) & (people["kind"] == MemberKind.EMPLOYEE)
    return staff


def read_people(folder: Path) -> pd.DataFrame:
    """Return the people snapshot, with days as ``datetime.date``."""
    people: pd.DataFrame = pq.read_table(people_file(folder)).to_pandas(date_as_object=True)
    return people.astype({"hired_on": object, "left_on": object})


def settle(folder: Path, key: str, blocks: Iterable[date], k: int) -> list[Path]:
    """Write the rosters of blocks that have none yet, in their order. The people snapshot must have been written.

    A roster too small for any figure is made anew: no figure has used it, and the directory is often filled later.

    Args:
        folder: the data folder.
        key: the mark of the pseudonyms' key; rosters with another mark are deleted, since their codes mean nobody.
        blocks: the first days of the blocks.
        k: the number of people who must join, leave or move before the roster changes.

    Returns:
        The rosters that were damaged and made again.
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
    """Return how many people joined, left, or moved to another segment."""
    old, new = (set(frame.fillna("")[_COLUMNS].itertuples(index=False, name=None)) for frame in (before, now))
    return len({row[0] for row in old ^ new})


def read_roster(folder: Path, block: date) -> pd.DataFrame:
    """Return the roster of a block, ``person`` and the segments; empty if there is none."""
    file = rosters_folder(folder) / f"{block}.parquet"
    roster: pd.DataFrame = pq.read_table(file).to_pandas() if file.exists() else _SCHEMA.empty_table().to_pandas()
    return roster


def _forget_other_keys(folder: Path, key: str) -> None:
    note = rosters_folder(folder) / "key.json"
    try:
        noted_key = json.loads(note.read_text(encoding="utf-8"))["key"]
    except (OSError, ValueError, KeyError, TypeError):  # a lost note is no reason to discard rosters
        noted_key = None
    if noted_key not in (None, key):
        for file in rosters_folder(folder).glob("*.parquet"):
            file.unlink()
    if noted_key != key:
        put_json({"key": key}, note)
