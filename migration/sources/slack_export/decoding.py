"""The JSON of an export, as far as it can be saved: byte-order marks, Latin-1, files cut short, odd shapes."""

from __future__ import annotations

import json
import re
from typing import Any

import orjson

_OBJECT = json.JSONDecoder()
_GAP = re.compile(r"[\s,]*")
#: Halves of surrogate pairs standing alone: no database keeps them.
_LONE = re.compile(
    r"\\u[dD][89abAB][0-9a-fA-F]{2}(?!\\u[dD][c-fC-F])|(?<!\\u[dD][89abAB][0-9a-fA-F]{2})\\u[dD][c-fC-F][0-9a-fA-F]{2}"
)


def decode(data: bytes) -> tuple[list[Any], list[str]]:
    """The items of a JSON list, and the codes of what was wrong with the file.

    Codes: ``latin1`` (not UTF-8: read as Windows Latin), ``cut_file`` (broken: what stands before the break is kept),
    ``not_a_list`` (nothing can be kept).
    """
    if b"\\u0000" not in data:
        try:
            found = orjson.loads(data)  # quick, and strict: whatever it refuses is looked at below
            return (found, []) if isinstance(found, list) else ([], ["not_a_list"])
        except orjson.JSONDecodeError:
            pass
    wrong: list[str] = []
    text = _text(data, wrong)
    try:
        found = json.loads(text)
    except ValueError:
        wrong.append("cut_file")
        found = _saved(text)
    except RecursionError:
        found = None
    if not isinstance(found, list):
        return [], [*wrong, "not_a_list"]
    return found, wrong


def _text(data: bytes, wrong: list[str]) -> str:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        wrong.append("latin1")
        text = data.decode("cp1252", "replace")
    if "\\ud" in text or "\\uD" in text:
        text = _LONE.sub(r"\\ufffd", text)
    return text.replace("\\u0000", "") if "\\u0000" in text else text


def _saved(text: str) -> list[Any] | None:
    """The whole items before the first broken one, or nothing when the text is no list at all."""
    start = text.find("[")
    if start < 0 or text[:start].strip():
        return None
    items: list[Any] = []
    at = start + 1
    while True:
        at = _end(text, at)
        try:
            item, at = _OBJECT.raw_decode(text, at)
        except (ValueError, RecursionError):
            return items
        items.append(item)


def _end(text: str, at: int) -> int:
    found = _GAP.match(text, at)
    return found.end() if found else at
