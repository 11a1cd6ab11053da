"""A plain post."""

from __future__ import annotations

from reseau.contents.content_type import ContentType
from reseau.contents.kinds.comment import COMMENT
from reseau.i18n import N_

DISCUSSION = content_type = ContentType(
    name="discussion",
    title=N_("Discussion"),
    plural=N_("Discussions"),
    withdrawn=N_("Your message {code} is cancelled: nobody sees it any more."),
    reply=COMMENT,
    letter="D",
    words=("d", "discussion"),
)
