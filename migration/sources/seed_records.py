"""Files of seed records (``.jsonl``), written by another program or by ours."""

from __future__ import annotations

import codecs
from collections.abc import Iterator, Mapping
from typing import BinaryIO

from migration.reading import lines
from migration.reading.bundle import Bundle, InputError
from migration.reading.records import Note, Place, Record
from migration.reading.source import Detection, Options
from reseau.i18n import N_

_LOST = {"not_utf8": "entry"}  # the kind of the lost record, by code
_ENDINGS = (".jsonl", ".ndjson")


class SeedRecords:
    """See :class:`migration.reading.source.Source`; the format is ``docs/seed-records.md``."""

    name = "seed_records"
    title = N_("seed records (.jsonl)")
    notes: Mapping[str, str] = {
        "line_unreadable": N_("A line is not a seed record."),
        "not_utf8": N_("A file is not in UTF-8, and nothing of it could be read: save it as UTF-8 and try again."),
    }

    def detect(self, bundle: Bundle) -> Detection:
        """Recognise the ending of the names and the first line."""
        files = _files(bundle)
        if files and _first_line(bundle, files[0]).lstrip("\ufeff \t").startswith('{"record"'):
            return Detection(90, N_("Its lines are seed records."))
        return Detection(20, N_("It holds .jsonl files.")) if files else Detection(0, "")

    def read(self, bundle: Bundle, options: Options) -> Iterator[Record]:
        """See :class:`migration.reading.source.Source`. Everything in an excluded place is excluded too."""
        closed: set[str] = set()
        for name in _files(bundle):
            try:
                with bundle.open(name) as raw:
                    codes: list[str] = []
                    for record in lines.read(_lines(raw, codes), name):
                        if not _is_excluded(record, options, closed):
                            yield record
                    yield from (Note(code, name, "", _LOST.get(code, "")) for code in dict.fromkeys(codes))
            except InputError as error:
                yield Note("entry_unreadable", name, str(error), "entry")


def _is_excluded(record: Record, options: Options, closed: set[str]) -> bool:
    if isinstance(record, Place):
        needed = "direct" if record.conversation else "" if record.privacy == "open" else "private"
        if needed and needed not in options.include:
            closed.add(record.key)
    places = (getattr(record, name, "") for name in ("key", "place", "post"))
    if any(place in closed for place in places):
        closed.add(str(getattr(record, "key", "")))
        return True
    return False


def _lines(raw: BinaryIO, codes: list[str]) -> Iterator[str]:
    """Yield the lines of a file; a line that is too long is cut just beyond the limit.

    Args:
        raw: the file.
        codes: a list to which the codes of notes about its encoding are added.
    """
    most = lines.LONGEST_LINE + 1
    line = raw.readline(most).removeprefix(codecs.BOM_UTF8)
    if line[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
        codes.append("not_utf8")
        return
    while line:
        yield _decoded(line, codes)
        while len(line) == most and not line.endswith(b"\n"):
            line = raw.readline(most)
        line = raw.readline(most)


def _decoded(line: bytes, codes: list[str]) -> str:
    try:
        return line.decode()
    except UnicodeDecodeError:
        codes.append("latin1")
        return line.decode("cp1252", "replace")


def _files(bundle: Bundle) -> list[str]:
    return [name for name in bundle.names if name.lower().endswith(_ENDINGS)]


def _first_line(bundle: Bundle, name: str) -> str:
    try:
        with bundle.open(name) as raw:
            return raw.readline(4096).decode("utf-8", "replace")
    except InputError:
        return ""  # it is noted when it is read


source = SeedRecords()
