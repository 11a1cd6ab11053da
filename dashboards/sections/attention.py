"""Lists for attention: the communities and the unanswered questions behind the actions."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from unicodedata import normalize

from dash import html
from dash.development.base_component import Component

from analytics.published.reading import Charge, Question, Waiting
from dashboards.drawing.parts import say
from dashboards.drawing.wording import dated
from dashboards.figures.visit import Visit
from reseau.i18n import N_, Words

#: The number of unanswered questions that are named; the others are counted.
FEW = 3
_WAITING = N_("Questions that wait for an answer")
_TITLES = {
    Charge.NOBODY.value: N_("Nobody is in charge"),
    Charge.SILENT.value: N_("Nobody in charge has written for four weeks"),
    Charge.SECOND_SILENT.value: N_("Only one of those in charge has written for four weeks"),
    Charge.ALONE.value: N_("One person alone is in charge"),
    "quiet": N_("Quiet: fewer than three people wrote in four weeks, or nobody replied"),
}


@dataclass(frozen=True, slots=True)
class Places:
    """Communities of one list: the names of those that everyone may read, and the number of others."""

    names: tuple[str, ...] = ()
    others: int = 0

    @property
    def count(self) -> int:
        return len(self.names) + self.others

    def few(self, t: Words) -> str:
        """Return at most two names and the number of others."""
        rest = self.count - min(2, len(self.names))
        if not rest:
            return joined(self.names, t)
        if not self.names:
            return t.plural(
                "{count} community not open to everybody", "{count} communities not open to everybody", rest
            )
        others = t.plural("{count} other community", "{count} other communities", rest)
        return joined((*self.names[:2], others), t)


def in_charge(visit: Visit, charge: Charge) -> Places:
    """Return the communities that are looked after in this way."""
    return _places(
        visit, (standing.community for standing in visit.source.attention().communities if standing.charge is charge)
    )


def quiet(visit: Visit) -> Places:
    """Return the quiet communities."""
    return _places(visit, (standing.community for standing in visit.source.attention().communities if standing.quiet))


def waiting(visit: Visit) -> list[Waiting]:
    """Return the communities with unanswered questions, most first, without those that are no longer open."""
    return [place for place in visit.source.attention().waiting if place.community in visit.communities]


def count(visit: Visit) -> int:
    """Return the number of unanswered questions."""
    return sum(place.count for place in waiting(visit))


@dataclass(frozen=True, slots=True)
class Asked:
    """An unanswered question, and the community it was asked in."""

    community: str
    question: Question


def newest(visit: Visit) -> list[Asked]:
    """Return the questions that were asked last, newest first: their authors still hope for an answer."""
    questions = [Asked(place.community, question) for place in waiting(visit) for question in place.newest]
    return sorted(questions, key=lambda waiting: (waiting.question.since, waiting.question.content), reverse=True)[:FEW]


def called(question: Question, visit: Visit) -> str:
    """Return the code of a question, which opens it in the chat, and the day since which it has been waiting."""
    t, code = visit.t, visit.codes.get(question.content)
    if code is None:
        return t("since {day}", day=dated(question.since, t))
    return t("{code} since {day}", code=code, day=dated(question.since, t))


def joined(names: Iterable[str], t: Words) -> str:
    """Return ``a, b and c``."""
    *first, last = names
    return t("{names} and {last}", names=", ".join(first), last=last) if first else last


def lists(visit: Visit) -> Component | None:
    """Return every list that is not empty, each under its name; ``None`` if all are empty."""
    t = visit.t
    candidates = [_questions(visit)]
    candidates += [
        _group(charge.value, in_charge(visit, charge), t) for charge in Charge if charge is not Charge.COVERED
    ]
    candidates.append(_group("quiet", quiet(visit), t))
    groups = [group for group in candidates if group is not None]
    if not groups:
        return None
    heading = html.H2(t("What to look after"))
    return html.Section([heading, html.Div(groups, className="groups")], id="attention", className="block")


def _group(anchor: str, places: Places, t: Words) -> Component | None:
    if not places.count:
        return None
    items = [html.Li(name, dir="auto") for name in places.names]
    return html.Div(
        [html.H3(t(_TITLES[anchor])), html.Ul(items) if items else "", _rest(places.others, bool(items), t)],
        id=anchor,
        className="panel",
    )


def _rest(others: int, named: bool, t: Words) -> Component | str:
    if not others:
        return ""
    if named:
        words = t.plural("{count} more is not open to everybody.", "{count} more are not open to everybody.", others)
    else:
        words = t.plural(
            "{count} community that is not open to everybody.",
            "{count} communities that are not open to everybody.",
            others,
        )
    return say(words, css="quiet")


def _questions(visit: Visit) -> Component | None:
    t, first = visit.t, newest(visit)
    if not first:
        return None
    items = [_line(visit, waiting.community, called(waiting.question, visit)) for waiting in first]
    advice = say(t("In the chat, type the code of a question to read it and answer."), css="quiet")
    inside = [html.H3(t(_WAITING)), html.Ul(items), *_older(visit, first), advice]
    return html.Div(inside, id="waiting", className="panel")


def _older(visit: Visit, first: Collection[Asked]) -> list[Component]:
    """Return the other questions by community, folded, because a long list of old questions discourages."""
    t, more = visit.t, count(visit) - len(first)
    if not more:
        return []
    items = []
    for place in waiting(visit):
        left = place.count - sum(waiting.community == place.community for waiting in first)
        if left:
            words = t.plural("{count} question", "{count} questions", left)
            oldest = t("the oldest is {question}", question=called(place.oldest, visit))
            items.append(
                _line(visit, place.community, f"{words}, {oldest}" if left > 1 else called(place.oldest, visit))
            )
    summary = t.plural("{count} older one, by community", "{count} older ones, by community", more)
    return [html.Details([html.Summary(summary), html.Ul(items)], className="more")]


def _line(visit: Visit, community: str, words: str) -> Component:
    name = html.Span(visit.communities[community], dir="auto")
    return html.Li([name, html.Span(words, className="count")])


def _places(visit: Visit, communities: Iterable[str]) -> Places:
    ids = list(communities)
    names = [visit.communities[id_] for id_ in ids if id_ in visit.communities]
    return Places(tuple(sorted(names, key=alphabetically)), len(ids) - len(names))


def alphabetically(name: str) -> str:
    """Return the key by which names are sorted, without regard to accents."""
    return normalize("NFD", name).casefold()
