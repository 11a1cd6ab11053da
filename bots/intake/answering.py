"""Answering lines: meets the account where nobody knows it, asks who reads the channel where the verb has to know."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeVar

from bots.answers import strangers
from bots.answers.handling import AudienceNeededError, Desk
from bots.arrival import Arrival, Changed, Line, Said, Where
from bots.card import Card, Text
from bots.intake import lines
from bots.intake.lines import Readership
from bots.mirror import audiences
from bots.platform import Address, Answer, Audience, Courier, DoubtError, LaterError, RefusedError
from bots.sending import messages
from bots.sending.delivery import Delivering
from reseau.errors import ReseauError
from reseau.exchange import inbox
from reseau.exchange.outbox import Taken
from reseau.i18n import Words
from reseau.people import accounts, applicants
from reseau.people.accounts import NotAdmittedError
from reseau.store import Transaction
from reseau.store.grouping import Grouping

T = TypeVar("T")


class HeardBeforeError(Exception):
    """This line came before."""


class Answering:
    """Answers what was said to us on any platform."""

    def __init__(self, desk: Desk, writing: Grouping, couriers: Mapping[str, Courier], delivering: Delivering) -> None:
        self._desk, self._writing = desk, writing
        self._couriers, self._delivering = couriers, delivering

    async def at_once(self, arrival: Arrival, line: Line) -> Answer:
        """The answer to somebody who is known, in one transaction with the note that the line came.

        Raises:
            bots.intake.lines.UnknownAccountError: the platform has to be asked first; nothing was done or noted.
            bots.answers.handling.AudienceNeededError: the same.
        """
        return await self._turned(arrival, line, None, lambda _tx, answer: answer)

    async def at_sight(self, arrival: Arrival, line: Line) -> Taken | None:
        """Keep a line and answer it, in one transaction; the card has still to be sent.

        Raises:
            HeardBeforeError: the line came before; nothing was done.
            bots.intake.lines.UnknownAccountError, bots.answers.handling.AudienceNeededError: as :meth:`at_once`.
        """

        def handed(tx: Transaction, answer: Answer) -> Taken | None:
            return messages.hand_over(tx, arrival.event, answer, address(arrival, line))

        def unheard(tx: Transaction) -> None:
            if inbox.known(tx, arrival.event):
                raise HeardBeforeError

        return await self._turned(arrival, line, None, handed, unheard)

    async def later(self, arrival: Arrival, line: Line) -> None:
        """Answer a line that is kept, and send the card; both, or neither, survive a crash."""

        def handed(tx: Transaction, answer: Answer) -> Taken | None:
            return messages.hand_over(tx, arrival.event, answer, address(arrival, line))

        taken = await self._asked_first(arrival, line, handed)
        if taken is not None:
            await self._delivering.carry(taken)

    async def _asked_first(self, arrival: Arrival, line: Line, record: Callable[[Transaction, Answer], T]) -> T:
        """Answer a line, asking the platform what has to be known before."""
        readership: Readership | None = None
        while True:
            try:
                return await self._turned(arrival, line, readership, record)
            except lines.UnknownAccountError:
                refusal = await self._met(arrival, line)
            except AudienceNeededError as needed:
                where = line.where if needed.where is None else needed.where
                readership = Readership(where, await self._audience(arrival, where, required=needed.required))
                continue
            if refusal is not None:
                return await self._writing.write(_closed(arrival, refusal, record))

    async def _audience(self, arrival: Arrival, where: Where, *, required: bool) -> Audience:
        """Who reads the channel; where the platform does not say and the verb can do without, as if anybody did."""
        courier, join = self._couriers[arrival.event.platform], self._desk.network.settings.join
        channel = arrival.event.channel(where.conversation)
        try:
            return await audiences.read(courier, self._writing, join, channel, where)
        except (LaterError, RefusedError, DoubtError):
            if required:
                raise
            return audiences.ANYBODY

    async def send(self, arrival: Arrival, line: Line, answer: Answer) -> None:
        """Send an answer that was too late for the acknowledgement."""
        to = address(arrival, line)
        taken = await self._writing.write(lambda tx: messages.hand_over(tx, arrival.event, answer, to))
        if taken is not None:
            await self._delivering.carry(taken)

    async def unavailable(self, arrival: Arrival, line: Line, error: Exception) -> Answer:
        """What to say when something broke that nobody foresaw."""
        settings = self._desk.network.settings
        asked = lines.unknown(arrival, line)
        return lines.private(self._desk.unavailable(asked, error), line.language or settings.language)

    async def not_carried(self, arrival: Arrival, message: Said | Changed, error: Exception) -> None:
        """Tell the author, once and in private, that a message of a linked channel reached nobody else."""
        language = self._desk.network.settings.language
        t = Words(language)
        reason = error.sentence(t) if isinstance(error, ReseauError) else ""
        title = t("Your message stays in this channel: it could not be carried further.")
        card = Card(title, (Text(reason),) if reason else ())
        spoken = Line(message.person, message.where, "", message.message)
        await self.send(arrival, spoken, lines.private(card, language))

    async def _turned(
        self,
        arrival: Arrival,
        line: Line,
        readership: Readership | None,
        record: Callable[[Transaction, Answer], T],
        check: Callable[[Transaction], None] = lambda _tx: None,
    ) -> T:
        desk = self._desk

        def work(tx: Transaction) -> T:
            check(tx)
            return record(tx, lines.turn(tx, desk, arrival, line, readership))

        try:
            return await self._writing.write(work)
        except ReseauError as error:
            refused = error
        return await self._writing.write(lambda tx: record(tx, lines.refuse(tx, desk, arrival, line, refused)))

    async def _met(self, arrival: Arrival, line: Line) -> Answer | None:
        """Find out whose account it is and make it known; the card to show where it is not admitted."""
        courier, settings = self._couriers[arrival.event.platform], self._desk.network.settings
        account = await courier.account(arrival.event.tenant, line.person, line.where)
        try:
            await self._writing.write(lambda tx: accounts.meet(tx, account, settings.join))
        except NotAdmittedError as error:
            await self._writing.write(lambda tx: applicants.note(tx, account))
            card, language = strangers.stranger(error, line.language or account.language, settings)
            return lines.private(card, language)
        return None


def address(arrival: Arrival, line: Line) -> Address:
    """Where the answer to a line goes."""
    return Address(arrival.event.tenant, line.where, line.person, line.answer_at, line.message)


def _closed(
    arrival: Arrival, refusal: Answer, record: Callable[[Transaction, Answer], T]
) -> Callable[[Transaction], T]:
    def work(tx: Transaction) -> T:
        inbox.close(tx, arrival.event, inbox.IGNORED, "not admitted")
        return record(tx, refusal)

    return work
