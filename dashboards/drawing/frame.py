"""The frame around every page: skip link, header, periods, language, notices, footer."""

from __future__ import annotations

from dataclasses import replace

from dash import html
from dash.development.base_component import Component

from dashboards.drawing.parts import aria, say
from dashboards.drawing.wording import dated
from dashboards.figures.presets import PRESETS
from dashboards.figures.reading import last_week
from dashboards.figures.visit import Visit
from dashboards.page import Page, ordered
from reseau.i18n import LANGUAGES, N_

LOGOUT = "/pilotage/sortie"
_NAMES = {"fr": "Français", "en": "English"}
_EXCLUSIONS = N_(
    "Not counted: bots, contents put in place before the launch, deleted contents, people who left, personal places."
)
_ABOUT = (
    N_("A figure is published once, when its week or its four weeks are over; it does not change afterwards."),
    N_(
        "A figure about people has at least {k} people on either side: {k} who did, {k} who did not. Otherwise a range "
        "is shown, never a number. The presence of animateurs is the exception: a role that is accepted and known to "
        "all. No page names an ordinary member."
    ),
    N_("Totals over several weeks add up the weeks that are shown, and no others."),
    N_(
        "“Fewer than {k}” says that people are too few to be counted out; “hidden”, that a number would give away "
        "another one, or what one or two people did; “–”, that nothing was published."
    ),
)


def framed(page: Page, content: list[Component], visit: Visit, readable: bool = True) -> Component:
    """Return a whole page with its content in ``<main>``; if figures are ``readable``, the footer dates them."""
    t = visit.t
    return html.Div(
        [
            html.A(t("Skip to the content"), href="#content", className="skip"),
            _header(page, visit),
            html.Main([*_notices(visit), *content], id="content", tabIndex="-1"),
            _footer(visit, readable),
        ],
        className="page",
        lang=visit.address.language,
    )


def _header(page: Page, visit: Visit) -> Component:
    t = visit.t
    brand = [html.Span(visit.name, className="name"), html.Span(t("Dashboard"), className="room")]
    if visit.demonstration:
        brand.append(html.Span(t("Demonstration"), className="mark"))
    inside = [html.Div(brand, className="brand"), _pages(page, visit), _periods(visit), _languages(visit)]
    return html.Header([*inside, _logout(visit)])


def _pages(page: Page, visit: Visit) -> Component | str:
    """Return the navigation between pages, if there are several."""
    pages = ordered()
    if len(pages) < 2:
        return ""
    links = [_link(visit.t(other.title), visit.address.link(page=other.path), other is page, "page") for other in pages]
    return html.Nav(html.Ul(links), className="pages", **aria(label=visit.t("Pages")))


def _periods(visit: Visit) -> Component:
    now = visit.address.period
    links = [_link(visit.t(preset.tab), visit.address.link(period=preset), preset is now, "true") for preset in PRESETS]
    return html.Nav(html.Ul(links), className="periods", **aria(label=visit.t("Period")))


def _languages(visit: Visit) -> Component:
    now = visit.address.language
    links = [
        html.Li(
            html.A(
                language.upper(),
                href=visit.address.link(language=language),
                hrefLang=language,
                lang=language,
                title=_NAMES[language],
                **(aria(current="true") if language == now else {}),
                **aria(label=f"{language.upper()}, {_NAMES[language]}"),
            )
        )
        for language in LANGUAGES
    ]
    return html.Nav(html.Ul(links), className="languages", **aria(label=visit.t("Language")))


def _link(words: str, href: str, is_current: bool, current: str) -> Component:
    return html.Li(html.A(words, href=href, **(aria(current=current) if is_current else {})))


def _logout(visit: Visit) -> Component | str:
    if not visit.login:
        return ""
    button = html.Button(visit.t("Log out"), type="submit")
    return html.Form(button, action=LOGOUT, method="post", className="logout")


def _notices(visit: Visit) -> list[Component]:
    """Return the notices above the content: unusable values of the address, and figures of an earlier day."""
    t, until = visit.t, visit.address.until
    notices = [say(complaint.sentence(t), css="notice", role="status") for complaint in visit.address.complaints]
    if until is not None:
        newest = html.A(t("See the newest ones"), href=replace(visit.address, until=None).link())
        words = t("These are the figures as they stood on {day}.", day=dated(until, t))
        notices.append(say(words, " ", newest, css="notice", role="status"))
    return notices


def _footer(visit: Visit, readable: bool) -> Component:
    t, state = visit.t, visit.source.state()
    notice = [say(t("These figures are those of a made-up company, to show what the product does."))]
    lines = notice if visit.demonstration else []
    if state.built_at is not None:
        lines.append(say(_freshness(visit, readable), css="fresh"))
        lines += [say(t(words, k=state.k)) for words in _ABOUT]
    lines.append(say(t(_EXCLUSIONS)))
    if state.seeded:
        seeded = t.plural(
            "{count} item imported or published before the opening is not counted.",
            "{count} items imported or published before the opening are not counted.",
            state.seeded,
        )
        lines.append(say(seeded))
    return html.Footer([html.H2(t("About these figures")), *lines, _launch(visit), _printed(visit)], id="about")


def _launch(visit: Visit) -> Component | str:
    """Return the sentence with the day from which the figures count."""
    t, launch = visit.t, visit.source.state().launch
    return say(t("Figures count from the launch, {day}.", day=dated(launch, t))) if launch else ""


def _printed(visit: Visit) -> Component:
    """Return the line that only paper shows: the day of printing, and an address that shows the same figures again."""
    address = visit.address.link(until=visit.address.until or visit.source.state().until)
    return say(html.Span(address, className="address"), f" · {dated(visit.today, visit.t)}", css="printed")


def _freshness(visit: Visit, readable: bool) -> str:
    t, state = visit.t, visit.source.state()
    if state.built_at is None:
        return ""
    if state.until is None:
        return t("Calculated on {moment}.", moment=t.moment(state.built_at))
    week = last_week(visit) if readable else None
    if week is None:
        return t(
            "Activity up to {day}; calculated on {moment}.", day=dated(state.until, t), moment=t.moment(state.built_at)
        )
    return t(
        "Figures up to {day}, the last whole week; calculated on {moment}.",
        day=dated(week.end, t),
        moment=t.moment(state.built_at),
    )
