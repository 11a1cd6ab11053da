"""Events of platforms in one common form: adapters create them, and the reception stores them first.

Everything here is plain values, so that it can wait in the inbox as JSON and be taken up again after a crash.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field as described, fields
from datetime import datetime
from typing import Any

from reseau.keys import EventKey
from reseau.people.accounts import Account


@dataclass(frozen=True, slots=True)
class Where:
    """A conversation on a platform.

    Attributes:
        conversation: the platform's id of the channel or chat, without its thread.
        thread: the platform's id of the message that began the thread; empty outside of any.
        personal: whether it is the person's own chat with the bot.
        service: the address of the platform's service for this conversation (Teams), empty if there is only one.
    """

    conversation: str
    thread: str = ""
    personal: bool = False
    service: str = ""


@dataclass(frozen=True, slots=True)
class Filled:
    """The values that a person filled into the form of a verb.

    Attributes:
        verb: its id.
        values: by the names of its entries; people may be references, as in a text.
        step: the step of the form that was filled in last, from 0.
        about: the platform's id of the message that the form was opened from, empty if there is none.
    """

    verb: str
    values: Mapping[str, str] = described(default_factory=dict)
    step: int = 0
    about: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """A line for the bot: a command, a mention, a personal message, or a button.

    Attributes:
        person: the platform's id of the person who writes.
        where: the conversation.
        text: the line without the platform's escapes and our own name; for a button, its line.
        message: the platform's id of the message, of the card for a button; empty if there is none.
        pressed: whether it is a button.
        answer_at: the platform's address for this one answer, for a while (Slack's ``response_url``).
        language: the person's language on the platform, empty if it is unknown.
        channel_name: the channel's name, empty if it is unknown.
        words: the plain words as typed, if ``text`` is Markdown that differs from them.
        aside: whether it names us within a sentence: in a linked channel it is then not a line for us.
        filled: the submitted form, if it is a form and no line.
        opening: whether nothing was typed: the person opens the chat with the bot for the first time there.
    """

    person: str
    where: Where
    text: str
    message: str = ""
    pressed: bool = False
    answer_at: str = ""
    language: str = ""
    channel_name: str = ""
    words: str = ""
    aside: bool = False
    filled: Filled | None = None
    opening: bool = False


@dataclass(frozen=True, slots=True)
class Message:
    """A message that people wrote to each other.

    Attributes:
        message: the platform's id of it.
        text: Markdown.
        at: when it was written (UTC).
    """

    person: str
    where: Where
    message: str
    text: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Changed:
    """A message was edited; ``version`` grows with every change (microseconds of the change).

    ``back``: it had been deleted and was restored.
    """

    person: str
    where: Where
    message: str
    text: str
    version: int
    back: bool = False


@dataclass(frozen=True, slots=True)
class Removed:
    """A message was deleted."""

    where: Where
    message: str
    version: int


@dataclass(frozen=True, slots=True)
class Reacted:
    """Someone reacted to a message, or took a reaction back.

    Attributes:
        message: the platform's id of the message.
        emoji: a name without colons, perhaps with a skin tone (``wave::skin-tone-3``), or the sign itself.
        back: whether it was taken back.
    """

    person: str
    where: Where
    message: str
    emoji: str
    back: bool = False


@dataclass(frozen=True, slots=True)
class Pointed:
    """A message leads to pages of ours."""

    person: str
    where: Where
    message: str
    addresses: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Entered:
    """A person joined a conversation: a link with it may have to stop."""

    person: str
    where: Where


@dataclass(frozen=True, slots=True)
class AccountChanged:
    """New data of an account on the platform.

    ``new``: the person has just come to the workspace.
    """

    account: Account
    new: bool = False


Body = Line | Message | Changed | Removed | Reacted | Pointed | Entered | AccountChanged

_BODIES: dict[str, type[Any]] = {
    "line": Line,
    "said": Message,
    "changed": Changed,
    "removed": Removed,
    "reacted": Reacted,
    "pointed": Pointed,
    "entered": Entered,
    "known": AccountChanged,
}
_NAMES = {kind: name for name, kind in _BODIES.items()}


@dataclass(frozen=True, slots=True)
class Arrival:
    """One event of a platform.

    Attributes:
        event: its key; a second delivery of the same event has no effect.
        body: the event itself.
    """

    event: EventKey
    body: Body

    @property
    def kind(self) -> str:
        """The name of the body's kind, as the inbox notes it."""
        return _NAMES[type(self.body)]


def to_payload(body: Body) -> dict[str, Any]:
    """A body as JSON keeps it; :func:`from_payload` gives it back."""
    values = _fields(body)
    for name in ("where", "account", "filled"):
        if values.get(name) is not None:
            values[name] = _fields(values[name])
    if isinstance(body, Message):
        values["at"] = body.at.isoformat()
    return values


def _fields(record: Any) -> dict[str, Any]:
    # Not asdict(): it copies every value deeply, half of the cost of storing a message.
    return {field.name: getattr(record, field.name) for field in fields(record)}


def from_payload(kind: str, payload: dict[str, Any]) -> Body:
    """The body that :func:`to_payload` wrote.

    Raises:
        KeyError, TypeError, ValueError: the payload is not one of these bodies.
    """
    values = dict(payload)
    if "where" in values:
        values["where"] = Where(**values["where"])
    if "account" in values:
        values["account"] = Account(**values["account"])
    if values.get("filled") is not None:
        values["filled"] = Filled(**values["filled"])
    if kind == "pointed":
        values["addresses"] = tuple(values["addresses"])
    if kind == "said":
        values["at"] = datetime.fromisoformat(values["at"])
    body: Body = _BODIES[kind](**values)
    return body
