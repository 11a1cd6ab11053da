"""Handling: one line in, one card out, in one transaction."""

from __future__ import annotations

import secrets
import traceback
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bots.answers import alone, asking, refusals, smalltalk, welcome
from bots.answers.asking import Completed, GivenUp
from bots.answers.forms import filling
from bots.arrival import Where
from bots.card import Button, Card
from bots.command import Command, all_commands
from bots.form import Choice, Sheet
from bots.platform import OWN_CHAT, Incoming, calling
from bots.request import Arguments, RefusalError, Request
from bots.speech.everyday import Sense
from bots.speech.parser import (
    Everyday,
    Nothing,
    Numbered,
    Parsed,
    Understood,
    Unknown,
    Wished,
    Wondered,
    parse,
    without_root,
)
from reseau import access, logs
from reseau.acting import Acting
from reseau.contents import drafts
from reseau.errors import ReseauError
from reseau.exchange import awaited, inbox, notifications
from reseau.exchange.awaited import Awaited
from reseau.i18n import N_, Words, known_language
from reseau.kinds import SPEAKING
from reseau.network import Network, get_notice
from reseau.people import members
from reseau.people.members import Member
from reseau.settings import Settings
from reseau.store import Transaction

_log = logs.get("bots")


class AudienceNeededError(Exception):
    """The verb needs the readers of a channel: the platform has to be asked.

    Args:
        where: the channel; none is the one that the line is typed in.
        required: whether the verb needs it; else it decides only whether everyone there may see the card.
    """

    def __init__(self, where: Where | None = None, *, required: bool = True) -> None:
        super().__init__("who reads the channel")
        self.where, self.required = where, required


@dataclass(frozen=True, slots=True)
class Turn:
    """An answered line.

    Attributes:
        card: the answer.
        language: it is written in.
        command: the id of the verb that was understood, empty when none was or it could not be done.
        to_channel: whether the card concerns the channel itself and everyone in it.
        sheet: for a form that was filled in, the form again with what is wrong in it, or its next step.
    """

    card: Card
    language: str
    command: str = ""
    to_channel: bool = False
    sheet: Sheet | None = None


@dataclass(frozen=True, slots=True)
class Handler:
    """Handles every line of every platform.

    Attributes:
        network: whose members ask.
        commands: the verbs there are; those of ``bots/commands/`` unless a test brings its own.
    """

    network: Network
    commands: tuple[Command, ...] = field(default_factory=all_commands)

    def answer(self, incoming: Incoming) -> Card:
        """Do what a line asks for. Never raises: errors become a private card."""
        return self.answered(incoming).card

    def answered(self, incoming: Incoming) -> Turn:
        """The same with notes around the card."""
        try:
            with self.network.store.write() as tx:
                return self.turn(tx, incoming)
        except ReseauError as error:
            refused = error
        except Exception as error:  # noqa: BLE001  (users never see a traceback)
            return Turn(self.unavailable(incoming, error), incoming.language)
        try:
            with self.network.store.write() as tx:
                return self.refuse(tx, incoming, refused)
        except Exception as broken:  # noqa: BLE001  (the same)
            return Turn(self.unavailable(incoming, broken), incoming.language)

    def sheet(self, tx: Transaction, incoming: Incoming) -> Sheet | None:
        """The form that a line opens or a shortcut started; ``None`` if no words are missing."""
        me, incoming = _present(tx, incoming.member_id), _storable(incoming)
        if me is None:
            return None
        request = self._request(tx, me, incoming)
        if incoming.filled is not None:
            return filling.opened_with(request, incoming.filled)
        return filling.opened(request, _parsed(incoming, request.commands, self.network.settings.roots))

    def choices(self, tx: Transaction, incoming: Incoming, entry: str, text: str) -> Sequence[Choice]:
        """Return the choices for an entry of a form, while the person types."""
        me, incoming = _present(tx, incoming.member_id), _storable(incoming)
        if me is None or incoming.filled is None:
            return ()
        return filling.offered(self._request(tx, me, incoming), incoming.filled, entry, storable(text))

    def _request(self, tx: Transaction, me: Member, incoming: Incoming) -> Request:
        """Return the request, before its verb is known."""
        viewer, settings = access.viewer(tx, me.id), self.network.settings
        commands = tuple(command for command in self.commands if command.open_to(viewer))
        return Request.of(tx, settings, me, viewer, commands, incoming, words_of(me, incoming, settings))

    def is_asked(self, text: str) -> bool:
        """Whether a sentence that only names us asks something of us: « on en parle avec @RSE demain » does not."""
        parsed = parse(text, self.commands, self.network.settings.roots)
        small = isinstance(parsed, Everyday) and parsed.sense is Sense.SMALL
        return not (small or isinstance(parsed, Unknown | Nothing))

    def turn(self, tx: Transaction, incoming: Incoming) -> Turn:
        """Do what a line asks for, in the caller's transaction.

        Raises:
            ReseauError: it cannot be done; roll back, then call :meth:`refuse`.
            AudienceNeededError: roll back, ask the platform who reads the channel, and call again.
        """
        return _turn(tx, self.network.settings, _storable(incoming), self.commands)

    def refuse(self, tx: Transaction, incoming: Incoming, error: ReseauError) -> Turn:
        """Say what could not be done. The rollback undid the first contact too, so it is recorded again."""
        incoming = _storable(incoming)
        me = _present(tx, incoming.member_id)
        t = words_of(me, incoming, self.network.settings)
        card, sheet = refusals.refused(error, incoming.line, t, self.commands), None
        if incoming.filled is None and _awaited(tx, incoming) is not None:
            card = replace(card, buttons=(*card.buttons, asking.way_out(t, self.commands)))
        if incoming.filled is not None and me is not None:
            card, sheet = filling.refused(self._request(tx, me, incoming), incoming.filled, error, card)
        if me is not None and _first_time(tx, incoming):
            card = _noted(tx, me, card, "refused", incoming, t, self.commands, self.network.settings)
        return Turn(card, t.language, sheet=sheet)

    def unavailable(self, incoming: Incoming, error: Exception) -> Card:
        """The card for an unexpected error; the log gets its kind and its place, under a reference."""
        reference = secrets.token_hex(4)
        # An error's message may quote the line, so the log gets only its kind and its place.
        frames = [at for at in traceback.extract_tb(error.__traceback__) if "site-packages" not in at.filename]
        where = [f"{Path(at.filename).name}:{at.lineno}" for at in frames[-4:]]
        _log.error(
            "line not answered",
            reference=reference,
            platform=incoming.event.platform,
            reason=type(error).__name__,
            where=" < ".join(reversed(where)),
        )
        return refusals.unavailable(incoming.line, words_of(None, incoming, self.network.settings), reference)


def storable(line: str) -> str:
    """The line without characters that no store keeps: NUL, and halves of characters from a broken encoding."""
    return line.replace("\x00", "").encode("utf-8", "replace").decode("utf-8")


def _storable(incoming: Incoming) -> Incoming:
    filled = incoming.filled
    if filled is not None:
        filled = replace(filled, values={name: storable(value) for name, value in filled.values.items()})
    return replace(incoming, line=storable(incoming.line), words=storable(incoming.words), filled=filled)


def words_of(me: Member | None, incoming: Incoming, settings: Settings) -> Words:
    """The words to answer in: the person's choice, else the platform's, else the company's."""
    wish = (me.language if me is not None else None) or incoming.language
    return Words(known_language(wish, settings.language), _zone(me, settings))


def _zone(me: Member | None, settings: Settings) -> ZoneInfo:
    """The person's time zone if it is a known one, else the company's."""
    try:
        return ZoneInfo(me.timezone) if me is not None and me.timezone else settings.zone
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return settings.zone


def _turn(tx: Transaction, settings: Settings, incoming: Incoming, commands: Sequence[Command]) -> Turn:
    me = _present(tx, incoming.member_id)
    t = words_of(me, incoming, settings)
    if me is None:
        raise RefusalError("E_NO_MEMBER", N_("This network does not know you yet. Ask its administrator to add you."))
    if not _first_time(tx, incoming):
        return Turn(Card(t("This is done already.")), t.language)
    viewer = access.viewer(tx, me.id)
    open_to_me = tuple(command for command in commands if command.open_to(viewer))
    meant = _meant(tx, settings, incoming, commands, open_to_me, t)
    if isinstance(meant, GivenUp):
        return Turn(asking.given_up(t), t.language)
    incoming, parsed, words = meant.incoming, meant.parsed, meant.completed
    if _lacks_audience(parsed, incoming):
        raise AudienceNeededError
    request = replace(
        Request.of(tx, settings, me, viewer, open_to_me, incoming, t),
        command=_command(parsed, open_to_me),
        arguments=_arguments(parsed),
        asked=words is not None,
    )
    card = _answer(request, parsed)
    if words is not None and words.rather is not None and not card.done:
        card = _or_rather(card, words, t)
    if incoming.filled is not None:
        drafts.forget_form(tx, me.id, request.command.id)
    traced = card.done and request.command.traced
    card = _noted(tx, me, card, "" if traced else _use(request, parsed), incoming, t, open_to_me, settings)
    return Turn(card, t.language, request.command.id, request.command.to_channel)


@dataclass(frozen=True, slots=True)
class _Meant:
    """The request of a line or a form, and the words that completed a line."""

    incoming: Incoming
    parsed: Parsed
    completed: Completed | None = None


def _meant(
    tx: Transaction,
    settings: Settings,
    incoming: Incoming,
    commands: Sequence[Command],
    open_to_me: Sequence[Command],
    t: Words,
) -> _Meant | GivenUp:
    if incoming.filled is not None:
        earlier = drafts.form(tx, incoming.member_id, incoming.filled.verb) if incoming.filled.step else {}
        understood = filling.understood(incoming.filled, open_to_me, earlier, t)
        return _Meant(replace(incoming, line=understood.line, words=""), understood)
    roots = settings.roots
    parsed = _parsed(incoming, open_to_me, roots)
    waiting = None if isinstance(parsed, Nothing) else _awaited(tx, incoming)
    words = asking.completed(tx, waiting, incoming, parsed, open_to_me, roots) if waiting is not None else None
    if isinstance(words, GivenUp):
        return words
    if isinstance(words, Completed):
        incoming, parsed = replace(incoming, line=words.line), words.parsed
    incoming = _without_what_is_said_before(incoming, parsed, open_to_me, roots)
    if isinstance(parsed, Unknown | Wondered):
        refusals.check_reserved(tx, parse(incoming.line, commands, roots))
    return _Meant(incoming, parsed, words)


def _awaited(tx: Transaction, incoming: Incoming) -> Awaited | None:
    """Return the pending question of this conversation; a button does not end it: people may read first."""
    if not incoming.conversation or incoming.pressed:
        return None
    waiting = awaited.of(tx, incoming.member_id, incoming.event.platform)
    here = waiting is not None and incoming.conversation in (waiting.conversation, OWN_CHAT)
    return waiting if here else None


def _or_rather(card: Card, words: Completed, t: Words) -> Card:
    """The card, with a button for people who meant the verb at the beginning of their words."""
    assert words.rather is not None
    name = words.rather.name(t.language)
    return replace(card, buttons=(*card.buttons, Button(t("No, I meant “{verb}”", verb=name), words.typed)))


def _parsed(incoming: Incoming, commands: Sequence[Command], roots: tuple[str, ...]) -> Parsed:
    """The line, understood: as Markdown for a verb that writes contents, in its plain words for any other."""
    parsed = parse(incoming.line, commands, roots)
    if not incoming.words or (isinstance(parsed, Understood) and parsed.command.writes):
        return parsed
    return parse(incoming.words, commands, roots)


def _without_what_is_said_before(
    incoming: Incoming, parsed: Parsed, commands: Sequence[Command], roots: tuple[str, ...]
) -> Incoming:
    """The line from its verb on, if polite words precede it: « bonjour, qui est Karim ? »."""
    if not isinstance(parsed, Understood) or without_root(incoming.line, roots).endswith(parsed.line) is False:
        return incoming
    if len(parsed.line) == len(without_root(incoming.line, roots)):
        return incoming
    plain = parse(incoming.words, commands, roots) if incoming.words else parsed
    words = plain.line if incoming.words and isinstance(plain, Understood) else incoming.words
    return replace(incoming, line=parsed.line, words=words)


def _lacks_audience(parsed: Parsed, incoming: Incoming) -> bool:
    channel = incoming.channel
    needs_audience = isinstance(parsed, Understood) and parsed.command.needs_audience
    return needs_audience and channel is not None and channel.audience is None


def _answer(request: Request, parsed: Parsed) -> Card:
    match parsed:
        case Unknown(line=line):
            return alone.answer(request, line) or refusals.unknown(request, parsed)
        case Wondered(line):
            return alone.answer(request, line) or refusals.wondered(request, line)
        case Wished():
            return refusals.wished(request, parsed)
        case Everyday():
            return smalltalk.answered(request, parsed)
        case _:
            return request.command.answer(request)


def _command(parsed: Parsed, commands: Sequence[Command]) -> Command:
    """Answer the verb of a line: ``show`` for a number alone, ``help`` for a line without a verb."""
    if isinstance(parsed, Understood):
        return parsed.command
    name = "show" if isinstance(parsed, Numbered) else "help"
    return next((command for command in commands if command.id == name), commands[0])


def _arguments(parsed: Parsed) -> Arguments:
    match parsed:
        case Understood(arguments=arguments):
            return arguments
        case Numbered(code):
            return Arguments(code)
        case _:
            return Arguments()


def _use(request: Request, parsed: Parsed) -> str:
    return request.command.id if isinstance(parsed, Understood | Numbered | Nothing) else "unknown"


def _noted(
    tx: Transaction,
    me: Member,
    card: Card,
    use: str,
    incoming: Incoming,
    t: Words,
    commands: Sequence[Command],
    settings: Settings,
) -> Card:
    """Record the first contact, and the use of a verb that left no other trace."""
    acting = Acting(incoming.event.platform)
    first = me.activated_at is None and members.activate(tx, [me.id], acting)
    first = first and not notifications.greeted(tx, me.id)
    if use:
        members.used(tx, [me.id], use, acting)
    if first:
        card = welcome.begun(card, me, t, commands, calling(incoming.event.platform, settings, incoming.channel))
    return _labelled(tx, card, t)


def _labelled(tx: Transaction, card: Card, t: Words) -> Card:
    """The card, with a note if the company is only a demonstration."""
    if get_notice(tx, "demonstration") is None:
        return card
    return replace(card, footer=" · ".join(part for part in (card.footer, t("Demonstration")) if part))


def _present(tx: Transaction, member_id: int) -> Member | None:
    """The member, unless it is a placeholder, a bot or a person who left."""
    member = members.known(tx, member_id)
    return member if member is not None and member.status in SPEAKING else None


def _first_time(tx: Transaction, incoming: Incoming) -> bool:
    return inbox.once(tx, incoming.event, "line")
