"""Texts in parts of a Slack message that are of an unknown kind."""

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
    """Yield the same, but objects of some kinds as a whole, since their text is written in a known way."""
    waiting = [holder]
    while waiting:
        thing = waiting.pop()
        if isinstance(thing, str):
            if thing.strip():
                yield thing
        elif isinstance(thing, list):
            waiting += reversed(thing)
        elif isinstance(thing, dict):
            kind = word(thing, "type")
            if kind in kinds and isinstance(thing.get("elements" if kind == "rich_text" else "text"), list | str):
                yield thing
                continue
            waiting += reversed([_counted(value) for name, value in thing.items() if _speaks(name, value, thing)])


def _counted(value: object) -> object:
    """Return a number as text: the numbers of a table are part of what it says."""
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else value


def _speaks(name: str, value: object, fields: Fields) -> bool:
    if name == "value":  # what a button sends; of a thing without a text, all that it says
        return isinstance(value, str | int | float) and len(fields) == 2 and "text" not in fields
    if isinstance(value, int | float):
        return False
    return isinstance(value, list | dict) or (name not in _SILENT and not name.endswith(_SILENT_ENDS))
