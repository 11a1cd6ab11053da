"""Addresses of the dashboard: each names a page, a language and a period, so that it can be shared."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from urllib.parse import parse_qsl, urlencode

from dashboards.figures.presets import DEFAULT, PRESETS, Preset, preset
from reseau.errors import ReseauError
from reseau.i18n import LANGUAGES, N_

PREFIX = "/pilotage/"
_LANGUAGE_NAMES = ("langue", "language", "lang")
_PERIOD_NAMES = ("periode", "période", "period")
_UNTIL_NAMES = ("jusqu-au", "until")
_WRITTEN = {"fr": ("periode", "langue", "jusqu-au"), "en": ("period", "language", "until")}
_LONGEST_ECHO = 40


@dataclass(frozen=True, slots=True)
class Address:
    """A page of the dashboard in a language and for a period.

    Attributes:
        page: the page's path below the prefix; empty for the first page.
        language: ``fr`` or ``en``.
        period: one of the presets.
        until: the last day of the figures, so that a link shows the same ones next week; ``None`` for the newest.
        complaints: sentences about values that cannot be used; reading a query never raises.
    """

    page: str = ""
    language: str = "fr"
    period: Preset = DEFAULT
    until: date | None = None
    complaints: tuple[ReseauError, ...] = ()

    def link(
        self,
        page: str | None = None,
        language: str | None = None,
        period: Preset | None = None,
        until: date | None = None,
    ) -> str:
        """Return the address of the same view with some parts changed."""
        page, language, day = self.page if page is None else page, language or self.language, until or self.until
        period_name, language_name, until_name = _WRITTEN[language]
        query = {period_name: (period or self.period).slugs[language], language_name: language}
        return f"{PREFIX}{page}?" + urlencode(query | ({until_name: day.isoformat()} if day else {}))


def read_address(path: str, query: str, language: str = "fr") -> Address:
    """Read any path and query string (with or without its ``?``); ``language`` is used if the query names none.

    A value that does not exist is replaced by the default and becomes a complaint.
    """
    values = _values(query)
    complaints: list[ReseauError] = []
    language_value = next((values[name] for name in _LANGUAGE_NAMES if values.get(name)), "")
    chosen = language_value.strip().lower()
    if language_value and chosen not in LANGUAGES:
        complaints.append(_no_such_language(language_value))
    period_value = next((values[name] for name in _PERIOD_NAMES if values.get(name)), "")
    period = preset(period_value) if period_value else DEFAULT
    chosen = chosen if chosen in LANGUAGES else language
    if period is None:
        complaints.append(_no_such_period(period_value, chosen))
    until = _until(next((values[name] for name in _UNTIL_NAMES if values.get(name)), ""), complaints)
    return Address(path.removeprefix(PREFIX).strip("/"), chosen, period or DEFAULT, until, tuple(complaints))


def _until(value: str, complaints: list[ReseauError]) -> date | None:
    """Return the day that a query names; a value that is not a date becomes a complaint."""
    try:
        return date.fromisoformat(value.strip()) if value else None
    except ValueError:
        sentence = N_("“{value}” is not a date such as 2026-01-31; you are looking at the newest figures.")
        complaints.append(ReseauError("E_UNTIL", sentence, value=value[:_LONGEST_ECHO]))
        return None


def _values(query: str) -> dict[str, str]:
    """Return the first value of each name; later ones are ignored."""
    values: dict[str, str] = {}
    for name, value in parse_qsl(query.removeprefix("?"), max_num_fields=None):
        values.setdefault(name.lower(), value)
    return values


def _no_such_language(value: str) -> ReseauError:
    return ReseauError(
        "E_LANGUAGE",
        N_("There is no language “{value}” here; there are: fr, en."),
        value=value[:_LONGEST_ECHO],
    )


def _no_such_period(value: str, language: str) -> ReseauError:
    return ReseauError(
        "E_PERIOD",
        N_("There is no period “{value}”; you are looking at the usual one instead. There are: {known}."),
        value=value[:_LONGEST_ECHO],
        known=", ".join(period.slugs[language] for period in PRESETS),
    )
