"""What an examination of an installation finds: one line to read, and what to do about it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from reseau.i18n import Words


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
    return max((one.level for one in findings), key=order.index, default=Level.WELL)
