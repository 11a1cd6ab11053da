"""People as commands name them: one person out of what was typed, and what two people share."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import select

from bots import grammar
from bots.card import Button
from bots.request import RefusalError, Request
from reseau import access, members
from reseau.i18n import N_
from reseau.members import Member
from reseau.store.tables import community, membership


def found(request: Request, text: str) -> list[Member]:
    """The people that a text may name, among those whom the person may know."""
    name = grammar.unquoted(text.strip().removeprefix("@"))
    return members.find(request.tx, name, among=access.knowable_people(request.viewer))


def one(request: Request, text: str, again: Callable[[str], str]) -> Member:
    """The person that a text names.

    Args:
        request: who asks; a guest finds only people of the communities that both belong to.
        text: a handle, an e-mail, an id or a name, with or without ``@`` and quotes.
        again: makes the line that asks the same of a handle, for the buttons when several people fit.

    Raises:
        RefusalError: nobody fits, or several do.
    """
    name = grammar.unquoted(text.strip().removeprefix("@"))
    fitting = found(request, text)
    t = request.t
    if not fitting:
        raise RefusalError(
            "E_NO_MEMBER",
            N_("Nobody here is “{text}”."),
            request.button(t("Search"), "search", name),
            text=name,
        )
    if len(fitting) > 1:
        buttons = [Button(_known_by(person), again(f"@{person.handle}")) for person in fitting]
        raise RefusalError("E_SEVERAL_MEMBERS", N_("Several people fit “{text}”. Which one?"), *buttons, text=name)
    return fitting[0]


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
