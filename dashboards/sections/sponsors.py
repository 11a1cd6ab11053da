"""The animateurs' row: their presence by community, in alphabetical order; nobody is named or ranked."""

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
_SILENT = 4  # finished weeks without a contribution, after which an animateur counts as silent
_AT_ONCE = 8  # communities listed above the disclosure


@dataclass(frozen=True, slots=True)
class Presence:
    """The last weeks of a community's animateurs, oldest first: present, absent, or unknown."""

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
        """Whether none contributed in the last four finished weeks, all of which are known."""
        last = self.weeks[-_SILENT:]
        return len(last) == _SILENT and all(week is False for week in last)


def presences(visit: Visit) -> list[Presence]:
    """Return the presence of the animateurs of each open community, in alphabetical order."""
    cells = visit.source.cells("animateur_presence", "week", "community")
    ends = sorted({cell.end for cell in cells})[-WEEKS:]
    by_community: dict[str, dict[object, bool | None]] = defaultdict(dict)
    for cell in cells:
        by_community[cell.segment][cell.end] = _present(cell)
    followed = [
        Presence(visit.communities[segment], tuple(weeks.get(end) for end in ends))
        for segment, weeks in by_community.items()
        if segment in visit.communities and any(end in weeks for end in ends)
    ]
    return sorted(followed, key=lambda presence: alphabetically(presence.name))


def unnamed(visit: Visit) -> int:
    """Return the number of communities that have no name here because not everyone may read them."""
    cells = visit.source.cells("animateur_presence", "week", "community")
    return len({cell.segment for cell in cells} - set(visit.communities))


def row(visit: Visit) -> list[Component]:
    """Return the two figures and the communities."""
    t = visit.t
    figures = [card(read(visit, name), visit) for name in ("animateur_presence", "animateur_coverage")]
    return [
        html.Div(
            [html.Div(figures, className="pair"), html.Div(_communities(visit, t), className="panel flush")],
            className="sponsors",
        )
    ]


def _communities(visit: Visit, t: Words) -> list[Component]:
    followed, others = presences(visit), unnamed(visit)
    if not followed:
        return [say(t("As soon as a community has an animateur, their presence is shown here."), css="quiet")]
    weeks = t.plural(
        "Presence by community, last week", "Presence by community, last {count} weeks", _longest(followed)
    )
    content: list[Component] = [html.H3(weeks)]
    content.append(html.Ul([_community(presence, t) for presence in followed[:_AT_ONCE]], className="presences"))
    if len(followed) > _AT_ONCE:
        more = html.Ul([_community(presence, t) for presence in followed[_AT_ONCE:]], className="presences")
        rest = len(followed) - _AT_ONCE
        summary = html.Summary(t.plural("{count} more community", "{count} more communities", rest))
        content.append(html.Details([summary, more], className="more"))
    if others:
        words = t.plural("{count} more is not open to everybody.", "{count} more are not open to everybody.", others)
        content.append(say(words, css="quiet"))
    words = t(
        "A filled square is a week in which an animateur wrote there. The order is alphabetical, never a ranking."
    )
    return [*content, method(words, t("Presence by community"), t)]


def _longest(followed: list[Presence]) -> int:
    return max(len(presence.weeks) for presence in followed)


def _community(presence: Presence, t: Words) -> Component:
    words = t.plural(
        "{count} week out of {whole}", "{count} weeks out of {whole}", presence.present, whole=presence.counted
    )
    marks = [html.I(className={True: "on", False: "off", None: "none"}[week]) for week in presence.weeks]
    return html.Li(
        [
            html.Span(presence.name, className="name", dir="auto"),
            html.Span(marks, className="weeks", **aria(hidden="true")),
            html.Span(words, className="count"),
        ]
    )


def _present(cell: Cell) -> bool | None:
    return None if cell.value is None else cell.value > 0
