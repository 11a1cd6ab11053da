"""What an address of the dashboard asks for: a page, a language and a period; it can be shared as it is."""

from __future__ import annotations

from dataclasses import dataclass, replace
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
        until: the last day of the figures, so that a link shows the same ones next week; none: the newest.
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
        """The address of the same view with one thing changed."""
        to = replace(self, page=self.page if page is None else page, language=language or self.language, complaints=())
        period_name, language_name, until_name = _WRITTEN[to.language]
        query = {period_name: (period or self.period).slugs[to.language], language_name: to.language}
        day = until or self.until
        return f"{PREFIX}{to.page}?" + urlencode(query | ({until_name: day.isoformat()} if day else {}))


def read_address(path: str, query: str, language: str = "fr") -> Address:
    """Read any path and query string (with or without its ``?``); ``language`` is used when the query names none.

    A value that does not exist is replaced by the default and becomes a complaint.
    """
    values = _values(query)
    complaints: list[ReseauError] = []
    asked_language = next((values[name] for name in _LANGUAGE_NAMES if values.get(name)), "")
    chosen = asked_language.strip().lower()
    if asked_language and chosen not in LANGUAGES:
        complaints.append(_no_such_language(asked_language))
    asked_period = next((values[name] for name in _PERIOD_NAMES if values.get(name)), "")
    period = preset(asked_period) if asked_period else DEFAULT
    chosen = chosen if chosen in LANGUAGES else language
    if period is None:
        complaints.append(_no_such_period(asked_period, chosen))
    until = _until(next((values[name] for name in _UNTIL_NAMES if values.get(name)), ""), complaints)
    return Address(path.removeprefix(PREFIX).strip("/"), chosen, period or DEFAULT, until, tuple(complaints))


def _until(value: str, complaints: list[ReseauError]) -> date | None:
    """The day that a query names; a value that is not a date becomes a complaint."""
    try:
        return date.fromisoformat(value.strip()) if value else None
    except ValueError:
        sentence = N_("“{value}” is not a date such as 2026-01-31; you are looking at the newest figures.")
        complaints.append(ReseauError("E_UNTIL", sentence, value=value[:_LONGEST_ECHO]))
        return None


def _values(query: str) -> dict[str, str]:
    """The first value of each name; later ones are ignored."""
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
