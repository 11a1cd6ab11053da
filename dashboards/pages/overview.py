"""Overview: where the network stands, in one screen; who keeps it alive; what to do next."""

from __future__ import annotations

from dash import html
from dash.development.base_component import Component

from dashboards import adoption, attention, contributions, sponsors, welcome
from dashboards.actions import listed
from dashboards.card import card
from dashboards.chart import Chart, draw
from dashboards.headline import lead, period, title
from dashboards.page import Page
from dashboards.parts import aria, method, say
from dashboards.reading import read, read_active
from dashboards.visit import Visit
from reseau.i18n import N_


def overview(visit: Visit) -> list[Component]:
    """The first page, or what to do while there is nothing to count."""
    if visit.source.state().built_at is None:
        return welcome.not_built(visit)
    if not _anybody(visit):
        return welcome.nobody(visit)
    blocks = [_opening(visit), _cards(visit), _middle(visit), _contributions(visit), _sponsors(visit)]
    lists = attention.lists(visit)
    return blocks if lists is None else [*blocks, lists]


def _anybody(visit: Visit) -> bool:
    """Whether somebody has come in: a hidden cell also means that there is somebody to hide."""
    now = read(visit, "activation_rate").now
    if now is None:
        return any(cell.numerator for cell in visit.source.cells("activation_curve", "day"))
    return now.shown != "value" or bool(now.numerator)


def _opening(visit: Visit) -> Component:
    activation, engagement = read(visit, "activation_rate"), read(visit, "engagement_rate")
    said = [
        say(period(visit), " ", _link(visit), css="eyebrow"),
        html.H1(title(activation.now, visit.t, visit.k)),
        say(lead(activation, engagement, visit.t), css="lead"),
    ]
    return html.Div(said, className="opening")


def _link(visit: Visit) -> Component | str:
    """A link that will show these very figures next week too; a period that is not over has none yet."""
    now = read(visit, "activation_rate").now
    if now is None or not now.complete or visit.address.until is not None or visit.address.period.grain == "launch":
        return ""
    return html.A(visit.t("Link to these figures"), href=visit.address.link(until=now.end), className="link")


def _cards(visit: Visit) -> Component:
    readings = [
        read(visit, "activation_rate"),
        read(visit, "engagement_rate"),
        read_active(visit),
        read(visit, "answered_72h"),
        read(visit, "living_communities"),
    ]
    cards = [card(reading, visit) for reading in readings]
    heading = html.H2(visit.t("The five figures"), className="unseen", id="figures")
    return html.Section([heading, html.Div(cards, className="cards")], **aria(labelledby="figures"))


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
    kinds = html.Section([html.H2(t("By kind")), contributions.by_kind(visit)], className="panel")
    return html.Div([weekly, kinds] if contributions.lines(visit) else [weekly], className="wide")


def _panel(anchor: str, chart: Chart | None, metric: str, visit: Visit, name: str) -> Component:
    """A chart in its panel, with how it is calculated; a sentence while there is nothing to draw."""
    t = visit.t
    if chart is None:
        inside = [html.H2(name), say(t("The chart appears with the first figures."), css="quiet")]
    else:
        how = method(t(visit.source.measure(metric).method), chart.title, t)
        inside = [html.H2(chart.title), *draw(chart, how, t)]
    return html.Section(inside, id=anchor, className="panel")


def _sponsors(visit: Visit) -> Component:
    heading = html.H2(visit.t("The animateurs"))
    return html.Section([heading, *sponsors.row(visit)], id="animateurs", className="block")


_METRICS = (
    *("activation_rate", "engagement_rate", "active_members", "answered_72h", "living_communities"),
    *("activation_curve", "contributions", "animateur_presence", "animateur_coverage"),
)

page = Page("", N_("Overview"), overview, _METRICS, order=1)
