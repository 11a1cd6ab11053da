"""The command port: a verb is one file of ``bots/commands/`` that offers ``command``."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from typing import TYPE_CHECKING

import bots.commands
from bots.card import Card
from bots.form import Form, Known
from reseau import logs
from reseau.access import Viewer
from reseau.i18n import N_
from reseau.plugins import Plugins

if TYPE_CHECKING:
    from bots.request import Arguments, Request


class Group(StrEnum):
    """The five parts of the help card, in the order they are shown."""

    READ = "read"
    ASK = "ask"
    SHARE = "share"
    COMMUNITIES = "communities"
    MINE = "mine"


GROUP_TITLES: Mapping[Group, str] = {
    Group.READ: N_("Read and follow"),
    Group.ASK: N_("Ask and find"),
    Group.SHARE: N_("Share"),
    Group.COMMUNITIES: N_("Communities"),
    Group.MINE: N_("You"),
}


class Role(StrEnum):
    """The people who may use a verb. Grade and position never matter."""

    ANYONE = "anyone"
    INTERNAL = "internal"
    ADMINISTRATOR = "administrator"


class Options(StrEnum):
    """The position of a verb's options: before its text, or anywhere because it takes no free text."""

    FIRST = "first"
    ANYWHERE = "anywhere"


def as_typed(arguments: Arguments) -> Mapping[str, str] | None:
    """Return the entries of a form that the words of a line fill; the entries have the names of options."""
    return {"text": arguments.text, **{name: values[-1] for name, values in arguments.options.items()}}


def nothing_known(_request: Request, _values: Mapping[str, str]) -> Known:
    """For verbs whose entries begin empty."""
    return Known()


@dataclass(frozen=True, slots=True, eq=False)  # a verb is itself: it can then be a key
class Command:
    """A verb.

    Attributes:
        id: English and stable; traces and drafts name it.
        forms: the typed words, by language; the first form is the verb's name, the others are accepted too.
        group: its part of the help.
        summary: one plain sentence, marked by ``N_``: what it does for the person.
        examples: a line that works, by language.
        answer: the function that does it. It gets a :class:`bots.request.Request` inside one transaction and raises
            :class:`reseau.errors.ReseauError` if it fails.
        takes: the options it understands: ``in``, ``for``, ``since``, ``before``, ``tag``, ``anonymous``, ``language``.
        options: their position.
        role: the people who may use it.
        traced: whether doing it leaves a row of ``activity`` by itself; else its use is noted as presence.
        rank: its place in its group, the lower the earlier.
        hidden: left out of help: buttons need it, people do not.
        needs_audience: whether it needs the readers of its channel.
        to_channel: whether its card is for everyone in the channel: it shows nothing that is private.
        writes: whether its text becomes a content, in Markdown; any other verb gets the plain words as typed.
        previews: whether it always shows a preview first.
        heard: further forms that are understood but never shown: the verb as people conjugate it.
        nouns: the same for words that sentences begin with: they mean the verb alone, before a colon, a number or an
            ``@``.
        form: the values that it needs, for platforms that open forms; none if it needs no words. It then gets the
            values as :class:`bots.request.Arguments` that are ``filled``.
        fill: which entries of the form the words of a line fill; nothing if such words never open it.
        known: the values that the network knows for this person; it gets the values filled in already.
    """

    id: str
    forms: Mapping[str, tuple[str, ...]]
    group: Group
    summary: str
    examples: Mapping[str, str]
    answer: Callable[[Request], Card]
    takes: frozenset[str] = field(default_factory=frozenset)
    options: Options = Options.FIRST
    role: Role = Role.ANYONE
    traced: bool = False
    rank: int = 50
    hidden: bool = False
    needs_audience: bool = False
    to_channel: bool = False
    writes: bool = False
    previews: bool = False
    heard: tuple[str, ...] = ()
    nouns: tuple[str, ...] = ()
    form: Form | None = None
    fill: Callable[[Arguments], Mapping[str, str] | None] = as_typed
    known: Callable[[Request, Mapping[str, str]], Known] = nothing_known

    def name(self, language: str) -> str:
        """The verb's name in a language."""
        return self.forms[language][0]

    def all_forms(self) -> tuple[str, ...]:
        """Every form of every language, names first, without duplicates."""
        names = [forms[0] for forms in self.forms.values()]
        return tuple(dict.fromkeys([*names, *(form for forms in self.forms.values() for form in forms)]))

    def open_to(self, viewer: Viewer) -> bool:
        """Whether this person may use it at all; the read gate decides what it then shows."""
        match self.role:
            case Role.ANYONE:
                return True
            case Role.INTERNAL:
                return viewer.internal
            case Role.ADMINISTRATOR:
                return viewer.administrator


COMMANDS: Plugins[Command] = Plugins(bots.commands, "command", Command, "reseau.commands")


@cache
def all_commands() -> tuple[Command, ...]:
    """All verbs, in the order of the help."""
    return in_order(COMMANDS)


def in_order(plugs: Mapping[str, Command]) -> tuple[Command, ...]:
    """The verbs of a folder as help shows them; one that cannot be loaded is logged and stops no other."""
    commands = []
    for name in plugs:
        try:
            commands.append(plugs[name])
        except Exception as error:  # noqa: BLE001  (a broken plug must not stop the other verbs)
            logs.get("bots").error("verb not loaded", verb=name, reason=f"{type(error).__name__}: {error}")
    groups = list(Group)
    return tuple(sorted(commands, key=lambda command: (groups.index(command.group), command.rank, command.id)))
