"""A visit: the reader of a page, the language, and the transaction."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass

from bots.answers.handling import words_of
from bots.command import Command, all_commands
from bots.platform import Incoming
from bots.request import Arguments, Request, verb
from reseau import access
from reseau.access import Viewer
from reseau.i18n import LANGUAGES, Words, known_language
from reseau.keys import EventKey
from reseau.kinds import SPEAKING
from reseau.network import get_notice
from reseau.people import members, sessions
from reseau.people.members import Member
from reseau.settings import Settings
from reseau.store import Transaction

NAME = "web"  # of the platform, as stored with people's acts


@dataclass(frozen=True, slots=True)
class Asking:
    """A browser's request for a page.

    Attributes:
        token: of the session, or a temporary one before a session is open.
        language: the browser's language, empty if it is none of ours.
        here: whether the browser runs on this machine, and calls it by a loopback name.
    """

    token: str
    language: str
    here: bool


@dataclass(frozen=True, slots=True)
class Visit:
    """The objects that a page may use.

    Attributes:
        me: the reader.
        t: the words of the reader's language.
        commands: the verbs that this person may use.
        form_key: the secret in every form of this session.
        demonstration: whether the company is fictitious.
        choosing: whether the reader may choose another person.
    """

    tx: Transaction
    settings: Settings
    me: Member
    viewer: Viewer
    t: Words
    commands: Sequence[Command]
    form_key: str
    demonstration: bool
    choosing: bool

    def request(self, command_id: str, text: str = "") -> Request:
        """Return the request that a verb would get, for parts that pages and verbs share."""
        command = next(command for command in self.commands if command.id == command_id)
        return Request(
            tx=self.tx,
            settings=self.settings,
            me=self.me,
            viewer=self.viewer,
            command=command,
            arguments=Arguments(text),
            line=text,
            words=text,
            t=self.t,
            platform=NAME,
            commands=self.commands,
        )

    def line(self, command_id: str, *parts: str) -> str:
        """The line that asks for a verb, in the reader's language."""
        return " ".join([verb(self.commands, command_id, self.t), *(part for part in parts if part)])


def may_choose(settings: Settings) -> bool:
    """Whether visitors choose a person: on a demonstration that only this machine reaches."""
    return settings.demo and not settings.beyond_loopback and not settings.public_url


def visit(tx: Transaction, settings: Settings, asking: Asking) -> Visit | None:
    """The visit of a person with a session; ``None`` without one, and for people who left or never joined."""
    member_id = sessions.member_of(tx, asking.token)
    me = members.known(tx, member_id) if member_id is not None else None
    if me is None or me.status not in SPEAKING:
        return None
    viewer = access.viewer(tx, me.id)
    return Visit(
        tx=tx,
        settings=settings,
        me=me,
        viewer=viewer,
        t=words_of(me, Incoming(me.id, "", EventKey(NAME, "", ""), asking.language), settings),
        commands=tuple(command for command in all_commands() if command.open_to(viewer)),
        form_key=form_key(asking.token),
        demonstration=get_notice(tx, "demonstration") is not None,
        choosing=may_choose(settings) and asking.here,
    )


def words_of_browser(asking: Asking, settings: Settings) -> Words:
    """The words for a person who is not known yet."""
    return Words(known_language(asking.language, settings.language), settings.zone)


def wished(header: str) -> str:
    """The first of our languages that a browser wishes; empty if it wishes none."""
    wishes = (wish.partition(";")[0] for wish in header.split(","))
    return next((known for wish in wishes if (known := known_language(wish, "")) in LANGUAGES), "")


def form_key(token: str) -> str:
    """Return the secret that every form of a session holds: nobody can know it without the cookie."""
    return hmac.new(token.encode("utf-8", "replace"), b"reseau form", hashlib.sha256).hexdigest()[:32]
