"""A visit: who asks for which page, in which language, and everything a page may use to answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from dashboards.figures.address import Address
from dashboards.figures.places import Furnished
from dashboards.figures.presets import Preset
from dashboards.figures.source import Source
from reseau.i18n import Words


@dataclass(frozen=True, slots=True)
class Visit:
    """What a page is handed.

    Attributes:
        address: the page, language and period that the URL asks for.
        t: the reader's words.
        source: the published cubes.
        today: the local day, to show how old the figures are.
        name: the network's name as people see it.
        communities: names of the open communities, by the text of their id; others have none here.
        demonstration: the figures are those of the demonstration company.
        furnished: what is there before the first person comes.
        codes: codes of the contents that the lists of figures name, by id, where everyone inside may read them.
        login: a login is asked for, so there is something to log out of.
    """

    address: Address
    t: Words
    source: Source
    today: date
    name: str = "Réseau"
    communities: Mapping[str, str] = field(default_factory=dict)
    demonstration: bool = False
    furnished: Furnished = field(default_factory=Furnished)
    login: bool = False
    codes: Mapping[int, str] = field(default_factory=dict)

    @property
    def to_come(self) -> date | None:
        """The launch day, where it lies ahead."""
        launch = self.source.state().launch
        return launch if launch is not None and launch > self.today else None

    def over(self, period: Preset) -> Visit:
        """The same visit for another period."""
        return replace(self, address=replace(self.address, period=period))

    @property
    def k(self) -> int:
        return self.source.state().k
