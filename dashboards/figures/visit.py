"""A visit: the requested page, the reader's language, and everything that a page may use."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from dashboards.figures.address import Address
from dashboards.figures.places import Readiness
from dashboards.figures.presets import Preset
from dashboards.figures.source import Source
from reseau.i18n import Words


@dataclass(frozen=True, slots=True)
class Visit:
    """Everything that a page may use.

    Attributes:
        address: the page, language and period of the URL.
        t: the reader's words.
        source: the published cubes.
        today: the local day, to show how old the figures are.
        name: the network's name as people see it.
        communities: names of the open communities, by the text of their id; the names of others are not known here.
        demonstration: whether the figures are those of the demonstration company.
        readiness: what the network holds before the first person joins.
        codes: codes of listed contents, by id, if every employee may read them.
        login: whether the reader has logged in, and so may log out.
    """

    address: Address
    t: Words
    source: Source
    today: date
    name: str = "Réseau"
    communities: Mapping[str, str] = field(default_factory=dict)
    demonstration: bool = False
    readiness: Readiness = field(default_factory=Readiness)
    login: bool = False
    codes: Mapping[int, str] = field(default_factory=dict)

    @property
    def to_come(self) -> date | None:
        """The launch day, if it lies in the future."""
        launch = self.source.state().launch
        return launch if launch is not None and launch > self.today else None

    def over(self, period: Preset) -> Visit:
        """Return the same visit for another period."""
        return replace(self, address=replace(self.address, period=period))

    @property
    def k(self) -> int:
        return self.source.state().k
