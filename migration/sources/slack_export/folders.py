"""The folders of an export with their days, found by a channel's name, whatever system wrote that name."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from unicodedata import normalize

DAY = re.compile(r"^((?:teams/[^/]+/)?)([^/]+)/\d{4}-\d{2}-\d{2}\.json$")
#: Characters that some systems do not allow in names and replace by an underscore.
_FORBIDDEN = re.compile(r'[:*?"<>|\\]')
#: Encodings in which tools have written names, and encodings in which other tools have read them.
_WRITTEN = ("utf-8", "cp437", "cp850", "cp1252", "mac_roman")
_READ = ("cp437", "cp850", "cp1252", "latin-1", "mac_roman")


class Folders:
    """The day entries of each folder.

    Args:
        names: the names of all entries.
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
        """Take the folders with exactly these names; return their days."""
        return self._taken(dict.fromkeys(prefix + name for name in names if name))

    def take_alike(self, prefix: str, name: str) -> list[str]:
        """Take the remaining folders with the same name in another encoding; return their days."""
        alike = [folder for form in _forms(name) for folder in self._alike.get(_folded(prefix) + form, ())]
        return self._taken(dict.fromkeys(alike))

    def _taken(self, folders: Iterable[str]) -> list[str]:
        return [day for folder in folders for day in self._days.pop(folder, ())]

    def left(self) -> list[tuple[str, list[str]]]:
        """Return the folders that were not taken, with their days."""
        return sorted(self._days.items())


def lasting(folder: str) -> str:
    """Return a folder's name in the form that is the same on every system that keeps accents."""
    return normalize("NFC", folder)


def _folded(name: str) -> str:
    return _FORBIDDEN.sub("_", normalize("NFC", name)).casefold()


def _forms(name: str) -> set[str]:
    """Return all folded forms in which systems may have written a channel's name."""
    if not name:
        return set()
    forms = {_folded(name)}
    if not name.isascii():
        composed, apart = normalize("NFC", name), normalize("NFD", name)
        forms.add(_folded(re.sub(r"[^\x00-\x7f]", lambda letter: f"#U{ord(letter[0]):04x}", composed)))
        forms.update(_folded(form) for form in _misread(composed) | _misread(apart))
    return forms


def _misread(name: str) -> set[str]:
    """Return the forms of a name that is written in one encoding and read in another."""
    forms = set()
    for written in _WRITTEN:
        for read in _READ:
            try:
                forms.add(name.encode(written).decode(read))
            except UnicodeError:
                continue
    return forms
