"""Texts in those parts of a Slack message whose kind is unknown."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from reseau.foreign import word

Fields = dict[str, Any]

#: Fields that name, sort or style an object, and hold nothing that a person wrote.
_SILENT = frozenset(
    "type id ts team user channel style language format range unicode source mode status filetype mimetype color "
    "verbatim emoji dispatch_action external value".split()
)
_SILENT_ENDS = ("_id", "_ids", "_url", "_type", "_ts", "_at", "_team")


def texts_in(value: object) -> Iterator[str]:
    """Yield every text of a value, in order, at any depth, so that unknown kinds are read too."""
    for text in parts_in(value, frozenset()):
        if isinstance(text, str):
            yield text


def parts_in(holder: object, kinds: frozenset[str]) -> Iterator[str | Fields]:
    """Yield the texts of a value, like :func:`texts_in`, but objects of known kinds as a whole."""
    pending = [holder]
    while pending:
        value = pending.pop()
        if isinstance(value, str):
            if value.strip():
                yield value
        elif isinstance(value, list):
            pending += reversed(value)
        elif isinstance(value, dict):
            kind = word(value, "type")
            if kind in kinds and isinstance(value.get("elements" if kind == "rich_text" else "text"), list | str):
                yield value
                continue
            pending += reversed([_as_text(field) for name, field in value.items() if _speaks(name, field, value)])


def _as_text(value: object) -> object:
    """Return a number as text, since a table consists of numbers too; other values stay as they are."""
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else value


def _speaks(name: str, value: object, fields: Fields) -> bool:
    if name == "value":  # a button sends it unseen; in an object without a text, it is the text
        return isinstance(value, str | int | float) and len(fields) == 2 and "text" not in fields
    if isinstance(value, int | float):
        return False
    return isinstance(value, list | dict) or (name not in _SILENT and not name.endswith(_SILENT_ENDS))
