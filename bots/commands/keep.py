"""``garder``, ``keep``: an animateur decides that a reported content stays."""

from __future__ import annotations

from bots.answers import correcting
from bots.answers.excerpts import headline
from bots.card import Card, Quote
from bots.command import Command, Group
from bots.request import Request
from reseau.contents import moderation
from reseau.contents.moderation import Decision
from reseau.i18n import N_


def answer(request: Request) -> Card:
    """End the reports of a content. It stays as it is, and its author is not notified."""
    t = request.t
    if (card := correcting.unnamed(request, N_("What stays? Example: {example}"))) is not None:
        return card
    about = correcting.named(request)
    moderation.keep(request.tx, [Decision(about.content.id, request.me.id, about.rest)], request.acting)
    return Card(
        title=t("{number} stays as it is.", number=about.typed),
        blocks=(Quote(headline(about.content), about.content.author),),
        buttons=(correcting.show(request, about),),
        code=about.content.code,
        done=True,
    )


command = Command(
    id="keep",
    forms={"fr": ("garder",), "en": ("keep",)},
    group=Group.COMMUNITIES,
    summary=N_("Decides that what was reported stays."),
    examples={"fr": "garder Q11", "en": "keep Q11"},
    answer=answer,
    traced=True,
    hidden=True,
)
