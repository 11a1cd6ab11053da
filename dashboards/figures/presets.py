"""The periods that a reader may choose: only the grains of the cubes, because distinct people do not add up."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from reseau.i18n import N_


@dataclass(frozen=True, slots=True)
class Preset:
    """One choice of period.

    Attributes:
        grain: the grain of the cubes: ``week``, ``4w``, ``12w`` or ``launch``.
        slugs: its word in the URL, by language.
        label: its name in a sentence (English, marked).
        tab: its name in the navigation (English, marked).
        against: the period it is compared with (English, marked); empty if there is none.
        weeks: its number of weeks; ``None`` if its length is not fixed.
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
    """Return the preset with a grain of the cubes, if there is one."""
    return next((preset for preset in PRESETS if preset.grain == grain), None)


def preset(wish: str) -> Preset | None:
    """Return the preset that a word of the URL names, in either language; ``None`` if there is no such period."""
    word = wish.strip().lower()
    return next((preset for preset in PRESETS if word in preset.slugs.values()), None)
