"""``demander``, ``ask``: asks a question, after a look at similar ones."""

from __future__ import annotations

from collections.abc import Sequence

from bots.answers import writing
from bots.answers.excerpts import item
from bots.answers.forms import entries
from bots.card import Card, Items
from bots.command import Command, Group
from bots.request import Request
from reseau.contents.kinds.question import QUESTION
from reseau.contents.threads import Content
from reseau.finding import questions
from reseau.i18n import N_

_MOST_SIMILAR = 3
_FORM = writing.Form(
    QUESTION,
    asks=N_("What would you like to ask?"),
    missing=N_("The text of your question is missing. Example: {example}"),
    preview=N_("Your question, before anybody sees it"),
    label=N_("Ask it"),
    done=N_("Your question {code} is posted."),
    shared=N_("{name} asks a question · {code}"),
)


def answer(request: Request) -> Card:
    """Show similar questions and the preview; ask once confirmed."""
    draft = writing.draft(request, QUESTION)
    if request.confirmed or not draft.text.strip():
        return writing.written(request, _FORM)
    similar = questions.similar(request.tx, request.viewer, draft.text, limit=_MOST_SIMILAR)
    if similar:
        return _similar(request, draft, similar)
    return writing.written(request, _FORM)


def _similar(request: Request, draft: writing.Draft, similar: Sequence[Content]) -> Card:
    t = request.t
    title = t.plural(
        "{count} similar question exists already.", "{count} similar questions exist already.", len(similar)
    )
    near = Items(
        tuple(item(request, question, _state(request, question)) for question in similar),
        t("Perhaps the answer is here"),
    )
    return writing.preview(request, draft, title, t("Ask anyway"), near, error="E_SIMILAR_FOUND")


def _state(request: Request, question: Content) -> str:
    t = request.t
    if question.accepted_id is not None:
        return t("answered, an answer was kept")
    return t.plural("{count} reply", "{count} replies", question.replies)


command = Command(
    id="ask",
    forms={
        "fr": ("demander", "question", "sos-expert", "poser une question", "q"),
        "en": ("ask", "question", "ask a question", "q"),
    },
    group=Group.ASK,
    summary=N_(
        "Asks a question, in a community or to everybody. You see similar questions first, then how many people "
        "can read it."
    ),
    examples={
        "fr": "demander dans Veille : qui connaît un bon traducteur ?",
        "en": "ask in Veille: who knows a good translator?",
    },
    answer=answer,
    rank=10,
    takes=frozenset({"in", "for", "tag", "language"}),
    traced=True,
    writes=True,
    form=entries.writing(N_("Ask a question"), N_("Your question")),
    previews=True,
    heard=(
        "demandez",
        "demandons",
        "asking",
        "pose la question",
        "posez la question",
    ),
    nouns=(
        "demande",
        "questions",
    ),
)
