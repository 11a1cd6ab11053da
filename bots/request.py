"""A command's request: the person, the words, and the transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from bots.arrival import Where
from bots.card import Button, Style
from bots.command import Command
from bots.platform import Channel, Incoming, calling
from reseau.access import Viewer
from reseau.acting import Acting
from reseau.errors import ReseauError
from reseau.i18n import Words
from reseau.keys import ChannelKey
from reseau.people.members import Member
from reseau.settings import Settings
from reseau.store import Transaction


@dataclass(frozen=True, slots=True)
class Arguments:
    """The arguments of a verb.

    Attributes:
        text: the free text, exactly as typed but for the white space around it.
        options: the values of each option named, in order.
        verbatim: whether a colon at the very beginning marked all of it as text.
        filled: whether a form gave them, each in its place: nothing is looked for in the text.
    """

    text: str = ""
    options: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    verbatim: bool = False
    filled: bool = False

    def option(self, name: str) -> str:
        """The last value given for an option, empty when there is none."""
        return self.options.get(name, ("",))[-1]

    def as_json(self) -> dict[str, Any]:
        """As plain values, to be kept."""
        return {"text": self.text, "options": {name: list(values) for name, values in self.options.items()}}

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> Arguments:
        """Read the values of a form, as :meth:`as_json` wrote them."""
        options = {name: tuple(values) for name, values in kept["options"].items()}
        return cls(kept["text"], options, verbatim=True, filled=True)


@dataclass(frozen=True, slots=True)
class Request:
    """One line of one person, understood.

    Attributes:
        tx: the transaction of this line: all that the command does, or nothing.
        settings: of the installation.
        me: who asks.
        viewer: the same, as the read gate knows it.
        command: the verb that was understood.
        arguments: what follows it.
        line: as typed, to be given back when something is wrong.
        words: the plain words of the line.
        t: the words of the reader's language.
        platform: where it was typed.
        commands: the verbs that this person may use.
        confirmed: whether a preview is confirmed already.
        thread: the code of the content in whose thread it was typed, empty elsewhere.
        channel: the channel it was typed in, if any.
        tenant: the workspace or tenant of the platform, empty if there is only one.
        conversation: where the next message is waited for, see :class:`bots.platform.Incoming`.
        asked: whether the bot asked for the words, and this message gives them.
        pressed: whether it is a button.
    """

    tx: Transaction
    settings: Settings
    me: Member
    viewer: Viewer
    command: Command
    arguments: Arguments
    line: str
    words: str
    t: Words
    platform: str
    commands: Sequence[Command]
    confirmed: bool = False
    thread: str = ""
    channel: Channel | None = None
    tenant: str = ""
    conversation: str = ""
    asked: bool = False
    pressed: bool = False

    @classmethod
    def of(
        cls,
        tx: Transaction,
        settings: Settings,
        me: Member,
        viewer: Viewer,
        commands: Sequence[Command],
        incoming: Incoming,
        t: Words,
    ) -> Request:
        """A member's request, before the verb and its arguments are known."""
        return cls(
            tx=tx,
            settings=settings,
            me=me,
            viewer=viewer,
            command=commands[0],
            arguments=Arguments(),
            line=incoming.line,
            words=incoming.words or incoming.line,
            t=t,
            platform=incoming.event.platform,
            commands=commands,
            confirmed=incoming.confirmed,
            thread=incoming.thread,
            channel=incoming.channel,
            tenant=incoming.event.tenant,
            conversation=incoming.conversation,
            pressed=incoming.pressed,
        )

    @property
    def text(self) -> str:
        """The free text after the verb and its options."""
        return self.arguments.text

    def channel_key(self, where: Where) -> ChannelKey:
        """The channel of the platform in which the line was typed."""
        return ChannelKey(self.platform, self.tenant, where.conversation)

    @property
    def acting(self) -> Acting:
        return Acting(self.platform)

    def to_type(self, command_id: str, *parts: str) -> str:
        """The line that asks for a command, in the reader's language: ``to_type("follow", "@ana")``.

        It is the line of a button; :meth:`typed` is the line that people are shown to type.
        """
        return " ".join([verb(self.commands, command_id, self.t), *(part for part in parts if part)])

    def button(self, label: str, command_id: str, *parts: str, style: Style = Style.PLAIN) -> Button:
        """A button that types the line of :meth:`to_type`."""
        return Button(label, self.to_type(command_id, *parts), style)

    @property
    def calling(self) -> str:
        """Return the prefix of a line here, such as ``/rse`` in a channel of Slack's; empty in a direct chat."""
        return calling(self.platform, self.settings, self.channel)

    def typed(self, command_id: str, *parts: str) -> str:
        """The line as people type it here: in a channel, a line without the prefix is a message to everyone."""
        return called(self.calling, self.to_type(command_id, *parts))


def called(name: str, line: str) -> str:
    """A line after its prefix."""
    return f"{name} {line}" if name else line


def verb(commands: Sequence[Command], command_id: str, t: Words) -> str:
    """The name of a command in a language; the id if this person may not use it, which then says so."""
    return next((command.name(t.language) for command in commands if command.id == command_id), command_id)


class RefusalError(ReseauError):
    """A request that cannot be fulfilled; the buttons offer alternatives, the first being the next step."""

    def __init__(self, code: str, message: str, *buttons: Button, **values: object) -> None:
        super().__init__(code, message, **values)
        self.buttons = buttons
        self.typed = ""

    @classmethod
    def giving_back(cls, error: ReseauError, typed: str) -> RefusalError:
        """The same refusal, with the words that someone typed, if the line itself was only a button's."""
        buttons = error.buttons if isinstance(error, RefusalError) else ()
        refusal = cls(error.code, error.message, *buttons, **error.values)
        refusal.typed = typed
        return refusal
