"""What an examination of an installation finds: one line to read, and what to do about it.

Rooms register what they look at under the entry points ``reseau.examinations``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from importlib.metadata import entry_points
from typing import TypeAlias

from reseau.i18n import N_, Words
from reseau.network import Network


class Level(StrEnum):
    """How much a finding matters."""

    WELL = "well"
    WARNING = "warning"
    FATAL = "fatal"


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that was looked at.

    Attributes:
        about: what was looked at, for scripts: ``store``, ``slack``.
        level: how much it matters.
        what: what was found, marked by ``N_``.
        how: what to do, marked by ``N_``; empty where there is nothing to be done.
        values: of both. Never a secret.
    """

    about: str
    level: Level
    what: str
    how: str = ""
    values: Mapping[str, object] = field(default_factory=dict)

    def sentence(self, t: Words) -> str:
        """What was found, in the reader's language."""
        return t(self.what, **self.values)

    def advice(self, t: Words) -> str:
        """What to do, in the reader's language; empty where there is nothing to be done."""
        return t(self.how, **self.values) if self.how else ""

    def as_json(self, t: Words) -> dict[str, str]:
        return {"about": self.about, "level": self.level.value, "what": self.sentence(t), "how": self.advice(t)}


def worst(findings: Sequence[Finding]) -> Level:
    """The gravest level found; well when nothing was."""
    order = list(Level)
    return max((finding.level for finding in findings), key=order.index, default=Level.WELL)


#: Looks at what a room keeps; changes nothing.
Examination: TypeAlias = Callable[[Network], Iterator[Finding]]


def by_rooms(network: Network) -> Iterator[Finding]:
    """What the rooms find in what they keep; one that cannot look hides nothing of the others."""
    for point in sorted(entry_points(group="reseau.examinations"), key=lambda point: point.name):
        try:
            examine: Examination = point.load()
            yield from examine(network)
        except Exception as error:  # noqa: BLE001  (the rest of the list holds without it)
            values = {"name": point.name, "reason": type(error).__name__}
            yield Finding(point.name, Level.WARNING, N_("“{name}” could not be examined ({reason})."), "", values)
