"""The installed kits: every folder here with a ``kit.yaml``, and those of other packages."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from importlib.metadata import entry_points
from importlib.resources import files
from importlib.resources.abc import Traversable

import migration.kits
from migration.kits.kit import Kit, read_kit
from reseau.plugins import UnknownPlugError

GROUP = "reseau.kits"


class InstalledKits(Mapping[str, Kit]):
    """Kits by name. Each is read when it is first used, so that a broken kit does not affect the others.

    Args:
        folder: a folder of kit folders.
        group: the entry-point group in which other packages register the one that holds their ``kit.yaml``.
    """

    def __init__(self, folder: Traversable, group: str = GROUP) -> None:
        own = {entry.name: entry for entry in folder.iterdir() if entry.joinpath("kit.yaml").is_file()}
        others = {point.name: point.value for point in entry_points(group=group)}
        self._own: Mapping[str, Traversable] = own
        self._others: Mapping[str, str] = {name: value for name, value in others.items() if name not in own}
        self._read: dict[str, Kit] = {}

    def __getitem__(self, name: str) -> Kit:
        if name not in self._read:
            self._read[name] = read_kit(name, self._folder(name))
        return self._read[name]

    def _folder(self, name: str) -> Traversable:
        if name in self._own:
            return self._own[name]
        if name in self._others:
            return files(self._others[name])
        raise UnknownPlugError("kit", name, sorted(self))

    def __iter__(self) -> Iterator[str]:
        return iter(sorted({*self._own, *self._others}))

    def __len__(self) -> int:
        return len(self._own) + len(self._others)


def kits() -> InstalledKits:
    """Return the kits of this installation."""
    return InstalledKits(files(migration.kits))
