"""A platform that remembers its messages and fails on request: a small real one, for the tests of the bots."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count

from bots.answers.handling import Handler
from bots.arrival import Arrival, Body, Changed, Line, Message, Removed, Where
from bots.command import Command, all_commands
from bots.intake.receiving import Receiving
from bots.mirror.deliver import Mirror
from bots.mirror.readers import Readers, Watch
from bots.platform import Address, Answer, Audience, Post
from bots.sending import calling, gathered, greeting, messages, moderated, routing, summaries
from bots.sending.calling import Calling
from bots.sending.delivery import Bell, Delivering, Sender
from bots.sending.gathered import Gathered
from bots.sending.greeting import Greeting
from bots.sending.messages import CardSender
from bots.sending.moderated import Moderated
from bots.sending.notices import TOPICS, Notices
from bots.sending.routing import Routing
from bots.sending.summaries import Planner, Summaries
from reseau.channels import mirroring
from reseau.keys import EventKey
from reseau.network import Network
from reseau.people.accounts import Account
from reseau.store.grouping import Grouping

TENANT = "T1"


@dataclass(slots=True)
class Standing:
    """A message on the platform."""

    id: str
    to: Address
    post: Post
    at: float = field(default_factory=time.time)


@dataclass
class MemoryCourier:
    """A chat tool in memory.

    Attributes:
        accounts: people's accounts, by id.
        audiences: readers by conversation; everyone reads the others.
        shown: cards, with their addresses.
        messages: posts that are there now, by id.
        calls: the names of the calls, in order.
        failures: raised by the next calls that send, in their order; nothing lets a call through.
        unsaid: the same for calls that ask for readers.
        meanwhile: done once during the question for readers, so that the answer is old when it arrives.
        lost: whether a failing call has its effect before it fails.
    """

    name: str = "slack"
    gap: float = 0.0
    accounts: dict[str, Account] = field(default_factory=dict)
    audiences: dict[str, Audience] = field(default_factory=dict)
    shown: list[tuple[Answer, Address]] = field(default_factory=list)
    messages: dict[str, Standing] = field(default_factory=dict)
    calls: list[str] = field(default_factory=list)
    failures: list[Exception | None] = field(default_factory=list)
    unsaid: list[Exception | None] = field(default_factory=list)
    meanwhile: Callable[[], object] | None = None
    lost: bool = False
    _ids: count[int] = field(default_factory=lambda: count(1))

    async def account(self, tenant: str, person: str, where: Where) -> Account:
        self.calls.append(f"account {person}")
        return self.accounts[person]

    async def audience(self, tenant: str, where: Where) -> Audience:
        self.calls.append(f"audience {where.conversation}")
        unsaid = self.unsaid.pop(0) if self.unsaid else None
        if unsaid is not None:
            raise unsaid
        seen = self.audiences.get(where.conversation, Audience(where.conversation, True, False, ()))
        if self.meanwhile is not None:
            meanwhile, self.meanwhile = self.meanwhile, None
            meanwhile()
        return seen

    async def show(self, answer: Answer, to: Address) -> str:
        self._maybe_fail()
        self.calls.append(f"show {to.person}")
        self.shown.append((answer, to))
        return f"card-{next(self._ids)}"

    async def post(self, post: Post, to: Address) -> tuple[str, ...]:
        self.calls.append(f"post {post.text}")
        failing = self._next_failure()
        id_ = f"{self.name}-{next(self._ids)}"
        if failing is None or self.lost:
            self.messages[id_] = Standing(id_, to, post)
        if failing is not None:
            raise failing
        return (id_,)

    async def edit(self, parts: Sequence[str], post: Post, to: Address) -> tuple[str, ...]:
        self._maybe_fail()
        self.calls.append(f"edit {post.text}")
        self.messages[parts[0]].post = post
        return tuple(parts)

    async def remove(self, parts: Sequence[str], to: Address) -> None:
        self._maybe_fail()
        self.calls.append(f"remove {' '.join(parts)}")
        for part in parts:
            self.messages.pop(part, None)

    async def posted(self, key: str, to: Address, since: float) -> tuple[str, ...]:
        self.calls.append(f"found {key}")
        self._maybe_fail()
        return tuple(
            message.id for message in self.messages.values() if message.post.key == key and message.at >= since
        )

    async def close(self) -> None:
        self.calls.append("close")

    def texts(self) -> list[str]:
        """Return the messages there, in order."""
        return [message.post.text for message in self.messages.values()]

    def _next_failure(self) -> Exception | None:
        return self.failures.pop(0) if self.failures else None

    def _maybe_fail(self) -> None:
        failing = self._next_failure()
        if failing is not None:
            raise failing


@dataclass
class Room:
    """The room at work on platforms in memory."""

    network: Network
    slack: MemoryCourier
    teams: MemoryCourier
    receiving: Receiving
    delivering: Delivering
    writing: Grouping
    _keys: count[int] = field(default_factory=lambda: count(1))

    def arrival(self, body: Body, platform: str = "slack", key: str = "") -> Arrival:
        return Arrival(EventKey(platform, TENANT, key or f"event-{next(self._keys)}"), body)

    async def tell(self, body: Body, platform: str = "slack", key: str = "") -> bool:
        """Receive an event and do everything that it causes."""
        new = await self.receiving.receive(self.arrival(body, platform, key))
        await self.rest()
        return new

    async def rest(self) -> None:
        """Wait until all work is done."""
        await self.receiving.settle()
        while await self.delivering.once():
            await self.delivering.settle()
        await self.delivering.settle()

    async def plan(self) -> None:
        """Do the worker's work of every few minutes: plan summaries and send them."""
        await Planner(self.network, self.writing).plan()
        await self.rest()

    async def ask(self, line: str, person: str = "ULEA", conversation: str = "D1", platform: str = "slack") -> Answer:
        """Return the card for someone who types a line, in person or in a channel."""
        courier = self.slack if platform == "slack" else self.teams
        before = len(courier.shown)
        await self.tell(typed(line, person, conversation), platform)
        answer, _ = courier.shown[before]
        return answer


def typed(line: str, person: str = "ULEA", conversation: str = "D1", thread: str = "") -> Line:
    return Line(person, Where(conversation, thread, personal=conversation.startswith("D")), line)


def chat_message(text: str, message: str, person: str = "ULEA", conversation: str = "C9", thread: str = "") -> Message:
    return Message(person, Where(conversation, thread), message, text, datetime(2026, 1, 2, tzinfo=UTC))


def changed(text: str, message: str, version: int, person: str = "ULEA", conversation: str = "C9") -> Changed:
    return Changed(person, Where(conversation), message, text, version)


def removed(message: str, conversation: str = "C9") -> Removed:
    return Removed(Where(conversation), message, 1)


@asynccontextmanager
async def room(
    network: Network, slack: MemoryCourier | None = None, commands: tuple[Command, ...] = ()
) -> AsyncIterator[Room]:
    """A room with Slack and Teams in memory; nothing delivers by itself, ``tell`` and ``rest`` do."""
    slack = slack or MemoryCourier()
    teams = MemoryCourier("teams")
    couriers = {"slack": slack, "teams": teams}
    writing = Grouping(network.store)
    notices, watch = Notices(network), Watch(network, writing)
    senders: dict[str, Sender] = {
        messages.TOPIC: CardSender(),
        mirroring.TOPIC: Mirror(network, writing, watch),
        mirroring.READERS: Readers(network, watch),
        **dict.fromkeys(TOPICS, notices),
        **dict.fromkeys(moderated.TOPICS, Moderated(network)),
        gathered.TOPIC: Gathered(network),
        routing.TOPIC: Routing(network),
        summaries.TOPIC: Summaries(network),
        calling.TOPIC: Calling(network),
        greeting.TOPIC: Greeting(network),
    }
    delivering = Delivering(network, writing, couriers, senders, Bell())
    receiving = Receiving(Handler(network, commands or all_commands()), writing, couriers, delivering)
    try:
        yield Room(network, slack, teams, receiving, delivering, writing)
    finally:
        await receiving.settle()
        await delivering.settle()
        await asyncio.to_thread(writing.close)
