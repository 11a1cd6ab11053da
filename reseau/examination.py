"""Findings of an examination of the installation: each one sentence, and advice.

Rooms register their examinations under the entry points ``reseau.examinations``.
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
    """The gravity of a finding."""

    WELL = "well"
    WARNING = "warning"
    FATAL = "fatal"


@dataclass(frozen=True, slots=True)
class Finding:
    """The result of one check.

    Attributes:
        about: the part that was checked, for scripts: ``store``, ``slack``.
        level: how much it matters.
        what: the finding, marked by ``N_``.
        how: the advice, marked by ``N_``; empty if there is nothing to do.
        values: of both. Never a secret.
    """

    about: str
    level: Level
    what: str
    how: str = ""
    values: Mapping[str, object] = field(default_factory=dict)

    def sentence(self, t: Words) -> str:
        """Return the finding in the reader's language."""
        return t(self.what, **self.values)

    def advice(self, t: Words) -> str:
        """Return the advice in the reader's language; empty if there is nothing to do."""
        return t(self.how, **self.values) if self.how else ""

    def as_json(self, t: Words) -> dict[str, str]:
        return {"about": self.about, "level": self.level.value, "what": self.sentence(t), "how": self.advice(t)}


def worst(findings: Sequence[Finding]) -> Level:
    """Return the gravest level; ``WELL`` without findings."""
    order = list(Level)
    return max((finding.level for finding in findings), key=order.index, default=Level.WELL)


#: Looks at what a room keeps; changes nothing.
Examination: TypeAlias = Callable[[Network], Iterator[Finding]]


def by_rooms(network: Network) -> Iterator[Finding]:
    """Return the findings of all rooms; a room whose examination fails is reported as such."""
    for point in sorted(entry_points(group="reseau.examinations"), key=lambda point: point.name):
        try:
            examine: Examination = point.load()
            yield from examine(network)
        except Exception as error:  # noqa: BLE001  (the rest of the list holds without it)
            values = {"name": point.name, "reason": type(error).__name__}
            yield Finding(point.name, Level.WARNING, N_("“{name}” could not be examined ({reason})."), "", values)
