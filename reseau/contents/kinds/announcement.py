"""An announcement to a whole community."""

from __future__ import annotations

from reseau.contents.content_type import ContentType
from reseau.contents.kinds.comment import COMMENT
from reseau.i18n import N_

ANNOUNCEMENT = content_type = ContentType(
    name="announcement",
    title=N_("Announcement"),
    plural=N_("Announcements"),
    withdrawn=N_("Your announcement {code} is cancelled: nobody sees it any more."),
    reply=COMMENT,
    letter="N",
    label=N_("Announcement"),
    words=("annonce", "announcement"),
)
