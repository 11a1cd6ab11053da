"""Bundles: an input as named entries, whether it is a folder, a zip or a single file. Nothing is ever unpacked.

Entries are read into memory one at a time. Dangerous ones (``../``, absolute names, links, bombs, zips inside zips) are
refused with a note; files that systems leave behind are skipped without one.
"""

from __future__ import annotations

import copy
import errno
import hashlib
import io
import os
import re
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Protocol, cast

from migration.reading.archive import CHUNK, Extent, ZipContainer
from migration.reading.records import Note
from reseau.errors import ReseauError
from reseau.i18n import N_
from reseau.terminal import printable

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer


class InputError(ReseauError):
    """The input cannot be opened at all, or an entry of it cannot be read."""


@dataclass(frozen=True, slots=True)
class Limits:
    """The limits of a bundle; a larger one is treated as an attack.

    Attributes:
        entries: the greatest number of entries.
        total: the greatest number of unpacked bytes in all entries.
        ratio: the greatest ratio of an entry's unpacked size to its packed size. Chat exports reach 30, deflate can
            reach 1,032.
        small: the number of bytes below which the ratio of an entry does not matter.
    """

    entries: int = 2_000_000
    total: int = 256 * 1024**3
    ratio: int = 200
    small: int = 4 * 1024**2


LIMITS = Limits()
LARGEST_AT_ONCE = 64 * 1024**2  # bytes; a larger entry is not read into memory as a whole

_LITTER = re.compile(r"(^|/)(__MACOSX/|\.DS_Store$|Thumbs\.db$|desktop\.ini$|\._[^/]*$)", re.IGNORECASE)
#: Parts of a path without meaning, which some tools write: ``general//day``, ``general/./day``.
_EMPTY_PARTS = re.compile(r"(?<=[^/])/(?:\.?/)+")
_NESTED = frozenset(("zip", "7z", "rar", "tar", "tgz", "gz", "bz2", "xz"))


class Container(Protocol):
    """The source of a bundle's bytes. It raises the errors of the system and of the compression library."""

    def read(self, name: str, extent: Extent) -> bytes: ...
    def open(self, name: str, extent: Extent) -> io.RawIOBase: ...
    def close(self) -> None: ...


@dataclass(slots=True)
class Meter:
    """The number of bytes of all entries, and of those read so far."""

    total: int
    done: int = 0


class Bundle:
    """The entries of an input, by name (with forward slashes, without the folders that enclose everything).

    Attributes:
        name: the file's or folder's own name, never its whole path.
        notes: the notes on entries that were refused.
        total, done: the number of bytes of all entries, and of those read so far.
        fingerprint: a digest of the names and contents of all entries (for a folder, of sizes and modification times).
    """

    def __init__(
        self, name: str, container: Container, extents: dict[str, Extent], notes: list[Note], mark: str
    ) -> None:
        self.name = name
        self.notes = notes
        self.fingerprint = mark
        self._container = container
        self._prefix = _enclosing(extents)
        skip = len(self._prefix)
        self._extents = {entry[skip:]: extent for entry, extent in extents.items()} if skip else extents
        self._meter = Meter(sum(extent.size for extent in extents.values()))

    @property
    def total(self) -> int:
        return self._meter.total

    @property
    def done(self) -> int:
        return self._meter.done

    @done.setter
    def done(self, count: int) -> None:
        self._meter.done = count

    def below(self, folder: str) -> Bundle:
        """Return the entries of a folder (with its slash) as a bundle of their own, which shares the meter."""
        inner = copy.copy(self)
        inner._prefix = self._prefix + folder
        skip = len(folder)
        inner._extents = {entry[skip:]: extent for entry, extent in self._extents.items() if entry.startswith(folder)}
        return inner

    @property
    def names(self) -> list[str]:
        """The names of all entries, sorted."""
        return sorted(self._extents)

    def __contains__(self, name: object) -> bool:
        return name in self._extents

    def size(self, name: str) -> int:
        """Return the number of bytes of an entry, unpacked."""
        return self._extents[name].size

    def read(self, name: str) -> bytes:
        """Return an entry's bytes.

        Raises:
            InputError: the entry is damaged, locked, or larger than announced.
        """
        extent = self._extents[name]
        self.done += extent.size
        if extent.size > LARGEST_AT_ONCE:
            raise _too_large(name)
        try:
            return self._container.read(self._prefix + name, extent)
        except (zlib.error, ValueError, OverflowError, MemoryError, OSError) as error:
            raise _unreadable(name, _reason(error)) from None

    def open(self, name: str) -> BinaryIO:
        """Open an entry to be read piece by piece, if it may not fit into memory.

        Raises:
            InputError: as for :meth:`read`; reading from the stream raises it too.
        """
        extent = self._extents[name]
        try:
            raw = self._container.open(self._prefix + name, extent)
        except (ValueError, OverflowError, OSError) as error:
            raise _unreadable(name, _reason(error)) from None
        return io.BufferedReader(_Metered(raw, name, self._meter), CHUNK)

    def close(self) -> None:
        self._container.close()

    def __enter__(self) -> Bundle:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def open_bundle(path: Path, limits: Limits = LIMITS) -> Bundle:
    """Open a folder, a zip or a single file.

    Raises:
        InputError: the input is missing, cannot be opened, is damaged or empty, or exceeds the limits.
    """
    try:
        return _opened(path, limits)
    except (OSError, ValueError) as error:  # a ValueError for a name that the system does not accept
        raise _closed(path, error) from None


def _opened(path: Path, limits: Limits) -> Bundle:
    if path.is_dir():
        return _folder(path, limits)
    if not path.is_file():
        raise _absent(path)
    if path.stat().st_size == 0:
        raise _empty(path.name)
    if zipfile.is_zipfile(path):
        return _zip(path, limits)
    if path.suffix.lower() == ".zip" or _starts_as_zip(path):
        raise _damaged(path.name)
    return _single(path)


def _closed(path: Path, error: OSError | ValueError) -> InputError:
    """Return the error for an input that cannot be opened."""
    if isinstance(error, ValueError) or error.errno in (errno.ENAMETOOLONG, errno.ENOENT, errno.ENOTDIR):
        return _absent(path)
    if error.errno in (errno.EACCES, errno.EPERM):
        return InputError(
            "E_INPUT_FORBIDDEN",
            N_("This account may not read “{name}”: give it the right to, or start the command from one that has it."),
            name=printable(path.name),
        )
    return InputError(
        "E_INPUT_UNREADABLE",
        N_("“{name}” cannot be read ({reason}): please copy it to this machine's own disk and try again."),
        name=printable(path.name),
        reason=error.strerror or type(error).__name__,
    )


def _absent(path: Path) -> InputError:
    return InputError(
        "E_NO_INPUT", N_("There is no file or folder “{name}”."), name=printable(path.name or str(path), 80)
    )


def _empty(name: str) -> InputError:
    return InputError(
        "E_EMPTY_INPUT", N_("“{name}” is empty: please download or unpack the export again."), name=printable(name)
    )


def _starts_as_zip(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(4) == b"PK\x03\x04"


def _damaged(name: str) -> InputError:
    return InputError(
        "E_DAMAGED_ZIP",
        N_("“{name}” is not a whole zip file: it may have been cut short on its way. Please download it again."),
        name=printable(name),
    )


def _enclosing(extents: dict[str, Extent]) -> str:
    """Return the path of the folders that enclose every entry, with its slash; empty if there are none."""
    first, last = min(extents, default=""), max(extents, default="")
    common = next((at for at, (left, right) in enumerate(zip(first, last, strict=False)) if left != right), len(first))
    return first[: first.rfind("/", 0, common) + 1]


def _refusal(name: str) -> str:
    """Return the code of the note for a name that is not allowed; empty if it is allowed."""
    # Plain string tests are fast, and an export has an entry for every channel and day.
    if name[:1] == "/" or name[1:2] == ":" or (".." in name and ".." in name.split("/")) or "\x00" in name:
        return "unsafe_name"
    return "nested_archive" if name.rpartition(".")[2].lower() in _NESTED else ""


#: Refused entries that may have held something valuable.
_LOST = frozenset(("entry_locked", "packing_unknown", "bomb_refused", "folder_unreadable"))


def _refused(name: str, code: str) -> Note | None:
    return Note(code, name, "", "entry" if code in _LOST else "") if code else None


# -- folder ------------------------------------------------------------------------------------------------------------


class _FolderContainer:
    def __init__(self, root: Path) -> None:
        self._root = root

    def read(self, name: str, extent: Extent) -> bytes:
        return (self._root / name).read_bytes()

    def open(self, name: str, extent: Extent) -> io.RawIOBase:
        return (self._root / name).open("rb", buffering=0)

    def close(self) -> None:
        """Do nothing: a folder has no open file."""


def _folder(root: Path, limits: Limits) -> Bundle:
    notes: list[Note] = []
    extents: dict[str, Extent] = {}
    mark = hashlib.sha256()
    for name, status in sorted(_walk(root, notes)):
        if len(extents) >= limits.entries:
            raise _too_many(root.name)
        mark.update(f"{name}\x00{status.st_size}\x00{status.st_mtime_ns}\n".encode(errors="surrogateescape"))
        extents[name] = Extent(status.st_size)
    return Bundle(root.resolve().name, _FolderContainer(root), extents, notes, mark.hexdigest())


def _walk(root: Path, notes: list[Note]) -> Iterator[tuple[str, os.stat_result]]:
    pending = [""]
    while pending:
        folder = pending.pop()
        for entry in _entries(root, folder, notes):
            name = folder + entry.name
            if _LITTER.search(name + "/" * entry.is_dir(follow_symlinks=False)):
                continue
            if entry.is_dir(follow_symlinks=False):
                pending.append(name + "/")
            elif not entry.is_file(follow_symlinks=False):
                notes.append(Note("link_refused", name))
            elif note := _refused(name, _refusal(name)):
                notes.append(note)
            else:
                yield name, entry.stat(follow_symlinks=False)


def _entries(root: Path, folder: str, notes: list[Note]) -> list[os.DirEntry[str]]:
    """Return the entries of a folder; an unreadable folder inside the input is noted and skipped."""
    try:
        with os.scandir(root / folder) as listing:
            return list(listing)
    except OSError:
        if not folder:
            raise
        notes.append(Note("folder_unreadable", folder, "", "entry"))
        return []


# -- zip ---------------------------------------------------------------------------------------------------------------

_ENCRYPTED = 0x1
_UTF8 = 0x800
#: Exceptions that Python's zip reader raises for a corrupt directory.
_BROKEN = (zipfile.BadZipFile, NotImplementedError, RuntimeError, OverflowError, MemoryError, LookupError, struct.error)


class _Metered(io.RawIOBase):
    """A stream that counts the bytes read, and raises the bundle's own errors."""

    def __init__(self, raw: io.RawIOBase, name: str, meter: Meter) -> None:
        self._raw, self._name, self._meter = raw, name, meter

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer) -> int:
        try:
            count = cast("int", self._raw.readinto(buffer) or 0)
        except (zlib.error, ValueError, OverflowError, MemoryError, OSError) as error:
            raise _unreadable(self._name, _reason(error)) from None
        self._meter.done += count
        return count

    def close(self) -> None:
        self._raw.close()
        super().close()


def _zip(path: Path, limits: Limits) -> Bundle:
    notes: list[Note] = []
    extents: dict[str, Extent] = {}
    mark = hashlib.sha256()
    total = 0
    # Overlapping entries yield more than any compression can, so the total is compared with the size of the file.
    ceiling = min(limits.total, max(limits.small, limits.ratio * path.stat().st_size))
    for info in _directory(path, limits):
        name = _decoded(info)
        if info.is_dir() or name.endswith("/") or _LITTER.search(name):
            continue
        mark.update(f"{name}\x00{info.file_size}\x00{info.CRC}\n".encode(errors="surrogateescape"))
        extent = Extent(info.file_size, info.compress_size, info.header_offset, info.compress_type, info.CRC)
        if note := _refused(name, _refusal(name) or _zip_refusal(info, limits)) or _twice(name, extent, extents):
            notes.append(note)
            continue
        total += info.file_size
        if total > ceiling:
            raise _bomb(path.name)
        extents[name] = extent
    return Bundle(path.name, ZipContainer(path), extents, notes, mark.hexdigest())


def _directory(path: Path, limits: Limits) -> list[zipfile.ZipInfo]:
    try:
        with zipfile.ZipFile(path) as archive:
            infos = archive.infolist()
    except (*_BROKEN, OSError, ValueError):
        raise _damaged(path.name) from None
    if len(infos) > limits.entries:
        raise _too_many(path.name)
    return infos


def _decoded(info: zipfile.ZipInfo) -> str:
    """Return the entry's name. Many tools write UTF-8 without the flag; zipfile then reads it as cp437."""
    name = info.filename
    if not info.flag_bits & _UTF8 and not name.isascii():
        try:
            name = name.encode("cp437").decode("utf-8")
        except UnicodeError:
            name = info.filename
    return _EMPTY_PARTS.sub("/", name.replace("\\", "/").removeprefix("./"))


def _twice(name: str, extent: Extent, extents: dict[str, Extent]) -> Note | None:
    """Return the note of an entry whose name another one has. It is a loss unless both have the same content."""
    if name not in extents:
        return None
    is_same = (extents[name].size, extents[name].crc) == (extent.size, extent.crc)
    return Note("name_twice", name, "", "" if is_same else "entry")


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
    return Bundle(path.name, _FolderContainer(path.parent), {path.name: Extent(path.stat().st_size)}, [], mark)


# -- refusals ----------------------------------------------------------------------------------------------------------


def _reason(error: BaseException) -> str:
    if isinstance(error, MemoryError):
        return "memory"
    return (error.strerror if isinstance(error, OSError) else None) or str(error) or type(error).__name__


def _unreadable(name: str, reason: str) -> InputError:
    return InputError(
        "E_ENTRY", N_("The entry “{name}” cannot be read ({reason})."), name=printable(name), reason=reason
    )


def _too_large(name: str) -> InputError:
    return InputError("E_ENTRY_LARGE", N_("The entry “{name}” is too large to be read at once."), name=printable(name))


def _too_many(name: str) -> InputError:
    return InputError("E_TOO_MANY", N_("“{name}” holds too many entries to be an export."), name=printable(name))


def _bomb(name: str) -> InputError:
    return InputError(
        "E_BOMB", N_("“{name}” would unpack to more than any export: it is refused."), name=printable(name)
    )
