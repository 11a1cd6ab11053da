"""The addressees of a question: « pour les commerciaux du Sud » names people by their attributes in the directory."""

from __future__ import annotations

from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bots.answers.audience import placing
from bots.answers.named import places
from bots.card import Button, Field
from bots.request import RefusalError, Request
from reseau.contents import addressing
from reseau.contents.addressing import Audience
from reseau.exchange import notifications
from reseau.finding import audiences
from reseau.folding import fold
from reseau.hours import next_opening
from reseau.i18n import N_
from reseau.people import members
from reseau.people.members import Member

MOST_TOLD = 500  # people; a larger audience finds the question at the top of its feed, and nobody is interrupted
_MOST_NAMES = 3
_WORDS = {"fr": "pour", "en": "for"}


def chosen(request: Request, *escapes: Button) -> Audience | None:
    """The audience that a line names; ``None`` if it names none, everybody or a community.

    Args:
        escapes: other ways out, proposed if the words match nobody.

    Raises:
        RefusalError: a word of it fits nobody.
    """
    wish = _wish(request)
    if not wish:
        return None
    understood = audiences.understood(request.tx, request.viewer, wish)
    if understood.unknown and understood.near:
        buttons = [Button(value, _again(request, value)) for value in understood.near]
        raise RefusalError(
            "E_AUDIENCE_EMPTY",
            N_("Nobody here is “{word}”. Did you mean: {names}?"),
            *buttons,
            *escapes,
            word=understood.unknown[0],
            names=", ".join(request.t("“{name}”", name=value) for value in understood.near),
        )
    if understood.unknown or not understood.audience.criteria:
        raise _nobody(wish, *escapes)
    return understood.audience


def option(request: Request) -> tuple[str, ...]:
    """The option that names people, to be typed again with another place."""
    wish = _wish(request)
    return (f'{_WORDS[request.t.language]} "{wish}"',) if wish else ()


def _wish(request: Request) -> str:
    """The people whom a line names; empty if its « pour » names nobody, everybody or a community."""
    wish = request.arguments.option("for")
    if not wish or fold(wish) in placing.EVERYBODY or places.matching(request, wish):
        return ""
    return wish


def check(request: Request, audience: Audience, community_id: int | None) -> None:
    """Raise an error for an empty audience, with wider ones as alternatives."""
    if audiences.count(request.tx, request.viewer, audience, community_id):
        return
    wider = []
    for options in audience.criteria if len(audience.criteria) > 1 else ():
        label = options[0].value
        count = audiences.count(request.tx, request.viewer, Audience(label, (options,)), community_id)
        if count:
            people = request.t.plural("{name}: {count} person", "{name}: {count} people", count, name=label)
            wider.append(Button(people, _again(request, label)))
    raise _nobody(audience.label, *wider)


def _nobody(label: str, *buttons: Button) -> RefusalError:
    return RefusalError("E_AUDIENCE_EMPTY", N_("Nobody matches “{audience}”."), *buttons, audience=label)


def _again(request: Request, label: str) -> str:
    word = _WORDS[request.t.language]
    place = request.arguments.option("in")
    where = f'{ {"fr": "dans", "en": "in"}[request.t.language] } "{place}"' if place else ""
    tags = [f'tag:"{tag}"' for tag in request.arguments.options.get("tag", ())]
    return request.to_type(request.command.id, where, f'{word} "{label}"', *tags, f": {request.text}")


def fields(request: Request, audience: Audience | None, community_id: int | None) -> tuple[Field, ...]:
    """The addressees, counted, and how they learn of it."""
    if audience is None:
        return ()
    t, found = request.t, audiences.count(request.tx, request.viewer, audience, community_id)
    people = t.plural("{label}: {count} person", "{label}: {count} people", found, label=audience.label)
    way = t("told in their hours") if found <= MOST_TOLD else t("at the top of their feeds")
    first = audiences.names(request.tx, request.viewer, audience, community_id, _MOST_NAMES)
    names = ", ".join(first) + ("…" if found > len(first) else "")
    return (Field(t("For"), f"{people}, {way} ({names})"),)


def address(request: Request, content_id: int, audience: Audience, community_id: int | None) -> None:
    """Store the addressees of a question, and notify them when their hours begin, unless they are very many."""
    addressing.address(request.tx, content_id, audience)
    addressees = audiences.people(request.tx, request.viewer, audience, community_id)
    if len(addressees) > MOST_TOLD:
        return
    people = members.get_all(request.tx, addressees)
    openings = {id_: next_opening(request.tx.now, _zone(request, me)) for id_, me in people.items()}
    notifications.asked(request.tx, content_id, request.me.id, openings, audience.label)


def _zone(request: Request, me: Member) -> ZoneInfo:
    """A person's time zone if it is a known one, else the company's."""
    try:
        return ZoneInfo(me.timezone) if me.timezone else request.settings.zone
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return request.settings.zone
