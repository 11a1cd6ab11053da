"""Moments in the store: microseconds since 1970 in UTC, the same integer on every engine."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import BigInteger, Dialect
from sqlalchemy.types import TypeDecorator

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
#: The first and last moment that every time zone can show. Moments beyond are replaced by the nearer of them, so that
#: reading never fails.
EARLIEST = datetime(1, 1, 3, tzinfo=UTC)
LATEST = datetime(9999, 12, 29, tzinfo=UTC)


def to_micros(moment: datetime) -> int:
    """Return the microseconds since 1970 of a zone-aware moment, limited to the range of the calendar.

    Raises:
        ValueError: the moment has no zone.
    """
    try:
        since = moment - _EPOCH
    except TypeError:
        raise ValueError(f"a moment without a time zone cannot be stored: {moment.isoformat()}") from None
    if not _FIRST_DAY <= since.days < _LAST_DAY:
        return _FIRST if since.days < 0 else _LAST
    return (since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds  # half the work of a division


def from_micros(micros: int) -> datetime:
    """Return the UTC moment of microseconds since 1970, limited to the range of the calendar."""
    return _EPOCH + timedelta(microseconds=micros if _FIRST <= micros <= _LAST else _FIRST if micros < 0 else _LAST)


_FIRST_DAY, _LAST_DAY = (EARLIEST - _EPOCH).days, (LATEST - _EPOCH).days
_FIRST, _LAST = (days * 86_400_000_000 for days in (_FIRST_DAY, _LAST_DAY))


def now() -> datetime:
    """Return the present moment in UTC."""
    return datetime.now(UTC)


class Moment(TypeDecorator[datetime]):
    """A column of zone-aware datetimes, stored as integers (see ``docs/decisions.md``)."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:
        return None if value is None else to_micros(value)

    def process_result_value(self, value: Any | None, dialect: Dialect) -> datetime | None:
        return None if value is None else from_micros(value)
