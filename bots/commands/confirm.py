"""``confirmer``, ``confirm``: does what a preview showed; its buttons type it."""

from __future__ import annotations

from dataclasses import replace

from bots.card import Card
from bots.command import Command, Group
from bots.parser import Understood, parse
from bots.request import RefusalError, Request
from reseau import drafts
from reseau.i18n import N_


def answer(request: Request) -> Card:
    """Take the kept line up and do it; pressed twice, it is done once."""
    draft = drafts.take(request.tx, request.me.id, request.text.strip())
    parsed = parse(draft.line, request.commands, ("rse", request.settings.name)) if draft is not None else None
    if draft is None or not isinstance(parsed, Understood):
        raise RefusalError(
            "E_EXPIRED", N_("This was done or cancelled already, or it is more than 24 hours old. Nothing was posted.")
        )
    again = replace(request, command=parsed.command, arguments=parsed.arguments, line=draft.line, confirmed=True)
    return parsed.command.answer(again)


command = Command(
    id="confirm",
    forms={"fr": ("confirmer",), "en": ("confirm",)},
    group=Group.SHARE,
    summary=N_("Posts what you were shown before. The button below it does the same."),
    examples={"fr": "confirmer 8sK2", "en": "confirm 8sK2"},
    answer=answer,
    traced=True,
    hidden=True,
)
