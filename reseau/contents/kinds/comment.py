"""A comment in a thread."""

from __future__ import annotations

from reseau.contents.content_type import ContentType
from reseau.i18n import N_

COMMENT = content_type = ContentType(
    name="comment",
    title=N_("Comment"),
    plural=N_("Comments"),
    withdrawn=N_("Your comment on {code} is cancelled: nobody sees it any more."),
    reply=None,
    words=("commentaire", "comment"),
)
