"""``modifier``, ``edit``: gives one's own content a new text. The old one stays in its history."""

from __future__ import annotations

from bots.answers import asking, correcting
from bots.card import Card, Quote
from bots.command import Command, Group
from bots.request import RefusalError, Request
from reseau.contents import changing
from reseau.contents.changing import Edit
from reseau.i18n import N_


def answer(request: Request) -> Card:
    """Change a text of one's own, here and in every linked channel that has a copy of ours."""
    t = request.t
    if (card := correcting.unnamed(request, N_("What would you like to change? Example: {example}"))) is not None:
        return card
    about = correcting.named(request)
    correcting.own(request, about)
    if not about.rest:
        missing = RefusalError("E_TEXT_MISSING", N_("The new text is missing."), correcting.show(request, about))
        opening = request.to_type("edit", about.typed, ":")
        question = t("What is the new text of {number}?", number=about.typed)
        return asking.card(request, question, opening, missing, Quote(about.content.text, about.content.author))
    changed = changing.edit(request.tx, [Edit(about.content.id, request.me.id, about.rest)], request.acting)
    return Card(
        title=t("{number} has its new text.", number=about.typed)
        if changed
        else t("{number} says that already.", number=about.typed),
        blocks=(Quote(about.rest, request.me.name), *correcting.left_in_channels(request, about.content.id)),
        buttons=(correcting.show(request, about), request.button(t("History"), "history", about.typed)),
        code=about.content.code,
        done=bool(changed),
    )


command = Command(
    id="edit",
    forms={"fr": ("modifier", "corriger"), "en": ("edit", "correct")},
    group=Group.SHARE,
    summary=N_("Gives what you wrote a new text. Its readers find the old one in its history."),
    examples={
        "fr": "modifier Q12 : qui a déjà posé des bancs d’essai à Lyon ?",
        "en": "edit Q12: who has put up test benches in Lyon?",
    },
    answer=answer,
    rank=41,
    traced=True,
    writes=True,
    heard=("modifie", "modifiez", "corrige", "corrigez", "éditer", "édite", "editing"),
)
