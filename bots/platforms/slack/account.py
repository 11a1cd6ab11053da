"""A user object of Slack's as an account of ours."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from reseau import keys
from reseau.foreign import items, part, word
from reseau.markup.slack_user import SLACKBOT, full_name, plain_line
from reseau.people.accounts import Account, Standing


def account_of(user: Mapping[str, Any], home: str) -> Account:
    """Return the account of a user. Never raises on a user object that has an id.

    Args:
        user: as ``users.info`` or an event gives it.
        home: the id of the home workspace.
    """
    profile = part(user, "profile")
    person = str(user.get("id") or "")
    standing = standing_of(user, home)
    return Account(
        platform="slack",
        tenant=home,
        native_id=person,
        standing=standing,
        name=full_name(user),
        # Another workspace verifies its own people only, and a guest's address is only the invited one.
        email=word(profile, "email").strip() if standing == Standing.HOME else "",
        key=keys.slack_person(person),
        photo_url=word(profile, "image_192").strip(),
        language=word(user, "locale").strip(),
        timezone=word(user, "tz").strip(),
        job=plain_line(word(profile, "title")),
    )


def standing_of(user: Mapping[str, Any], home: str) -> Standing:
    """The standing of an account in the home workspace, as Slack states it."""
    if user.get("deleted") is True:
        return Standing.GONE
    if user.get("is_bot") is True or user.get("is_workflow_bot") is True or user.get("id") == SLACKBOT:
        return Standing.BOT
    if user.get("is_stranger") is True or not _belongs(user, home):
        return Standing.OUTSIDE
    if user.get("is_restricted") is True or user.get("is_ultra_restricted") is True:
        return Standing.GUEST
    return Standing.HOME


def _belongs(user: Mapping[str, Any], home: str) -> bool:
    if user.get("team_id") == home:
        return True
    # In an organisation of several workspaces, a person's first workspace may be another one.
    return home in items(part(user, "enterprise_user").get("teams"))
