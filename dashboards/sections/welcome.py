"""Pages before the first figures: they say what to do, and never show zeros."""

from __future__ import annotations

from dash import html
from dash.development.base_component import Component

from dashboards.drawing.parts import say
from dashboards.drawing.wording import dated
from dashboards.figures.reading import next_figures
from dashboards.figures.visit import Visit
from reseau.i18n import N_, Words

_NOT_BUILT = (
    (
        N_("Calculate the figures"),
        N_("It takes a few moments and can be done again."),
        "reseau facts build",
    ),
    (N_("Come back to this page"), N_("Reload it: nothing else needs to be started again."), ""),
    (N_("Or look at the demonstration first"), N_("A made-up company with a year of life."), "reseau demo"),
)
_NOBODY = (
    (
        N_("Open the communities"),
        N_("Starter kits give the first ones, with a welcome, a charter and first questions."),
        "reseau kit list",
    ),
    (
        N_("Bring in what exists"),
        N_("An export becomes communities and threads that newcomers can read on the first day."),
        "reseau migrate plan",
    ),
    (
        N_("Invite the first people"),
        N_(
            "Begin with the animateurs: newcomers stay if somebody answers them. People come in by Slack or Teams; "
            "this command says what is still to be set up."
        ),
        "reseau doctor",
    ),
)


def not_built(visit: Visit) -> list[Component]:
    """Return the page of a network whose figures were never calculated."""
    t = visit.t
    title = t("The figures have not been calculated yet.")
    lead = t("The network keeps every activity; this page shows it once it has been counted.")
    return [_opening(title, lead), _steps(_NOT_BUILT, t)]


def nobody(visit: Visit) -> list[Component]:
    """Return the page of a network that nobody has joined yet."""
    t = visit.t
    ready = visit.readiness
    title = t("The network is ready; nobody has come in yet.")
    if ready.expected >= max(visit.k, 2):  # a smaller number would be a figure about few people
        title = t("{count} people are expected; none has come in yet.", count=t.number(ready.expected))
    if visit.to_come is not None:
        title = t("The network opens on {day}.", day=dated(visit.to_come, t))
    lead = t("Figures will appear here with the first people. Until then, here is what helps most.")
    return [_opening(title, lead), _steps(_NOBODY, t, (ready.communities, ready.contents, False))]


def young(visit: Visit) -> list[Component]:
    """Return the page of a network whose first week is not over: when figures come, and what helps until then."""
    t, state, day = visit.t, visit.source.state(), next_figures(visit)
    opened = state.launch or visit.today
    title = t("The network has been open since {day}.", day=dated(opened, t))
    if day > visit.today:
        lead = t(
            "Figures are published once a week is over: the first ones appear on Monday {day}. Until then, here is "
            "what helps most.",
            day=dated(day, t),
        )
    else:
        lead = t("A week is over: the command reseau facts build calculates the first figures.")
    ready = visit.readiness
    return [_opening(title, lead), _steps(_NOBODY, t, (ready.communities, ready.contents, False))]


def gone(t: Words, visit_link: str) -> list[Component]:
    """Return the page after an error on our side."""
    title = t("This page could not be drawn.")
    lead = t("The reason is in the server's log. Your data is not touched.")
    return [_opening(title, lead), say(html.A(t("Back to the overview"), href=visit_link), css="back")]


def _opening(title: str, lead: str) -> Component:
    return html.Div([html.H1(title), say(lead, css="lead")], className="opening")


def _steps(steps: tuple[tuple[str, str, str], ...], t: Words, ticks: tuple[bool, ...] = ()) -> Component:
    """Return the steps in their order. Those that are done are marked as such."""
    items = []
    for (what, words, command), done in zip(steps, ticks or (False,) * len(steps), strict=True):
        line = html.Code(command) if command else ""
        mark = html.Span(t("Done"), className="mark") if done else ""
        items.append(
            html.Li([html.H2([t(what), " ", mark]), say(t(words)), line], className="done" if done else "step")
        )
    return html.Ol(items, className="steps")
