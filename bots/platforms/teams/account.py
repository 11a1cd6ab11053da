"""An account, read from Teams' data of a member of a conversation."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from reseau import keys
from reseau.foreign import word
from reseau.people.accounts import Account, Standing
from reseau.settings import Settings

_GUESTS = frozenset(("guest", "anonymous"))


def lasting_id(member: Mapping[str, Any]) -> str:
    """Return the id that never changes: Entra's, or the chat's for people without an account."""
    return word(member, "aadObjectId") or word(member, "objectId") or word(member, "id")


def standing(member: Mapping[str, Any], settings: Settings) -> Standing:
    """Return the standing of an account in the home tenant; without one in the settings, all are outsiders."""
    if word(member, "id").startswith("28:") or word(member, "userRole").lower() == "bot":
        return Standing.BOT
    if word(member, "userRole").lower() in _GUESTS or "#EXT#" in word(member, "userPrincipalName").upper():
        return Standing.GUEST
    if settings.teams_tenant_id:
        at_home = word(member, "tenantId").lower() == settings.teams_tenant_id.lower()
        return Standing.HOME if at_home else Standing.OUTSIDE
    return Standing.HOME if settings.teams_dev_unauthenticated else Standing.OUTSIDE


def account(tenant: str, member: Mapping[str, Any], settings: Settings) -> Account:
    """Return the account of a member, with an e-mail only if the home tenant verified it."""
    own = lasting_id(member)
    what = standing(member, settings)
    email = word(member, "email") or word(member, "mail")
    return Account(
        platform="teams",
        tenant=tenant,
        native_id=own,
        standing=what,
        name=word(member, "name").strip() or " ".join((word(member, "givenName"), word(member, "surname"))).strip(),
        email=email.strip().lower() if what is Standing.HOME else "",
        key=keys.teams_person(own),
    )
