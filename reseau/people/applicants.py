"""Applicants: accounts that were not admitted, kept for a while so that an administrator can admit them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select, update

from reseau.acting import Acting
from reseau.errors import ReseauError
from reseau.exchange import notifications
from reseau.i18n import N_
from reseau.kinds import MemberStatus
from reseau.people import accounts, identities, members
from reseau.people.accounts import Account, Standing
from reseau.people.identities import NewIdentity
from reseau.people.members import Member
from reseau.store.tables import applicant
from reseau.store.transaction import Transaction

KEPT = timedelta(days=30)
_PEOPLE = frozenset((Standing.HOME, Standing.GUEST, Standing.OUTSIDE))


class ApplicantError(ReseauError):
    """The applicant cannot be admitted as requested."""


@dataclass(frozen=True, slots=True)
class Applicant:
    """A person who was not admitted yet; administrators name applicants by ``id``.

    ``asked_at`` is the last time (UTC); ``standing`` and the rest are as the platform gave them then.
    """

    id: int
    platform: str
    tenant: str
    native_id: str
    standing: str
    name: str
    email: str
    language: str
    asked_at: datetime


def note(tx: Transaction, account: Account) -> None:
    """Remember that an account came; closed accounts and bots are not remembered, old ones are forgotten meanwhile.

    A first visit notifies the administrators.
    """
    tx.execute(applicant.delete().where(applicant.c.asked_at < tx.now - KEPT))
    if account.standing not in _PEOPLE:
        return
    values = {
        "standing": account.standing,
        "name": account.name.strip() or account.native_id,
        "email": account.email,
        "language": account.language,
        "asked_at": tx.now,
    }
    same = (
        (applicant.c.platform == account.platform)
        & (applicant.c.tenant == account.tenant)
        & (applicant.c.native_id == account.native_id)
    )
    if not tx.execute(update(applicant).where(same).values(**values)).rowcount:
        who = {"platform": account.platform, "tenant": account.tenant, "native_id": account.native_id}
        id_ = tx.ids(applicant, 1)[0]
        tx.execute(applicant.insert().values(id=id_, **who, **values))
        notifications.waits(tx, id_, str(values["name"]))


def listed(tx: Transaction, limit: int) -> list[Applicant]:
    """Return the applicants, the latest first."""
    rows = tx.execute(select(applicant).order_by(applicant.c.asked_at.desc(), applicant.c.id.desc()).limit(limit))
    return [Applicant(*tuple(row)) for row in rows]


def get(tx: Transaction, applicant_id: int) -> Applicant | None:
    """Return an applicant by number."""
    row = tx.execute(select(applicant).where(applicant.c.id == applicant_id)).first()
    return None if row is None else Applicant(*tuple(row))


def admit(tx: Transaction, applicant_: Applicant, colleague: Member | None, acting: Acting) -> int:
    """Make an applicant a member, or the further account of someone who is one; returns the member.

    Raises:
        ApplicantError: the member has left, or the directory says that the person with this e-mail has.
    """
    owner = colleague
    if owner is None and applicant_.email and (same := members.by_email(tx, [applicant_.email])):
        owner = members.get(tx, same[applicant_.email.lower()])
    if owner is not None and owner.status in (MemberStatus.LEFT, MemberStatus.BOT):
        raise ApplicantError("E_LEFT", N_("{name} is no longer with the company, the directory says."), name=owner.name)
    account = Account(
        applicant_.platform,
        applicant_.tenant,
        applicant_.native_id,
        applicant_.standing,
        applicant_.name,
        applicant_.email,
        language=applicant_.language,
    )
    member_id = owner.id if owner is not None else accounts.make(tx, account)
    identities.add(
        tx,
        [
            NewIdentity(
                member_id, applicant_.platform, applicant_.tenant, applicant_.native_id, identities.ADMINISTRATOR
            )
        ],
        acting,
    )
    tx.execute(applicant.delete().where(applicant.c.id == applicant_.id))
    return member_id
