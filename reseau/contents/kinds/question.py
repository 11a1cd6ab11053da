"""A question, which waits for an answer."""

from __future__ import annotations

from reseau.contents.content_type import ContentType
from reseau.contents.kinds.answer import ANSWER
from reseau.i18n import N_

QUESTION = content_type = ContentType(
    name="question",
    title=N_("Question"),
    plural=N_("Questions"),
    withdrawn=N_("Your question {code} is cancelled: nobody sees it any more."),
    reply=ANSWER,
    letter="Q",
    label=N_("Question {code}"),
    words=("q", "question", "questions"),
    places=frozenset({"entraide", "question", "questions", "help", "aide"}),
    answerable=True,
)
