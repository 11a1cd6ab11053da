"""Seed records as JSON lines: each line is an object, and errors name the line."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from functools import cache
from typing import Any, TextIO, cast, get_args, get_type_hints

from migration.reading.records import DEFAULTS, FIELDS, KIND_OF, KINDS, Note, Record
from reseau import keys
from reseau.errors import ReseauError
from reseau.i18n import N_

#: Fields that name another record, with its kind.
REFERENCES = {
    "place": "place",
    "person": "person",
    "author": "person",
    "root_author": "person",
    "creator": "person",
    "owner": "person",
    "post": "post",
    "root": "post",
    "parent": "post",
    "target": "post",
    "file": "file",
}
#: Kinds of records that others name, with their words in keys: documents and events may have replies, like posts.
_NAMED = {
    "person": ("person",),
    "place": ("place",),
    "post": ("post", "document", "event"),
    "file": ("file",),
}
_OTHERS = frozenset(word for words in _NAMED.values() for word in words)
LONGEST_LINE = 8_000_000  # bytes


class LineError(ReseauError):
    """A line is not a seed record."""


def write(records: Iterable[Record], out: TextIO) -> int:
    """Write records, each as a line with its full key; return how many."""
    count = 0
    for record in records:
        out.write(json.dumps(to_object(record), ensure_ascii=False) + "\n")
        count += 1
    return count


def to_object(record: Record) -> dict[str, Any]:
    """Return a record as a JSON object: its kind, and every field whose value is not the default."""
    values: dict[str, Any] = {"record": KIND_OF[type(record)]}
    kind = KIND_OF[type(record)]
    usual = DEFAULTS[kind]
    for name in FIELDS[kind]:
        value = getattr(record, name)
        if name in usual and value == usual[name]:
            continue
        values[name] = value.isoformat() if isinstance(value, datetime) else value
    return values


def read(lines: Iterable[str], where: str) -> Iterator[Record]:
    """Yield the records of lines, and a note for each invalid line. Empty lines are skipped.

    Args:
        lines: the lines of a file.
        where: the name of the file, for notes and for ``where`` of each record.
    """
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        place = f"{where}:{number}"
        try:
            yield from_object(_parsed(line), place)
        except LineError as error:
            yield Note("line_unreadable", place, str(error), "record")


def _parsed(line: str) -> object:
    if len(line) > LONGEST_LINE:
        raise LineError("E_LINE_LONG", N_("the line is longer than {most} characters"), most=LONGEST_LINE)
    try:
        return json.loads(line)
    except (ValueError, RecursionError, MemoryError):
        raise LineError("E_LINE_JSON", N_("the line is not JSON")) from None


def from_object(parsed: object, where: str = "") -> Record:
    """Return the record of a JSON object.

    Raises:
        LineError: the object is not a record; the sentence names the field and its proper value.
    """
    if not isinstance(parsed, dict):
        raise LineError("E_LINE_OBJECT", N_("the line is not a JSON object"))
    values = dict(parsed)
    kind = values.pop("record", None)
    if not isinstance(kind, str) or kind not in KINDS:
        raise LineError("E_LINE_KIND", N_("“record” should be one of {known}"), known=", ".join(KINDS))
    form = KINDS[kind]
    if "src" in values:
        _name(values, kind)
    values.setdefault("where", where)
    values.pop("raw_time", None)
    unknown = sorted(set(values) - set(FIELDS[kind]))
    if unknown:
        raise LineError("E_LINE_FIELD", N_("a {kind} has no field “{field}”"), kind=kind, field=unknown[0])
    return _built(form, kind, values)


def _name(values: dict[str, Any], kind: str) -> None:
    """Turn the source's own ids into keys."""
    src = values.pop("src")
    if not isinstance(src, dict) or not all(isinstance(src.get(part), str) and src[part] for part in ("system", "id")):
        raise LineError("E_LINE_SRC", N_("“src” should hold “system”, “instance” and “id”"))
    system, instance = src["system"], str(src.get("instance") or "")
    for field, named in REFERENCES.items():
        if values.get(field) and isinstance(values[field], str):
            values[field] = keys.foreign(system, instance, named, values[field])
    values["key"] = keys.foreign(system, instance, kind, src["id"])


def _built(form: type[Record], kind: str, values: dict[str, Any]) -> Record:
    arguments: dict[str, Any] = {}
    for field, read_value in _readers(kind).items():
        # A null means unknown, like a missing field.
        if field not in values or (values[field] is None and field in DEFAULTS[kind]):
            if field not in DEFAULTS[kind]:
                raise LineError("E_LINE_MISSING", N_("a {kind} needs the field “{field}”"), kind=kind, field=field)
            continue
        try:
            arguments[field] = read_value(values[field])
            _check_key(field, kind, str(arguments[field]))
        except (TypeError, ValueError) as error:
            raise LineError(
                "E_LINE_VALUE", N_("“{field}” should be {expected}"), field=field, expected=str(error)
            ) from None
    return cast(Callable[..., Record], form)(**arguments)


def _check_key(field: str, kind: str, key: str) -> None:
    """Check that a key is not empty and names the kind of record that its field requires."""
    named = kind if field == "key" else REFERENCES.get(field)
    if named is None or (not key and field != "key"):
        return
    parts = key.split("/", 3)
    kind_in_key = parts[2] if len(parts) > 3 else ""
    if not key or (named in _NAMED and kind_in_key in _OTHERS and kind_in_key not in _NAMED[named]):
        raise ValueError(f"the key of a {named}, such as {keys.foreign('system', 'instance', named, 'id')}")


@cache
def _readers(kind: str) -> dict[str, Callable[[Any], object]]:
    form = KINDS[kind]
    hints = get_type_hints(form)
    return {field: _reader(hints[field]) for field in FIELDS[kind]}


def _reader(hint: object) -> Callable[[Any], object]:
    optional = type(None) in get_args(hint)
    if hint is datetime or datetime in get_args(hint):
        return lambda value: None if optional and value is None else _moment(value)
    if hint is bool:
        return lambda value: _exactly(value, bool, "true or false")
    if hint is int or int in get_args(hint):
        return lambda value: None if optional and value is None else _whole(value)
    if hint is str:
        return lambda value: _storable(_exactly(value, str, "a text"))
    return _texts


def _storable(text: str) -> str:
    return text.encode("utf-8", "replace").decode().replace("\x00", "")


def _exactly(value: Any, form: type, expected: str) -> Any:
    if type(value) is not form:
        raise TypeError(expected)
    return value


def _whole(value: Any) -> int:
    number: int = _exactly(value, int, "a whole number")
    if not 0 <= number < 2**63:
        raise TypeError("a whole number from 0 to 2^63")
    return number


def _texts(value: Any) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise TypeError("a list of texts")
    return tuple(map(_storable, value))


def _moment(value: Any) -> datetime:
    expected = "a moment with its time zone, such as 2026-02-03T09:30:00+01:00"
    try:
        moment = datetime.fromisoformat(_exactly(value, str, expected))
    except ValueError:
        raise ValueError(expected) from None
    if moment.tzinfo is None:
        raise ValueError(expected)
    return moment
