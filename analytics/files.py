"""The folder of facts, snapshots and cubes, whose files are replaced in one step."""

from __future__ import annotations

import fcntl
import json
import os
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

UNFINISHED = ".tmp"


def shelf(folder: Path) -> Path:
    """Where analytics keeps its files in a data folder."""
    return folder / "analytics"


@contextmanager
def one_builder(folder: Path) -> Iterator[None]:
    """Only one process builds at a time: the second waits. The lock dies with its process, however that ends."""
    place = shelf(folder)
    place.mkdir(parents=True, exist_ok=True)
    with (place / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def sync(path: Path) -> None:
    """Wait until a file's bytes, or a folder's names, are on the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def settle(fresh: Path, name: Path) -> None:
    """Give a finished file its name: bytes first, then the name, so that a cut leaves the old file or the new one."""
    sync(fresh)
    fresh.replace(name)
    sync(name.parent)


def checksum(file: Path) -> int:
    """The CRC-32 of a file's bytes: it detects a truncated, overwritten or corrupt file."""
    total = 0
    with file.open("rb") as bytes_:
        while chunk := bytes_.read(1 << 20):
            total = zlib.crc32(chunk, total)
    return total


def put_table(table: pa.Table, name: Path) -> None:
    """Write a Parquet file in place of what stood there."""
    name.parent.mkdir(parents=True, exist_ok=True)
    fresh = name.with_name(name.name + UNFINISHED)
    pq.write_table(table, fresh, compression="zstd")
    settle(fresh, name)


def put_json(value: dict[str, Any], name: Path) -> None:
    """Write a JSON file in place of what stood there."""
    name.parent.mkdir(parents=True, exist_ok=True)
    fresh = name.with_name(name.name + UNFINISHED)
    fresh.write_text(json.dumps(value, indent=1, sort_keys=True), encoding="utf-8")
    settle(fresh, name)
