"""``séparer``, ``split``: undoes a merger. The button below it types it."""

from __future__ import annotations

from bots.answers import correcting
from bots.card import Card
from bots.command import Command, Group
from bots.request import Request
from reseau.contents import moving
from reseau.i18n import N_


def answer(request: Request) -> Card:
    """Part two threads that the person has just merged."""
    t = request.t
    if (card := correcting.unnamed(request, N_("Which one is a thread of its own? Example: {example}"))) is not None:
        return card
    code, _, _ = correcting.parted(request)
    again = moving.unmerge(request.tx, code, request.me.id, request.acting)
    return Card(
        title=t("{code} is a thread of its own again.", code=again.code),
        blocks=(correcting.quoted(again),),
        buttons=(request.button(t("Show {code}", code=again.code), "show", again.code),),
        code=again.code,
        done=True,
    )


command = Command(
    id="split",
    forms={"fr": ("séparer",), "en": ("split",)},
    group=Group.SHARE,
    summary=N_("Parts two threads that you have just merged."),
    examples={"fr": "séparer Q10", "en": "split Q10"},
    answer=answer,
    traced=True,
    hidden=True,
)
