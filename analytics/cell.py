"""A published cell: its columns, whether it may be seen, and why not."""

from __future__ import annotations

from enum import StrEnum


class Shown(StrEnum):
    """The form in which a cell is published."""

    VALUE = "value"
    BAND = "band"  # a range: ``low`` and ``high`` are its edges
    HIDDEN = "hidden"

    @classmethod
    def _missing_(cls, value: object) -> Shown:
        return cls.HIDDEN  # a newer version wrote it


class Reason(StrEnum):
    """Why a cell is not shown as a value."""

    NONE = ""
    K = "k"  # fewer than k people
    COMPLEMENT = "complement"  # it would give away another cell
    DOMINANCE = "dominance"  # one or two people made most of it
    HOMOGENEOUS = "homogeneous"  # nearly everyone did it, or nearly nobody
    SMALL = "small"  # too few people or items for a meaningful figure

    @classmethod
    def _missing_(cls, value: object) -> Reason:
        return cls.K  # a newer version wrote it


#: The kinds of segment by which people are counted.
SEGMENTS = ("department", "site", "country", "job")

#: The columns of a published cube in their order, and the type of each in a frame.
COLUMNS = {
    "metric": "str",
    "grain": "str",
    "start": "object",
    "end": "object",
    "complete": "bool",
    "segment_kind": "str",
    "segment": "str",
    "numerator": "float64",
    "denominator": "float64",
    "value": "float64",
    "low": "float64",
    "high": "float64",
    "n": "int64",
    "shown": "str",
    "reason": "str",
}
