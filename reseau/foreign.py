"""Reading JSON that someone else wrote: any part of it may be missing, or of another type than promised."""

from __future__ import annotations

from typing import Any


def fields(value: object) -> dict[str, Any]:
    """Return the value if it is an object, else an empty one."""
    return value if isinstance(value, dict) else {}


def items(value: object) -> list[Any]:
    """Return the value if it is a list, else an empty one."""
    return value if isinstance(value, list) else []


def dicts(value: object) -> list[dict[str, Any]]:
    """Return the objects of a list, without any other items; empty if it is no list."""
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def texts(value: object) -> list[str]:
    """Return the texts of a list, without any other items; empty if it is no list."""
    return [item for item in value if isinstance(item, str)] if isinstance(value, list) else []


def part(holder: object, name: str) -> dict[str, Any]:
    """Return the object under a name, or an empty one."""
    value = holder.get(name) if isinstance(holder, dict) else None
    return value if isinstance(value, dict) else {}


def word(holder: object, name: str) -> str:
    """Return the text under a name, or an empty one."""
    value = holder.get(name) if isinstance(holder, dict) else None
    return value if isinstance(value, str) else ""


def number(holder: object, name: str) -> int:
    """Return the count under a name, or 0; ``true`` is not a count."""
    value = holder.get(name) if isinstance(holder, dict) else None
    return value if isinstance(value, int) and not isinstance(value, bool) and value > 0 else 0
