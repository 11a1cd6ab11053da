"""Keys of outside things, made here and nowhere else.

A key names a thing of another system permanently: a live event, a history page and an export of the same message give
the same key. Its parts are the source's own ids; a counter or a text would change when the thing is edited.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import quote


@dataclass(frozen=True, slots=True)
class AccountKey:
    """The key of an account: the platform, its workspace or tenant, and the platform's lasting id of the account."""

    platform: str
    tenant: str
    native_id: str

    def __str__(self) -> str:
        return f"{self.platform}:{self.tenant}:{self.native_id}"


@dataclass(frozen=True, slots=True)
class ChannelKey:
    """The key of a channel or chat: the platform, its workspace or tenant, and the platform's id of it."""

    platform: str
    tenant: str
    conversation: str

    def __str__(self) -> str:
        return f"{self.platform}:{self.tenant}:{self.conversation}"


@dataclass(frozen=True, slots=True)
class EventKey:
    """The key of an event: the platform, its workspace or tenant, and the platform's id of the event."""

    platform: str
    tenant: str
    native_id: str

    def account(self, native_id: str) -> AccountKey:
        """An account of the same workspace or tenant."""
        return AccountKey(self.platform, self.tenant, native_id)

    def channel(self, conversation: str) -> ChannelKey:
        """A channel of the same workspace or tenant."""
        return ChannelKey(self.platform, self.tenant, conversation)


def foreign(system: str, instance: str, kind: str, *source_id: str) -> str:
    """Return the key ``system/instance/kind/id``. Parts are percent-encoded, so that none can pose as another.

    Args:
        system: ``slack``, ``teams``, ``kit``, ``seed``…
        instance: the workspace, tenant or installation; ``-`` if the source does not say.
        kind: ``person``, ``place``, ``post``, ``reaction``, ``file``, ``membership``…
        source_id: the source's own id, in its parts.
    """
    return "/".join(_part(part) for part in (system, instance or "-", kind, *source_id))


_plain = re.compile(r"[A-Za-z0-9.\-_@:+~]*").fullmatch
_guid = re.compile(r"[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}").fullmatch


def _part(text: str) -> str:
    # Nearly every id is plain; looking first is many times cheaper than encoding, and a ``ts`` takes the shortest look.
    digits = text.isascii() and text.replace(".", "").isdigit()
    return text if digits or _plain(text) else quote(text.encode("utf-8", "surrogatepass"), safe="@:+~")


#: For parts that many keys share: people, channels, emoji.
_common = lru_cache(maxsize=10_000)(_part)


def slack_person(user: str) -> str:
    """A person of a Slack workspace (``U…``, ``W…`` or ``B…``). Ids of people are unique over all of Slack."""
    return f"slack/-/person/{_common(user)}"


def slack_place(channel: str) -> str:
    """A channel or conversation (``C…``, ``G…``, ``D…``), unique over all of Slack."""
    return f"slack/-/place/{_common(channel)}"


def slack_post(channel: str, ts: str) -> str:
    """A message: its channel and its ``ts``, which Slack makes unique within the channel. Never a float."""
    return f"slack/-/post/{_common(channel)}/{_part(ts)}"


def slack_post_at(channel: str, ts: str) -> str:
    """Return the same for a ``ts`` that is known to be digits and a point."""
    return f"slack/-/post/{_common(channel)}/{ts}"


def slack_file(file: str) -> str:
    """A file (``F…``); shared in several messages it stays one."""
    return f"slack/-/file/{_part(file)}"


def slack_reaction(channel: str, ts: str, name: str, user: str) -> str:
    """A reaction of a person on a message; ``name`` without colons."""
    return f"slack/-/reaction/{_common(channel)}/{_part(ts)}/{_common(name)}/{_common(user)}"


def slack_membership(channel: str, user: str) -> str:
    """A person's belonging to a channel."""
    return f"slack/-/membership/{_common(channel)}/{_common(user)}"


def slack_entry(channel: str, ts: str) -> str:
    """A system entry of a channel (join, topic…), which is not content."""
    return f"slack/-/activity/{_common(channel)}/{_part(ts)}"


def teams_person(user: str) -> str:
    """A person of Microsoft 365: the object id in Entra, unique over all tenants; case means nothing in it."""
    return f"teams/-/person/{_part(user.lower() if _guid(user) else user)}"


def teams_post(conversation: str, message: str) -> str:
    """A message: its channel or chat, and the message's id, which is unique within that alone."""
    return f"teams/-/post/{_part(conversation.partition(';')[0])}/{_part(message)}"


def post(platform: str, conversation: str, message: str) -> str:
    """Return the key of a message of any platform, as the platform's own function makes it."""
    match platform:
        case "slack":
            return slack_post(conversation, message)
        case "teams":
            return teams_post(conversation, message)
    return foreign(platform, "-", "post", conversation, message)
