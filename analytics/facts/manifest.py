"""The manifest of the facts: the files that count, and how far they reach. Files that it omits are leftovers."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

import structlog

from analytics.files import analytics_folder, checksum, put_json

log = structlog.get_logger(__name__)

_FORM = 2


@dataclass(frozen=True, slots=True)
class Part:
    """One Parquet file with some activity rows of one month, and the range of their ids."""

    path: str  # below the facts folder
    month: str  # "2026-11"
    first: int
    last: int
    rows: int
    checksum: int  # of the file when it was written


@dataclass(frozen=True, slots=True)
class Manifest:
    """The state of the facts after the last finished build.

    Attributes:
        upto: every activity row with an id up to this one is in the parts, once.
        key: the mark of the pseudonyms' key (``Pseudonyms.mark``).
        zone: the time zone whose local days the facts carry.
        parts: the files that count.
    """

    upto: int = 0
    key: str = ""
    zone: str = ""
    parts: tuple[Part, ...] = field(default=())

    @property
    def rows(self) -> int:
        return sum(part.rows for part in self.parts)

    def fits(self, key: str, zone: str) -> bool:
        """Whether new facts with this key and time zone can be added to the existing ones."""
        return (self.key, self.zone) == (key, zone)

    def with_parts(self, upto: int, fresh: list[Part], merged: set[str]) -> Manifest:
        """Return the state after a build that wrote the ``fresh`` parts, into which it merged those at some paths."""
        kept = [part for part in self.parts if part.path not in merged]
        ordered = sorted([*kept, *fresh], key=lambda part: (part.month, part.first, part.path))
        return replace(self, upto=upto, parts=tuple(ordered))


def facts_folder(folder: Path) -> Path:
    """Return the folder of the facts in a data folder."""
    return analytics_folder(folder) / "facts"


def manifest_file(folder: Path) -> Path:
    """Return the file of the manifest."""
    return facts_folder(folder) / "manifest.json"


def read_manifest(folder: Path) -> Manifest:
    """Read the state of the facts of a data folder.

    The state is empty if nothing was built yet, or the file is damaged or of an older form. The next build then makes
    all facts again from the log.
    """
    file = manifest_file(folder)
    if not file.exists():
        return Manifest()
    try:
        raw = json.loads(file.read_text(encoding="utf-8"))
        if raw.pop("form", None) != _FORM:
            return Manifest()
        return Manifest(**{**raw, "parts": tuple(Part(**part) for part in raw["parts"])})
    except (ValueError, TypeError, KeyError, AttributeError):
        log.warning("facts manifest damaged", file=str(file))
        return Manifest()


def damaged_parts(folder: Path, manifest: Manifest) -> list[Path]:
    """Return the counted files that are missing or have changed since they were written."""
    files = [(facts_folder(folder) / part.path, part.checksum) for part in manifest.parts]
    return [file for file, expected in files if not file.is_file() or checksum(file) != expected]


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Write the manifest in one step: from this moment on, a build counts."""
    put_json({"form": _FORM, **asdict(manifest)}, manifest_file(folder))


def part_files(folder: Path) -> list[Path]:
    """Return the fact files that count, by month."""
    return [facts_folder(folder) / part.path for part in read_manifest(folder).parts]


def sweep(folder: Path, manifest: Manifest) -> int:
    """Delete the files of an interrupted build and those that were merged into others; return how many."""
    counted = {facts_folder(folder) / part.path for part in manifest.parts}
    leftovers = [file for file in facts_folder(folder).glob("month=*/*") if file not in counted]
    for file in leftovers:
        file.unlink()
    return len(leftovers)
