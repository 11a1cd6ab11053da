"""Segments frozen by month: a figure of a department must not change by one because one person came or moved.

Each month has a file of who belongs where, kept as it was when the month was first built. Within a month a newcomer
enters a segment only together with enough others to be nobody in particular. A month without a file (before the first
build) takes the next one's segments and, from hire and leaving dates, whoever was there on its first day.
"""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from analytics.directory import people_file
from analytics.metric import SEGMENTS
from analytics.shelf import put_json, put_table, shelf
from reseau.kinds import MemberKind, MemberStatus

_ALL = ("person", "counted", *SEGMENTS)
_SCHEMA = pa.schema(
    [("person", pa.string()), ("counted", pa.bool_()), *((kind, pa.string()) for kind in SEGMENTS)],
)


def segments_folder(folder: Path) -> Path:
    """Where the frozen months of a data folder lie."""
    return shelf(folder) / "segments"


def eligible(people: pd.DataFrame, day: date) -> pd.Series[bool]:
    """Who of the people snapshot is an employee on a day (F1's E): hired, not left, no bot and no placeholder.

    Somebody without a hire date has always been there; somebody who left without a date is never counted.
    """
    employee = (people["kind"] == MemberKind.EMPLOYEE) & ~people["status"].isin(
        [MemberStatus.BOT, MemberStatus.PLACEHOLDER]
    )
    hired = people["hired_on"].isna() | (people["hired_on"] <= day)
    gone = people["left_on"].notna() & (people["left_on"] <= day)
    lost = people["left_on"].isna() & (people["status"] == MemberStatus.LEFT)
    there: pd.Series[bool] = employee & hired & ~gone & ~lost
    return there


def read_people(folder: Path) -> pd.DataFrame:
    """The people snapshot, days as ``datetime.date``."""
    people: pd.DataFrame = pq.read_table(people_file(folder)).to_pandas(date_as_object=True)
    return people.astype({"hired_on": object, "left_on": object})


def freeze(folder: Path, key: str, today: date, k: int) -> None:
    """Freeze the present month, or let a crowd of newcomers into it. The people snapshot must have been written.

    ``key`` is the mark of the pseudonyms' key: months frozen under another one speak of nobody any more and go.
    """
    _forget_other_keys(folder, key)
    people = read_people(folder)
    present = people.loc[eligible(people, today)]
    file = segments_folder(folder) / f"month={today:%Y-%m}.parquet"
    if file.exists():
        month = _with_newcomers(pq.read_table(file).to_pandas(), present, k)
    else:
        known = people.assign(counted=people["person"].isin(present["person"]))
        month = known.loc[known["kind"] == MemberKind.EMPLOYEE, list(_ALL)]
    put_table(pa.Table.from_pandas(month.sort_values("person"), schema=_SCHEMA, preserve_index=False), file)


def _with_newcomers(month: pd.DataFrame, present: pd.DataFrame, k: int) -> pd.DataFrame:
    inside = month.loc[month["counted"], "person"]
    new = present.loc[~present["person"].isin(inside), ["person", *SEGMENTS]]
    entering = pd.DataFrame({kind: _crowds(new[kind], k) for kind in SEGMENTS}, index=new.index)
    admitted = entering.notna().any(axis=1)
    added = entering.loc[admitted].assign(person=new.loc[admitted, "person"], counted=True)
    kept = month.loc[~month["person"].isin(added["person"])]
    return pd.concat([kept, added[list(_ALL)]], ignore_index=True) if len(added) else month


def _crowds(segments: pd.Series[str], k: int) -> pd.Series[str]:
    """The segments that at least ``k`` of these people share, nothing for the others."""
    sizes = segments.map(segments.value_counts())
    return segments.where(sizes >= k, None)


def membership(folder: Path, months: list[str]) -> pd.DataFrame:
    """Who belongs where in some months (``2026-11``): ``month``, ``person`` and the segments."""
    files = {file.stem.removeprefix("month="): file for file in sorted(segments_folder(folder).glob("month=*.parquet"))}
    people = read_people(folder)
    found = [_month(month, files, people) for month in months]
    columns = ["month", "person", *SEGMENTS]
    return pd.concat([frame[columns] for frame in found]) if found else pd.DataFrame(columns=columns, dtype=str)


def _month(month: str, files: dict[str, Path], people: pd.DataFrame) -> pd.DataFrame:
    nearest = min((name for name in files if name >= month), default=max(files, default=None))
    if nearest is None:
        return pd.DataFrame(columns=["month", "person", *SEGMENTS])
    frozen = pq.read_table(files[nearest]).to_pandas()
    if nearest == month:
        there = frozen["counted"]
    else:
        first = date.fromisoformat(f"{month}-01")
        there = frozen["person"].isin(people.loc[eligible(people, first), "person"])
    members: pd.DataFrame = frozen.loc[there].assign(month=month)
    return members


def _forget_other_keys(folder: Path, key: str) -> None:
    noted = segments_folder(folder) / "key.json"
    if noted.exists() and json.loads(noted.read_text(encoding="utf-8"))["key"] == key:
        return
    for file in segments_folder(folder).glob("month=*.parquet"):
        file.unlink()
    put_json({"key": key}, noted)
