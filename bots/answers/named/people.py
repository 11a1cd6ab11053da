"""People as commands name them: finding the person that a text names, and the communities that two people share."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from sqlalchemy import select

from bots.card import Button
from bots.request import RefusalError, Request
from bots.speech import everyday, grammar
from reseau import access
from reseau.finding import people as directory
from reseau.i18n import N_
from reseau.people import members
from reseau.people.members import Member
from reseau.store.tables import community, membership


def matching(request: Request, text: str) -> list[Member]:
    """The people that a text may name, among those whom the person may know; small words before a name are left out."""
    knowable = access.knowable_people(request.viewer)
    for name in names(text):
        if fitting := members.find(request.tx, name, among=knowable):
            return fitting
    return []


def near(request: Request, text: str) -> list[Member]:
    """Return the people that a text may mean, among those whom the person may know.

    Their names differ by a typing slip, or their profiles hold all of its words (« Karim de la compta »), or the
    text names several people.
    """
    name = names(text)[-1]
    if meant := nearly_called(request, text) or directory.holding(request.tx, request.viewer, name):
        return meant
    parts = [part for part in _AND.split(name) if part.strip()][:_MOST_NEAR]
    each = [matching(request, part)[:1] for part in parts] if len(parts) > 1 else []
    return list({person.id: person for people in each for person in people}.values())


def nearly_called(request: Request, text: str) -> list[Member]:
    """The people whom the reader may know and whose names differ by a typing slip."""
    return members.near(request.tx, names(text)[-1], among=access.knowable_people(request.viewer))


_AND = re.compile(r",|&|/|\+|@|\b(?:et|and|puis|ou|or)\b", re.IGNORECASE)


def names(text: str) -> tuple[str, ...]:
    """Return the names that a text may hold: itself, and its end after « de », « à », « la fiche de »."""
    name = grammar.unquoted(_asked_for(text).removeprefix("@")).strip("<>")
    if owned := _OWNED.fullmatch(name):
        name = owned.group(1)
    bare = grammar.without_small_words(name).removeprefix("@").strip()
    return (name, bare) if bare and bare != name else (name,)


_OWNED = re.compile(r"(\S.*)['’]s\s+(?:profile|page)", re.IGNORECASE)


def _asked_for(text: str) -> str:
    short = text.strip()[: grammar.LONGEST_NAME]
    return everyday.without_courtesies_behind(short.rstrip("?!\N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE} "))


def single(request: Request, text: str, again: Callable[[str], str], *others: Button) -> Member:
    """The person that a text names.

    Args:
        request: who asks; a guest finds only people of the communities that both belong to.
        text: a handle, an e-mail or a name, with or without ``@`` and quotes.
        again: makes the line that asks the same of a handle, for the buttons when several people fit, or nearly fit.
        others: buttons for what else may have been meant when nobody matches.

    Raises:
        RefusalError: nobody matches, or several people do.
    """
    fitting = matching(request, text)
    if not fitting:
        raise _nobody(request, text, again, others)
    if len(fitting) > 1:
        buttons = [Button(_known_by(person), again(f"@{person.handle}")) for person in fitting]
        name = names(text)[-1]
        raise RefusalError("E_SEVERAL_MEMBERS", N_("Several people fit “{text}”. Which one?"), *buttons, text=name)
    return fitting[0]


def _nobody(request: Request, text: str, again: Callable[[str], str], others: Sequence[Button]) -> RefusalError:
    """The refusal when nobody matches, with the people or things that a typing slip may have meant."""
    t, name = request.t, names(text)[-1]
    people = near(request, text)
    buttons = [*(Button(_known_by(person), again(f"@{person.handle}")) for person in people), *others][:_MOST_NEAR]
    labels = [*(person.name for person in people), *(button.label for button in others)][:_MOST_NEAR]
    search = request.button(t("Search"), "search", name)
    if not buttons:
        return RefusalError("E_NO_MEMBER", N_("Nobody here is “{text}”."), search, text=name)
    return RefusalError(
        "E_NO_MEMBER",
        N_("Nobody here is “{text}”. Did you mean: {names}?"),
        *buttons,
        search,
        text=name,
        names=", ".join(t("“{name}”", name=label) for label in labels),
    )


_MOST_NEAR = 3


def _known_by(person: Member) -> str:
    place = ", ".join(part for part in (person.job, person.site) if part)
    return f"{person.name} ({place})" if place else person.name


def shared(request: Request, person: Member) -> list[str]:
    """The names of the communities that both belong to: the reader is in each, so nothing is revealed."""
    statement = (
        select(community.c.name)
        .select_from(community.join(membership, membership.c.community_id == community.c.id))
        .where(
            membership.c.member_id == person.id,
            membership.c.left_at.is_(None),
            community.c.conversation.is_(False),
            community.c.archived_at.is_(None),
            community.c.id.in_(access.my_communities(request.viewer)),
        )
        .order_by(community.c.folded_name)
    )
    return list(request.tx.execute(statement).scalars())
