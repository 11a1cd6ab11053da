"""Slack's events as arrivals: messages and their changes, commands, buttons, and news of people.

It is taken apart with care: every part may be missing, or of another type than promised.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from bots.arrival import (
    AccountChanged,
    Arrival,
    Body,
    Changed,
    Entered,
    Line,
    Message,
    Pointed,
    Reacted,
    Removed,
    Where,
)
from bots.platforms.slack.account import account_of
from bots.platforms.slack.home import Team
from bots.platforms.slack.names import Names
from bots.platforms.slack.writing import begins_with, markdown, spoken
from reseau.foreign import dicts, part, word
from reseau.keys import EventKey

Fields = Mapping[str, Any]

#: What people write; every other subtype is Slack's own entry, or a program's.
_WRITTEN = frozenset(("", "file_share", "thread_broadcast", "me_message"))
#: The name of an emoji, perhaps of the company's own, and the skin tone behind it.
_EMOJI = re.compile(r"[^\s:/\\<>|]{1,100}(?:::skin-tone-[2-6])?").fullmatch
#: Behind the address for an answer to a card that everyone sees: a private answer must not take that card's place.
#: What follows a ``#`` never leaves this machine.
SEEN_BY_ALL = "#seen-by-all"
HOME = "mon accueil"  # the line whose card is the Home tab
_NO_NAMES = ("directmessage", "privategroup")  # Slack's placeholders for a name
_ID = re.compile(r"[A-Za-z0-9_.-]{1,64}", re.ASCII).fullmatch
_TS = re.compile(r"(\d{1,12})\.(\d{1,6})", re.ASCII).fullmatch
_KEY = re.compile(r"[\x21-\x7e]{1,250}").fullmatch
_MOST_LINKS, _LONGEST_LINK = 10, 2000
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


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
            "link_shared": self._pointed,
            "member_joined_channel": self._joined,
            "user_change": self._account_changed,
            "team_join": self._joined_team,
        }

    def arrival(self, body: Fields) -> Arrival | None:
        """The arrival in an envelope, or ``None`` if it does not concern us. Never raises.

        Args:
            body: the whole ``event_callback``, as it came.
        """
        event = part(body, "event")
        read = self._kinds.get(word(event, "type"))
        happened = read(event, body) if read else None
        if happened is None:
            return None
        if word(event, "type") == "app_home_opened":
            named = f"opened:{_identity(event, 'user')}"  # each person is greeted once
        elif isinstance(happened, Line) and not happened.where.personal:
            # Slack repeats a mention when the message is edited: it stays one event.
            named = f"mention:{happened.where.conversation}:{happened.message}"
        else:
            named = _key(body, "event_id") or _own_key(event)
        return Arrival(EventKey("slack", self._team.id, named), happened) if named else None

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
        # Slack sends it twice, also as a mention, and that is a line.
        return None if begins_with(event, self._team.user) else self._posted(event)

    def _mention(self, event: Fields, body: Fields) -> Body | None:
        by_people = self._by_people(event, body) and not event.get("bot_id")  # no talks between programs
        heard_line = self._line(event, personal=False) if by_people else None
        return (
            heard_line if heard_line is None or begins_with(event, self._team.user) else replace(heard_line, aside=True)
        )

    def _line(self, event: Fields, *, personal: bool) -> Line | None:
        where, person, message = _where(event, event, personal), _identity(event, "user"), _stamp(event, "ts")
        if not (where and person and message):
            return None
        called = "" if personal else self._names.places.get(where.conversation, "")
        text, words = spoken(event, self._names, self._team.user, self._language)
        return Line(person, where, text, message, channel_name=called, words=words)

    def _posted(self, event: Fields) -> Message | None:
        where, person, message = _where(event, event), _identity(event, "user"), _stamp(event, "ts")
        text = markdown(event, self._names, self._language)
        if not (where and person and message and text.strip()):
            return None
        return Message(person, where, message, text, _moment(message))

    def _changed(self, event: Fields, body: Fields) -> Body | None:
        message, before = part(event, "message"), part(event, "previous_message")
        if _personal(event) or not self._by_people(message, body):
            return None
        if word(message, "subtype") == "tombstone":  # the root of a thread, deleted while its replies stay
            return _removed(event, message, _stamp(message, "ts"))
        if word(message, "subtype") not in _WRITTEN:
            return None
        version = _stamp(part(message, "edited"), "ts")
        # Link previews and reply counters change a message too, without an edit.
        if not version or version == _stamp(part(before, "edited"), "ts"):
            return None
        if begins_with(message, self._team.user) and (not before or begins_with(before, self._team.user)):
            return None
        where, person, named = _where(event, message), _identity(message, "user"), _stamp(message, "ts")
        text = markdown(message, self._names, self._language)
        if not (where and person and named) or (before and text == markdown(before, self._names, self._language)):
            return None
        return Changed(person, where, named, text, _micros(version))

    def _deleted(self, event: Fields, body: Fields) -> Removed | None:
        before = part(event, "previous_message")
        if _personal(event) or not self._by_people(before, body):
            return None
        return _removed(event, before, _stamp(event, "deleted_ts"))

    def _by_people(self, message: Fields, body: Fields) -> bool:
        """Whether we did not write it ourselves."""
        team = self._team
        return not (
            (team.user and message.get("user") == team.user)
            or (team.bot and message.get("bot_id") == team.bot)
            or (message.get("app_id") and message.get("app_id") == body.get("api_app_id"))
        )

    def _opened(self, event: Fields, _body: Fields) -> Line | None:
        """A person opens the chat with the bot: an empty line, which is greeted."""
        person, chat = _identity(event, "user"), _identity(event, "channel")
        if word(event, "tab") != "messages" or not person or not chat.startswith("D"):
            return None
        return Line(person, Where(chat, personal=True), "", opening=True)

    def home(self, body: Fields) -> Arrival | None:
        """The arrival of a person who opens the Home tab: the line that its card answers."""
        event = part(body, "event")
        person, named = _identity(event, "user"), _key(body, "event_id")
        if word(event, "type") != "app_home_opened" or word(event, "tab") != "home" or not (person and named):
            return None
        return Arrival(EventKey("slack", self._team.id, f"home:{named}"), Line(person, Where("", personal=True), HOME))

    def _reacted(self, event: Fields, _body: Fields) -> Reacted | None:
        item = part(event, "item")  # a file or a comment on a file is not a message
        where, message, person = _where(item, {}), _stamp(item, "ts"), _identity(event, "user")
        emoji = word(event, "reaction")
        if not (where and message and person and _EMOJI(emoji)) or person == self._team.user or _personal(item):
            return None
        return Reacted(person, where, message, emoji, word(event, "type") == "reaction_removed")

    def _pointed(self, event: Fields, _body: Fields) -> Pointed | None:
        """Addresses of ours in a posted message; a draft has no place yet."""
        where, message, person = _where(event, {}), _stamp(event, "message_ts"), _identity(event, "user")
        urls = [word(link, "url") for link in dicts(event.get("links"))]
        addresses = tuple(url for url in urls if 0 < len(url) <= _LONGEST_LINK)[:_MOST_LINKS]
        if word(event, "source") == "composer" or not (where and message and person and addresses):
            return None
        return Pointed(person, where, message, addresses)

    # -- commands and buttons, which ask for an answer of their own ----------------------------------------------------

    def command(self, body: Fields) -> Arrival | None:
        """The arrival of a slash command, or ``None`` if its fields are no command's."""
        person, channel = _identity(body, "user_id"), _identity(body, "channel_id")
        event_id = _key(body, "trigger_id")
        if not (person and channel and event_id):
            return None
        # A command in anyone's personal chat says "directmessage", so it never counts as the one with us.
        name = word(body, "channel_name")
        text, words = spoken(body, self._names, self._team.user, self._language)
        line = Line(
            person,
            Where(channel),
            text,
            answer_at=_address(body),
            channel_name="" if name in _NO_NAMES else name,
            words=words,
        )
        return Arrival(EventKey("slack", self._team.id, event_id), line)

    def press(self, body: Fields) -> Arrival | None:
        """The arrival of a pressed button, or ``None`` for one without a line (it opens an address)."""
        button = next(iter(dicts(body.get("actions"))), {})
        text = word(button, "value") or word(part(button, "selected_option"), "value")
        person = _identity(part(body, "user"), "id")
        pressing = _key(button, "action_ts") or _key(body, "trigger_id")
        if not (text.strip() and person and pressing):
            return None
        container, message = part(body, "container"), part(body, "message")
        where = _where_pressed(body, container, message)
        card = _stamp(container, "message_ts") or _stamp(message, "ts")
        answer_at = _address(body)
        if answer_at and not where.personal and container.get("is_ephemeral") is not True:
            answer_at += SEEN_BY_ALL
        line = Line(person, where, text, card, pressed=True, answer_at=answer_at)
        event_id = ":".join(("action", person, where.conversation, card, _key(button, "action_id"), pressing))
        return Arrival(EventKey("slack", self._team.id, event_id), line)

    # -- people --------------------------------------------------------------------------------------------------------

    def _joined(self, event: Fields, _body: Fields) -> Entered | None:
        person, channel = _identity(event, "user"), _identity(event, "channel")
        if not person or not channel or person == self._team.user:
            return None
        return Entered(person, Where(channel))

    def _account_changed(self, event: Fields, _body: Fields) -> AccountChanged | None:
        user = part(event, "user")
        if not _identity(user, "id"):
            return None
        self._names.learn(user)
        return AccountChanged(account_of(user, self._team.id))

    def _joined_team(self, event: Fields, body: Fields) -> AccountChanged | None:
        changed = self._account_changed(event, body)
        return None if changed is None else replace(changed, new=True)


def _where(event: Fields, message: Fields, personal: bool = False) -> Where | None:
    channel, thread = _identity(event, "channel"), _stamp(message, "thread_ts")
    if not channel:
        return None
    return Where(channel, "" if thread == _stamp(message, "ts") else thread, personal)


def _removed(event: Fields, message: Fields, named: str) -> Removed | None:
    where = _where(event, message)
    if where is None or not named:
        return None
    return Removed(where, named, _micros(_stamp(event, "event_ts") or _stamp(event, "ts")))


def _personal(event: Fields) -> bool:
    kind = word(event, "channel_type")
    return kind == "im" or (not kind and _identity(event, "channel").startswith("D"))


def _own_key(event: Fields) -> str:
    """A key for an event that came without one: made from its subject, so that a second delivery has the same."""
    parts: list[Any] = [word(event, "type"), _identity(event, "channel"), _key(event, "event_ts") or _key(event, "ts")]
    return ":".join(parts) if all(parts) else ""


def _where_pressed(body: Fields, container: Fields, message: Fields) -> Where:
    channel = _identity(part(body, "channel"), "id") or _identity(container, "channel_id")
    if not channel:
        return Where("", personal=True)  # our own page in Slack, which only this person sees
    named = _stamp(container, "message_ts") or _stamp(message, "ts")
    thread = _stamp(container, "thread_ts") or _stamp(message, "thread_ts")
    # A private card may be in a chat between two others, after a command there.
    personal = channel.startswith("D") and container.get("is_ephemeral") is not True
    return Where(channel, "" if thread == named else thread, personal)


def _address(body: Fields) -> str:
    address = word(body, "response_url")
    return address if address.startswith(("https://", "http://")) else ""


def _identity(values: Fields, *names: str) -> str:
    """The first of some ids that is one, of a person, a channel or a team; empty if there is none."""
    return next((id_ for id_ in (word(values, name) for name in names) if _ID(id_)), "")


def _stamp(values: Fields, name: str) -> str:
    """A ``ts``, which names a message; empty if there is none."""
    ts = word(values, name)
    return ts if _TS(ts) else ""


def _key(values: Fields, name: str) -> str:
    """An id of an event as it may be kept, empty if there is none."""
    id_ = word(values, name)
    return id_ if _KEY(id_) else ""


def _micros(ts: str) -> int:
    """The microseconds since 1970 of a ``ts``."""
    match = _TS(ts)
    return int(match[1]) * 1_000_000 + int(match[2].ljust(6, "0")) if match else 0


def _moment(ts: str) -> datetime:
    """The moment of a ``ts``."""
    try:
        return _EPOCH + timedelta(microseconds=_micros(ts))
    except OverflowError:
        return _EPOCH
