"""What to do next: three plain actions worked out from the figures, the most pressing first."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from math import ceil

from dash import html
from dash.development.base_component import Component

from dashboards.cells import Cell
from dashboards.parts import say
from dashboards.reading import Reading, read
from dashboards.sponsors import presences
from dashboards.visit import Visit
from dashboards.wording import amount, dated
from reseau.i18n import Words

_MANY = 3
_OLD = 3  # days after which figures are no longer fresh


@dataclass(frozen=True, slots=True)
class Action:
    """Something to do: what, why the figures say so, and the figure it comes from (an anchor of the page)."""

    what: str
    why: str
    anchor: str
    weight: float


def actions(visit: Visit) -> list[Action]:
    """Three actions, by how far the figure behind each is from its target."""
    found = sorted((action for rule in _RULES for action in rule(visit)), key=lambda action: -action.weight)
    return (found + list(_always(visit.t)))[:_MANY]


def listed(visit: Visit) -> Component:
    """The actions as an ordered list, each leading to its figure."""
    return html.Ol([_item(action, visit.t) for action in actions(visit)], className="actions")


def _item(action: Action, t: Words) -> Component:
    see = html.A([t("See the figure"), html.Span(f": {action.what}", className="unseen")], href=f"#{action.anchor}")
    return html.Li([say(action.what, css="what"), say(html.Span(action.why), " ", see, css="why-now")])


def _stale(visit: Visit) -> Iterator[Action]:
    until = visit.source.state().until
    if until is None or (visit.today - until).days <= _OLD:
        return
    t = visit.t
    why = t("They stop on {day}. The command reseau facts build takes a few moments.", day=dated(until, t))
    yield Action(t("Bring the figures up to date"), why, "about", 9)


def _silent(visit: Visit) -> Iterator[Action]:
    silent = [one.name for one in presences(visit) if one.silent]
    if not silent:
        return
    t = visit.t
    what = t("Call the animateurs of {names}", names=_names(silent, t))
    yield Action(what, t("They have not written there for four weeks: they may be glad of a relay."), "animateurs", 0.9)


def _coverage(visit: Visit) -> Iterator[Action]:
    reading = read(visit, "animateur_coverage")
    missing = _missing(reading.now)
    if missing is None or missing < 1 or reading.reached:
        return
    t = visit.t
    what = t.plural(
        "Find a second animateur for {count} community", "Find a second animateur for {count} communities", missing
    )
    why = t("With two, a holiday or a change of post does not stop the conversation.")
    yield Action(what, why, "animateur_coverage", _weight(reading, 0.3))


def _answers(visit: Visit) -> Iterator[Action]:
    reading = read(visit, "answered_72h")
    if reading.now is None or reading.now.value is None or reading.gap is None or reading.reached:
        return
    t, share = visit.t, amount(reading.now.value, "share", visit.t)
    why = t(
        "{share} get an answer within 72 hours. In the chat, type expert and a topic to see who can help.", share=share
    )
    yield Action(t("Find an answer for the questions that wait"), why, "answered_72h", _weight(reading))


def _quiet(visit: Visit) -> Iterator[Action]:
    reading = read(visit, "living_communities")
    quiet = _missing(reading.now)
    if quiet is None or quiet < 1 or reading.reached:
        return
    t = visit.t
    what = t.plural("Wake up {count} quiet community", "Wake up {count} quiet communities", quiet)
    why = t("One good question is often enough; otherwise, merge two neighbours or close.")
    yield Action(what, why, "living_communities", _weight(reading, 0.2))


def _invite(visit: Visit) -> Iterator[Action]:
    reading = read(visit, "activation_rate")
    now, target = reading.now, reading.measure.target
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


def _engage(visit: Visit) -> Iterator[Action]:
    reading = read(visit, "engagement_rate")
    if reading.gap is None or reading.reached:
        return
    t = visit.t
    why = t("Many come without taking part: a reply to a first message is the best-proved way to bring them back.")
    yield Action(t("Reply to every newcomer within a day"), why, "engagement_rate", _weight(reading))


_RULES: tuple[Callable[[Visit], Iterator[Action]], ...] = (
    _stale,
    _silent,
    _coverage,
    _answers,
    _quiet,
    _invite,
    _engage,
)


def _always(t: Words) -> Iterator[Action]:
    """What is never wrong to do when the figures ask for less than three things."""
    why = t("A figure said aloud in a meeting often brings more people in than a message.")
    yield Action(t("Share what works"), why, "activation_rate", 0)
    why = t("They hold the conversation; a public thank-you costs a minute.")
    yield Action(t("Thank the animateurs"), why, "animateurs", 0)
    why = t("Ask two active communities what they would miss most, and publish it.")
    yield Action(t("Collect two stories"), why, "living_communities", 0)


def _missing(now: Cell | None) -> int | None:
    """How many of a whole are not there yet, when both are shown."""
    if now is None or now.numerator is None or now.denominator is None:
        return None
    return round(now.denominator - now.numerator)


def _weight(reading: Reading, otherwise: float = 0.0) -> float:
    return otherwise if reading.gap is None else max(reading.gap, 0.01)


def _names(names: list[str], t: Words) -> str:
    """At most two names, then how many others."""
    rest = len(names) - 2
    if rest > 0:
        others = t.plural("{count} other community", "{count} other communities", rest)
        return t("{names} and {last}", names=", ".join(names[:2]), last=others)
    return t("{names} and {last}", names=names[0], last=names[1]) if len(names) == 2 else names[0]
