"""Names of Slack's people and programs, from their user objects, live or from an export."""

from __future__ import annotations

from reseau.foreign import part, word
from reseau.markup.markdown import without_control
from reseau.markup.slack import unescape
from reseau.markup.visible import one_line

SLACKBOT = "USLACKBOT"
#: Fields with a name, the best first: the one that the person chose, the full one, the account's.
_NAMES = ("display_name", "real_name", "name")


def name_shown(user: object) -> str:
    """Return the name that people see for a user, a bot, or a snapshot of one; empty if it has none."""
    if word(user, "id") == SLACKBOT:
        return "Slackbot"
    profile = part(user, "profile")
    return next((name for field in _NAMES for holder in (profile, user) if (name := _name(holder, field))), "")


def full_name(user: object) -> str:
    """Return the name for a directory: the full name, else the one that people see."""
    return _name(part(user, "profile"), "real_name") or _name(user, "real_name") or name_shown(user)


def plain_line(text: str) -> str:
    """Return a line of Slack's (a name, a title, a topic) as plain text."""
    return without_control(unescape(text)).strip()


def _name(holder: object, field: str) -> str:
    return one_line(plain_line(word(holder, field)))
