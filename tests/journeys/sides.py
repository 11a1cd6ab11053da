"""Slack and Teams as people use them, for stories that go from one to the other."""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Protocol

from tests.counterparts_running import LocalSlack
from tests.simulators.heard import Heard, card
from tests.simulators.playground import Playground, until
from tests.simulators.teams import TeamsSimulator

Fields = dict[str, Any]
_numbers = itertools.count(1)


@dataclass(frozen=True, slots=True)
class Standing:
    """A message in a channel.

    Attributes:
        text: everything that is read on it.
        thread: the message that began its thread, empty for one that began a thread itself.
        by: the name shown above it.
    """

    id: str
    text: str
    thread: str
    by: str = ""


@dataclass(frozen=True, slots=True)
class SlackSide:
    """Slack, on local-slack.

    Attributes:
        channel: the one that is linked.
    """

    slack: LocalSlack
    channel: str

    def standing(self) -> list[Standing]:
        public = [
            message
            for message in self.slack.messages(self.channel)
            if "ephemeral_to" not in message and message.get("bot_id")
        ]
        return [
            Standing(message["ts"], read(message["blocks"]), message.get("thread_ts", ""), message.get("username", ""))
            for message in public
        ]

    def command(self, who: str, line: str) -> Fields:
        """Type ``/rse …`` in the channel; return the card that is shown."""
        before = len(self._cards())
        self.slack.control("command", channel=self.channel, user=who, command="/rse", text=line)
        until(lambda: len(self._cards()) > before, f"no card for “{line}”")
        return self._cards()[before]

    def press(self, who: str, message: Fields, begins: str) -> None:
        """Press the button of a card whose line begins so."""
        elements = [
            element for block in message["blocks"] for element in block.get("elements", ()) if "value" in element
        ]
        button = next(element for element in elements if element["value"].startswith(begins))
        action = {name: button[name] for name in ("type", "action_id", "value")}
        self.slack.control("interact", channel=self.channel, messageTs=message["ts"], user=who, action=action)

    def write(self, who: str, text: str, thread: str = "") -> str:
        """Write to the others; the message's id."""
        more = {"thread_ts": thread} if thread else {}
        message = self.slack.control("message", channel=self.channel, user=who, text=text, **more)
        return str(message["message"]["ts"])

    def change(self, who: str, message: str, text: str) -> None:
        self.slack.control("edit-message", channel=self.channel, ts=message, user=who, text=text)

    def react(self, who: str, message: str, emoji: str, *, present: bool = True) -> None:
        """Give a message an emoji, or take it back."""
        self.slack.control("reaction", channel=self.channel, ts=message, user=who, name=emoji, present=present)

    def take_away(self, who: str, message: str) -> None:
        self.slack.control("delete-message", channel=self.channel, ts=message, user=who)

    def _cards(self) -> list[Fields]:
        return [
            message
            for message in self.slack.messages(self.channel)
            if message.get("bot_id") and not message.get("username")
        ]


class Client(Protocol):
    """A local Teams: it sends activities and holds messages."""

    @property
    def service(self) -> str:
        """The address that our answers go to."""

    def send(self, activity: Fields) -> None:
        """Send an activity to our endpoint."""

    def messages(self) -> list[tuple[str, str, Fields]]:
        """Id, conversation and card of each message of ours, in order."""


@dataclass(frozen=True, slots=True)
class TeamsSide:
    """Teams, on a client or on the simulator.

    Attributes:
        channel: the one that is linked.
        team: it belongs to.
        us: our id there.
    """

    client: Client
    tenant: str
    channel: str
    team: str
    us: str

    def standing(self) -> list[Standing]:
        messages = []
        for id_, place, drawn in self.client.messages():
            conversation, _, thread = place.partition(";messageid=")
            if conversation == self.channel:
                messages.append(Standing(id_, read(drawn), "" if thread == id_ else thread))
        return messages

    def cards(self, chat: str) -> list[Fields]:
        """The cards in someone's own chat."""
        return [drawn for _, place, drawn in self.client.messages() if place == chat]

    def type(self, who: Fields, chat: str, line: str) -> Fields:
        """Write to us in one's own chat; return the card that is shown."""
        before = len(self.cards(chat))
        where = {"id": chat, "conversationType": "personal", "tenantId": self.tenant}
        self._tell(who, type="message", text=line, conversation=where)
        until(lambda: len(self.cards(chat)) > before, f"no card for “{line}”")
        return self.cards(chat)[before]

    def mention(self, who: Fields, line: str) -> None:
        """Write to us in the channel."""
        mention = {"type": "mention", "mentioned": {"id": self.us, "name": "RSE"}, "text": "<at>RSE</at>"}
        message = self._new()
        self._tell(
            who,
            type="message",
            id=message,
            text=f"<at>RSE</at> {line}",
            entities=[mention],
            conversation=self._thread(message),
        )

    def write(self, who: Fields, text: str, thread: str = "") -> str:
        """Write to the others; the message's id."""
        message = self._new()
        self._tell(who, type="message", id=message, text=text, conversation=self._thread(thread or message))
        return message

    def change(self, who: Fields, message: str, text: str, thread: str) -> None:
        self._changed("messageUpdate", "editMessage", who, message, text=text, conversation=self._thread(thread))

    def take_away(self, who: Fields, message: str, thread: str) -> None:
        self._changed("messageDelete", "softDeleteMessage", who, message, conversation=self._thread(thread))

    def react(self, who: Fields, message: str, kind: str) -> None:
        """React to a message of ours."""
        where = self._thread(message)
        self._tell(who, type="messageReaction", replyToId=message, reactionsAdded=[{"type": kind}], conversation=where)

    def _changed(self, kind: str, event: str, who: Fields, message: str, **others: Any) -> None:
        self._tell(who, type=kind, id=message, event={"eventType": event}, **others)

    def _thread(self, message: str) -> Fields:
        return {"id": f"{self.channel};messageid={message}", "conversationType": "channel", "isGroup": True}

    def _new(self) -> str:
        return f"{int(time.time() * 1000)}{next(_numbers)}"

    def _tell(self, who: Fields, *, event: Fields | None = None, **others: Any) -> None:
        channel = {"channel": {"id": self.channel}, "team": {"id": self.team}}
        personal = others["conversation"]["conversationType"] == "personal"
        data = {"tenant": {"id": self.tenant}, **({} if personal else channel), **(event or {})}
        self.client.send(
            {
                "id": self._new(),
                "timestamp": datetime.now(UTC).isoformat(),
                "channelId": "msteams",
                "serviceUrl": self.client.service,
                "from": {"id": who["id"], "name": who["name"], "aadObjectId": who["aadObjectId"]},
                "recipient": {"id": self.us, "name": "RSE"},
                "textFormat": "plain",
                "locale": "fr-FR",
                "channelData": data,
                **others,
            }
        )


@dataclass(frozen=True, slots=True)
class PlaygroundClient:
    """Microsoft's client for trying an app."""

    playground: Playground
    heard: Heard

    @property
    def service(self) -> str:
        return self.playground.service

    def send(self, activity: Fields) -> None:
        mentions = [entity for entity in activity.get("entities", ()) if entity["type"] == "mention"]
        if mentions:  # it is answered in a thread that the client must have made itself, for who sits before it
            channel = activity["conversation"]["id"].partition(";")[0]
            self.playground.say(activity["text"], channel, mentions)
        else:
            self.playground.custom(activity)

    def messages(self) -> list[tuple[str, str, Fields]]:
        return [
            (message["messageId"], message.get("postConversationId") or message["place"], card(message))
            for message in self.heard.shown()
            if message.get("attachments")
        ]


@dataclass(frozen=True, slots=True)
class SimulatedClient:
    """Simulated Teams; ``door`` is our address."""

    simulator: TeamsSimulator
    door: Callable[[], str]
    statuses: list[int] = field(default_factory=list)

    @property
    def service(self) -> str:
        return self.simulator.url

    def send(self, activity: Fields) -> None:
        self.statuses.append(self.simulator.tell(self.door(), activity)[0])

    def messages(self) -> list[tuple[str, str, Fields]]:
        places = self.simulator.places
        return [(id_, places[id_], card(body)) for id_, body in list(self.simulator.messages.items())]


def read(drawn: Any) -> str:
    """All texts of a card or of blocks, in order."""
    match drawn:
        case {"type": "TextBlock" | "mrkdwn" | "plain_text", "text": str(text)}:
            return text
        case dict():
            return "\n".join(text for text in map(read, drawn.values()) if text)
        case list():
            return "\n".join(text for text in map(read, drawn) if text)
        case _:
            return ""
