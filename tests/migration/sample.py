"""The small, made-up sample of each source in ``tests/migration/data/``.

``<source>/sample`` is an export that the source recognises and reads completely: a folder, or one file
(``sample.zip``). ``<source>/broken`` holds, under the same names, replacements with one more row, which is broken.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from migration.reading.archive import Extent
from migration.reading.bundle import Bundle, open_bundle

DATA = Path(__file__).parent / "data"
Entries = Mapping[str, bytes]


def sample(source: str) -> Path:
    """Return the sample of a source.

    Raises:
        AssertionError: there is none; the message says where to put one.
    """
    return _only(source, "sample", "a small export of your own words that the source reads without a note")


def broken(source: str) -> Path:
    """Return the replacements for entries of a source's sample.

    Raises:
        AssertionError: there is none; the message says where to put one.
    """
    what = "those entries of the sample (or the whole sample) to which you gave one more row that cannot be read"
    return _only(source, "broken", what)


def _only(source: str, name: str, what: str) -> Path:
    paths = sorted((DATA / source).glob(f"{name}*"))
    folder = f"tests/migration/data/{source}"
    assert len(paths) == 1, f"The source {source} needs one {folder}/{name} (a folder, or a file {name}.*): {what}."
    return paths[0]


def entries(path: Path) -> dict[str, bytes]:
    """Return every entry of an input by name."""
    with open_bundle(path) as bundle:
        return {name: bundle.read(name) for name in bundle.names}


def damaged(source: str) -> dict[str, bytes]:
    """Return the entries of the sample, with the broken ones instead of the originals."""
    exchanged = broken(source)
    if exchanged.is_file():
        return entries(exchanged)
    files = {str(path.relative_to(exchanged)): path.read_bytes() for path in exchanged.rglob("*") if path.is_file()}
    whole = entries(sample(source))
    strangers = sorted(set(files) - set(whole))
    assert not strangers, f"What is broken needs its whole copy in the sample of {source}: {', '.join(strangers)}"
    return {**whole, **files}


class _Memory(io.RawIOBase):
    """Bytes in memory that are read in small pieces, as from a disk."""

    def __init__(self, data: bytes) -> None:
        self._left = memoryview(data)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]  # what a buffered reader gives
        count = min(8, len(buffer), len(self._left))
        buffer[:count] = self._left[:count]
        self._left = self._left[count:]
        return count


class _Container:
    """Entries in memory, without a file."""

    def __init__(self, held: Entries) -> None:
        self._held = held

    def read(self, name: str, extent: Extent) -> bytes:
        return self._held[name]

    def open(self, name: str, extent: Extent) -> io.RawIOBase:
        return _Memory(self._held[name])

    def close(self) -> None:
        """Do nothing: there is no file to close."""


@contextmanager
def in_memory(held: Entries) -> Iterator[Bundle]:
    """Yield a bundle of these entries, without a file."""
    extents = {name: Extent(len(data)) for name, data in held.items()}
    with Bundle("export", _Container(held), extents, [], "memory") as bundle:
        yield bundle
