"""Teams' activities as arrivals. Pure: the same activity always gives the same arrivals."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from bots.arrival import Arrival, Body, Changed, Entered, Line, Message, Reacted, Removed, Where
from bots.platforms.teams import attached, dialogs, reacted
from bots.platforms.teams.text import Mentioned, Speech, lasting, mentioned
from reseau.foreign import dicts, part, word
from reseau.i18n import Words, known_language
from reseau.keys import EventKey

PLATFORM = "teams"
_BOT = "28:"  # how the ids of apps begin


@dataclass(frozen=True, slots=True)
class Reading:
    """An activity, read.

    Attributes:
        activity: as Teams sent it.
        ids: the lasting ids of accounts, by the ids that Teams' chats use.
    """

    activity: Mapping[str, Any]
    ids: Mapping[str, str]

    @property
    def tenant(self) -> str:
        """The tenant of the activity; the conversation names it only sometimes."""
        tenant = word(part(part(self.activity, "channelData"), "tenant"), "id")
        return tenant or word(self.activity.get("conversation"), "tenantId")

    @property
    def service(self) -> str:
        """The address that answers go to."""
        return word(self.activity, "serviceUrl")

    @property
    def us(self) -> str:
        """Our own id in this conversation."""
        return word(self.activity.get("recipient"), "id")

    @property
    def person(self) -> str:
        """The lasting id of the person who acts."""
        who = self.activity.get("from")
        return lasting(word(who, "id"), word(who, "aadObjectId"), self.ids)

    @property
    def where(self) -> Where:
        """The conversation and the message that began its thread."""
        conversation = self.activity.get("conversation")
        name, _, rest = word(conversation, "id").partition(";messageid=")
        personal = word(conversation, "conversationType") == "personal"
        return Where(name, thread=rest, personal=personal, service=self.service)

    @property
    def people(self) -> list[Mentioned]:
        """Return the people named in the message."""
        return mentioned(self.activity, self.ids)

    def strangers(self) -> list[str]:
        """The ids of people named in the message whose lasting id is not known yet."""
        unknown = (person for person in self.people if person.person and person.person == person.id)
        return [person.id for person in unknown if not _is_bot(person.id) and person.id != self.us]

    def texts(self) -> list[str]:
        """The text of the message, unchanged."""
        html = [word(attachment, "content") for attachment in dicts(self.activity.get("attachments"))]
        return [word(self.activity, "text"), *html]

    # -- what it means -------------------------------------------------------------------------------------------------

    def message(self) -> Iterator[Arrival]:
        """A message to the bot or to others, or a pressed button."""
        value = self.activity.get("value")
        pressed = word(value, "line")
        if pressed:
            yield self._arrival(self._line(pressed, word(self.activity, "replyToId"), pressed=True))
            return
        if self._is_ours() or (self.activity.get("text") is None and not self.activity.get("attachments")):
            return
        message = word(self.activity, "id")
        if self.where.personal or self._is_called():
            yield self._arrival(self._spoken(message))
            return
        if message and (text := self._text()):
            at = self._moment() or datetime.now(UTC)
            yield self._arrival(Message(self.person, self._place(message), message, text, at))
        if self._names_us():
            yield self._arrival(replace(self._spoken(message), aside=True), "aside")

    def update(self) -> Iterator[Arrival]:
        """A message was edited, or restored after its deletion."""
        message = word(self.activity, "id")
        if self._event() in ("editMessage", "undeleteMessage") and message and not self._is_ours():
            where = self._place(message)
            if not where.personal and not self._is_called():
                back = self._event() == "undeleteMessage"
                body = Changed(self.person, where, message, self._text() or "…", self._version(), back)
                yield self._arrival(body, self._event(), self._changed())

    def deletion(self) -> Iterator[Arrival]:
        """A message was deleted."""
        message = word(self.activity, "id")
        if self._event() == "softDeleteMessage" and message and not self.where.personal:
            body = Removed(self._place(message), message, self._version())
            yield self._arrival(body, self._event(), self._changed())

    def reactions(self) -> Iterator[Arrival]:
        """Someone reacted to a message of ours, or took a reaction back."""
        message = word(self.activity, "replyToId")
        if not message or self.where.personal or self._is_ours():
            return
        for field, back in (("reactionsAdded", False), ("reactionsRemoved", True)):
            for number, reaction in enumerate(dicts(self.activity.get(field))):
                if emoji := reacted.emoji_of(word(reaction, "type")):
                    body = Reacted(self.person, self._place(message), message, emoji, back)
                    yield self._arrival(body, field, str(number), message)

    def members(self) -> Iterator[Arrival]:
        """A person joined a conversation; in their own chat with the bot, they are greeted."""
        added = [member for member in dicts(self.activity.get("membersAdded")) if word(member, "id")]
        if added and self.where.personal:
            if not self._is_ours() and self.person:
                yield self._arrival(replace(self._line("", ""), opening=True))
            return
        for member in added:
            own = word(member, "id")
            if own != self.us and not _is_bot(own):
                person = lasting(own, word(member, "aadObjectId"), self.ids)
                yield self._arrival(Entered(person, self._place("")), "entered", person)

    def press(self) -> Iterator[Arrival]:
        """A card's own action (``Action.Execute``), which is answered at once."""
        line = word(part(part(part(self.activity, "value"), "action"), "data"), "line")
        if line:
            yield self._arrival(self._line(line, word(self.activity, "replyToId"), pressed=True))

    def begun(self) -> Iterator[Arrival]:
        """A form is to be opened, from a card's button or from a menu of Teams' own."""
        value = self.activity.get("value")
        if line := word(part(value, "data"), "line"):
            yield self._arrival(self._line(line, word(self.activity, "replyToId"), pressed=True))
        elif filled := dialogs.shortcut(value, self.person, self.ids):
            yield self._arrival(replace(self._line("", "", pressed=True), where=self._elsewhere(), filled=filled))

    def sent(self) -> Iterator[Arrival]:
        """A form that was filled in, or a button of a card in a dialog."""
        value = self.activity.get("value")
        if line := word(part(value, "data"), "line"):
            yield self._arrival(replace(self._line(line, "", pressed=True), where=self._elsewhere()))
        elif filled := dialogs.filled(value):
            yield self._arrival(replace(self._line("", "", pressed=True), where=self._elsewhere(), filled=filled))

    def _elsewhere(self) -> Where:
        """Return the place of an action from a menu: the channel, else the conversation with the person alone.

        A menu is used in chats that are not with us, too.
        """
        where = self.where
        channel = word(self.activity.get("conversation"), "conversationType") == "channel"
        ours = channel or word(self.activity, "name").startswith("task/")
        return where if ours else Where("", personal=True, service=where.service)

    # -- its parts -----------------------------------------------------------------------------------------------------

    def _arrival(self, body: Body, *more: str) -> Arrival:
        own = word(self.activity, "id") or _digest(self.activity)
        return Arrival(EventKey(PLATFORM, self.tenant, ":".join(part for part in (own, *more) if part)), body)

    def _line(self, text: str, message: str, *, pressed: bool = False) -> Line:
        return Line(
            self.person,
            self.where,
            text,
            message=message,
            pressed=pressed,
            language=word(self.activity, "locale"),
            channel_name=word(part(part(self.activity, "channelData"), "channel"), "name"),
        )

    def _spoken(self, message: str) -> Line:
        speech = self._speech()
        line = self._line(speech.line(), message)
        words = speech.words()
        return line if words == line.text else replace(line, words=words)

    def _text(self) -> str:
        """Return a message to others in Markdown: its words, and attachments beside or instead of them."""
        t = Words(known_language(word(self.activity, "locale"), "fr"))
        speech = self._speech()
        html = speech.html()
        parts = (attached.quoted(self.activity, html), speech.markdown(), attached.notes(self.activity, html, t))
        return "\n\n".join(part for part in parts if part.strip()) or attached.instead_of_words(self.activity, t)

    def _names_us(self) -> bool:
        return any(person.id == self.us for person in self.people)

    def _is_called(self) -> bool:
        """Whether the message begins with our name: it is for us, and others need not read it."""
        return self._names_us() and self._speech().begins_with_us()

    def _place(self, message: str) -> Where:
        """Return the thread of a message. The first message of a thread is in none."""
        where = self.where
        return Where(where.conversation, "", where.personal, where.service) if where.thread == message else where

    def _speech(self) -> Speech:
        return Speech(self.activity, self.people, self.us)

    def _is_ours(self) -> bool:
        return word(self.activity.get("from"), "id") == self.us

    def _event(self) -> str:
        data = self.activity.get("channelData")
        return word(data, "eventType")

    def _changed(self) -> str:
        """When a message changed, as Teams writes it: with the message's id it names the change."""
        data = self.activity.get("channelData")
        changed_at = word(data, "lastModified") or word(self.activity, "timestamp")
        return changed_at or _digest(self.activity)

    def _moment(self) -> datetime | None:
        try:
            moment = datetime.fromisoformat(word(self.activity, "timestamp"))
            return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
        except (ValueError, OverflowError):
            return None

    def _version(self) -> int:
        moment = self._moment() or datetime.now(UTC)
        return int(moment.timestamp() * 1_000_000)


def _is_bot(own: str) -> bool:
    return own.startswith(_BOT)


def _digest(activity: Mapping[str, Any]) -> str:
    return hashlib.sha256(json.dumps(activity, sort_keys=True, default=str).encode()).hexdigest()[:32]
