"""The years that an import accepts. A moment outside of them is a placeholder of some tool, or damage.

Many tools express *never* or *unknown* by the ends of their calendars (``0001-01-01``, ``1601-01-01``, ``9999-12-31``).
Such a moment is left out if its field is optional. The record is refused if the field is required, or if a closed
object would become open without it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from typing import Any, TypeVar, cast, get_args, get_type_hints

from migration.reading.records import DEFAULTS, FIELDS, KIND_OF, KINDS, Note, Record

START = datetime(1970, 1, 1, tzinfo=UTC)
END = datetime(2100, 1, 1, tzinfo=UTC)
#: Fields whose moment closes an object. A moment far in the past may mean that it was closed long ago, or that it never
#: was, and nobody can tell which.
CLOSING = ("deleted", "archived", "left")

RecordT = TypeVar("RecordT", bound=Record)


def within(records: Sequence[RecordT], notes: list[Note]) -> Sequence[RecordT]:
    """Return the acceptable records, without optional moments that are out of reach; add notes on those."""
    if not records or _all_within(records):
        return records
    accepted = (within_reach(record, notes) for record in records)
    return [record for record in accepted if record is not None]


def _all_within(records: Sequence[Record]) -> bool:
    """Whether all moments are acceptable, as in nearly every batch."""
    for field in _moments(KIND_OF[type(records[0])]):
        moments = [moment for record in records if (moment := getattr(record, field)) is not None]
        try:
            if moments and not START <= min(moments) <= max(moments) < END:
                return False
        except TypeError:  # a moment has no time zone
            return False
    return True


def within_reach(record: RecordT, notes: list[Note]) -> RecordT | None:
    """Return a record without optional moments that are not acceptable, or ``None`` if it is refused."""
    form = cast("type[Record]", type(record))
    for field in _moments(KIND_OF[form]):
        moment: datetime | None = getattr(record, field)
        if moment is None or _is_acceptable(moment):
            continue
        detail = f"{field}: {moment.isoformat()}"
        closes = field in CLOSING and (moment.tzinfo is None or moment < START)
        if field not in DEFAULTS[KIND_OF[form]] or closes:
            notes.append(Note("moment_refused", record.where, detail, KIND_OF[form]))
            return None
        notes.append(Note("moment_dropped", record.where, detail))
        record = cast("RecordT", replace(cast("Any", record), **{field: None}))
    return record


def _is_acceptable(moment: datetime) -> bool:
    return moment.tzinfo is not None and START <= moment < END


@cache
def _moments(kind: str) -> tuple[str, ...]:
    """Return the fields of a kind of record that hold moments."""
    hints = get_type_hints(KINDS[kind])
    return tuple(field for field in FIELDS[kind] if hints[field] is datetime or datetime in get_args(hints[field]))
