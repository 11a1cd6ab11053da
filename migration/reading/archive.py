"""The bytes of a zip's entries, read and checked according to its directory. Nothing is ever unpacked to a disk."""

from __future__ import annotations

import io
import os
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

CHUNK = 256 * 1024  # bytes read or unpacked at a time
_LOCAL_HEADER = 30
_NAMES = 512  # bytes read ahead for the name and the extra fields between a header and its data


@dataclass(frozen=True, slots=True)
class Extent:
    """The position of an entry: in a zip, the offset of its local header and two sizes; in a folder, its size."""

    size: int
    packed: int = 0
    offset: int = 0
    method: int = 0
    crc: int = 0


class ZipContainer:
    """Reads entries by their offset: an export has tens of thousands, and zipfile's own reader is slower.

    The directory may lie about an entry, so nothing is read or allocated beyond the size of the file.
    """

    def __init__(self, path: Path) -> None:
        self._file = path.open("rb")
        self._length = path.stat().st_size

    def read(self, name: str, extent: Extent) -> bytes:
        size, offset = extent.packed, extent.offset
        if offset < 0 or offset + size > self._length:
            raise ValueError("size")
        file = self._file.fileno()
        raw = os.pread(file, _LOCAL_HEADER + _NAMES + size, offset)
        start = _start(raw)
        packed = raw[start : start + size] if start <= _LOCAL_HEADER + _NAMES else os.pread(file, size, offset + start)
        # At most one byte more than announced is unpacked, so that an entry that lies about its size stays small.
        stored = extent.method == zipfile.ZIP_STORED
        data = packed if stored else zlib.decompressobj(-15).decompress(packed, extent.size + 1)
        if len(data) > extent.size:
            raise ValueError("size")
        if zlib.crc32(data) != extent.crc:
            raise ValueError("checksum")
        return data

    def open(self, name: str, extent: Extent) -> io.RawIOBase:
        if extent.offset < 0 or extent.offset + extent.packed > self._length:
            raise ValueError("size")
        return _Unpacking(self._file.fileno(), extent)

    def close(self) -> None:
        self._file.close()


def _start(header: bytes) -> int:
    """Return the number of bytes from the header of an entry to its data."""
    if header[:4] != b"PK\x03\x04" or len(header) < _LOCAL_HEADER:
        raise ValueError("header")
    return _LOCAL_HEADER + int.from_bytes(header[26:28], "little") + int.from_bytes(header[28:30], "little")


class _Unpacking(io.RawIOBase):
    """An entry of a zip, unpacked piece by piece. Its size and checksum are checked at its end."""

    def __init__(self, file: int, extent: Extent) -> None:
        self._file, self._extent = file, extent
        self._at = extent.offset + _start(os.pread(file, _LOCAL_HEADER, extent.offset))
        self._remaining = extent.packed
        self._unpacker = None if extent.method == zipfile.ZIP_STORED else zlib.decompressobj(-15)
        self._count = self._crc = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer) -> int:
        room = memoryview(buffer)
        data = self._more(len(room))
        self._count += len(data)
        self._crc = zlib.crc32(data, self._crc)
        if self._count > self._extent.size or (not data and self._count < self._extent.size):
            raise ValueError("size")
        if not data and self._crc != self._extent.crc:
            raise ValueError("checksum")
        room[: len(data)] = data
        return len(data)

    def _more(self, most: int) -> bytes:
        if self._unpacker is None:
            return self._packed(most)
        waiting = self._unpacker.unconsumed_tail
        while not self._unpacker.eof:
            packed = waiting or self._packed(CHUNK)
            data = self._unpacker.decompress(packed, most)
            if data or not packed:
                return data
            waiting = self._unpacker.unconsumed_tail
        return b""

    def _packed(self, most: int) -> bytes:
        chunk = os.pread(self._file, min(most, self._remaining), self._at)
        self._at += len(chunk)
        self._remaining -= len(chunk)
        return chunk
