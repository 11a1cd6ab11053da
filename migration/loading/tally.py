"""The counts of a run: the number of records by kind and outcome."""

from __future__ import annotations

from collections import Counter
from typing import Any

from migration.reading.records import Note

OUTCOMES = ("inserted", "updated", "unchanged", "refused")


class Tally:
    """Counts by outcome and kind. The number of records read is the sum of the four outcomes.

    Attributes:
        warnings: notes by code.
        losses: the codes of notes about losses, which a report lists first.
    """

    def __init__(self) -> None:
        self._counts: dict[str, Counter[str]] = {outcome: Counter() for outcome in OUTCOMES}
        self.warnings: Counter[str] = Counter()
        self.losses: set[str] = set()

    def add(self, outcome: str, kind: str, count: int = 1) -> None:
        """Count records of a kind under an outcome."""
        if count:
            self._counts[outcome][kind] += count

    def total(self, outcome: str) -> int:
        return self._counts[outcome].total()

    def get(self, outcome: str, kind: str) -> int:
        return self._counts[outcome][kind]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Tally) and self.as_dict() == other.as_dict()

    __hash__ = None  # type: ignore[assignment]  # it changes

    def as_dict(self) -> dict[str, dict[str, int]]:
        """Return ``{"read": {…}, "inserted": {…}, "updated": …, "unchanged": …, "refused": …, "warnings": …}``."""
        read: Counter[str] = Counter()
        for counts in self._counts.values():
            read.update(counts)
        return {
            "read": _sorted(read),
            **{outcome: _sorted(self._counts[outcome]) for outcome in OUTCOMES},
            "warnings": _sorted(self.warnings),
        }

    def note(self, note: Note) -> None:
        """Count a note, and the record that was lost with it."""
        self.warnings[note.code] += 1
        if note.refused:
            self.add("refused", note.refused)
            self.losses.add(note.code)

    def as_stored(self) -> dict[str, Any]:
        """Return the counts of :meth:`as_dict` and the losses."""
        return {**self.as_dict(), "losses": sorted(self.losses)}

    @classmethod
    def of(cls, counts: dict[str, Any]) -> Tally:
        """Return the tally that :meth:`as_stored` gave."""
        tally = cls()
        for outcome in OUTCOMES:
            tally._counts[outcome].update(counts.get(outcome, {}))
        tally.warnings.update(counts.get("warnings", {}))
        tally.losses.update(counts.get("losses", ()))
        return tally


def _sorted(counts: Counter[str]) -> dict[str, int]:
    return {kind: counts[kind] for kind in sorted(counts)}
