"""``signaler``, ``report``: reports a content to its animateurs."""

from __future__ import annotations

from bots.answers import asking, correcting
from bots.answers.excerpts import headline
from bots.card import Card, Field, Fields, Quote
from bots.command import Command, Group
from bots.request import RefusalError, Request
from reseau.contents import moderation
from reseau.contents.moderation import Decision
from reseau.i18n import N_


def answer(request: Request) -> Card:
    """Report a content to the people who decide about it. Its author never learns who did."""
    t = request.t
    if (card := correcting.unnamed(request, N_("What do you report? Example: {example}"))) is not None:
        return card
    about = correcting.named(request)
    content = about.content
    if not about.rest:
        refusal = RefusalError("E_REASON_MISSING", N_("What is wrong with it?"), correcting.show(request, about))
        opening = request.to_type("report", about.typed, ":")
        return asking.card(
            request, refusal.sentence(t), opening, refusal, Quote(headline(content, 200), content.author)
        )
    people = moderation.deciders(request.tx, content)
    if not people:
        raise RefusalError("E_NOBODY_DECIDES", N_("Nobody looks after this place yet: tell a colleague you trust."))
    new = moderation.report(request.tx, Decision(content.id, request.me.id, about.rest), request.acting)
    whom = t.plural("{count} person who decides here", "{count} people who decide here", len(people))
    return Card(
        title=t("{number} is reported.", number=about.typed)
        if new
        else t("You have reported {number} already, and nobody has decided yet.", number=about.typed),
        blocks=(Quote(headline(content), content.author), Fields((Field(t("Told"), whom),))) if new else (),
        buttons=(correcting.show(request, about),),
        footer=t("{name} does not learn who reported it.", name=content.author),
        code=content.code,
        done=new,
    )


command = Command(
    id="report",
    forms={"fr": ("signaler",), "en": ("report",)},
    group=Group.COMMUNITIES,
    summary=N_("Tells the animateurs that something is not right with a content. Its author does not learn who did."),
    examples={"fr": "signaler Q1 : c’est de la publicité", "en": "report Q1: this is advertising"},
    answer=answer,
    rank=55,
    traced=True,
    heard=("signale", "signalez", "reporting"),
)
