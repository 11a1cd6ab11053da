"""``admettre``, ``admit``: admits an unknown person, or adds a further account to a member."""

from __future__ import annotations

from collections.abc import Mapping

from bots.answers import examples
from bots.answers.named import people, places
from bots.card import Button, Card, Item, Items, Text, phrase, strong
from bots.command import Command, Group, Options, Role
from bots.form import Entry, Form, Kind
from bots.platform import title_of
from bots.request import Arguments, RefusalError, Request
from reseau import access
from reseau.communities import belonging
from reseau.communities.belonging import Joining
from reseau.communities.reading import Community
from reseau.finding import surroundings
from reseau.i18n import N_
from reseau.kinds import MemberKind
from reseau.people import applicants, members
from reseau.people.accounts import Standing
from reseau.people.applicants import Applicant

_MOST = 10
_MOST_BUTTONS = 3
_OPENERS = {"fr": "quelqu’un", "en": "somebody"}
_STANDINGS = {
    Standing.HOME: N_("of this organisation"),
    Standing.GUEST: N_("guest"),
    Standing.OUTSIDE: N_("of another organisation"),
}


def answer(request: Request) -> Card:
    """List the applicants; admit the one whose number is given."""
    number, rest = _told(request)
    if not number or (not request.arguments.filled and _fill(request.arguments) is not None):
        return _listed(request)
    applicant = applicants.get(request.tx, int(number)) if number.isdecimal() and len(number) < 10 else None
    if applicant is None:
        raise RefusalError(
            "E_NO_APPLICANT",
            N_("Nobody who came has the number “{number}”."),
            request.button(request.t("See who came"), "admit"),
            number=number,
        )
    member = (
        people.single(request, rest, lambda handle: request.to_type("admit", number, handle)) if rest.strip() else None
    )
    place = _place(request, number)
    guest = applicant.standing != Standing.HOME if member is None else member.kind is not MemberKind.EMPLOYEE
    if guest and place is None and member is None:
        raise RefusalError(
            "E_PLACE_MISSING",
            N_("{name} is a guest and can read one community only. Which one? Example: {example}"),
            request.button(request.t("See the communities"), "communities"),
            name=applicant.name,
            example=examples.here(request),
        )
    member_id = applicants.admit(request.tx, applicant, member, request.acting)
    if place is not None:
        belonging.join(request.tx, [Joining(place.id, member_id)], request.acting)
    return _done(request, applicant, member_id, place)


def _told(request: Request) -> tuple[str, str]:
    """The number of an applicant, and the member whose further account it is."""
    if request.arguments.filled:
        return request.arguments.option("number"), request.arguments.option("person")
    number, _, rest = request.text.partition(" ")
    return number, rest


def _fill(arguments: Arguments) -> Mapping[str, str] | None:
    """« admettre 1 » is whole for a colleague; the form is opened by its own words."""
    return {} if arguments.text.strip() in _OPENERS.values() else None


def _place(request: Request, number: str) -> Community | None:
    wish = request.arguments.option("in")
    if not wish:
        return None
    word = {"fr": "dans", "en": "in"}[request.t.language]
    place = places.single(request, wish, lambda slug: request.to_type("admit", number, word, slug))
    if not access.may_read_community(request.tx, request.viewer, place.id):
        raise RefusalError(
            "E_NOT_MEMBER",
            N_("“{community}” is for its members only."),
            request.button(request.t("See the communities"), "communities"),
            community=place.name,
        )
    return place


def _listed(request: Request) -> Card:
    t = request.t
    waiting = applicants.listed(request.tx, _MOST)
    colleague = surroundings.colleague(request.tx, request.viewer) or request.me.handle
    if not waiting:
        return Card(t("Nobody is waiting to be let in."))
    return Card(
        t.plural("{count} person came and was not let in.", "{count} people came and were not let in.", len(waiting)),
        (Items(tuple(_item(request, applicant) for applicant in waiting)),),
        _buttons(request, waiting),
        footer=t(
            "To let in: {line}, a guest into a community; as a further account of a member: {other}",
            line=examples.here(request),
            other=request.typed("admit", str(waiting[0].id), f"@{colleague}"),
        ),
    )


def _item(request: Request, applicant: Applicant) -> Item:
    t = request.t
    facts = [
        title_of(applicant.platform),
        t(_STANDINGS.get(Standing(applicant.standing), _STANDINGS[Standing.OUTSIDE])),
        applicant.email,
        t.date(applicant.asked_at),
    ]
    return Item(phrase(strong(str(applicant.id)), applicant.name), reason=", ".join(filter(None, facts)))


def _buttons(request: Request, came: list[Applicant]) -> tuple[Button, ...]:
    """For colleagues; a guest needs a community to be named, which the form asks for."""
    t = request.t
    home = [applicant for applicant in came if applicant.standing == Standing.HOME][:_MOST_BUTTONS]
    buttons = [
        request.button(t("Let in {name}", name=applicant.name), "admit", str(applicant.id)) for applicant in home
    ]
    if any(applicant.standing != Standing.HOME for applicant in came) and request.platform != "console":
        buttons.append(request.button(t("Let somebody in"), "admit", _OPENERS[t.language]))
    return tuple(buttons)


def _done(request: Request, applicant: Applicant, member_id: int, place: Community | None) -> Card:
    t, me = request.t, members.get(request.tx, member_id)
    sentences = [
        t(
            "What {name} types in {platform} is answered from now on.",
            name=applicant.name,
            platform=title_of(applicant.platform),
        )
    ]
    if place is not None:
        sentences.append(t("{name} is in “{community}”.", name=me.name, community=place.name))
    return Card(t("{name} is let in.", name=me.name), tuple(Text(text) for text in sentences), done=True)


command = Command(
    id="admit",
    forms={"fr": ("admettre",), "en": ("admit",)},
    group=Group.COMMUNITIES,
    summary=N_("Lets in a person the network does not know, a guest into one community. Alone, it shows who came."),
    examples={"fr": "admettre 1 dans Veille", "en": "admit 1 in Veille"},
    answer=answer,
    takes=frozenset({"in"}),
    options=Options.ANYWHERE,
    rank=90,
    role=Role.ADMINISTRATOR,
    form=Form(
        N_("Let somebody in"),
        N_("Let in"),
        (
            (
                Entry("number", N_("Number"), hint=N_("Of the person in the list of who came"), required=True),
                Entry("in", N_("Community"), Kind.COMMUNITY, N_("A guest reads this one alone.")),
                Entry("person", N_("Member"), Kind.PERSON, N_("If it is a further account of somebody.")),
            ),
        ),
        opener=_OPENERS,
    ),
    fill=_fill,
)
