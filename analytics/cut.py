"""What a figure can be asked for: by which segments it is cut and over which periods it is given."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from analytics.cell import Shown
from analytics.metric import SEGMENTS, Metric
from analytics.periods import BLOCK, DAY, Grain
from analytics.published import reading
from reseau.errors import ReseauError
from reseau.i18n import N_, Words

#: By what some figures are cut besides ``SEGMENTS``; which ones, the published cells say.
OTHERS = ("community", "kind", "window")


class UnknownCutError(ReseauError):
    """A figure is asked for by a segment, or over a period, that it is never given for."""


@dataclass(frozen=True, slots=True)
class Cut:
    """The cells of a metric that were asked for.

    Attributes:
        metric: the figure.
        by: the kind of segment, empty for the whole organisation.
        cells: those that were published, as ``analytics.published.reading.cells`` gives them.
        every: all that was published of the metric, whatever the segment and the period.
    """

    metric: Metric
    by: str
    cells: pd.DataFrame
    every: pd.DataFrame

    def emptiness(self, t: Words) -> str:
        """Why there is no cell, and what to do; empty where there are some."""
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
        if not self._told():
            return t("The figure of everybody is itself a range or hidden, so it is not cut by {by} yet.", by=self.by)
        return t("Nobody in the directory has anything under {by}: there is nothing to cut by.", by=self.by)

    def _told(self) -> bool:
        """Whether the whole organisation's figure has ever been published as a number."""
        return bool(((self.every["segment_kind"] == "") & (self.every["shown"] == Shown.VALUE)).any())


def cut(folder: Path, metric: Metric, by: str = "", grain: str | None = None) -> Cut:
    """The published cells of a metric, by a kind of segment and over periods of one length (none: all of them).

    Raises:
        UnknownCutError: this figure is not cut by that, or not given over such periods; says what there is.
    """
    every = reading.every_cell(folder, metric.name)
    by, grain = by.strip().lower(), None if grain is None else grain.strip().lower()
    _check_by(metric, by, every)
    _check_grain(metric, by, grain, every)
    return Cut(metric, by, reading.cells(folder, metric.name, grain, by), every)


def _check_by(metric: Metric, by: str, every: pd.DataFrame) -> None:
    kinds = set(every["segment_kind"] if len(every) else OTHERS)
    kinds |= set(SEGMENTS if metric.shape.people is not None else ())
    names = [*(kind for kind in SEGMENTS if kind in kinds), *sorted(kinds - {"", *SEGMENTS})]
    if by in kinds or (not by and (not kinds or set(kinds) <= set(SEGMENTS))) or (not by and not len(every)):
        return
    values = {"figure": metric.name, "by": by, "known": ", ".join(names)}
    if not by:
        raise UnknownCutError("E_CUT", N_("{figure} is given by {known} only: add --by."), **values)
    if not names:
        raise UnknownCutError("E_CUT", N_("{figure} is not cut by “{by}”, nor by anything: leave --by out."), **values)
    raise UnknownCutError("E_CUT", N_("{figure} is not cut by “{by}”; there is: {known}."), **values)


def _check_grain(metric: Metric, by: str, grain: str | None, every: pd.DataFrame) -> None:
    grains = every.loc[every["segment_kind"] == by, "grain"]
    available = set(grains if len(grains) else every["grain"] if len(every) else Grain)
    names = [grain_known.value for grain_known in Grain if grain_known in available]
    if grain is None or grain in names or not names:
        return
    raise UnknownCutError(
        "E_GRAIN",
        N_("{figure} is not given over “{grain}”; there is: {known}."),
        figure=metric.name,
        grain=grain,
        known=", ".join(names),
    )
