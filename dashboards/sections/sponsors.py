"""The animateurs' row: their presence in their role, by community in alphabetical order; nobody is named or ranked."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from dash import html
from dash.development.base_component import Component

from dashboards.drawing.card import card
from dashboards.drawing.parts import aria, method, say
from dashboards.figures.cells import Cell
from dashboards.figures.reading import read
from dashboards.figures.visit import Visit
from dashboards.sections.attention import alphabetically
from reseau.i18n import Words

WEEKS = 12
_SILENT = 4  # finished weeks without a word that make an animateur silent
_AT_ONCE = 8  # communities listed before the disclosure


@dataclass(frozen=True, slots=True)
class Presence:
    """The last weeks of a community's animateurs, oldest first: present, absent, or not known."""

    name: str
    weeks: tuple[bool | None, ...]

    @property
    def present(self) -> int:
        return sum(week is True for week in self.weeks)

    @property
    def counted(self) -> int:
        return sum(week is not None for week in self.weeks)

    @property
    def silent(self) -> bool:
        """No word in the last four finished weeks, each of which is known."""
        last = self.weeks[-_SILENT:]
        return len(last) == _SILENT and all(week is False for week in last)


def presences(visit: Visit) -> list[Presence]:
    """The open communities whose animateurs are followed, in alphabetical order."""
    cells = visit.source.cells("animateur_presence", "week", "community")
    ends = sorted({cell.end for cell in cells})[-WEEKS:]
    known: dict[str, dict[object, bool | None]] = defaultdict(dict)
    for cell in cells:
        known[cell.segment][cell.end] = _present(cell)
    found = [
        Presence(visit.communities[segment], tuple(weeks.get(end) for end in ends))
        for segment, weeks in known.items()
        if segment in visit.communities and any(end in weeks for end in ends)
    ]
    return sorted(found, key=lambda one: alphabetically(one.name))


def unnamed(visit: Visit) -> int:
    """How many followed communities have no name here because not everybody may read them."""
    cells = visit.source.cells("animateur_presence", "week", "community")
    return len({cell.segment for cell in cells} - set(visit.communities))


def row(visit: Visit) -> list[Component]:
    """The two figures, then the communities."""
    t = visit.t
    figures = [card(read(visit, name), visit) for name in ("animateur_presence", "animateur_coverage")]
    return [
        html.Div(
            [html.Div(figures, className="pair"), html.Div(_communities(visit, t), className="panel flush")],
            className="sponsors",
        )
    ]


def _communities(visit: Visit, t: Words) -> list[Component]:
    found, others = presences(visit), unnamed(visit)
    if not found:
        return [say(t("As soon as a community has an animateur, their presence is shown here."), css="quiet")]
    weeks = t.plural("Presence by community, last week", "Presence by community, last {count} weeks", _longest(found))
    said: list[Component] = [html.H3(weeks)]
    said.append(html.Ul([_community(one, t) for one in found[:_AT_ONCE]], className="presences"))
    if len(found) > _AT_ONCE:
        more = html.Ul([_community(one, t) for one in found[_AT_ONCE:]], className="presences")
        rest = len(found) - _AT_ONCE
        summary = html.Summary(t.plural("{count} more community", "{count} more communities", rest))
        said.append(html.Details([summary, more], className="more"))
    if others:
        words = t.plural("{count} more is not open to everybody.", "{count} more are not open to everybody.", others)
        said.append(say(words, css="quiet"))
    words = t(
        "A filled square is a week in which an animateur wrote there. The order is alphabetical, never a ranking."
    )
    return [*said, method(words, t("Presence by community"), t)]


def _longest(found: list[Presence]) -> int:
    return max(len(one.weeks) for one in found)


def _community(one: Presence, t: Words) -> Component:
    words = t.plural("{count} week out of {whole}", "{count} weeks out of {whole}", one.present, whole=one.counted)
    marks = [html.I(className={True: "on", False: "off", None: "none"}[week]) for week in one.weeks]
    return html.Li(
        [
            html.Span(one.name, className="name", dir="auto"),
            html.Span(marks, className="weeks", **aria(hidden="true")),
            html.Span(words, className="count"),
        ]
    )


def _present(cell: Cell) -> bool | None:
    return None if cell.value is None else cell.value > 0
