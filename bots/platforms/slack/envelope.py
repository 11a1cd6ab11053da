"""What Slack sends, taken apart with care: every part may be missing or of another kind than promised."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from reseau.foreign import word

Fields = Mapping[str, Any]

_ID = re.compile(r"[A-Za-z0-9_.-]{1,64}", re.ASCII).fullmatch
_TS = re.compile(r"(\d{1,12})\.(\d{1,6})", re.ASCII).fullmatch
_KEY = re.compile(r"[\x21-\x7e]{1,250}").fullmatch
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def identity(values: Fields, *names: str) -> str:
    """The first of some ids that is one, of a person, a channel or a team; empty where none is."""
    return next((found for found in (word(values, name) for name in names) if _ID(found)), "")


def stamp(values: Fields, name: str) -> str:
    """A ``ts``, which names a message; empty where there is none."""
    found = word(values, name)
    return found if _TS(found) else ""


def key(values: Fields, name: str) -> str:
    """An id of an event as it may be kept, empty where there is none."""
    found = word(values, name)
    return found if _KEY(found) else ""


def micros(ts: str) -> int:
    """The microseconds since 1970 that a ``ts`` says."""
    found = _TS(ts)
    return int(found[1]) * 1_000_000 + int(found[2].ljust(6, "0")) if found else 0


def moment(ts: str) -> datetime:
    """The moment that a ``ts`` says."""
    try:
        return _EPOCH + timedelta(microseconds=micros(ts))
    except OverflowError:
        return _EPOCH
