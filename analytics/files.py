"""The folder of facts, snapshots and cubes. Its files are replaced in one step."""

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


def analytics_folder(folder: Path) -> Path:
    """Return the folder of facts, snapshots and cubes in a data folder."""
    return folder / "analytics"


@contextmanager
def build_lock(folder: Path) -> Iterator[None]:
    """Let one process build at a time; a second one waits. The lock ends with its process, however that ends."""
    locked = analytics_folder(folder)
    locked.mkdir(parents=True, exist_ok=True)
    with (locked / ".lock").open("w") as lock:
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
    """Give a finished file its name, once its bytes are on the disk: a crash leaves the old file or the new one."""
    sync(fresh)
    fresh.replace(name)
    sync(name.parent)


def checksum(file: Path) -> int:
    """Return the CRC-32 of a file's bytes, which detects a truncated, overwritten or corrupt file."""
    total = 0
    with file.open("rb") as stream:
        while chunk := stream.read(1 << 20):
            total = zlib.crc32(chunk, total)
    return total


def put_table(table: pa.Table, name: Path) -> None:
    """Write a Parquet file, replacing an earlier one in one step."""
    name.parent.mkdir(parents=True, exist_ok=True)
    fresh = name.with_name(name.name + UNFINISHED)
    pq.write_table(table, fresh, compression="zstd")
    settle(fresh, name)


def put_json(value: dict[str, Any], name: Path) -> None:
    """Write a JSON file, replacing an earlier one in one step."""
    name.parent.mkdir(parents=True, exist_ok=True)
    fresh = name.with_name(name.name + UNFINISHED)
    fresh.write_text(json.dumps(value, indent=1, sort_keys=True), encoding="utf-8")
    settle(fresh, name)
