"""A reply to someone who asked."""

from __future__ import annotations

from reseau.contents.content_type import ContentType
from reseau.i18n import N_

ANSWER = content_type = ContentType(
    name="answer",
    title=N_("Answer to a question"),
    plural=N_("Answers"),
    withdrawn=N_("Your answer to {code} is cancelled: nobody sees it any more."),
    reply=None,
    words=("réponse", "answer"),
)
