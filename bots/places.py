"""Communities as commands name them: one out of what was typed, among those the person may know."""

from __future__ import annotations

from collections.abc import Callable

from bots import grammar
from bots.card import Button
from bots.request import RefusalError, Request
from reseau import communities
from reseau.communities import Community
from reseau.i18n import N_


def found(request: Request, text: str) -> list[Community]:
    """The communities that a text may name; a secret one is there for its members only."""
    name = grammar.unquoted(text)
    return [one for one in communities.find(request.tx, request.viewer, name) if one.archived_at is None]


def one(request: Request, text: str, again: Callable[[str], str], *escapes: Button) -> Community:
    """The community that a text names.

    Args:
        request: who asks.
        text: a name, part of a name or a slug, with or without ``#`` and quotes.
        again: makes the line that asks the same of a slug, for the buttons when several fit.
        escapes: other ways out, proposed first when none fits.

    Raises:
        RefusalError: none fits, or several do.
    """
    name = grammar.unquoted(text)
    fitting = found(request, text)
    if not fitting:
        raise RefusalError(
            "E_NO_COMMUNITY",
            N_("No community here is called “{text}”."),
            *escapes,
            request.button(request.t("See the communities"), "communities"),
            text=name,
        )
    if len(fitting) > 1:
        buttons = [Button(community.name, again(f"#{community.slug}")) for community in fitting]
        raise RefusalError(
            "E_SEVERAL_COMMUNITIES", N_("Several communities fit “{text}”. Which one?"), *buttons, text=name
        )
    return fitting[0]
