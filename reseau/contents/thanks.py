"""Thanks from one member to another, with a reason, and perhaps for a content."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from hashlib import blake2b

from sqlalchemy import func, or_, select

from reseau import access, activity
from reseau.access import Viewer
from reseau.acting import Acting
from reseau.activity import Trace
from reseau.errors import ReseauError
from reseau.exchange import notifications
from reseau.i18n import N_
from reseau.kinds import MemberStatus, Origin, Verb
from reseau.store.moments import to_micros
from reseau.store.tables import member, thanks
from reseau.store.transaction import Transaction


@dataclass(slots=True)
class NewThanks:
    """Thanks to give: who thanks whom, and why. A reason is required."""

    giver_id: int
    receiver_id: int
    reason: str
    content_id: int | None = None
    community_id: int | None = None
    at: datetime | None = None


@dataclass(slots=True)
class _Row(NewThanks):
    id: int = 0


class ThanksError(ReseauError):
    """Thanks cannot be given as asked."""


def thank(tx: Transaction, batch: Sequence[NewThanks], acting: Acting) -> int:
    """Give thanks. Return how many were given.

    Raises:
        ThanksError: to oneself, to a program, or without a reason.
    """
    for wish in batch:
        if wish.giver_id == wish.receiver_id:
            raise ThanksError("E_THANKS_SELF", N_("Thanks are for somebody else."))
        if not wish.reason.strip():
            raise ThanksError("E_REASON_MISSING", N_("Please say in a few words what the thanks are for."))
    _check_people(tx, batch, acting)
    rows, traces = [], []
    ids = tx.ids(thanks, len(batch))
    for id_, new in zip(ids, batch, strict=True):
        at = new.at or tx.now
        rows.append(_Row(**asdict(replace(new, reason=new.reason.strip(), at=at)), id=id_))
        traces.append(
            Trace(
                at,
                new.giver_id,
                Verb.THANKED,
                content_id=new.content_id,
                community_id=new.community_id,
                target_id=new.receiver_id,
            )
        )
    tx.insert(thanks, rows, origin=acting.origin)
    activity.append(tx, traces, acting)
    notifications.thanked(tx, traces, ids, acting)
    return len(rows)


def _check_people(tx: Transaction, batch: Sequence[NewThanks], acting: Acting) -> None:
    """Check that no program is thanked: people wrote its posts."""
    if acting.origin is Origin.SEEDED:
        return
    receivers = [new.receiver_id for new in batch]
    programs = select(member.c.name).where(member.c.id.in_(receivers), member.c.status == MemberStatus.BOT)
    if name := tx.execute(programs).scalar():
        raise ThanksError("E_THANKS_PROGRAM", N_("{name} is a program: thanks are for people."), name=name)


@dataclass(frozen=True, slots=True)
class Given:
    """Thanks as their giver sees them."""

    id: int
    receiver_id: int
    reason: str
    at: datetime

    @property
    def number(self) -> int:
        """The number under which the giver takes them back. It does not reveal how many others gave."""
        named = f"{self.id}:{to_micros(self.at)}".encode()
        return int.from_bytes(blake2b(named, digest_size=8).digest()) % _NUMBERS


_NUMBERS = 10**9
_MOST_NUMBERED = 100  # of the newest thanks of a giver


def latest_of(tx: Transaction, giver_id: int, number: int | None) -> Given | None:
    """Return the latest thanks of a giver, or those with a number, if they are among the newest."""
    mine = select(thanks.c.id, thanks.c.receiver_id, thanks.c.reason, thanks.c.at).where(thanks.c.giver_id == giver_id)
    newest = mine.order_by(thanks.c.at.desc(), thanks.c.id.desc()).limit(1 if number is None else _MOST_NUMBERED)
    recent = (Given(row.id, row.receiver_id, row.reason, row.at) for row in tx.execute(newest))
    return next((latest for latest in recent if number is None or latest.number == number), None)


def take_back(tx: Transaction, thanks_: Given, acting: Acting) -> None:
    """Take thanks back: the receiver is no longer notified, and they no longer count."""
    giver = tx.execute(select(thanks.c.giver_id).where(thanks.c.id == thanks_.id)).scalar_one()
    tx.execute(thanks.delete().where(thanks.c.id == thanks_.id))
    activity.append(tx, [Trace(tx.now, giver, Verb.DELETED, "thanks", target_id=thanks_.receiver_id)], acting)


def reason_of(tx: Transaction, thanks_id: int) -> str | None:
    """Return the reason of thanks, ``None`` once they are taken back. Show it to the receiver only."""
    return tx.execute(select(thanks.c.reason).where(thanks.c.id == thanks_id)).scalar()


def latest_reason(tx: Transaction, giver_id: int, receiver_id: int) -> str | None:
    """Return the reason of the latest thanks from one member to another. Show it to the receiver only."""
    between = (thanks.c.giver_id == giver_id) & (thanks.c.receiver_id == receiver_id)
    return tx.execute(select(thanks.c.reason).where(between).order_by(thanks.c.id.desc()).limit(1)).scalar()


def received(tx: Transaction, who: Viewer, member_id: int) -> int:
    """Count the thanks that a member received, as far as the viewer may know: those in closed communities stay there.

    Thanks from people whom the viewer may not know do not count either. Members see all of their own.
    """
    readable = or_(thanks.c.community_id.is_(None), thanks.c.community_id.in_(access.readable_communities(who)))
    given_by = or_(thanks.c.receiver_id == who.member_id, access.knowable_people(who))
    joined = thanks.join(member, member.c.id == thanks.c.giver_id)
    statement = select(func.count()).select_from(joined).where(thanks.c.receiver_id == member_id, readable, given_by)
    return int(tx.execute(statement).scalar_one())
