"""``masquer``, ``hide``: an animateur hides a content from all but its author."""

from __future__ import annotations

from bots.answers import correcting
from bots.card import Card, Field, Fields
from bots.command import Command, Group
from bots.request import Request
from reseau.contents import moderation
from reseau.contents.moderation import Decision
from reseau.i18n import N_


def answer(request: Request) -> Card:
    """Hide a content of a community that one animates, or, for administrators, of a wall."""
    t = request.t
    if (card := correcting.unnamed(request, N_("What do you hide? Example: {example}"))) is not None:
        return card
    about = correcting.named(request)
    content = about.content
    if not about.rest and moderation.moderates(request.tx, request.viewer, content.community_id):
        return correcting.reasonless(request, about)
    moderation.hide(request.tx, [Decision(content.id, request.me.id, about.rest or "-")], request.acting)
    hidden = moderation.hidden_in(request.tx, content.root_id)
    place = str(hidden.index(content.id) + 1) if content.is_reply else ""
    return Card(
        title=t("{number} is hidden: only {name} still sees it.", number=about.typed, name=content.author),
        blocks=(
            correcting.quoted(content),
            Fields((Field(t("Reason"), about.rest), Field(t("Told"), content.author))),
            *correcting.left_in_channels(request, content.id),
        ),
        buttons=(request.button(t("Show it again"), "restore", content.code, place),),
        code=content.code,
        done=True,
    )


command = Command(
    id="hide",
    forms={"fr": ("masquer", "cacher"), "en": ("hide",)},
    group=Group.COMMUNITIES,
    summary=N_("Hides a content of a community that you animate. Its author still sees it, and receives your reason."),
    examples={"fr": "masquer Q11 : la question est posée deux fois", "en": "hide Q11: it was asked twice"},
    answer=answer,
    rank=60,
    traced=True,
    heard=("masque", "masquez", "cache", "cachez"),
)
