"""``supprimer``, ``remove``: an administrator removes a content and its words for good."""

from __future__ import annotations

from bots.answers import correcting
from bots.card import Card, Field, Fields
from bots.command import Command, Group, Role
from bots.request import Request
from reseau.contents import moderation
from reseau.contents.moderation import Decision
from reseau.i18n import N_


def answer(request: Request) -> Card:
    """Remove a content that the administrator may read, once confirmed."""
    t = request.t
    if (card := correcting.unnamed(request, N_("What do you remove? Example: {example}"))) is not None:
        return card
    about = correcting.named(request, hidden=True)
    content = about.content
    if not about.rest:
        return correcting.reasonless(request, about)
    reason = Fields((Field(t("Reason"), about.rest), Field(t("Told"), content.author)))
    remaining = correcting.left_in_channels(request, content.id)
    if not request.confirmed:
        title = t("Remove {number}? Its words will be gone for good.", number=about.typed)
        line = request.to_type("remove", about.typed, f": {about.rest}")
        quote = correcting.quoted(content)
        return correcting.preview(request, line, title, t("Remove it"), quote, reason, *remaining, danger=True)
    moderation.remove(request.tx, [Decision(content.id, request.me.id, about.rest)], request.acting)
    return Card(
        title=t("{number} is removed: no word of it is left.", number=about.typed),
        blocks=(reason, *remaining),
        code=content.code if content.is_reply else "",
        done=True,
    )


command = Command(
    id="remove",
    forms={"fr": ("supprimer",), "en": ("remove", "delete")},
    group=Group.COMMUNITIES,
    summary=N_("Removes a content for good, its former texts included. Its author receives your reason."),
    examples={"fr": "supprimer Q7 : un mot de passe y est écrit", "en": "remove Q7: it holds a password"},
    answer=answer,
    role=Role.ADMINISTRATOR,
    rank=80,
    traced=True,
    previews=True,
    heard=("supprime", "supprimez"),
)
