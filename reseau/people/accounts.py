"""Matching accounts on Slack or Teams with members.

An account is joined to a member by a verified e-mail of the home organisation, by an administrator, by an import that
an administrator ran, or by sign-in; never by an e-mail that another organisation vouches for.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from reseau import provenance
from reseau.acting import Acting
from reseau.errors import ReseauError
from reseau.i18n import LANGUAGES, N_
from reseau.keys import AccountKey
from reseau.kinds import MemberKind, MemberStatus
from reseau.people import identities, members
from reseau.people.identities import NewIdentity
from reseau.people.members import MemberChange, NewMember
from reseau.store.transaction import Transaction


class Standing(StrEnum):
    """The standing of an account in the home workspace or tenant."""

    HOME = "home"  # a full member of it
    GUEST = "guest"  # let in by it, with fewer rights
    OUTSIDE = "outside"  # of another workspace or tenant
    BOT = "bot"
    GONE = "gone"  # the account was closed


@dataclass(frozen=True, slots=True)
class Account:
    """An account as a platform describes it.

    Attributes:
        platform: ``slack``, ``teams``.
        tenant: the home workspace or tenant.
        native_id: the platform's lasting id of the account.
        standing: the standing of the account, as the platform gives it.
        name: as the platform shows it.
        email: as the platform verified it; empty if it gives none.
        key: of the same person in exports of this platform (``reseau/keys.py``), empty if there are none.
        photo_url, language, timezone, job: as the platform gives them; empty if it does not.
    """

    platform: str
    tenant: str
    native_id: str
    standing: str
    name: str = ""
    email: str = ""
    key: str = ""
    photo_url: str = ""
    language: str = ""
    timezone: str = ""
    job: str = ""

    @property
    def account_key(self) -> AccountKey:
        """The key of the account."""
        return AccountKey(self.platform, self.tenant, self.native_id)


class NotAdmittedError(ReseauError):
    """The account belongs to no member and may not join by itself. The sentence names people to ask."""


def meet(tx: Transaction, account: Account, join: str) -> int:
    """Return the member that an account belongs to, and add the member if necessary.

    Known by the account itself; else, for a full member of the home organisation alone, by an import of the same
    person that an administrator ran, by the verified e-mail, or, where ``join`` is ``open``, by becoming one now.

    Args:
        join: ``open`` or ``directory``, as the setting says.

    Raises:
        NotAdmittedError: the account belongs to no member and may not join.
    """
    owner_id = identities.member_of(tx, account.account_key)
    if owner_id is not None:
        _bring_back(tx, owner_id, account)
        complete(tx, owner_id, account)
        return owner_id
    if account.standing != Standing.HOME:
        raise _not_admitted(tx, account)
    member_id, proof = _found(tx, account)
    if member_id is None:
        if join != "open":
            raise _not_admitted(tx, account)
        member_id, proof = make(tx, account), "home"
    new = NewIdentity(member_id, account.platform, account.tenant, account.native_id, proof)
    identities.add(tx, [new], Acting(account.platform))
    _bring_back(tx, member_id, account)
    complete(tx, member_id, account)
    return member_id


def _bring_back(tx: Transaction, member_id: int, account: Account) -> None:
    """Bring back a member whom an import marked as gone because of another, closed account."""
    if account.standing == Standing.HOME and members.gone_by_accounts_alone(tx, [member_id]):
        fields: dict[str, object] = {"status": MemberStatus.INVITED.value, "kind": MemberKind.EMPLOYEE.value}
        members.change(tx, [MemberChange(member_id, fields)], Acting(account.platform))


def _found(tx: Transaction, account: Account) -> tuple[int | None, str]:
    """Return the member that an account belongs to, with the kind of proof."""
    imported = provenance.object_of(tx, account.key, "person")
    by_email = members.by_email(tx, [account.email]).get(account.email.lower()) if account.email else None
    for member_id, proof in ((by_email, "email"), (imported, "import")):
        if member_id is not None:
            status = members.get(tx, member_id).status
            # The directory knows better than an account that is still open; an export of another account does not.
            away = status is MemberStatus.LEFT and not members.gone_by_accounts_alone(tx, [member_id])
            if away or status is MemberStatus.BOT:
                raise _not_admitted(tx, account)
            return member_id, proof
    return None, ""


def recognise(tx: Transaction, account: Account) -> int | None:
    """The member that an account belongs to, if any; never adds one."""
    owner_id = identities.member_of(tx, account.account_key)
    if owner_id is not None or account.standing != Standing.HOME:
        return owner_id
    try:
        member_id, proof = _found(tx, account)
    except NotAdmittedError:
        return None
    if member_id is not None:
        new = NewIdentity(member_id, account.platform, account.tenant, account.native_id, proof)
        identities.add(tx, [new], Acting(account.platform))
        _bring_back(tx, member_id, account)
        complete(tx, member_id, account)
    return member_id


def newcomers(tx: Transaction, met: Sequence[Account], join: str) -> list[str]:
    """Recognise the members among accounts, and return the ids of the others that may join by themselves.

    Args:
        join: ``open`` or ``directory``, as the setting says.
    """
    by_email = members.by_email(tx, {account.email for account in met if account.email})
    imported = provenance.objects_of(tx, {account.key for account in met if account.key}, "person")
    native_ids = []
    for account in met:
        if account.email.lower() in by_email or account.key in imported:
            recognise(tx, account)  # if no member is found, the directory says that the person left
        elif account.standing == Standing.HOME and join == "open":
            native_ids.append(account.native_id)
    return native_ids


def make(tx: Transaction, account: Account) -> int:
    """Add a member for an account; a guest if the account is not of the home organisation."""
    new = NewMember(
        account.name.strip() or account.native_id,
        email=_free_email(tx, account) or None,
        kind=MemberKind.EMPLOYEE if account.standing == Standing.HOME else MemberKind.PARTNER,
        status=MemberStatus.INVITED,
        language=_language(account),
        timezone=account.timezone or None,
        photo_url=account.photo_url or None,
        job=account.job or None,
    )
    return members.add(tx, [new], Acting(account.platform))[0]


def complete(tx: Transaction, member_id: int, account: Account) -> None:
    """Fill empty profile fields from the platform, and follow changes of the account's status.

    A member whom the platform made a guest becomes a guest here too; a closed account ends what its member may read.
    """
    me = members.get(tx, member_id)
    values = {
        "name": account.name.strip() if me.status is MemberStatus.PLACEHOLDER else "",
        "photo_url": account.photo_url,
        "language": _language(account) or "",
        "timezone": account.timezone,
        "job": account.job,
        "email": _free_email(tx, account),
    }
    fresh: dict[str, object] = {name: value for name, value in values.items() if value and not getattr(me, name, None)}
    if values["name"]:
        fresh["name"] = values["name"]
    if me.status is MemberStatus.PLACEHOLDER:
        fresh["status"] = MemberStatus.INVITED.value
        if account.standing == Standing.HOME:
            fresh["kind"] = MemberKind.EMPLOYEE.value
    guest = account.standing == Standing.GUEST and me.kind is MemberKind.EMPLOYEE
    gone = account.standing == Standing.GONE
    if (guest or gone) and not identities.lent(tx, account.account_key):
        fresh.update({"status": MemberStatus.LEFT.value} if gone else {"kind": MemberKind.PARTNER.value})
    if fresh:
        members.change(tx, [MemberChange(member_id, fresh)], Acting(account.platform))


def _free_email(tx: Transaction, account: Account) -> str:
    """Return the verified e-mail if it is of the home organisation and no other member has it."""
    if account.standing != Standing.HOME or not account.email:
        return ""
    return "" if members.by_email(tx, [account.email]) else account.email


def _language(account: Account) -> str | None:
    language = account.language.replace("_", "-").split("-", maxsplit=1)[0].lower()
    return language if language in LANGUAGES else None


def _not_admitted(tx: Transaction, account: Account) -> NotAdmittedError:
    people = ", ".join(members.administrators(tx, limit=3))
    sentences = {
        Standing.GUEST: N_("You are a guest here, and guests are let in one by one. Please ask {people}."),
        Standing.OUTSIDE: N_("This network is for the people of one organisation. To be let in, please ask {people}."),
        Standing.HOME: N_("You are not in the directory of this network yet. Please ask {people}."),
    }
    alone = {
        Standing.GUEST: N_("You are a guest here, and guests are let in one by one. Please ask whoever opened it."),
        Standing.OUTSIDE: N_("This network is for the people of one organisation. Please ask whoever opened it."),
        Standing.HOME: N_("You are not in the directory of this network yet. Please ask whoever opened it."),
    }
    standing = Standing(account.standing) if account.standing in set(Standing) else Standing.OUTSIDE
    standing = standing if standing in sentences else Standing.OUTSIDE
    return NotAdmittedError("E_NOT_ADMITTED", (sentences if people else alone)[standing], people=people)
