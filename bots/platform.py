"""The platform port: the functions of a chat tool that we need. A folder of ``bots/platforms/`` offers ``platform``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Protocol, runtime_checkable

import bots.platforms
from bots.arrival import Arrival, Filled, Where
from bots.card import Button, Card
from bots.form import Choice, Sheet
from reseau.keys import EventKey
from reseau.markup.visible import one_line
from reseau.network import Network
from reseau.people.accounts import Account
from reseau.plugins import Plugins
from reseau.services import Opened
from reseau.settings import Settings


@dataclass(frozen=True, slots=True)
class Incoming:
    """One line that a person typed, or the line of a button.

    Attributes:
        member_id: the person, once the platform's adapter has found the member behind its account.
        line: as typed, without the platform's escapes; Markdown if the platform knows forms.
        words: its plain words, if they differ.
        event: the platform's event; the same one twice has one effect.
        language: the person's language on the platform, empty if it is unknown.
        confirmed: whether a preview is confirmed already (``--yes``).
        thread: the code of the content in whose thread it was typed, empty elsewhere.
        channel: the channel it was typed in, if any.
        conversation: the place of a pending question: :data:`OWN_CHAT`, or the key of a channel;
            empty where no message can follow.
        pressed: whether it is a button.
        filled: the submitted form, if it is a form and no line.
    """

    member_id: int
    line: str
    event: EventKey
    language: str = ""
    confirmed: bool = False
    thread: str = ""
    channel: Channel | None = None
    conversation: str = ""
    pressed: bool = False
    words: str = ""
    filled: Filled | None = None


#: The conversation of a person's own chat with the bot, whatever the platform calls it.
OWN_CHAT = "own chat"


@dataclass(frozen=True, slots=True)
class Audience:
    """The readers of a channel.

    Attributes:
        name: the channel's name as people know it.
        everybody: whether every full member of the home workspace can read it or come in.
        outsiders: whether people of other organisations are in it.
        people: the platform's ids of its members, without bots.
        accounts: full accounts, if the platform returned them with the list.
        colleagues: readers who are not members yet but may become members.
    """

    name: str
    everybody: bool
    outsiders: bool
    people: tuple[str, ...]
    accounts: tuple[Account, ...] = ()
    colleagues: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Channel:
    """The channel that a line was typed in.

    Attributes:
        where: as the platform names it.
        community_id: the linked community, if any.
        audience: its readers; asked for only if the verb needs it (``Command.needs_audience``).
        name: as people know it, empty if the platform did not say.
    """

    where: Where
    community_id: int | None = None
    audience: Audience | None = None
    name: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """A card, and the way to show it.

    Attributes:
        private: whether only the person who asked may see it.
        replaces: whether it takes the place of the card whose button was pressed, which is over where others see the
            new one.
        language: of the reader.
        pressed: whether it answers a button.
        named: people whom the platform notifies, as it does with anyone who is mentioned.
        sheet: for a form that was filled in, the form again with what is wrong in it, or its next step; the card is
            for platforms that cannot show it.
    """

    card: Card
    private: bool = True
    replaces: bool = False
    language: str = "fr"
    pressed: bool = False
    named: tuple[Named, ...] = ()
    sheet: Sheet | None = None


@dataclass(frozen=True, slots=True)
class Named:
    """A person who is mentioned: the platform's id, and the displayed name."""

    person: str
    name: str


@dataclass(frozen=True, slots=True)
class Address:
    """The destination of a message.

    Attributes:
        tenant: the workspace or tenant.
        where: the conversation and its thread. An empty conversation means the person's own chat with us.
        person: the only person who may see it; empty for everyone there.
        answer_at: the platform's own address for this one answer, which works for a while only.
        message: the message that is answered or replaced, empty if there is none.
    """

    tenant: str
    where: Where
    person: str = ""
    answer_at: str = ""
    message: str = ""


@dataclass(frozen=True, slots=True)
class Post:
    """A content as a linked channel shows it.

    Attributes:
        key: the name of this post, to find it again when it is unknown whether it was sent.
        author: the name people read.
        photo_url: empty if there is none.
        label: its kind and number, in the channel's language: « Question Q12 »; empty for a plain message.
        text: Markdown.
        language: of the channel.
        buttons: as in a card.
        reactions: emoji and names, one line of plain text; empty without any.
    """

    key: str
    author: str
    text: str
    photo_url: str = ""
    label: str = ""
    language: str = "fr"
    buttons: tuple[Button, ...] = ()
    reactions: str = ""

    def __post_init__(self) -> None:
        if (line := one_line(self.reactions)) != self.reactions:
            object.__setattr__(self, "reactions", line)
        if (name := one_line(self.author)) != self.author:
            object.__setattr__(self, "author", name)


class LaterError(Exception):
    """The platform asks to wait. The same thing works later.

    Attributes:
        seconds: the shortest wait.
    """

    def __init__(self, seconds: float, reason: str = "") -> None:
        super().__init__(reason or f"to be tried again in {seconds:.0f} s")
        self.seconds = seconds


class RefusedError(Exception):
    """The platform refuses it for good. The text says why, without any secret."""


class DoubtError(Exception):
    """It is unknown whether the platform took it: the connection ended before the answer came."""


class Courier(Protocol):
    """Carries cards and posts to a platform. Every call may raise ``LaterError``, ``RefusedError`` or ``DoubtError``.

    Attributes:
        name: the platform's.
        gap: seconds that the platform wants between two messages in one conversation.
    """

    name: str
    gap: float

    async def account(self, tenant: str, person: str, where: Where) -> Account:
        """The account of a person, as the platform knows it now."""

    async def audience(self, tenant: str, where: Where) -> Audience:
        """Return the current readers of a channel."""

    async def show(self, answer: Answer, to: Address) -> str:
        """Show a card, a private one to ``to.person`` alone; return the platform's id of its message."""

    async def post(self, post: Post, to: Address) -> tuple[str, ...]:
        """Post a content, in several parts if it is long; returns the platform's ids of the parts, in order."""

    async def edit(self, parts: Sequence[str], post: Post, to: Address) -> tuple[str, ...]:
        """Bring a posted content up to date; returns the ids of its parts now."""

    async def remove(self, parts: Sequence[str], to: Address) -> None:
        """Delete a posted content; one that is gone already is not an error."""

    async def posted(self, key: str, to: Address, since: float) -> tuple[str, ...]:
        """The parts that were posted under a key after a moment (Unix seconds), as far as the platform can tell."""

    async def close(self) -> None:
        """Give the connections back."""


class Reception(Protocol):
    """Receives the events of platforms; each adapter gets one."""

    async def receive(self, arrival: Arrival) -> bool:
        """Keep an event. It is on the disk when this returns, so the platform may get its receipt; then act upon it.

        Returns:
            Whether it is new; a second delivery is not.
        """

    async def answer(self, arrival: Arrival, within: float) -> Answer | None:
        """Keep a line and answer it; the answer is for the person who asked, in the acknowledgement itself.

        Args:
            arrival: its body is a :class:`bots.arrival.Line`.
            within: the seconds until the platform's limit.

        Returns:
            The card, or nothing: it takes longer and will be sent by the courier, or the line came before.
        """

    async def sheet(self, arrival: Arrival) -> Sheet | None:
        """The form that a line opens for the person, or that its form was begun with. Nothing is changed.

        Args:
            arrival: its body is a :class:`bots.arrival.Line`.

        Returns:
            The form, or nothing: no words are missing, and the line is to be received.
        """

    async def choices(self, arrival: Arrival, entry: str, text: str) -> Sequence[Choice]:
        """Return the choices for an entry of a form, while the person types.

        Args:
            arrival: its body is a :class:`bots.arrival.Line` with the form.
            entry: its name.
            text: the letters typed so far.
        """

    async def submit(self, arrival: Arrival, within: float) -> Sheet | None:
        """Submit a form. Raises the error that prevents it: the form is then to stay open.

        Args:
            arrival: its body is a :class:`bots.arrival.Line` with a form that was filled in.
            within: the seconds until the platform's limit.

        Returns:
            The form again with what is wrong in it, or its next step; nothing: the courier carries the card.
        """


@dataclass(frozen=True, slots=True)
class Missing:
    """Something that a platform still needs, for ``reseau doctor``.

    Attributes:
        what: the missing thing in words, marked by ``N_``.
        how: the place to click, or the setting; marked by ``N_``.
        values: of both.
        fatal: whether the platform cannot work without it.
    """

    what: str
    how: str
    values: Mapping[str, object] = field(default_factory=dict)
    fatal: bool = True


@runtime_checkable
class Platform(Protocol):
    """A chat tool in which people talk to us.

    Attributes:
        name: as stored with people's acts there: ``slack``, ``teams``.
        title: as people call it.
    """

    name: str
    title: str

    def configured(self, settings: Settings) -> bool:
        """Whether the settings name an app of this platform."""

    def open(self, network: Network, reception: Reception) -> Opened | None:
        """The routes that the platform calls and the tasks it needs; ``None`` if it is not configured.

        Raises:
            reseau.errors.ReseauError: the settings contradict each other or would open to anyone.
        """

    def courier(self, network: Network) -> Courier | None:
        """Return the courier for cards and posts; ``None`` if the platform is not configured."""

    async def missing(self, network: Network) -> Sequence[Missing]:
        """Return the steps still to be done before it works; ask the platform itself if possible."""


@runtime_checkable
class Called(Protocol):
    """A platform whose channel lines are for us only if they begin with our name."""

    def calling(self, settings: Settings, *, thread: bool) -> str:
        """Return the prefix of a line in a channel, such as ``/rse``, or in a thread of one."""


@runtime_checkable
class Unfolds(Protocol):
    """A courier to a platform that shows a preview of an address below its message."""

    async def unfold(self, cards: Mapping[str, Card], to: Address) -> None:
        """Show cards by address below ``to.message``. Raises as every call of a courier."""


PLATFORMS: Plugins[Platform] = Plugins(bots.platforms, "platform", Platform, "reseau.platforms")  # type: ignore[type-abstract]


@cache
def all_platforms() -> tuple[Platform, ...]:
    """Every platform but the console, by name; the console sends nothing by itself."""
    return tuple(PLATFORMS[name] for name in sorted(PLATFORMS) if name != "console")


def calling(name: str, settings: Settings, channel: Channel | None) -> str:
    """Return the prefix that people type before a line in a channel; our name if the platform has none of its own."""
    if channel is None:
        return ""
    platform: object = next((candidate for candidate in all_platforms() if candidate.name == name), None)
    if not isinstance(platform, Called):
        return f"@{settings.name}"
    return platform.calling(settings, thread=bool(channel.where.thread))


def title_of(name: str) -> str:
    """The title of a platform, or its name if it is not installed here and for the console."""
    return next((platform.title for platform in all_platforms() if platform.name == name), name)
