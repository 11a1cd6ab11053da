"""What the six kinds of communities are called."""

from __future__ import annotations

from collections.abc import Mapping

from reseau.i18n import N_
from reseau.kinds import CommunityKind

KIND_NAMES: Mapping[CommunityKind, str] = {
    CommunityKind.FUNCTIONAL: N_("function"),
    CommunityKind.PROJECT: N_("project"),
    CommunityKind.SECTOR: N_("sector"),
    CommunityKind.PRACTICE: N_("practice"),
    CommunityKind.EXPERTISE: N_("expertise"),
    CommunityKind.INTEREST: N_("interest"),
}
