"""The next actions: three, derived from the figures and lists, with the most pressing first.

They are about the last four weeks, whatever period was chosen: what to do on Monday does not depend on the tab.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from math import ceil

from dash import html
from dash.development.base_component import Component

from analytics.cell import Reason, Shown
from analytics.published.reading import Charge
from dashboards.drawing.parts import say
from dashboards.drawing.wording import amount, dated, span
from dashboards.figures.presets import DEFAULT
from dashboards.figures.reading import Reading, read
from dashboards.figures.visit import Visit
from dashboards.sections import attention
from dashboards.sections.sponsors import presences
from reseau.i18n import N_, Words

_MANY = 3
_OLD = 3  # days after which figures are no longer fresh
_LATELY = 4  # finished weeks


@dataclass(frozen=True, slots=True)
class Action:
    """Something to do.

    Attributes:
        what: the action.
        why: the reason from the figures.
        anchor: the anchor of the figure or the list on the page.
        weight: how pressing it is.
        listed: whether the anchor is a list, whose first items ``what`` names.
    """

    what: str
    why: str
    anchor: str
    weight: float
    listed: bool = False


def actions(visit: Visit) -> list[Action]:
    """Return at most three actions, the most pressing first."""
    monthly = visit.over(DEFAULT)
    pressing = sorted((action for rule in _RULES for action in rule(monthly)), key=lambda action: -action.weight)
    return (pressing + list(_always(monthly)))[:_MANY]


def listed(visit: Visit) -> Component:
    """Return the actions as an ordered list, each with a link to its figure or its list."""
    return html.Ol([_item(action, visit.t) for action in actions(visit)], className="actions")


def _item(action: Action, t: Words) -> Component:
    words = t("See the list") if action.listed else t("See the figure")
    see = html.A([words, html.Span(f": {action.what}", className="unseen")], href=f"#{action.anchor}")
    return html.Li([say(action.what, css="what"), say(html.Span(action.why), " ", see, css="why-now")])


def _stale(visit: Visit) -> Iterator[Action]:
    until = visit.source.state().until
    if until is None or visit.address.until or (visit.today - until).days <= _OLD:
        return
    t = visit.t
    why = t("They stop on {day}. The command reseau facts build takes a few moments.", day=dated(until, t))
    yield Action(t("Bring the figures up to date"), why, "about", 9)


def _waiting(visit: Visit) -> Iterator[Action]:
    """Yield an action about the newest unanswered questions: their authors most likely still want an answer."""
    newest, t = attention.newest(visit), visit.t
    if not newest:
        return
    what = t.plural("Have a question answered", "Have {count} questions answered", len(newest))
    example = t(
        "The newest is {question}, in “{community}”.",
        question=attention.called(newest[0].question, visit),
        community=visit.communities[newest[0].community],
    )
    more = attention.count(visit) - len(newest)
    older = [t.plural("{count} older one waits too.", "{count} older ones wait too.", more)] if more else []
    advice = t("In the chat, type expert and a topic to see who can help.")
    yield Action(what, " ".join([example, *older, advice]), "waiting", 0.95, listed=True)


@dataclass(frozen=True, slots=True)
class _Advice:
    """An action about the communities of a list.

    Attributes:
        about: the list, by the state of its communities: a ``Charge``, or ``quiet``.
    """

    about: Charge | str
    what: str
    why: str
    weight: float


_ADVICE = (
    _Advice(
        Charge.SILENT,
        N_("Call the animateurs of {names}"),
        N_("They have not written there for four weeks: they may be glad of a relay."),
        0.9,
    ),
    _Advice(
        Charge.NOBODY,
        N_("Find an animateur for {names}"),
        N_("Nobody is in charge there, so nobody sees that a question stays without an answer."),
        0.85,
    ),
    _Advice(
        Charge.SECOND_SILENT,
        N_("Ask after the second animateur of {names}"),
        N_("One of those in charge has written there for four weeks, and nobody else of them."),
        0.5,
    ),
    _Advice(
        Charge.ALONE,
        N_("Find a second animateur for {names}"),
        N_("With two, a holiday or a change of post does not stop the conversation."),
        0.3,
    ),
    _Advice(
        "quiet",
        N_("Wake up {names}"),
        N_("One good question is often enough; otherwise, merge two neighbours or close."),
        0.2,
    ),
)


def _communities(visit: Visit) -> Iterator[Action]:
    """Yield an action for each list of communities that is not empty."""
    t = visit.t
    for advice in _ADVICE:
        about = advice.about
        places = attention.in_charge(visit, about) if isinstance(about, Charge) else attention.quiet(visit)
        if places.count:
            what = t(advice.what, names=places.few(t))
            yield Action(what, t(advice.why), str(about), advice.weight, listed=True)


def _answers(visit: Visit) -> Iterator[Action]:
    reading = read(visit, "answered_72h")
    slow = reading.now is not None and reading.now.value is not None and reading.gap is not None and reading.gap > 0
    if not slow or attention.waiting(visit) or reading.now is None or reading.now.value is None:
        return
    t, share = visit.t, amount(reading.now.value, "share", visit.t)
    why = t(
        "{share} of the questions asked {days} were answered within 72 hours. In the chat, type expert and a topic to "
        "see who can help.",
        share=share,
        days=span(reading.now.start, reading.now.end, t),
    )
    yield Action(t("Answer questions sooner"), why, "answered_72h", _weight(reading))


def _invite(visit: Visit) -> Iterator[Action]:
    reading = read(visit, "activation_rate")
    now, target = reading.now, reading.target
    if (
        reading.gap is None
        or reading.reached
        or now is None
        or now.numerator is None
        or not now.denominator
        or not target
    ):
        return
    t = visit.t
    more = ceil(target * now.denominator - now.numerator)
    what = t.plural("Welcome {count} more person", "Welcome {count} more people", more)
    why = t(
        "That is what separates you from the target of {target}. A word from a manager works best.",
        target=amount(target, "share", t),
    )
    yield Action(what, why, "activation_rate", _weight(reading))


def _first(visit: Visit) -> Iterator[Action]:
    reading, t = read(visit, "activation_rate"), visit.t
    if reading.now is not None and reading.now.shown is Shown.BAND and reading.now.reason is Reason.K:
        why = t("Fewer than {k} people have come in so far. A word from a manager works best.", k=visit.k)
        yield Action(t("Welcome the first people"), why, "activation_rate", 0.8)


def _engage(visit: Visit) -> Iterator[Action]:
    reading = read(visit, "engagement_rate")
    if reading.gap is None or reading.reached:
        return
    t = visit.t
    why = t("Many come without taking part: a reply to a first message is the best-proved way to bring them back.")
    yield Action(t("Reply to every newcomer within a day"), why, "engagement_rate", _weight(reading))


_RULES: tuple[Callable[[Visit], Iterator[Action]], ...] = (
    _stale,
    _waiting,
    _communities,
    _answers,
    _invite,
    _first,
    _engage,
)


def _always(visit: Visit) -> Iterator[Action]:
    """Yield actions that are always useful, for when the figures suggest fewer than three."""
    t, living = visit.t, read(visit, "living_communities").now
    why = t("A figure said aloud in a meeting often brings more people in than a message.")
    yield Action(t("Share what works"), why, "activation_rate", 0)
    if any(True in presence.weeks[-_LATELY:] for presence in presences(visit)):
        why = t("They hold the conversation; a public thank-you costs a minute.")
        yield Action(t("Thank the animateurs"), why, "animateurs", 0)
    if living is not None and (living.numerator or 0) >= 2:
        why = t("Ask two active communities what they would miss most, and publish it.")
        yield Action(t("Collect two stories"), why, "living_communities", 0)


def _weight(reading: Reading, otherwise: float = 0.0) -> float:
    return otherwise if reading.gap is None else max(reading.gap, 0.01)
