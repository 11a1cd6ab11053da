"""The age of an export: the latest moment that it covers, found without reading everything."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from migration.reading.bundle import Bundle, InputError
from migration.sources.slack_export.decoding import decode
from migration.sources.slack_export.folders import DAY
from migration.sources.slack_export.messages import moment
from migration.sources.slack_export.workspace import PEOPLE

_MOST = 200  # day entries to read; in nearly every workspace, these are all entries of the last day
_SECONDS = 10**11  # a larger number is in milliseconds


def covers_until(bundle: Bundle, now: datetime) -> datetime | None:
    """Return the latest moment up to ``now`` of messages and edits of the last day, and of profile changes."""
    days = [name for name in bundle.names if DAY.match(name)]
    last = max((name[-15:] for name in days), default="")
    entries = [name for name in days if name.endswith(last)][:_MOST]
    entries += [name for name in bundle.names if name.rpartition("/")[2] in PEOPLE]
    moments = (at for name in entries for item in _items(bundle, name) for at in _moments(item))
    return max((at for at in moments if at is not None and at <= now), default=None)


def _items(bundle: Bundle, name: str) -> list[Any]:
    try:
        return decode(bundle.read(name))[0]
    except InputError:
        return []


def _moments(item: object) -> Iterator[datetime | None]:
    if not isinstance(item, dict):
        return
    edited, updated = item.get("edited"), item.get("updated")
    yield moment(item.get("ts"))
    yield moment(edited.get("ts")) if isinstance(edited, dict) else None
    if type(updated) is int and updated > 0:
        yield moment(f"{updated if updated < _SECONDS else updated // 1000}.0")
