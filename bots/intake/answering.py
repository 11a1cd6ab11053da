"""Answers to a platform's line: whose it is, its place, and the way its card is shown there.

What only the platform knows is asked before: who an unknown account is, and who reads the channel.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from bots.answers import strangers
from bots.answers.handling import AudienceNeededError, Handler, Turn
from bots.answers.named import subjects
from bots.arrival import Arrival, Changed, Filled, Line, Message, Where
from bots.card import Card, Shared, Text, Visibility
from bots.form import Choice, Sheet
from bots.mirror import audiences
from bots.platform import (
    OWN_CHAT,
    Address,
    Answer,
    Audience,
    Channel,
    Courier,
    DoubtError,
    Incoming,
    LaterError,
    Named,
    RefusedError,
)
from bots.sending import messages
from bots.sending.delivery import Delivering
from reseau import access, provenance
from reseau.channels import copies, links
from reseau.channels.links import Link
from reseau.contents import threads
from reseau.contents.mentions import REFERENCE
from reseau.errors import ReseauError
from reseau.exchange import inbox, outbox
from reseau.exchange.outbox import Taken
from reseau.i18n import Words
from reseau.people import accounts, applicants, contacts, identities, members
from reseau.people.accounts import NotAdmittedError
from reseau.people.contacts import Contact
from reseau.store import Transaction
from reseau.store.grouping import Grouping

T = TypeVar("T")

_TAKES_PLACE = ("confirm", "cancel")


class UnknownAccountError(Exception):
    """The account belongs to no member yet: the platform has to be asked for it."""


class HeardBeforeError(Exception):
    """This line was handled before."""


#: A line cannot be answered at once: the platform has to be called first.
ASKS_FIRST = (UnknownAccountError, AudienceNeededError)


@dataclass(frozen=True, slots=True)
class _Readership:
    """The readers of a channel, as the platform named them when it was asked for a line."""

    where: Where
    audience: Audience

    def of(self, where: Where) -> Audience | None:
        """Return the readers, if this is their channel."""
        return self.audience if where.conversation == self.where.conversation else None


class Answering:
    """Answers lines of any platform. A card is sent in one of two ways: at once, or after its line was stored."""

    def __init__(
        self, handler: Handler, writing: Grouping, couriers: Mapping[str, Courier], delivering: Delivering
    ) -> None:
        self._handler, self._writing = handler, writing
        self._couriers, self._delivering = couriers, delivering

    async def at_sight(self, arrival: Arrival, line: Line) -> Answer:
        """Answer a line in one transaction with the note that it came. The caller shows the card.

        Raises:
            UnknownAccountError, AudienceNeededError: the platform has to be asked first; nothing was done or noted.
        """
        return await self._answered(arrival, line, None, lambda _tx, answer: answer)

    async def queued_at_sight(self, arrival: Arrival, line: Line) -> Taken | None:
        """The same for a card that the courier shows: it is queued and taken in that transaction.

        Raises:
            HeardBeforeError: the line came before; nothing was done.
            UnknownAccountError, AudienceNeededError: as :meth:`at_sight`.
        """

        def queued(tx: Transaction, answer: Answer) -> Taken | None:
            return messages.hand_over(tx, arrival.event, answer, _address(arrival, line))

        def check(tx: Transaction) -> None:
            if inbox.is_kept(tx, arrival.event):
                raise HeardBeforeError

        return await self._answered(arrival, line, None, queued, check)

    async def submitted(self, arrival: Arrival, line: Line) -> Answer | Taken | None:
        """The same for a form: return its answer if it has a fault or another step follows.

        Raises:
            HeardBeforeError, UnknownAccountError, AudienceNeededError: as :meth:`queued_at_sight`.
        """

        def queued(tx: Transaction, answer: Answer) -> Answer | Taken | None:
            if answer.sheet is not None:
                return answer
            return messages.hand_over(tx, arrival.event, answer, _address(arrival, line))

        def check(tx: Transaction) -> None:
            if inbox.is_kept(tx, arrival.event):
                raise HeardBeforeError

        return await self._answered(arrival, line, None, queued, check)

    def sheet(self, arrival: Arrival, line: Line) -> Sheet | None:
        """The form that a line opens for the person; ``None`` if it opens none, or the account is unknown."""
        with self._handler.network.store.read() as tx:
            try:
                return self._handler.sheet(tx, _incoming(tx, arrival, line, None))
            except UnknownAccountError:
                return None

    def choices(self, arrival: Arrival, line: Line, entry: str, text: str) -> Sequence[Choice]:
        """Return the choices for an entry of a form; empty for an unknown person."""
        with self._handler.network.store.read() as tx:
            try:
                return self._handler.choices(tx, _incoming(tx, arrival, line, None), entry, text)
            except UnknownAccountError:
                return ()

    async def kept(self, arrival: Arrival, line: Line) -> None:
        """Answer a stored line, asking the platform for missing facts, and send its card."""

        def queued(tx: Transaction, answer: Answer) -> Taken | None:
            return messages.hand_over(tx, arrival.event, answer, _address(arrival, line))

        taken = await self._asking_first(arrival, line, queued)
        if taken is not None:
            await self._delivering.carry(taken)

    async def send(self, arrival: Arrival, line: Line, answer: Answer) -> None:
        """Send a card that its line's transaction did not queue: a late one, or one about an error."""
        to = _address(arrival, line)
        taken = await self._writing.write(lambda tx: messages.hand_over(tx, arrival.event, answer, to))
        if taken is not None:
            await self._delivering.carry(taken)

    def unavailable(self, arrival: Arrival, line: Line, error: Exception) -> Answer:
        """The answer after an unexpected error."""
        nobody = Incoming(0, line.text, arrival.event, line.language)
        language = line.language or self._handler.network.settings.language
        return _private(self._handler.unavailable(nobody, error), language)

    async def not_carried(self, arrival: Arrival, message: Message | Changed, error: Exception) -> None:
        """Warn the author, once and in private, that a message of a linked channel reached nobody else."""
        language = self._handler.network.settings.language
        t = Words(language)
        reason = error.sentence(t) if isinstance(error, ReseauError) else ""
        title = t("Your message stays in this channel: it could not be carried further.")
        card = Card(title, (Text(reason),) if reason else ())
        line = Line(message.person, message.where, "", message.message)
        await self.send(arrival, line, _private(card, language))

    # -- questions to the platform ------------------------------------------------------------------------------------

    async def _asking_first(self, arrival: Arrival, line: Line, record: Callable[[Transaction, Answer], T]) -> T:
        """Answer a line, after asking the platform for missing facts."""
        readership: _Readership | None = None
        while True:
            try:
                return await self._answered(arrival, line, readership, record)
            except UnknownAccountError:
                refusal = await self._met(arrival, line)
            except AudienceNeededError as needed:
                where = line.where if needed.where is None else needed.where
                readership = _Readership(where, await self._audience(arrival, where, required=needed.required))
                continue
            if refusal is not None:
                return await self._writing.write(_closing(arrival, refusal, record))

    async def _audience(self, arrival: Arrival, where: Where, *, required: bool) -> Audience:
        """The readers of the channel; anyone, if the platform does not say and the verb does not need to know."""
        courier, join = self._couriers[arrival.event.platform], self._handler.network.settings.join
        channel = arrival.event.channel(where.conversation)
        try:
            return await audiences.read(courier, self._writing, join, channel, where)
        except (LaterError, RefusedError, DoubtError):
            if required:
                raise
            return audiences.ANYBODY

    async def _met(self, arrival: Arrival, line: Line) -> Answer | None:
        """Find out whose account it is and store it; return the card to show if it is not admitted."""
        courier, settings = self._couriers[arrival.event.platform], self._handler.network.settings
        account = await courier.account(arrival.event.tenant, line.person, line.where)
        try:
            await self._writing.write(lambda tx: accounts.meet(tx, account, settings.join))
        except NotAdmittedError as error:
            await self._writing.write(lambda tx: applicants.note(tx, account))
            card, language = strangers.stranger(error, line.language or account.language, settings)
            return _private(card, language)
        return None

    # -- in one transaction -------------------------------------------------------------------------------------------

    async def _answered(
        self,
        arrival: Arrival,
        line: Line,
        readership: _Readership | None,
        record: Callable[[Transaction, Answer], T],
        check: Callable[[Transaction], None] = lambda _tx: None,
    ) -> T:
        """Do what a line asks for, or say why that fails; ``record`` gets the answer in that transaction."""

        def work(tx: Transaction) -> T:
            check(tx)
            return record(tx, self._turned(tx, arrival, line, readership))

        def refuse(tx: Transaction, error: ReseauError) -> T:
            incoming = _incoming(tx, arrival, line, None)
            _note_contact(tx, arrival, line)
            turn = self._handler.refuse(tx, incoming, error)
            return record(tx, _answer_of(turn, line, _is_private(turn, None)))

        try:
            return await self._writing.write(work)
        except ReseauError as error:
            refused = error
        return await self._writing.write(lambda tx: refuse(tx, refused))

    def _turned(self, tx: Transaction, arrival: Arrival, line: Line, readership: _Readership | None) -> Answer:
        incoming = _incoming(tx, arrival, line, readership)
        _note_contact(tx, arrival, line)
        turn = self._handler.turn(tx, incoming)
        shared = turn.card.shared
        private = _is_private(turn, incoming.channel)
        where = _stage(turn, incoming.channel, private=private)
        if where is not None and not _is_open_to_all(tx, arrival, where, readership):
            private, shared = True, None
        if shared is not None:
            _share(tx, arrival, line, shared, self._handler.network.settings.language)
        return _answer_of(turn, line, private)


def _address(arrival: Arrival, line: Line) -> Address:
    """Return the place where the answer to a line goes."""
    return Address(arrival.event.tenant, line.where, line.person, line.answer_at, line.message)


def _closing(
    arrival: Arrival, refusal: Answer, record: Callable[[Transaction, Answer], T]
) -> Callable[[Transaction], T]:
    """Answer a person who is not admitted: the line has no other effect."""

    def work(tx: Transaction) -> T:
        inbox.close(tx, arrival.event, inbox.IGNORED, "not admitted")
        return record(tx, refusal)

    return work


def _incoming(tx: Transaction, arrival: Arrival, line: Line, readership: _Readership | None) -> Incoming:
    """The line as verbs take it.

    Raises:
        UnknownAccountError: its account belongs to no member yet.
    """
    event, where = arrival.event, line.where
    member_id = identities.member_of(tx, event.account(line.person))
    if member_id is None:
        raise UnknownAccountError
    channel, thread, link = None, "", None
    if not where.personal:
        link = links.of_channel(tx, event.channel(where.conversation))
        audience = readership.of(where) if readership is not None else None
        channel = Channel(where, links.community_of(link), audience, line.channel_name)
        thread = _thread(tx, link.id, where.thread) if link is not None and where.thread else ""
    return Incoming(
        member_id=member_id,
        line=with_handles(tx, member_id, line.text),
        event=event,
        language=line.language,
        thread=thread,
        channel=channel,
        conversation=OWN_CHAT if where.personal else where.conversation,
        pressed=line.pressed,
        words=with_handles(tx, member_id, line.words),
        filled=_filled(tx, member_id, line.filled, link) if line.filled is not None else None,
    )


def _note_contact(tx: Transaction, arrival: Arrival, line: Line) -> None:
    """Store the conversation in which somebody writes to us in person."""
    event, where = arrival.event, line.where
    if where.personal and where.conversation:
        contacts.note(tx, Contact(event.platform, event.tenant, line.person, where.conversation, where.service))


def _filled(tx: Transaction, reader_id: int, filled: Filled, link: Link | None) -> Filled:
    """A form with people's references as handles; a form about a known message names its content."""
    values = {name: with_handles(tx, reader_id, value) for name, value in filled.values.items()}
    copy = copies.at(tx, link.id, filled.about) if link is not None and filled.about else None
    if copy is not None:
        values = {**values, **subjects.of_content(tx, access.viewer(tx, reader_id), copy.content_id)}
    return replace(filled, values=values)


def _thread(tx: Transaction, link_id: int, native_id: str) -> str:
    copy = copies.at(tx, link_id, native_id)
    return threads.code_of_root(tx, copy.content_id) if copy is not None else ""


def with_handles(tx: Transaction, reader_id: int, text: str) -> str:
    """The line with references of people as typed handles, and places as their names.

    A person whom ``reader_id`` may not know keeps the name that the platform shows.
    """

    def typed(reference: re.Match[str]) -> str:
        mark, name, key = reference.groups()
        member_id = provenance.object_of(tx, key, "person") if mark == "@" else None
        if mark == "@" and member_id is None:
            member_id = identities.member_of_key(tx, key)
        if member_id is None or not access.may_know(tx, access.viewer(tx, reader_id), [member_id]):
            return f"{mark}{name}"
        return f"@{members.get(tx, member_id).handle}"

    return REFERENCE.sub(typed, text) if "](reseau:" in text else text


# -- showing the card -------------------------------------------------------------------------------------------------


def _is_private(turn: Turn, channel: Channel | None) -> bool:
    """Whether a card is shown only to the person who asked.

    A card that everyone sees shows what is open, perhaps words of others, and so it does only where everyone may
    read what is open. What was written stands in a linked channel by itself, under its author's name.
    """
    mirrored = channel is not None and channel.community_id is not None and turn.card.done
    alone = turn.card.visibility is Visibility.PRIVATE or turn.card.shared is not None
    return alone or (mirrored and bool(turn.card.code))


def _stage(turn: Turn, channel: Channel | None, *, private: bool) -> Where | None:
    """The channel in which everyone would see the card; a line confirmed elsewhere returns to its own channel."""
    if turn.card.shared is not None:
        return turn.card.shared.where
    return None if private or channel is None or turn.to_channel else channel.where


def _is_open_to_all(tx: Transaction, arrival: Arrival, where: Where, readership: _Readership | None) -> bool:
    """Whether everyone in a channel may read open contents.

    Raises:
        AudienceNeededError: the platform has to be asked for its readers.
    """
    audience = readership.of(where) if readership is not None else None
    if audience is None:
        raise AudienceNeededError(where, required=False)
    readers = audiences.readers(tx, arrival.event.channel(where.conversation), audience)
    return links.may_see_what_is_open(tx, readers)


def _share(tx: Transaction, arrival: Arrival, line: Line, shared: Shared, language: str) -> None:
    """Queue a card for the whole channel, besides the author's own. It is in the company's language."""
    event, here = arrival.event, shared.where.conversation == line.where.conversation
    to = Address(event.tenant, shared.where, answer_at=line.answer_at if here else "")
    person = identities.on(tx, shared.named, event.platform, event.tenant) if shared.named is not None else ""
    named = (Named(person, members.get(tx, shared.named).name),) if person and shared.named is not None else ()
    answer = Answer(shared.card, private=False, language=language, named=named)
    outbox.queue(tx, [messages.delivery(event.platform, answer, to, f"{event.native_id}:shared")])


def _answer_of(turn: Turn, line: Line, private: bool) -> Answer:
    replaces = line.pressed and line.filled is None and (turn.card.done or turn.command in _TAKES_PLACE)
    return Answer(turn.card, private, replaces, turn.language, line.pressed, sheet=turn.sheet)


def _private(card: Card, language: str) -> Answer:
    """A card for one person."""
    return Answer(replace(card, visibility=Visibility.PRIVATE), True, False, language)
