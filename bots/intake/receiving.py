"""Receiving: stores each event before it is acknowledged, then acts upon it, one conversation at a time."""

from __future__ import annotations

import asyncio
import functools
import re
from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass, replace
from typing import Any, cast

from sqlalchemy.exc import InterfaceError, OperationalError

from bots.answers.handling import Handler
from bots.arrival import (
    AccountChanged,
    Arrival,
    Changed,
    Entered,
    Line,
    Message,
    Pointed,
    Reacted,
    Removed,
    from_payload,
    to_payload,
)
from bots.form import Choice, Sheet
from bots.intake.answering import ASKS_FIRST, Answering, HeardBeforeError
from bots.intake.pointed import Unfolding
from bots.mirror.hear import Hearing
from bots.platform import Answer, Courier, LaterError
from bots.sending.delivery import Delivering
from bots.sending.queues import Queues
from reseau import logs
from reseau.channels import links
from reseau.errors import ReseauError
from reseau.exchange import inbox, notifications
from reseau.exchange.inbox import Kept
from reseau.hours import next_opening
from reseau.keys import AccountKey, EventKey
from reseau.people import accounts, identities, members
from reseau.people.accounts import Account, NotAdmittedError
from reseau.people.timing import zone_of
from reseau.settings import Settings
from reseau.store import Transaction
from reseau.store.grouping import Grouping

_log = logs.get("bots")
#: Half of a surrogate pair, such as an emoji that was cut at a limit: no store accepts it.
_HALF = re.compile("[\ud800-\udfff]")
_TRIES = 5
_PAUSE = 0.25  # seconds, doubled at each try
_AWAY = 5.0  # seconds until a store that does not answer is tried again
#: Errors that come from the message itself: it is too long, it is empty, it cannot be read.
_LASTING = (ReseauError, ValueError, TypeError, LookupError, ArithmeticError, AttributeError, RecursionError)
_PATIENCE = 3600.0  # seconds that an event may wait for a platform or store while later events wait, too


class Receiving:
    """The reception that adapters get (:class:`bots.platform.Reception`); one for a process."""

    def __init__(
        self, handler: Handler, writing: Grouping, couriers: Mapping[str, Courier], delivering: Delivering
    ) -> None:
        self._handler, self._writing, self._couriers = handler, writing, couriers
        self._answering = Answering(handler, writing, couriers, delivering)
        self._unfolding = Unfolding(handler.network, writing, couriers)
        self._hearing = Hearing(handler.network, writing, couriers, delivering)
        self._delivering = delivering
        self._queues = Queues()

    async def receive(self, arrival: Arrival) -> bool:
        """Keep an event, then act upon it. Messages of channels that are not linked are not kept."""
        arrival = _storable(arrival)
        at_sight = isinstance(arrival.body, Line) and not arrival.body.aside and not arrival.body.opening
        if at_sight and _queue(arrival) not in self._queues.waiting:
            try:
                return await self._at_sight(arrival, cast(Line, arrival.body))
            except Exception:  # noqa: BLE001, S110  (what takes longer or broke has time once it is kept)
                pass
        return await self._keep(arrival)

    async def answer(self, arrival: Arrival, within: float) -> Answer | None:
        """Answer a line in the acknowledgement; an answer that takes longer than ``within`` is sent by the courier."""
        arrival = _storable(arrival)
        line = arrival.body
        assert isinstance(line, Line)
        answering = asyncio.ensure_future(self._answered(arrival, line))
        await asyncio.wait((answering,), timeout=max(within, 0.0))
        if answering.done():
            return answering.result()
        self._queues.beside(self._send_late(answering, arrival, line))
        return None

    async def sheet(self, arrival: Arrival) -> Sheet | None:
        """The form that a line opens or a shortcut started; ``None`` if no words are missing."""
        arrival = _storable(arrival)
        line = arrival.body
        assert isinstance(line, Line)
        return await asyncio.to_thread(self._answering.sheet, arrival, line)

    async def choices(self, arrival: Arrival, entry: str, text: str) -> Sequence[Choice]:
        """Return the choices for an entry of a form, while the person types."""
        arrival = _storable(arrival)
        line = arrival.body
        assert isinstance(line, Line)
        return await asyncio.to_thread(self._answering.choices, arrival, line, entry, text)

    async def submit(self, arrival: Arrival, within: float) -> Sheet | None:
        """Do what a form says; return the form again if it has a fault or another step."""
        arrival = _storable(arrival)
        line = arrival.body
        assert isinstance(line, Line)
        submitting = asyncio.ensure_future(self._submitted(arrival, line))
        await asyncio.wait((submitting,), timeout=max(within, 0.0))
        if submitting.done():
            answer = submitting.result()
            return None if answer is None else answer.sheet
        self._queues.beside(self._send_late(submitting, arrival, line))
        return None

    async def _submitted(self, arrival: Arrival, line: Line) -> Answer | None:
        """The answer to a form that is shown again; the courier sends any other card."""
        try:
            result = await self._answering.submitted(arrival, line)
        except HeardBeforeError:
            return None
        except ASKS_FIRST:
            await self._keep(arrival)
            return None
        if isinstance(result, Answer):
            return result
        if result is not None:
            taken = result
            self._queues.put(f"{_queue(arrival)} out", lambda: self._delivering.carry(taken))
        self._delivering.wake()
        return None

    async def _at_sight(self, arrival: Arrival, line: Line) -> bool:
        """Keep and answer in one transaction, which is what nearly every line needs."""
        try:
            taken = await self._answering.queued_at_sight(arrival, line)
        except HeardBeforeError:
            return False
        if taken is not None:  # cards go out in the order of their lines, and do not delay lines that arrive meanwhile
            self._queues.put(f"{_queue(arrival)} out", lambda: self._delivering.carry(taken))
        self._delivering.wake()
        return True

    async def _answered(self, arrival: Arrival, line: Line) -> Answer | None:
        """The answer to a line at once; ``None`` if the platform has to be called first: the line is then stored."""
        try:
            answer = await self._answering.at_sight(arrival, line)
        except ASKS_FIRST:
            return await self._kept(arrival, line)
        except Exception as error:  # noqa: BLE001  (users never see a traceback)
            return self._answering.unavailable(arrival, line, error)
        self._delivering.wake()
        return answer

    async def _kept(self, arrival: Arrival, line: Line) -> Answer | None:
        """Keep a line that is answered later; return an answer only if it cannot be kept."""
        try:
            await self._keep(arrival)
        except Exception as error:  # noqa: BLE001  (the same)
            return self._answering.unavailable(arrival, line, error)
        return None

    async def _send_late(self, answering: asyncio.Future[Answer | None], arrival: Arrival, line: Line) -> None:
        answer = await answering
        if answer is not None:
            await self._answering.send(arrival, line, answer)

    async def _keep(self, arrival: Arrival) -> bool:
        is_new = await self._writing.write(lambda tx: _keep(tx, arrival, self._handler))
        if is_new:
            self._act_later(arrival)
        return is_new

    async def take_up(self) -> int:
        """Act upon events that an earlier process stored but did not handle; returns their number."""
        taken = last = 0
        while left := await self._writing.write(lambda tx, last=last: inbox.waiting(tx, after=last)):  # type: ignore[misc]
            for arrival in left:
                await self._take_up(arrival)
            taken, last = taken + len(left), left[-1].id
        return taken

    async def _take_up(self, kept: Kept) -> None:
        arrival = _arrival(kept)
        if arrival is None:
            _log.error("event cannot be read", kind=kept.kind)
            await self._close(kept.event, inbox.FAILED, "cannot be read")
        elif kept.event.platform in self._couriers:
            self._act_later(arrival)

    async def settle(self) -> None:
        """Wait until all stored events have been handled."""
        await self._queues.settle()

    def _act_later(self, arrival: Arrival) -> None:
        self._queues.put(_queue(arrival), lambda: self._act(arrival))

    async def _act(self, arrival: Arrival) -> None:
        """Act upon an event. Never raises, and stops no other event for long.

        An event that fails is tried again, then put aside with the reason. One that waits for a platform
        or for a store that does not answer is never put aside: at worst the next start takes it up.
        """
        tried, waited = 0, 0.0
        while True:
            try:
                await self._acted(arrival)
                return
            except LaterError as error:
                reason, pause = "the platform asks to wait", error.seconds
            except (OperationalError, InterfaceError) as error:
                reason, pause = type(error).__name__, _AWAY
            except Exception as error:  # noqa: BLE001  (one event must not stop the others)
                tried = _TRIES if _is_lasting(arrival, error) else tried + 1
                _log.error("event not acted upon", kind=arrival.kind, tried=tried, reason=type(error).__name__)
                if tried == _TRIES:
                    await self._put_aside(arrival, error)
                    return
                await asyncio.sleep(_PAUSE * 2**tried)
                continue
            waited += pause
            if waited > _PATIENCE:
                _log.error("event left for the next start", kind=arrival.kind, reason=reason)
                return
            _log.warning("event waits", kind=arrival.kind, reason=reason, seconds=pause)
            await asyncio.sleep(pause)

    async def _put_aside(self, arrival: Arrival, error: Exception) -> None:
        """Give up on an event, and tell its author."""
        try:
            if isinstance(arrival.body, Line):
                answer = self._answering.unavailable(arrival, arrival.body, error)
                await self._answering.send(arrival, arrival.body, answer)
            elif isinstance(arrival.body, Message | Changed):
                await self._answering.not_carried(arrival, arrival.body, error)
            reason = type(error).__name__
            await self._close(arrival.event, inbox.FAILED, reason)
        except Exception as second_error:  # noqa: BLE001  (it stays in the inbox for the next start)
            _log.error("event not put aside", kind=arrival.kind, reason=type(second_error).__name__)

    async def _close(self, event: EventKey, state: str, reason: str) -> None:
        await self._writing.write(lambda tx: inbox.close(tx, event, state, reason))

    async def _acted(self, arrival: Arrival) -> None:
        match arrival.body:
            case Line() as line:
                await self._answering.kept(arrival, line)
                self._delivering.wake()
            case Message() | Changed() as message:
                await self._hearing.message(arrival, message)
            case Removed() as message:
                await self._hearing.removal(arrival, message)
            case Reacted() as reaction:
                await self._hearing.reaction(arrival, reaction)
            case Pointed() as pointed:
                await self._unfolding.show(arrival, pointed)
            case Entered():
                await self._hearing.entry(arrival)
            case AccountChanged(account, new=new):
                settings = self._handler.network.settings
                refresh = functools.partial(_joined, settings=settings) if new else _refreshed
                await self._writing.write(lambda tx: refresh(tx, arrival, account))
                self._delivering.wake()


def _queue(arrival: Arrival) -> str:
    """The queue of an event: events of one conversation are handled in order."""
    if isinstance(arrival.body, AccountChanged):
        return str(arrival.event.account(arrival.body.account.native_id))
    return str(arrival.event.channel(arrival.body.where.conversation))


def _storable(arrival: Arrival) -> Arrival:
    """The same event, with every text in a form that a store accepts."""
    return replace(arrival, body=_whole(arrival.body))


def _whole(value: Any) -> Any:
    if isinstance(value, str):
        return value if value.isascii() else _HALF.sub("\N{REPLACEMENT CHARACTER}", value)
    if isinstance(value, Mapping):
        return {_whole(name): _whole(part) for name, part in value.items()}
    if not is_dataclass(value) or isinstance(value, type):
        return value
    values = {field.name: getattr(value, field.name) for field in fields(value)}
    changed = {name: whole for name, part in values.items() if (whole := _whole(part)) != part}
    return replace(value, **changed) if changed else value


def _is_lasting(arrival: Arrival, error: Exception) -> bool:
    """Whether a message would fail again in the same way, so that later ones need not wait for it."""
    return isinstance(arrival.body, Message | Changed | Removed | Reacted) and isinstance(error, _LASTING)


def _keep(tx: Transaction, arrival: Arrival, handler: Handler) -> bool:
    if not _concerns_us(tx, arrival, handler):
        return False
    payload = to_payload(arrival.body)
    return inbox.keep(tx, arrival.event, arrival.kind, payload)


def _concerns_us(tx: Transaction, arrival: Arrival, handler: Handler) -> bool:
    """Whether it is for the bot, from a linked channel, or about a known account; nothing else is kept."""
    match arrival.body:
        case Line(aside=True, where=where, text=text):  # a message to the others of a linked channel
            linked = links.of_channel(tx, arrival.event.channel(where.conversation)) is not None
            return not linked and handler.is_asked(text)
        case Line(opening=True, person=person):
            return not _is_known(tx, arrival.event.account(person))
        case Line() | Pointed():
            return True
        case AccountChanged(account, new=new):
            return new or identities.member_of(tx, account.account_key) is not None
        case body:
            return links.of_channel(tx, arrival.event.channel(body.where.conversation)) is not None


def _refreshed(tx: Transaction, arrival: Arrival, account: Account) -> None:
    member_id = identities.member_of(tx, account.account_key)
    if member_id is not None and inbox.once(tx, arrival.event, arrival.kind):
        accounts.complete(tx, member_id, account)


def _is_known(tx: Transaction, account: AccountKey) -> bool:
    """Whether the person of an account was greeted, or has spoken with the bot, on any platform."""
    member_id = identities.member_of(tx, account)
    me = members.known(tx, member_id) if member_id is not None else None
    return me is not None and (me.activated_at is not None or notifications.greeted(tx, me.id))


def _joined(tx: Transaction, arrival: Arrival, account: Account, settings: Settings) -> None:
    """Make a newcomer of the workspace known, and have them greeted in their hours. Others are left alone."""
    if not inbox.once(tx, arrival.event, arrival.kind):
        return
    try:
        member_id = accounts.meet(tx, account, settings.join)
    except NotAdmittedError:
        return
    newcomer = members.get(tx, member_id)
    if newcomer.activated_at is None:
        notifications.greet(tx, member_id, next_opening(tx.now, zone_of(newcomer, settings.zone)))


def _arrival(kept: Kept) -> Arrival | None:
    try:
        return Arrival(kept.event, from_payload(kept.kind, kept.payload))
    except (KeyError, TypeError, ValueError):
        return None
