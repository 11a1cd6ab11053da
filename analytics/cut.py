"""The cells of a figure for a kind of segment and a length of period, and clear errors for those it does not have."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from analytics.cell import SEGMENTS, Shown
from analytics.metric import Metric
from analytics.periods import BLOCK, DAY, Grain
from analytics.published import reading
from reseau.errors import ReseauError
from reseau.i18n import N_, Words

#: Kinds of segment that only some figures have, as their published cells say.
OTHER_KINDS = ("community", "kind", "window")


class UnknownCutError(ReseauError):
    """A figure was requested for a kind of segment or a length of period that it never has."""


@dataclass(frozen=True, slots=True)
class Cut:
    """The requested cells of a metric.

    Attributes:
        metric: the figure.
        by: the kind of segment; empty for the whole organisation.
        cells: the published ones, as ``analytics.published.reading.cells`` returns them.
        every: all published cells of the metric, whatever the segment and the period.
    """

    metric: Metric
    by: str
    cells: pd.DataFrame
    every: pd.DataFrame

    def emptiness(self, t: Words) -> str:
        """Return why there are no cells, and what to do; an empty text if there are some."""
        if len(self.cells):
            return ""
        if not len(self.every):
            return t("Nothing has been published yet. To do it: reseau facts build")
        if self.by not in SEGMENTS:
            return t("There is nothing to count here yet.")
        if self.every["end"].max() - self.every["start"].min() < BLOCK - DAY:
            return t(
                "A figure is cut by {by} over four weeks together, and the first four are not over yet.", by=self.by
            )
        if not self._has_numbers():
            return t("The figure of everybody is itself a range or hidden, so it is not cut by {by} yet.", by=self.by)
        return t("Nobody in the directory has anything under {by}: there is nothing to cut by.", by=self.by)

    def _has_numbers(self) -> bool:
        """Whether the whole organisation's figure has ever been published as a number."""
        return bool(((self.every["segment_kind"] == "") & (self.every["shown"] == Shown.VALUE)).any())


def cut(folder: Path, metric: Metric, by: str = "", grain: str | None = None) -> Cut:
    """Return the published cells of a metric for a kind of segment and a length of period (``None``: every length).

    Raises:
        UnknownCutError: the figure has no such segments or periods; the message says which it has.
    """
    every = reading.all_cells(folder, metric.name)
    by, grain = by.strip().lower(), None if grain is None else grain.strip().lower()
    _check_by(metric, by, every)
    _check_grain(metric, by, grain, every)
    return Cut(metric, by, reading.cells(folder, metric.name, grain, by), every)


def _check_by(metric: Metric, by: str, every: pd.DataFrame) -> None:
    kinds = set(every["segment_kind"] if len(every) else OTHER_KINDS)
    kinds |= set(SEGMENTS if metric.shape.people is not None else ())
    names = [*(kind for kind in SEGMENTS if kind in kinds), *sorted(kinds - {"", *SEGMENTS})]
    if by in kinds or (not by and (not kinds or set(kinds) <= set(SEGMENTS))) or (not by and not len(every)):
        return
    values = {"figure": metric.name, "by": by, "kinds": ", ".join(names)}
    if not by:
        raise UnknownCutError("E_CUT", N_("{figure} is published by {kinds} only: add --by."), **values)
    if not names:
        raise UnknownCutError("E_CUT", N_("{figure} cannot be cut by anything: leave out --by."), **values)
    raise UnknownCutError("E_CUT", N_("{figure} cannot be cut by “{by}”, only by: {kinds}."), **values)


def _check_grain(metric: Metric, by: str, grain: str | None, every: pd.DataFrame) -> None:
    grains = every.loc[every["segment_kind"] == by, "grain"]
    available = set(grains if len(grains) else every["grain"] if len(every) else Grain)
    names = [length.value for length in Grain if length in available]
    if grain is None or grain in names or not names:
        return
    raise UnknownCutError(
        "E_GRAIN",
        N_("{figure} is not published for “{grain}”, only for: {grains}."),
        figure=metric.name,
        grain=grain,
        grains=", ".join(names),
    )
