"""A metric: a name, what a manager reads about it, and its shape. Every metric is a file of ``metrics/``."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Literal, NamedTuple

import analytics.metrics as _folder
from analytics.periods import Grain
from reseau.plugins import Plugins

if TYPE_CHECKING:
    import pandas as pd

    from analytics.periods import Period
    from analytics.tables import Tables

#: The columns of a measurement, before the k-floor (see ``docs/metrics.md``).
RAW = ("grain", "start", "end", "segment_kind", "segment", "numerator", "denominator", "n")
#: The columns that a measurement may add. ``value``, ``low`` and ``high`` are the metric's own estimate and interval.
#: ``first`` and ``second`` are numbers that the k-floor asks for. For a volume, they are the contributions of the two
#: most active people. For distinct people, they say how many of the roster had left before the period, and by its end.
#: For a number that only grows, ``first`` says how many people did anything in the period.
EXTRA = ("value", "low", "high", "first", "second")


class Subject(StrEnum):
    """The subject of a metric's cells, which decides how the k-floor treats them (``privacy/rules.py``)."""

    PEOPLE = "people"  # a share of people: k on either side, no step that reveals one person, bands in segments
    POPULATION = "population"  # a count of distinct people, with the same rules
    VOLUME = "volume"  # a number of acts: at least k people did them, and no one or two did most
    ITEMS = "items"  # a share of contents: there must be enough of them
    COMMUNITIES = "communities"  # a share of communities: always shown, since it says nothing about people
    ROLE = "role"  # animateurs in their role: one row for each community, shown to its animateurs, and their sum


@dataclass(frozen=True, slots=True)
class Shape:
    """The measurement of a metric, with the rules that follow from it. ``analytics/shapes.py`` makes the usual ones.

    Attributes:
        subject: see :class:`Subject`.
        unit: a value is a share of 1, a count or hours.
        measure: makes a frame of ``RAW`` (and ``EXTRA``) columns from the tables, one row for each cell; cells of the
            organisation have an empty ``segment_kind`` and ``segment``.
        people: for shares of people that are also cut by ``SEGMENTS``: a frame of ``grain, start, end``, the four
            segments, ``numerator`` and ``denominator``, one row for each combination that occurs in a block.
        parts: for volumes that are also cut by kind: how much of each kind each person did in given weeks.
        grows: whether the number of people can only grow from week to week.
        looks_back: whether the organisation's cells have the window that they look back over as their segment
            (``segment_kind`` ``window``).
        grain: the shortest period that it is published for.
        lag: how long after the end of a period it can be published.
    """

    subject: Subject
    unit: Literal["share", "count", "hours"]
    measure: Callable[[Tables], pd.DataFrame]
    people: Callable[[Tables], pd.DataFrame] | None = None
    parts: Callable[[Tables, Sequence[Period]], pd.DataFrame] | None = None
    grows: bool = False
    looks_back: bool = False
    grain: Grain = Grain.WEEK
    lag: timedelta = timedelta()


class Plural(NamedTuple):
    """The singular and the plural of a sentence, for ``Words.plural``."""

    one: str
    many: str


def plural(one: str, many: str) -> Plural:
    """Mark a sentence with ``{count}`` for the catalogues, in both its forms."""
    return Plural(one, many)


@dataclass(frozen=True, slots=True)
class Metric:
    """One figure.

    Attributes:
        name: a stable name, also of the cube's file and of the section in ``docs/metrics.md``.
        title: marked with ``N_``, as a manager says it.
        method: marked with ``N_``: how this is calculated, in plain words.
        denominator: marked with ``N_``: what the figure is a share of.
        better: whether a higher or a lower figure is good news.
        shape: how it is measured (``analytics/shapes.py``).
        made_of: marked with ``plural``: what a figure is made of, ``{count}`` out of ``{whole}``; for a share of
            items, ``{count}`` is the number of items. ``None`` if cards do not say it.
        needs: marked with ``N_``: what else is necessary, besides time, before the figure is shown.
        target: the launch team's target, in the metric's unit, or ``None``.
        target_grain: the grain whose periods the target is for; empty if the figure does not depend on the length of
            its period.
        within: the metric whose numerator includes what this one counts. What that metric hides cannot be shown here.
    """

    name: str
    title: str
    method: str
    denominator: str
    better: Literal["up", "down"]
    shape: Shape
    made_of: Plural | None = None
    needs: str = ""
    target: float | None = None
    target_grain: str = ""
    within: str | None = None

    @property
    def subject(self) -> Subject:
        return self.shape.subject

    @property
    def unit(self) -> Literal["share", "count", "hours"]:
        return self.shape.unit

    @property
    def looks_back(self) -> bool:
        return self.shape.looks_back


#: Every metric: the files of ``analytics/metrics`` and what others registered under ``reseau.metrics``.
METRICS: Plugins[Metric] = Plugins(_folder, "metric", Metric, "reseau.metrics")
