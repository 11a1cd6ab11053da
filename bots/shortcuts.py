"""Shortcuts from a message or from anywhere in a chat tool: the same verbs, with their forms filled in already."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from bots.command import Command
from reseau.i18n import N_


@dataclass(frozen=True, slots=True)
class Shortcut:
    """An entry of the tool's own menus.

    Attributes:
        verb: the id of the verb; a shortcut whose verb is not installed is not offered.
        title: marked by ``N_``, at most 24 characters in either language, Slack's limit.
        what: what it does, in one sentence marked by ``N_``.
        on_message: whether it is in the menu of messages; else it is available anywhere.
        with_text: whether the form begins with the message's text.
        with_author: whether the message's author is the person that the form is about.
    """

    verb: str
    title: str
    what: str
    on_message: bool = True
    with_text: bool = False
    with_author: bool = False

    @property
    def id(self) -> str:
        """Return the identifier that the tools use."""
        return f"{'message' if self.on_message else 'global'}_{self.verb}"


_SHORTCUTS = (
    Shortcut("ask", N_("Make it a question"), N_("Asks the network what this message asks."), with_text=True),
    Shortcut("idea", N_("Make it an idea"), N_("Proposes what this message says as an idea."), with_text=True),
    Shortcut("thanks", N_("Thank the author"), N_("Thanks whoever wrote this message."), with_author=True),
    Shortcut("share", N_("Share elsewhere"), N_("Shows this message in other communities.")),
    Shortcut("accept", N_("This is the answer"), N_("Says that this message answers the question.")),
    Shortcut("report", N_("Report"), N_("Tells an animateur about this message.")),
    Shortcut("ask", N_("Ask a question"), N_("Asks a community, or everybody."), on_message=False),
    Shortcut("idea", N_("Propose an idea"), N_("Brings an idea up from the field."), on_message=False),
    Shortcut("search", N_("Search the network"), N_("Finds posts, documents and people."), on_message=False),
)


def offered(commands: Iterable[Command], *, on_message: bool | None = None) -> tuple[Shortcut, ...]:
    """The shortcuts whose verbs are installed and have a form, those of messages first."""
    verbs = {command.id for command in commands if command.form is not None}
    return tuple(
        shortcut for shortcut in _SHORTCUTS if shortcut.verb in verbs and on_message in (None, shortcut.on_message)
    )


def named(id_: str) -> Shortcut | None:
    """The shortcut that a tool names."""
    return next((shortcut for shortcut in _SHORTCUTS if shortcut.id == id_), None)


@dataclass(frozen=True, slots=True)
class Source:
    """The message from which a shortcut was opened.

    Attributes:
        text: Markdown.
        author: a reference to the author, as in a text; empty if the tool does not say.
        own: whether the person wrote it who begins.
    """

    text: str
    author: str = ""
    own: bool = False


def values(shortcut: Shortcut, source: Source) -> Mapping[str, str]:
    """Return the first text of the form; a quotation keeps its author's name."""
    entries = {}
    if shortcut.with_text:
        credit = f"\n\n— {source.author}" if source.author and not source.own else ""
        entries["text"] = source.text + credit
    if shortcut.with_author:
        entries["person"] = source.author
    return entries
