"""``rouvrir``, ``reopen``: marks a question as still unanswered."""

from __future__ import annotations

from bots.answers import correcting
from bots.card import Card, Field, Fields
from bots.command import Command, Group
from bots.request import RefusalError, Request
from reseau.access import ClosedError
from reseau.contents import changing
from reseau.contents.changing import Reopening
from reseau.i18n import N_


def answer(request: Request) -> Card:
    """Open a question again, as its author or an animateur of its community."""
    t = request.t
    if (card := correcting.unnamed(request, N_("Which question is open again? Example: {example}"))) is not None:
        return card
    about = correcting.named(request)
    question = about.content
    if question.is_reply or not question.kind.answerable:
        raise ClosedError
    if not changing.may_accept(request.tx, question.id, request.me.id):
        raise RefusalError(
            "E_PERMISSION",
            N_("Only the person who asked {number}, or an animateur, can open it again."),
            correcting.show(request, about),
            number=question.code,
        )
    if question.answered_at is None and question.accepted_id is None:
        return Card(
            t("{code} is open: nobody has answered it yet.", code=question.code),
            (correcting.quoted(question),),
            (correcting.show(request, about),),
            code=question.code,
        )
    changing.reopen(request.tx, [Reopening(question.id, request.me.id)], request.acting)
    had_answer = question.accepted_id is not None
    fields = (Fields((Field(t("Kept answer"), t("it is a reply like the others now")),)),) if had_answer else ()
    return Card(
        title=t("{code} is open again.", code=question.code),
        blocks=(correcting.quoted(question), *fields),
        buttons=(correcting.show(request, about),),
        footer=t("Colleagues who may know are asked."),
        code=question.code,
        done=True,
    )


command = Command(
    id="reopen",
    forms={"fr": ("rouvrir", "relancer"), "en": ("reopen", "ask again")},
    group=Group.ASK,
    summary=N_("Opens a question again that still lacks its answer: it stands in feeds, and people are asked."),
    examples={"fr": "rouvrir Q12", "en": "reopen Q12"},
    answer=answer,
    rank=60,
    traced=True,
    heard=("rouvre", "rouvrez", "réouvrir", "reopening"),
)
