"""An idea that someone proposes."""

from __future__ import annotations

from reseau.contents.content_type import ContentType
from reseau.contents.kinds.comment import COMMENT
from reseau.i18n import N_

IDEA = content_type = ContentType(
    name="idea",
    title=N_("Idea"),
    plural=N_("Ideas"),
    withdrawn=N_("Your idea {code} is cancelled: nobody sees it any more."),
    reply=COMMENT,
    letter="I",
    label=N_("Idea {code}"),
    words=("idée", "idea"),
    places=frozenset({"idee", "idees", "idea", "ideas"}),
)
