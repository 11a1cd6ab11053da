"""Why a thread is in a feed, in a few words for its reader."""

from __future__ import annotations

from collections.abc import Mapping

from reseau.finding.feed import Reason
from reseau.i18n import N_

#: A sentence for each reason; its place is called ``source``.
REASONS: Mapping[Reason, str] = {
    Reason.ADDRESSED: N_("for {source}"),
    Reason.FOLLOWED_CONTENT: N_("you follow this thread"),
    Reason.FOLLOWED_MEMBER: N_("you follow {source}"),
    Reason.MY_COMMUNITY: N_("your community"),
    Reason.FOLLOWED_COMMUNITY: N_("you follow this community"),
    Reason.FOLLOWED_TAG: N_("you follow #{source}"),
    Reason.ASKED_OF_ALL: N_("for everybody, and nobody has replied yet"),
    Reason.OWN: N_("you wrote it for everybody"),
    Reason.TO_DISCOVER: N_("to discover"),
}
