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
    from analytics.tables import Ground

#: The columns in which a metric hands over what it measured, before the k-floor (see ``docs/metrics.md``).
RAW = ("grain", "start", "end", "segment_kind", "segment", "numerator", "denominator", "n")
#: What it may add: its own estimate and interval, and numbers that the k-floor asks for: of a volume, the parts of the
#: two who did most; of distinct people, how many of the roster had left before the period, and by its end; of a
#: number that only grows, how many did anything in the period.
EXTRA = ("value", "low", "high", "first", "second")

SEGMENTS = ("department", "site", "country", "job")


class Subject(StrEnum):
    """Whom or what a metric's cells are about: it decides how the k-floor treats them (``privacy/rules.py``)."""

    PEOPLE = "people"  # a share of people: k on either side, no step that reveals one person, bands in segments
    POPULATION = "population"  # a count of distinct people: the same
    VOLUME = "volume"  # how much was done: k on the people behind, dominance
    ITEMS = "items"  # a share of contents: enough of them
    COMMUNITIES = "communities"  # a share of communities, which are few and no secret: always shown
    ROLE = "role"  # animateurs in their role: a community's own row for its animateurs, and their sum


@dataclass(frozen=True, slots=True)
class Shape:
    """How a metric is measured, and what follows from it. ``analytics/shapes.py`` makes the usual ones.

    Attributes:
        subject: see :class:`Subject`.
        unit: a value is a share of 1, a count or hours.
        measure: from the ground to a frame of ``RAW`` (and ``EXTRA``) columns, one row a cell, organisation cells
            with ``segment_kind`` and ``segment`` empty.
        people: for shares of people that are also cut by ``SEGMENTS``: a frame of ``grain, start, end``, the four
            segments, ``numerator`` and ``denominator``, one row for each combination that occurs, block by block.
        parts: for volumes that are also cut by kind: what each person did of each kind in some periods' weeks.
        grows: whether the number of people can only grow from week to week.
        looks_back: whether the cells of the organisation are filed by the window they look back over
            (``segment_kind`` ``window``).
        grain: the shortest period it is given for.
        lag: how long after the end of a period it can be published.
    """

    subject: Subject
    unit: Literal["share", "count", "hours"]
    measure: Callable[[Ground], pd.DataFrame]
    people: Callable[[Ground], pd.DataFrame] | None = None
    parts: Callable[[Ground, Sequence[Period]], pd.DataFrame] | None = None
    grows: bool = False
    looks_back: bool = False
    grain: Grain = Grain.WEEK
    lag: timedelta = timedelta()


class Plural(NamedTuple):
    """A sentence in its two forms, for ``Words.plural``."""

    one: str
    many: str


def plural(one: str, many: str) -> Plural:
    """Mark a sentence with ``{count}`` for the catalogues, in both its forms."""
    return Plural(one, many)


@dataclass(frozen=True, slots=True)
class Metric:
    """One figure.

    Attributes:
        name: stable; the cube's file name and the section's name in ``docs/metrics.md``.
        title: marked with ``N_``, as a manager says it.
        method: marked with ``N_``: how this is calculated, in plain words.
        denominator: marked with ``N_``: what the figure is a share of.
        better: whether more or less of it is good news.
        shape: how it is measured (``analytics/shapes.py``).
        made_of: marked with ``plural``: what a figure is made of, ``{count}`` out of ``{whole}``; of a share of items,
            ``{count}`` is how many there are. None where a card says nothing.
        needs: marked with ``N_``: what there must be, besides time, before it is shown.
        target: what the launch team aims at, in the metric's unit, or none.
        target_grain: the grain whose periods the target is meant for; empty where the figure does not depend on how
            long its period is.
        within: the metric whose numerator holds what this one counts; what it hides cannot be shown here.
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
