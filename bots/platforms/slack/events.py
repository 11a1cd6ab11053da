"""Events of Slack as arrivals: messages, changes of them, newcomers, and what becomes known of people."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from bots.arrival import Arrival, Body, Changed, Entered, Known, Line, Reacted, Removed, Said, Where
from bots.platforms.slack.account import account_of
from bots.platforms.slack.envelope import Fields, identity, key, micros, moment, stamp
from bots.platforms.slack.home import Team
from bots.platforms.slack.names import Names
from bots.platforms.slack.writing import begins_with, markdown, spoken
from reseau.foreign import part, word
from reseau.keys import EventKey

#: What people write; every other subtype is Slack's own entry, or a program's.
_WRITTEN = frozenset(("", "file_share", "thread_broadcast", "me_message"))
#: The name of an emoji, perhaps of the company's own, and the skin tone behind it.
_EMOJI = re.compile(r"[^\s:/\\<>|]{1,100}(?:::skin-tone-[2-6])?").fullmatch


class Events:
    """Reads the events of one workspace.

    Args:
        team: the home workspace.
        names: of people and channels, to show in references; events about people add to it.
        language: the network's own.
    """

    def __init__(self, team: Team, names: Names, language: str = "fr") -> None:
        self._team = team
        self._names = names
        self._language = language
        self._kinds: dict[str, Callable[[Fields, Fields], Body | None]] = {
            "message": self._message,
            "app_mention": self._mention,
            "app_home_opened": self._opened,
            "reaction_added": self._reacted,
            "reaction_removed": self._reacted,
            "member_joined_channel": self._joined,
            "user_change": self._known,
            "team_join": self._known,
        }

    def arrival(self, body: Fields) -> Arrival | None:
        """The arrival that an envelope tells of, or nothing for us. Never raises.

        Args:
            body: the whole ``event_callback``, as it came.
        """
        event = part(body, "event")
        read = self._kinds.get(word(event, "type"))
        found = read(event, body) if read else None
        if found is None:
            return None
        if word(event, "type") == "app_home_opened":
            named = f"opened:{identity(event, 'user')}"  # whoever comes is greeted once, however often they come back
        elif isinstance(found, Line) and not found.where.personal:
            # A mention is one thing, however often Slack tells it: again when the message is edited.
            named = f"mention:{found.where.conversation}:{found.message}"
        else:
            named = key(body, "event_id") or _own_key(event)
        return Arrival(EventKey("slack", self._team.id, named), found) if named else None

    # -- messages ------------------------------------------------------------------------------------------------------

    def _message(self, event: Fields, body: Fields) -> Body | None:
        subtype = word(event, "subtype")
        if subtype == "message_changed":
            return self._changed(event, body)
        if subtype == "message_deleted":
            return self._deleted(event, body)
        if subtype not in _WRITTEN or not self._by_people(event, body):
            return None
        if _personal(event):
            return self._line(event, personal=True)
        # Slack tells of it twice, as a mention too, and that is a line.
        return None if begins_with(event, self._team.user) else self._said(event)

    def _mention(self, event: Fields, body: Fields) -> Body | None:
        by_people = self._by_people(event, body) and not event.get("bot_id")  # no talks between programs
        heard = self._line(event, personal=False) if by_people else None
        return heard if heard is None or begins_with(event, self._team.user) else replace(heard, aside=True)

    def _line(self, event: Fields, *, personal: bool) -> Line | None:
        where, person, message = _where(event, event, personal), identity(event, "user"), stamp(event, "ts")
        if not (where and person and message):
            return None
        called = "" if personal else self._names.places.get(where.conversation, "")
        text, words = spoken(event, self._names, self._team.user, self._language)
        return Line(person, where, text, message, channel_name=called, words=words)

    def _said(self, event: Fields) -> Said | None:
        where, person, message = _where(event, event), identity(event, "user"), stamp(event, "ts")
        text = markdown(event, self._names, self._language)
        if not (where and person and message and text.strip()):
            return None
        return Said(person, where, message, text, moment(message))

    def _changed(self, event: Fields, body: Fields) -> Body | None:
        message, before = part(event, "message"), part(event, "previous_message")
        if _personal(event) or not self._by_people(message, body):
            return None
        if word(message, "subtype") == "tombstone":  # the root of a thread, deleted while its replies stay
            return _removed(event, message, stamp(message, "ts"))
        if word(message, "subtype") not in _WRITTEN:
            return None
        version = stamp(part(message, "edited"), "ts")
        # Link previews and counters of replies change a message too; nobody edited it.
        if not version or version == stamp(part(before, "edited"), "ts"):
            return None
        if begins_with(message, self._team.user) and (not before or begins_with(before, self._team.user)):
            return None
        where, person, named = _where(event, message), identity(message, "user"), stamp(message, "ts")
        text = markdown(message, self._names, self._language)
        if not (where and person and named) or (before and text == markdown(before, self._names, self._language)):
            return None
        return Changed(person, where, named, text, micros(version))

    def _deleted(self, event: Fields, body: Fields) -> Removed | None:
        before = part(event, "previous_message")
        if _personal(event) or not self._by_people(before, body):
            return None
        return _removed(event, before, stamp(event, "deleted_ts"))

    def _by_people(self, message: Fields, body: Fields) -> bool:
        """Whether we did not write it ourselves."""
        team = self._team
        return not (
            (team.user and message.get("user") == team.user)
            or (team.bot and message.get("bot_id") == team.bot)
            or (message.get("app_id") and message.get("app_id") == body.get("api_app_id"))
        )

    def _opened(self, event: Fields, _body: Fields) -> Line | None:
        """Somebody opens our chat: an empty line, which is greeted."""
        person, chat = identity(event, "user"), identity(event, "channel")
        if word(event, "tab") != "messages" or not person or not chat.startswith("D"):
            return None
        return Line(person, Where(chat, personal=True), "")

    def _reacted(self, event: Fields, _body: Fields) -> Reacted | None:
        item = part(event, "item")  # a file or a comment of a file is no message
        where, message, person = _where(item, {}), stamp(item, "ts"), identity(event, "user")
        emoji = word(event, "reaction")
        if not (where and message and person and _EMOJI(emoji)) or person == self._team.user or _personal(item):
            return None
        return Reacted(person, where, message, emoji, word(event, "type") == "reaction_removed")

    # -- people --------------------------------------------------------------------------------------------------------

    def _joined(self, event: Fields, _body: Fields) -> Entered | None:
        person, channel = identity(event, "user"), identity(event, "channel")
        if not person or not channel or person == self._team.user:
            return None
        return Entered(person, Where(channel))

    def _known(self, event: Fields, _body: Fields) -> Known | None:
        user = part(event, "user")
        if not identity(user, "id"):
            return None
        self._names.learn(user)
        return Known(account_of(user, self._team.id))


def _where(event: Fields, message: Fields, personal: bool = False) -> Where | None:
    channel, thread = identity(event, "channel"), stamp(message, "thread_ts")
    if not channel:
        return None
    return Where(channel, "" if thread == stamp(message, "ts") else thread, personal)


def _removed(event: Fields, message: Fields, named: str) -> Removed | None:
    where = _where(event, message)
    if where is None or not named:
        return None
    return Removed(where, named, micros(stamp(event, "event_ts") or stamp(event, "ts")))


def _personal(event: Fields) -> bool:
    kind = word(event, "channel_type")
    return kind == "im" or (not kind and identity(event, "channel").startswith("D"))


def _own_key(event: Fields) -> str:
    """A name for an event that came without one: what it is about, so that a second delivery has the same."""
    told: list[Any] = [word(event, "type"), identity(event, "channel"), key(event, "event_ts") or key(event, "ts")]
    return ":".join(told) if all(told) else ""
