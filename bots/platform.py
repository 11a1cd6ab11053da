"""The platform port: what a chat tool must do for us, and what it may also do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from bots.card import Card


@dataclass(frozen=True, slots=True)
class Place:
    """Where somebody is talking to us.

    Attributes:
        conversation: the platform's id of the conversation.
        thread: the platform's id of the thread inside it, empty outside of any.
        person: the platform's id of who is there; private cards go to this person alone.
    """

    conversation: str
    thread: str = ""
    person: str = ""


@dataclass(frozen=True, slots=True)
class Incoming:
    """One line somebody typed, or a button that stands for it.

    Attributes:
        member_id: who it is, once the platform's adapter has found the member behind its account.
        line: as typed, without the platform's escapes.
        event_key: the platform's id of the event; the same key twice has one effect.
        platform: the platform's name, such as ``console``.
        tenant: the workspace or tenant, empty where there is one only.
        language: the language the platform knows for this person, empty when it knows none.
        confirmed: whether what would be asked first is confirmed already (``--yes``).
        thread: the code of the content in whose thread it was typed, empty elsewhere.
    """

    member_id: int
    line: str
    event_key: str
    platform: str
    tenant: str = ""
    language: str = ""
    confirmed: bool = False
    thread: str = ""


class Platform(Protocol):
    """A chat tool that people talk to us in.

    Attributes:
        name: as stored with what people do there: ``console``, ``slack``, ``teams``, ``mail``.
    """

    name: str

    def show(self, card: Card, to: Place) -> str:
        """Show a card, a private one to ``to.person`` alone; returns the platform's id of what was shown.

        Raises:
            reseau.errors.ReseauError: the platform refused it, and says why.
        """


@runtime_checkable
class ReplacesCards(Protocol):
    """A platform where a card can be brought up to date in place."""

    def replace(self, shown: str, card: Card, to: Place) -> None:
        """Put ``card`` where ``shown`` stands."""


@runtime_checkable
class KnowsLanguage(Protocol):
    """A platform that knows which language a person chose there."""

    def language(self, person: str) -> str:
        """``fr``, ``en-GB``…, empty when it is not known."""


@runtime_checkable
class OpensForms(Protocol):
    """A platform that can open a form, its fields filled from the line already typed."""

    def open_form(self, command: str, line: str, to: Place) -> None:
        """Open the form of a command."""
