"""The folders of an export, each with its days, found by a channel's name whatever system wrote that name."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from unicodedata import normalize

DAY = re.compile(r"^((?:teams/[^/]+/)?)([^/]+)/\d{4}-\d{2}-\d{2}\.json$")
#: What some systems do not take in names: they write a low line instead.
_FORBIDDEN = re.compile(r'[:*?"<>|\\]')
#: Code pages in which tools have written names, and those in which other tools have read them.
_WRITTEN = ("utf-8", "cp437", "cp850", "cp1252", "mac_roman")
_READ = ("cp437", "cp850", "cp1252", "latin-1", "mac_roman")


class Folders:
    """The day entries of each folder.

    Args:
        names: of all entries.
    """

    def __init__(self, names: Iterable[str]) -> None:
        self._days: dict[str, list[str]] = {}
        for name in names:
            if match := DAY.match(name):
                self._days.setdefault(match[1] + match[2], []).append(name)
        self._alike: dict[str, list[str]] = defaultdict(list)
        for folder in self._days:
            self._alike[_folded(folder)].append(folder)

    def take(self, prefix: str, names: Iterable[str]) -> list[str]:
        """Take the folders that are called so, to the letter: their days."""
        return self._taken(dict.fromkeys(prefix + name for name in names if name))

    def take_alike(self, prefix: str, name: str) -> list[str]:
        """Take what is left of the folders that say the same name in other bytes: their days."""
        alike = [folder for form in _forms(name) for folder in self._alike.get(_folded(prefix) + form, ())]
        return self._taken(dict.fromkeys(alike))

    def _taken(self, folders: Iterable[str]) -> list[str]:
        return [day for folder in folders for day in self._days.pop(folder, ())]

    def left(self) -> list[tuple[str, list[str]]]:
        """The folders that nobody took, with their days."""
        return sorted(self._days.items())


def lasting(folder: str) -> str:
    """A folder's name as it is the same on every system that takes accents at all."""
    return normalize("NFC", folder)


def _folded(name: str) -> str:
    return _FORBIDDEN.sub("_", normalize("NFC", name)).casefold()


def _forms(name: str) -> set[str]:
    """All the ways in which systems may have written a channel's name, folded."""
    if not name:
        return set()
    forms = {_folded(name)}
    if not name.isascii():
        composed, apart = normalize("NFC", name), normalize("NFD", name)
        forms.add(_folded(re.sub(r"[^\x00-\x7f]", lambda letter: f"#U{ord(letter[0]):04x}", composed)))
        forms.update(_folded(form) for form in _misread(composed) | _misread(apart))
    return forms


def _misread(name: str) -> set[str]:
    """A name that was written in one code page and read in another."""
    forms = set()
    for written in _WRITTEN:
        for read in _READ:
            try:
                forms.add(name.encode(written).decode(read))
            except UnicodeError:
                continue
    return forms
