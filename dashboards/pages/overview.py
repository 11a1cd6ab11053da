"""Overview: the state of the network on one screen, those who keep it alive, and what to do next."""

from __future__ import annotations

from dash import html
from dash.development.base_component import Component

from analytics.cell import Shown
from dashboards.drawing.card import card, context
from dashboards.drawing.chart import Chart, draw
from dashboards.drawing.parts import aria, method, say
from dashboards.drawing.wording import why
from dashboards.figures.reading import Reading, read
from dashboards.figures.visit import Visit
from dashboards.page import Page
from dashboards.sections import adoption, attention, contributions, sponsors, welcome
from dashboards.sections.actions import listed
from dashboards.sections.headline import beginning, lead, period, title
from reseau.i18n import N_


def overview(visit: Visit) -> list[Component]:
    """Return the first page, or what to do while there are no figures."""
    if visit.source.state().built_at is None:
        return welcome.not_built(visit)
    if read(visit, "activation_rate").now is None:
        return _before_figures(visit)
    blocks = [_opening(visit), _cards(visit), _middle(visit), _contributions(visit), _sponsors(visit)]
    lists = attention.lists(visit)
    return blocks if lists is None else [*blocks, lists]


def _before_figures(visit: Visit) -> list[Component]:
    """Return the page before the first figures: nobody has activated yet, or the first week is not over."""
    launch = visit.source.state().launch
    if launch is None or launch > visit.today:
        return welcome.nobody(visit)
    lists = attention.lists(visit)
    return welcome.young(visit) if lists is None else [*welcome.young(visit), lists]


def _opening(visit: Visit) -> Component:
    activation, engagement = read(visit, "activation_rate"), read(visit, "engagement_rate")
    sentences = [
        say(period(visit), " ", _link(visit), css="eyebrow"),
        html.H1(title(activation.now, visit.t, visit.k)),
        say(lead(activation, engagement, visit.t, visit.k), css="lead"),
        say(beginning(visit), css="begins quiet") if beginning(visit) else "",
    ]
    return html.Div(sentences, className="opening")


def _link(visit: Visit) -> Component | str:
    """Return a link that shows the same figures next week; empty for the growing period since the launch."""
    now = read(visit, "activation_rate").now
    if now is None or visit.address.until is not None or visit.address.period.grain == "launch":
        return ""
    return html.A(visit.t("Link to these figures"), href=visit.address.link(until=now.end), className="link")


def _cards(visit: Visit) -> Component:
    readings = [
        read(visit, "activation_rate"),
        read(visit, "engagement_rate"),
        read(visit, "active_members"),
        read(visit, "answered_72h"),
        read(visit, "living_communities"),
    ]
    cards = [card(reading, visit, like) for reading, like in zip(readings, _alike(readings, visit), strict=True)]
    heading = html.H2(visit.t("The five figures"), className="unseen", id="figures")
    return html.Section([heading, html.Div(cards, className="cards")], **aria(labelledby="figures"))


def _alike(readings: list[Reading], visit: Visit) -> list[str]:
    """Return, for each card, the title of an earlier card that has no number for the same reason."""
    first: dict[str, str] = {}
    titles = []
    for reading in readings:
        reason = "" if reading.now is not None and reading.now.shown is Shown.VALUE else context(reading, visit)
        titles.append(first.get(reason, ""))
        if reason:
            first.setdefault(reason, visit.t(reading.measure.title))
    return titles


def _middle(visit: Visit) -> Component:
    t = visit.t
    return html.Div(
        [
            _panel("adoption", adoption.curve(visit), "activation_curve", visit, t("Adoption since the launch")),
            html.Section([html.H2(t("What to do next"), id="next"), listed(visit)], className="panel next"),
        ],
        className="wide",
    )


def _contributions(visit: Visit) -> Component:
    t = visit.t
    weekly = _panel(
        "contributions", contributions.weekly(visit), "contributions", visit, t("Contributions week by week")
    )
    kinds = html.Section(contributions.kinds_panel(visit), id="kinds", className="panel")
    return html.Div([weekly, kinds], className="wide")


def _panel(anchor: str, chart: Chart | None, metric: str, visit: Visit, name: str) -> Component:
    """Return a chart in its panel, with how it is calculated, or a sentence if there is nothing to draw."""
    t = visit.t
    if chart is None:
        inside = [html.H2(name), say(_no_chart(metric, visit), css="quiet")]
    else:
        explanation = method(t(visit.source.measure(metric).method), chart.title, t)
        inside = [html.H2(chart.title), *draw(chart, explanation, t)]
    return html.Section(inside, id=anchor, className="panel")


def _no_chart(metric: str, visit: Visit) -> str:
    """Return the reason for a missing chart: all its weeks are hidden, or there are no weeks."""
    weeks = visit.source.cells(metric, "week")
    return why(weeks[-1] if weeks and weeks[-1].value is None else None, visit.t, visit.k)


def _sponsors(visit: Visit) -> Component:
    heading = html.H2(visit.t("The animateurs"))
    return html.Section([heading, *sponsors.row(visit)], id="animateurs", className="block")


_METRICS = (
    *("activation_rate", "engagement_rate", "active_members", "answered_72h", "living_communities"),
    *("activation_curve", "contributions", "animateur_presence", "animateur_coverage"),
)

page = Page("", N_("Overview"), overview, _METRICS, order=1)
