"""Times as the store keeps them: UTC, microseconds since 1970, the same integer on every engine."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import BigInteger, Dialect
from sqlalchemy.types import TypeDecorator

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def to_micros(moment: datetime) -> int:
    """The microseconds since 1970 of a zone-aware moment.

    Raises:
        ValueError: the moment has no zone, so nobody can say when it was.
    """
    try:
        since = moment - _EPOCH
    except TypeError:
        raise ValueError(f"a moment without a time zone cannot be stored: {moment.isoformat()}") from None
    return (since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds  # half the work of a division


def from_micros(micros: int) -> datetime:
    """The UTC moment of some microseconds since 1970."""
    return _EPOCH + timedelta(microseconds=micros)


def now() -> datetime:
    """This moment, in UTC."""
    return datetime.now(UTC)


class Moment(TypeDecorator[datetime]):
    """A column of zone-aware datetimes; see ``docs/decisions.md`` for why they are integers below."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:
        return None if value is None else to_micros(value)

    def process_result_value(self, value: Any | None, dialect: Dialect) -> datetime | None:
        return None if value is None else from_micros(value)
