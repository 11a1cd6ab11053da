"""An article: a text that is meant to be read by many."""

from __future__ import annotations

from reseau.contents.content_type import ContentType
from reseau.contents.kinds.comment import COMMENT
from reseau.i18n import N_

ARTICLE = content_type = ContentType(
    name="article",
    title=N_("Article"),
    plural=N_("Articles"),
    withdrawn=N_("Your article {code} is cancelled: nobody sees it any more."),
    reply=COMMENT,
    letter="A",
    label=N_("Article"),
    words=("article",),
    document=True,
)
