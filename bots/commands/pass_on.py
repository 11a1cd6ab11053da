"""``passer``, ``pass``: passes a question on to someone else."""

from __future__ import annotations

from bots.answers import examples
from bots.card import Card, Quote
from bots.command import Command, Group
from bots.request import RefusalError, Request
from bots.speech import grammar
from reseau.access import ClosedError
from reseau.contents import threads
from reseau.exchange import notifications
from reseau.i18n import N_


def answer(request: Request) -> Card:
    """Ask someone else; only the person who was asked can pass a question on."""
    code, _ = grammar.first_number(request.text)
    if not code:
        example = examples.here(request)
        raise RefusalError("E_TEXT_MISSING", N_("Which question do you hand on? Example: {example}"), example=example)
    question = threads.get(request.tx, request.viewer, code)
    if question is None:
        raise ClosedError
    if not notifications.was_asked(request.tx, question.id, request.me.id):
        raise RefusalError(
            "E_NOT_ASKED",
            N_("You have not been asked this question."),
            request.button(request.t("My feed"), "feed"),
        )
    notifications.passed(request.tx, question.id, request.me.id)
    t = request.t
    return Card(
        title=t("All right, I will ask somebody else."),
        blocks=(Quote(question.text, question.author),),
        buttons=(request.button(t("Show {code}", code=question.code), "show", question.code),),
        code=question.code,
        done=True,
    )


command = Command(
    id="pass_on",
    forms={"fr": ("passer la main", "passer"), "en": ("pass on", "pass")},
    group=Group.ASK,
    summary=N_("Hands a question that you were asked on to somebody else."),
    examples={"fr": "passer la main Q12", "en": "pass on Q12"},
    answer=answer,
    hidden=True,
)
