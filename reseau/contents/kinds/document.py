"""A document: a page of a wiki, a note, a guide."""

from __future__ import annotations

from reseau.contents.content_type import ContentType
from reseau.contents.kinds.comment import COMMENT
from reseau.i18n import N_

DOCUMENT = content_type = ContentType(
    name="document",
    title=N_("Document"),
    plural=N_("Documents"),
    withdrawn=N_("Your document {code} is cancelled: nobody sees it any more."),
    reply=COMMENT,
    letter="F",
    label=N_("Document"),
    words=("document",),
    document=True,
)
