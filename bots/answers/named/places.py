"""Communities as commands name them: one for a typed name, among those the person may know."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from bots.card import Button
from bots.request import RefusalError, Request
from bots.speech import everyday, grammar
from reseau.communities import reading
from reseau.communities.reading import Community
from reseau.i18n import N_


def matching(request: Request, text: str) -> list[Community]:
    """The communities that a text may name; a secret one matches for its members only.

    Small words before a name are skipped if the whole is not a name: « dans la communauté Entraide ».
    """
    for name in names(text):
        fitting = reading.find(request.tx, request.viewer, name)
        if open_ones := [place for place in fitting if place.archived_at is None]:
            return open_ones
    return []


def names(text: str) -> tuple[str, ...]:
    """Return the names that a text may mean: the text itself, then the text without the small words it begins with."""
    short = text.strip()[: grammar.LONGEST_NAME].rstrip("?!\N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE} ")
    name = grammar.unquoted(everyday.without_courtesies_behind(short))
    bare = grammar.without_small_words(name)
    return (name, bare) if bare != name else (name,)


def near(request: Request, text: str, again: Callable[[str], str]) -> list[Button]:
    """A button for each community that the reader may know and whose name differs by a typing slip.

    Where a text names several, there is one for each.
    """
    name = names(text)[-1]
    fitting = reading.near(request.tx, request.viewer, name)
    if not fitting:
        parts = [part for part in _AND.split(name) if part.strip()][:_MOST_NEAR]
        each = [matching(request, part)[:1] for part in parts] if len(parts) > 1 else []
        fitting = list({place.id: place for places in each for place in places}.values())
    return [Button(community.name, again(f"#{community.slug}")) for community in fitting]


_AND = re.compile(r",|&|/|\b(?:et|and|puis|ou|or)\b", re.IGNORECASE)
_MOST_NEAR = 3


def single(request: Request, text: str, again: Callable[[str], str], *escapes: Button) -> Community:
    """The community that a text names.

    Args:
        request: who asks.
        text: a name, part of a name or a slug, with or without ``#`` and quotes.
        again: makes the line that asks the same of a slug, for the buttons when several fit, or one nearly fits.
        escapes: other ways out, proposed when none fits.

    Raises:
        RefusalError: none fits, or several do.
    """
    name = names(text)[-1]
    fitting = matching(request, text)
    if not fitting:
        raise _none(request, name, near(request, text, again), escapes)
    if len(fitting) > 1:
        buttons = [Button(community.name, again(f"#{community.slug}")) for community in fitting]
        raise RefusalError(
            "E_SEVERAL_COMMUNITIES", N_("Several communities fit “{text}”. Which one?"), *buttons, text=name
        )
    return fitting[0]


def _none(request: Request, name: str, meant: Sequence[Button], escapes: Sequence[Button]) -> RefusalError:
    t = request.t
    others = (*escapes, request.button(t("See the communities"), "communities"))
    if not meant:
        return RefusalError("E_NO_COMMUNITY", N_("No community here is called “{text}”."), *others, text=name)
    return RefusalError(
        "E_NO_COMMUNITY",
        N_("No community here is called “{text}”. Did you mean: {names}?"),
        *meant,
        *others,
        text=name,
        names=", ".join(t("“{name}”", name=button.label) for button in meant),
    )
