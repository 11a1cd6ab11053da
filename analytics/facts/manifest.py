"""What the facts are made of: the files that count and how far they reach. A file it does not name is a leftover."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

import structlog

from analytics.files import checksum, put_json, shelf

log = structlog.get_logger(__name__)

_FORM = 2


@dataclass(frozen=True, slots=True)
class Part:
    """One Parquet file: some activity rows of one month, all of them between two ids."""

    path: str  # below the facts folder
    month: str  # "2026-11"
    first: int
    last: int
    rows: int
    checksum: int  # of the file as it was written


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
        """Whether new facts can be laid beside the ones there are."""
        return (self.key, self.zone) == (key, zone)

    def with_parts(self, upto: int, fresh: list[Part], merged: set[str]) -> Manifest:
        """The state after a build that wrote ``fresh`` and took up the parts at the ``merged`` paths in them."""
        kept = [part for part in self.parts if part.path not in merged]
        ordered = sorted([*kept, *fresh], key=lambda part: (part.month, part.first, part.path))
        return replace(self, upto=upto, parts=tuple(ordered))


def facts_folder(folder: Path) -> Path:
    """Where the facts of a data folder lie."""
    return shelf(folder) / "facts"


def manifest_file(folder: Path) -> Path:
    """Where the state of the facts is noted."""
    return facts_folder(folder) / "manifest.json"


def read_manifest(folder: Path) -> Manifest:
    """The state of the facts of a data folder.

    A fresh one where nothing was built, an older form stands, or the file is damaged: the next build then makes the
    facts anew from the log.
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
    """The fact files that count and are gone or not as they were written."""
    files = [(facts_folder(folder) / part.path, part.checksum) for part in manifest.parts]
    return [file for file, written in files if not file.is_file() or checksum(file) != written]


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Make a build count; the one moment at which it does."""
    put_json({"form": _FORM, **asdict(manifest)}, manifest_file(folder))


def part_files(folder: Path) -> list[Path]:
    """The fact files that count, by month."""
    return [facts_folder(folder) / part.path for part in read_manifest(folder).parts]


def sweep(folder: Path, manifest: Manifest) -> int:
    """Delete what an interrupted build left and what a finished one took up; returns how many files went."""
    counted = {facts_folder(folder) / part.path for part in manifest.parts}
    leftovers = [file for file in facts_folder(folder).glob("month=*/*") if file not in counted]
    for file in leftovers:
        file.unlink()
    return len(leftovers)
