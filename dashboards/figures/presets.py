"""The periods a reader may choose: presets of the cubes' own grain, because distinct people do not add up."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from reseau.i18n import N_


@dataclass(frozen=True, slots=True)
class Preset:
    """One choice of period.

    Attributes:
        grain: the grain of the cubes that answers it: ``week``, ``4w``, ``12w`` or ``launch``.
        slugs: how the URL says it, by language.
        label: the period as people read it (English, marked).
        tab: the same as a short choice.
        against: what its figures are compared with (English, marked); empty when there is no earlier period.
        weeks: how many weeks it is; none where it has no fixed length.
    """

    grain: str
    slugs: Mapping[str, str]
    label: str
    tab: str
    against: str
    weeks: int | None


PRESETS = (
    Preset("week", {"fr": "semaine", "en": "week"}, N_("One week"), N_("Week"), N_("compared with the week before"), 1),
    Preset(
        "4w",
        {"fr": "4-semaines", "en": "4-weeks"},
        N_("4 weeks"),
        N_("4 weeks"),
        N_("compared with the 4 weeks before"),
        4,
    ),
    Preset(
        "12w",
        {"fr": "12-semaines", "en": "12-weeks"},
        N_("12 weeks"),
        N_("12 weeks"),
        N_("compared with the 12 weeks before"),
        12,
    ),
    Preset("launch", {"fr": "lancement", "en": "launch"}, N_("Since the launch"), N_("Since the launch"), "", None),
)

DEFAULT = PRESETS[1]


def of_grain(grain: str) -> Preset | None:
    """The preset that a grain of the cubes answers, if there is one."""
    return next((preset for preset in PRESETS if preset.grain == grain), None)


def preset(wish: str) -> Preset | None:
    """The preset that a word of the URL names, in either language; none when there is no such period."""
    word = wish.strip().lower()
    return next((preset for preset in PRESETS if word in preset.slugs.values()), None)
