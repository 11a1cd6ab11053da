"""``passer``, ``pass``: passes a question on to someone else."""

from __future__ import annotations

from bots.answers import examples
from bots.card import Card, Quote
from bots.command import Command, Group
from bots.request import RefusalError, Request
from bots.speech import grammar
from reseau import access
from reseau.access import ClosedError
from reseau.contents import threads
from reseau.exchange import notifications
from reseau.finding import answerers
from reseau.i18n import N_


def answer(request: Request) -> Card:
    """Ask someone else. Only the person who was asked can pass a question on."""
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
    t, asker = request.t, access.viewer(request.tx, question.author_id)
    if question.answered_at is not None:
        title = t("All right. It has an answer already, so I ask nobody else.")
    elif answerers.next_ones(request.tx, asker, question):
        notifications.passed(request.tx, question.id, request.me.id)
        title = t("All right, I will ask somebody else.")
    else:
        title = t("All right. I know nobody else to ask: it stays open for everybody who reads it.")
    return Card(
        title=title,
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
