"""A conversation at the console: the member, the lines and the answers."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import sys
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field

from bots.answers import asking
from bots.answers.handling import Handler
from bots.arrival import Filled
from bots.card import Button, Card, as_json
from bots.platform import Incoming
from bots.platforms.console import Console, Look, pressed
from bots.request import RefusalError
from bots.tools.questions import Questions
from reseau.acting import Acting
from reseau.i18n import N_, Words, known_language
from reseau.keys import AccountKey, EventKey
from reseau.kinds import MemberStatus
from reseau.network import Network, get_notice
from reseau.people import identities, members
from reseau.people.identities import NewIdentity
from reseau.people.members import NewMember

CONSOLE = Acting("console")
_HANDLE = "administrateur"
_LOCAL = "local"  # the account of the person at this machine
_GOODBYES = ("exit", "quit", "bye", ":q", "au revoir")
_WIDEST = 100


@dataclass(slots=True)
class Conversation:
    """One person's lines and the cards that answer them.

    Attributes:
        confirmed: whether previews are confirmed in advance.
        as_json: whether each card is written as one line of JSON.
        fills: whether forms are filled in question by question; else the words of a line are asked for.
    """

    handler: Handler
    member_id: int
    console: Console
    confirmed: bool = False
    as_json: bool = False
    buttons: tuple[Button, ...] = field(default=())
    name: str = ""  # of the conversation, if another line may follow
    fills: bool = False
    questions: Questions | None = None  # of the form that is being filled in

    def say(self, line: str) -> Card:
        """Answer a line, or press the button of a number, and show the answer."""
        if self.questions is not None:
            return self._answered(self.questions, line)
        if beyond := self._beyond(line):
            self._show(beyond)
            return beyond
        typed = pressed(line, self.buttons)
        incoming = self._incoming(typed, pressed=typed is not line)
        if self.fills and (begun := self._begun(incoming)) is not None:
            self.questions = begun
            return self._shown(begun.question(self.words()))
        return self._shown(self.handler.answer(incoming))

    def _incoming(self, line: str, *, pressed: bool = False, filled: Filled | None = None) -> Incoming:
        return Incoming(
            self.member_id,
            line,
            EventKey("console", "", uuid.uuid4().hex),
            confirmed=self.confirmed,
            conversation=self.name,
            pressed=pressed,
            filled=filled,
        )

    def _begun(self, incoming: Incoming) -> Questions | None:
        """The questions of the form that a line opens."""
        with self.handler.network.store.read() as tx:
            sheet = self.handler.sheet(tx, incoming)
        if sheet is None:
            return None
        values = {
            blank.entry.name: blank.value for blank in sheet.blanks if blank.entry.name == "number" and blank.value
        }
        return Questions.of(sheet, values)

    def _answered(self, questions: Questions, line: str) -> Card:
        """Take the answer to a question; the next one, or the card of the whole form."""
        self.questions, t = None, self.words()
        if not questions.answer(line, t):
            return self._shown(asking.given_up(t))
        if questions.left:
            self.questions = questions
            return self._shown(questions.question(t))
        turn = self.handler.answered(self._incoming("", filled=questions.filled))
        if turn.sheet is None:
            return self._shown(turn.card)
        same = turn.sheet.step == questions.sheet.step
        self.questions = Questions.of(turn.sheet, {}, questions.values if same else None)
        return self._shown(self.questions.question(t))

    def _shown(self, card: Card) -> Card:
        self.buttons = card.buttons
        self._show(card)
        return card

    def _beyond(self, line: str) -> Card | None:
        """The answer to a number without a button. The buttons stay."""
        number, most = line.strip(), len(self.buttons)
        if not most or not number.isdecimal() or len(number) > 3 or 1 <= int(number) <= most:
            return None
        title = self.words().plural(
            "There is no choice {number}; type 1.",
            "There is no choice {number}; type a number from 1 to {count}.",
            most,
            number=int(number),
        )
        return Card(title, error="E_NO_CHOICE")

    def _show(self, card: Card) -> None:
        if self.as_json:
            sys.stdout.write(json.dumps(as_json(card), ensure_ascii=False) + "\n")
            sys.stdout.flush()
        else:
            self.console.change_language(self.words().language)
            self.console.show(card)

    def words(self) -> Words:
        """The words that this person reads."""
        settings = self.handler.network.settings
        with self.handler.network.store.read() as tx:
            member = members.get_all(tx, [self.member_id]).get(self.member_id)
        return Words(known_language(member.language if member else None, settings.language), settings.zone)


def begin(
    network: Network, who: str = "", *, confirmed: bool = False, as_json: bool = False, once: bool = False
) -> Conversation:
    """The conversation of a member at this console.

    Args:
        network: whose members talk.
        who: an e-mail, a handle, an id or a name; empty: the local administrator, made at the first use.
        confirmed: as ``--yes`` says.
        as_json: as ``--json`` says.
        once: whether the conversation is one line, after which no number can be typed.

    Raises:
        RefusalError: nobody matches ``who``, or several people do.
    """
    member_id = _named(network, who) if who.strip() else local_administrator(network)
    colour = sys.stdout.isatty() and not os.environ.get("NO_COLOR")
    width = min(shutil.get_terminal_size().columns, _WIDEST)
    look = Look(width, colour, network.settings.language, numbered=not once)
    name = "" if once else uuid.uuid4().hex
    return Conversation(Handler(network), member_id, Console(sys.stdout, look), confirmed, as_json, name=name)


def _named(network: Network, who: str) -> int:
    with network.store.read() as tx:
        matching = members.find(tx, who)
    if not matching:
        raise RefusalError("E_NO_MEMBER", N_("Nobody here is “{text}”."), text=who)
    if len(matching) > 1:
        handles = ", ".join(f"@{member.handle}" for member in matching)
        raise RefusalError(
            "E_SEVERAL_MEMBERS", N_("Several people fit “{text}”: {handles}."), text=who, handles=handles
        )
    return matching[0].id


def local_administrator(network: Network) -> int:
    """The local administrator, made at the first use: it runs the network and is not an employee."""
    with network.store.write() as tx:
        for account in (f"{_LOCAL}-{network.settings.language}", _LOCAL):  # a demonstration has a seat for a language
            operator_id = identities.member_of(tx, AccountKey("console", "", account))
            if operator_id is not None:
                return operator_id
        t = Words(network.settings.language)
        new = NewMember(t("Administrator"), _HANDLE, status=MemberStatus.OPERATOR, administrator=True)
        member_id = members.add(tx, [new], CONSOLE)[0]
        identities.add(tx, [NewIdentity(member_id, "console", "", _LOCAL, "administrator")], CONSOLE)
        return member_id


def talk(conversation: Conversation) -> None:
    """Answer line after line until the input ends; a terminal gets a greeting and a goodbye."""
    settings = conversation.handler.network.settings
    interactive = sys.stdin.isatty() and not conversation.as_json
    conversation.fills = interactive
    if interactive:
        t = conversation.words()
        sys.stdout.write(
            t("You are in {network}. Type “aide” or “help”; Ctrl-D to leave.", network=settings.name) + "\n"
        )
        sys.stdout.write(_introduction(conversation, t) + "\n")
    for line in _typed(f"{settings.name}> ") if interactive else sys.stdin:
        if line.strip().lower() in _GOODBYES:
            break
        if line.strip() or conversation.questions is not None:
            conversation.say(line.rstrip("\n"))
    if interactive:
        t = conversation.words()  # the language may have been changed meanwhile
        sys.stdout.write(t("See you soon!") + "\n")


def _introduction(conversation: Conversation, t: Words) -> str:
    """The greeting: the member who is speaking, and a note if the company is a demonstration."""
    with conversation.handler.network.store.read() as tx:
        name = members.get(tx, conversation.member_id).name
        demonstration = get_notice(tx, "demonstration") is not None
    speaking = t("You speak as {name}.", name=name)
    return " ".join((speaking, t("This is a demonstration: its people are made up."))) if demonstration else speaking


def _typed(prompt: str) -> Iterator[str]:
    with contextlib.suppress(ImportError):  # not on every system
        import readline  # noqa: F401  (the arrow keys and the history of this conversation)
    while True:
        try:
            yield input(prompt)
        except EOFError:
            sys.stdout.write("\n")
            return
        except KeyboardInterrupt:  # gives the line up, as in any shell
            sys.stdout.write("\n")
