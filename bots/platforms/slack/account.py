"""A user object of Slack's as an account of ours."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bots.platforms.slack.names import called
from reseau import keys
from reseau.people.accounts import Account, Standing


def account_of(user: Mapping[str, Any], home: str) -> Account:
    """Who a user is. Never raises on a user object that has an id.

    Args:
        user: as ``users.info`` or an event gives it.
        home: the id of the home workspace.
    """
    profile = user.get("profile")
    profile = profile if isinstance(profile, dict) else {}
    person = str(user.get("id") or "")
    standing = standing_of(user, home)
    return Account(
        platform="slack",
        tenant=home,
        native_id=person,
        standing=standing,
        name=_full_name(user, profile),
        # Another workspace vouches for its own people only, and a guest's address is whatever was invited.
        email=_word(profile, "email") if standing == Standing.HOME else "",
        key=keys.slack_person(person),
        photo_url=_word(profile, "image_192"),
        language=_word(user, "locale"),
        timezone=_word(user, "tz"),
        job=_word(profile, "title"),
    )


def standing_of(user: Mapping[str, Any], home: str) -> Standing:
    """What somebody is in the home workspace, by Slack's own word."""
    if user.get("deleted") is True:
        return Standing.GONE
    if user.get("is_bot") is True or user.get("is_workflow_bot") is True or user.get("id") == "USLACKBOT":
        return Standing.BOT
    if user.get("is_stranger") is True or not _belongs(user, home):
        return Standing.OUTSIDE
    if user.get("is_restricted") is True or user.get("is_ultra_restricted") is True:
        return Standing.GUEST
    return Standing.HOME


def _belongs(user: Mapping[str, Any], home: str) -> bool:
    if user.get("team_id") == home:
        return True
    # In an organisation of several workspaces somebody may have another first one.
    organisation = user.get("enterprise_user")
    teams = organisation.get("teams") if isinstance(organisation, dict) else None
    return isinstance(teams, list) and home in teams


def _full_name(user: Mapping[str, Any], profile: Mapping[str, Any]) -> str:
    return _word(profile, "real_name") or _word(user, "real_name") or called(user)


def _word(values: Mapping[str, Any], name: str) -> str:
    found = values.get(name)
    return found.strip() if isinstance(found, str) else ""
