"""An input as one bundle of named entries, whether it is a folder, a zip or a single file. Nothing is ever unpacked.

Entries are read into memory one at a time. What could leave the bundle or blow it up (``../``, absolute names, links,
bombs, zips inside zips) is refused and named; litter that systems leave behind is passed over in silence.
"""

from __future__ import annotations

import hashlib
import os
import re
import stat
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, NamedTuple, Protocol

from migration.records import Note
from reseau.errors import ReseauError
from reseau.i18n import N_


class InputError(ReseauError):
    """The input cannot be opened at all, or an entry of it cannot be read."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How much a bundle may hold before it is taken for an attack.

    Attributes:
        entries: number of entries.
        total: bytes of all entries together, unpacked.
        entry: bytes of one entry read into memory, unpacked.
        ratio: how many times larger than its packed form an entry above ``small`` may be. Chat exports reach 30,
            deflate can reach 1,032.
        small: bytes under which an entry's ratio does not matter.
    """

    entries: int = 2_000_000
    total: int = 256 * 1024**3
    entry: int = 512 * 1024**2
    ratio: int = 200
    small: int = 4 * 1024**2


LIMITS = Limits()

_LITTER = re.compile(r"(^|/)(__MACOSX/|\.DS_Store$|Thumbs\.db$|desktop\.ini$|\._[^/]*$)", re.IGNORECASE)
_NESTED = frozenset(("zip", "7z", "rar", "tar", "tgz", "gz", "bz2", "xz"))


class Spot(NamedTuple):
    """Where an entry's bytes are: in a zip, the offset of its local header and its two sizes; in a folder, its size."""

    size: int
    packed: int = 0
    offset: int = 0
    method: int = 0
    crc: int = 0


class Shelf(Protocol):
    """What a bundle is read from."""

    def read(self, name: str, spot: Spot) -> bytes: ...
    def open(self, name: str) -> BinaryIO: ...
    def close(self) -> None: ...


class Bundle:
    """The entries of an input, by name (forward slashes, without the folder that encloses everything).

    Attributes:
        name: the file's or folder's own name, never its whole path.
        notes: what was refused when it was opened.
        total, done: bytes of all entries, and of those that were read so far.
        fingerprint: changes when an entry's name or content does (a folder goes by sizes and times of change).
    """

    def __init__(self, name: str, shelf: Shelf, spots: dict[str, Spot], notes: list[Note], mark: str) -> None:
        self.name = name
        self.notes = notes
        self.fingerprint = mark
        self._shelf = shelf
        self._prefix = _enclosing(spots)
        skip = len(self._prefix)
        self._spots = {entry[skip:]: spot for entry, spot in spots.items()} if skip else spots
        self.total = sum(spot.size for spot in spots.values())
        self.done = 0

    @property
    def names(self) -> list[str]:
        """Every entry, in the order of its name."""
        return sorted(self._spots)

    def __contains__(self, name: object) -> bool:
        return name in self._spots

    def size(self, name: str) -> int:
        """Bytes of an entry, unpacked."""
        return self._spots[name].size

    def read(self, name: str) -> bytes:
        """An entry's bytes.

        Raises:
            InputError: it is damaged, locked, or larger than it says.
        """
        spot = self._spots[name]
        self.done += spot.size
        return self._shelf.read(self._prefix + name, spot)

    def open(self, name: str) -> BinaryIO:
        """An entry to be read piece by piece, for what does not fit into memory."""
        return self._shelf.open(self._prefix + name)

    def close(self) -> None:
        self._shelf.close()

    def __enter__(self) -> Bundle:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def open_bundle(path: Path, limits: Limits = LIMITS) -> Bundle:
    """Open a folder, a zip or a single file.

    Raises:
        InputError: it is not there, cannot be opened, is damaged, or holds more than ``limits`` allows.
    """
    if path.is_dir():
        return _folder(path, limits)
    if not path.is_file():
        raise InputError("E_NO_INPUT", N_("There is no file or folder “{name}”."), name=path.name or str(path))
    if zipfile.is_zipfile(path):
        return _zip(path, limits)
    if path.suffix.lower() == ".zip" or _starts_as_zip(path):
        raise _damaged(path.name)
    return _single(path)


def _starts_as_zip(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(4) == b"PK\x03\x04"


def _damaged(name: str) -> InputError:
    return InputError(
        "E_DAMAGED_ZIP",
        N_("“{name}” is not a whole zip file: it may have been cut short on its way. Please download it again."),
        name=name,
    )


def _enclosing(spots: dict[str, Spot]) -> str:
    """The one folder that holds every entry, with its slash, or nothing."""
    tops = {name.partition("/")[0] if "/" in name else "" for name in spots}
    return f"{tops.pop()}/" if len(tops) == 1 and "" not in tops else ""


def _refusal(name: str) -> str:
    """Why an entry's name is not one that a bundle may hold, or nothing."""
    # Plain string tests: an export has an entry for every channel and day.
    if name[:1] == "/" or name[1:2] == ":" or (".." in name and ".." in name.split("/")) or "\x00" in name:
        return "unsafe_name"
    return "nested_archive" if name.rpartition(".")[2].lower() in _NESTED else ""


# -- folder ------------------------------------------------------------------------------------------------------------


class _FolderShelf:
    def __init__(self, root: Path, limits: Limits) -> None:
        self._root = root
        self._limits = limits

    def read(self, name: str, spot: Spot) -> bytes:
        if spot.size > self._limits.entry:
            raise _too_large(name)
        try:
            return (self._root / name).read_bytes()
        except OSError as error:
            raise _unreadable(name, error.strerror or "") from None

    def open(self, name: str) -> BinaryIO:
        return (self._root / name).open("rb")

    def close(self) -> None:
        """A folder holds nothing open."""


def _folder(root: Path, limits: Limits) -> Bundle:
    notes: list[Note] = []
    spots: dict[str, Spot] = {}
    mark = hashlib.sha256()
    for name, status in sorted(_walk(root, notes)):
        if len(spots) >= limits.entries:
            raise _too_many(root.name)
        mark.update(f"{name}\x00{status.st_size}\x00{status.st_mtime_ns}\n".encode(errors="surrogateescape"))
        spots[name] = Spot(status.st_size)
    return Bundle(root.resolve().name, _FolderShelf(root, limits), spots, notes, mark.hexdigest())


def _walk(root: Path, notes: list[Note]) -> Iterator[tuple[str, os.stat_result]]:
    waiting = [""]
    while waiting:
        folder = waiting.pop()
        with os.scandir(root / folder) as found:
            for entry in found:
                name = folder + entry.name
                if _LITTER.search(name + "/" * entry.is_dir(follow_symlinks=False)):
                    continue
                if entry.is_dir(follow_symlinks=False):
                    waiting.append(name + "/")
                elif not entry.is_file(follow_symlinks=False):
                    notes.append(Note("link_refused", name))
                elif code := _refusal(name):
                    notes.append(Note(code, name))
                else:
                    yield name, entry.stat(follow_symlinks=False)


# -- zip ---------------------------------------------------------------------------------------------------------------

_LOCAL_HEADER = 30
_NAMES = 512  # bytes read ahead for the name and the extra fields that stand between a header and its data
_ENCRYPTED = 0x1
_UTF8 = 0x800


class _ZipShelf:
    """Reads entries by their offset: an export has tens of thousands, and zipfile's own reader costs more than ours."""

    def __init__(self, path: Path, limits: Limits) -> None:
        self._path = path
        self._limits = limits
        self._file = path.open("rb")

    def read(self, name: str, spot: Spot) -> bytes:
        if spot.size > self._limits.entry:
            raise _too_large(name)
        try:
            data = self._unpacked(spot)
        except (zlib.error, ValueError, OSError) as error:
            raise _unreadable(name, str(error)) from None
        if zlib.crc32(data) != spot.crc:
            raise _unreadable(name, "checksum")
        return data

    def _unpacked(self, spot: Spot) -> bytes:
        unpacked, size, offset, method, _ = spot
        file = self._file.fileno()
        found = os.pread(file, _LOCAL_HEADER + _NAMES + size, offset)
        if found[:4] != b"PK\x03\x04":
            raise ValueError("header")
        start = _LOCAL_HEADER + int.from_bytes(found[26:28], "little") + int.from_bytes(found[28:30], "little")
        packed = (
            found[start : start + size] if start <= _LOCAL_HEADER + _NAMES else os.pread(file, size, offset + start)
        )
        if method == zipfile.ZIP_STORED:
            return packed
        # One byte more than announced is never unpacked: an entry that lies about its size stays small.
        data = zlib.decompressobj(-15).decompress(packed, unpacked + 1)
        if len(data) > unpacked:
            raise ValueError("size")
        return data

    def open(self, name: str) -> BinaryIO:
        archive = zipfile.ZipFile(self._path)
        for info in archive.infolist():
            if _decoded(info) == name:
                return archive.open(info)  # type: ignore[return-value]  # typeshed's IO[bytes] is a BinaryIO here
        raise _unreadable(name, "missing")

    def close(self) -> None:
        self._file.close()


def _zip(path: Path, limits: Limits) -> Bundle:
    notes: list[Note] = []
    spots: dict[str, Spot] = {}
    mark = hashlib.sha256()
    total = 0
    # Entries that overlap give more than any packing can: they are measured against the whole file.
    ceiling = min(limits.total, max(limits.small, limits.ratio * path.stat().st_size))
    for info in _directory(path, limits):
        name = _decoded(info)
        if info.is_dir() or name.endswith("/") or _LITTER.search(name):
            continue
        mark.update(f"{name}\x00{info.file_size}\x00{info.CRC}\n".encode(errors="surrogateescape"))
        code = _refusal(name) or _zip_refusal(info, limits) or ("name_twice" if name in spots else "")
        if code:
            notes.append(Note(code, name))
            continue
        total += info.file_size
        if total > ceiling:
            raise _bomb(path.name)
        spot = Spot(info.file_size, info.compress_size, info.header_offset, info.compress_type, info.CRC)
        spots[name] = spot
    return Bundle(path.name, _ZipShelf(path, limits), spots, notes, mark.hexdigest())


def _directory(path: Path, limits: Limits) -> list[zipfile.ZipInfo]:
    try:
        with zipfile.ZipFile(path) as archive:
            found = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        raise _damaged(path.name) from None
    if len(found) > limits.entries:
        raise _too_many(path.name)
    return found


def _decoded(info: zipfile.ZipInfo) -> str:
    """The entry's name. Many tools write UTF-8 without saying so; then zipfile has read it as cp437."""
    name = info.filename
    if not info.flag_bits & _UTF8 and not name.isascii():
        try:
            name = name.encode("cp437").decode("utf-8")
        except UnicodeError:
            name = info.filename
    return name.replace("\\", "/").removeprefix("./")


def _zip_refusal(info: zipfile.ZipInfo, limits: Limits) -> str:
    if stat.S_ISLNK(info.external_attr >> 16):
        return "link_refused"
    if info.flag_bits & _ENCRYPTED:
        return "entry_locked"
    if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        return "packing_unknown"
    if info.file_size > limits.small and info.file_size > limits.ratio * max(info.compress_size, 1):
        return "bomb_refused"
    return ""


# -- single file -------------------------------------------------------------------------------------------------------


def _single(path: Path) -> Bundle:
    with path.open("rb") as file:
        mark = hashlib.file_digest(file, "sha256").hexdigest()
    return Bundle(path.name, _FolderShelf(path.parent, LIMITS), {path.name: Spot(path.stat().st_size)}, [], mark)


# -- refusals ----------------------------------------------------------------------------------------------------------


def _unreadable(name: str, reason: str) -> InputError:
    return InputError("E_ENTRY", N_("The entry “{name}” cannot be read ({reason})."), name=name, reason=reason)


def _too_large(name: str) -> InputError:
    return InputError("E_ENTRY_LARGE", N_("The entry “{name}” is too large to be read at once."), name=name)


def _too_many(name: str) -> InputError:
    return InputError("E_TOO_MANY", N_("“{name}” holds too many entries to be an export."), name=name)


def _bomb(name: str) -> InputError:
    return InputError("E_BOMB", N_("“{name}” would unpack to more than any export: it is refused."), name=name)
