"""Identities: the accounts of one person on Slack, Teams, mail and the console, and how each was proved."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from reseau.acting import Acting
from reseau.keys import AccountKey
from reseau.store.prepared import Prepared, parameter, parameters
from reseau.store.tables import identity
from reseau.store.transaction import Transaction

ADMINISTRATOR = "administrator"  # the proof of an account that an administrator joined to its member


@dataclass(slots=True)
class NewIdentity:
    """An account of a member.

    ``proof`` is ``email`` (verified, of the home organisation), ``home`` (a full member of it, new here), ``sign-in``,
    ``administrator`` or ``import``.
    """

    member_id: int
    platform: str
    tenant: str
    native_id: str
    proof: str


def add(tx: Transaction, batch: Sequence[NewIdentity], acting: Acting) -> None:
    """Note accounts; one that is known already keeps its member."""
    tx.insert(identity, batch, unless_there=True, created_at=tx.now)


def member_of(tx: Transaction, account: AccountKey) -> int | None:
    """The member whose account this is."""
    row = _MEMBER_OF.first(tx, platform=account.platform, tenant=account.tenant, native_id=account.native_id)
    return None if row is None else int(row[0])


_MEMBER_OF = Prepared(
    select(identity.c.member_id).where(
        identity.c.platform == parameter("platform"),
        identity.c.tenant == parameter("tenant"),
        identity.c.native_id == parameter("native_id"),
    )
)


def on(tx: Transaction, member_id: int, platform: str, tenant: str) -> str:
    """A member's account on a platform, the oldest if there are several; empty if there is none."""
    accounts = (identity.c.member_id == member_id, identity.c.platform == platform, identity.c.tenant == tenant)
    return str(
        tx.execute(select(identity.c.native_id).where(*accounts).order_by(identity.c.id).limit(1)).scalar() or ""
    )


def members_of(tx: Transaction, platform: str, tenant: str, native_ids: Sequence[str]) -> dict[str, int]:
    """The members of accounts, by account; unknown accounts are left out."""
    rows = _MEMBERS_OF.rows(tx, platform=platform, tenant=tenant, native_ids=list(native_ids))
    return {row.native_id: int(row.member_id) for row in rows}


_MEMBERS_OF = Prepared(
    select(identity.c.native_id, identity.c.member_id).where(
        identity.c.platform == parameter("platform"),
        identity.c.tenant == parameter("tenant"),
        identity.c.native_id.in_(parameters("native_ids")),
    )
)


def lent(tx: Transaction, account: AccountKey) -> bool:
    """Whether an administrator added this account to a member with another one: it does not describe the person."""
    same = (
        (identity.c.platform == account.platform)
        & (identity.c.tenant == account.tenant)
        & (identity.c.native_id == account.native_id)
    )
    row = tx.execute(select(identity.c.member_id, identity.c.proof).where(same)).first()
    if row is None or row.proof != ADMINISTRATOR:
        return False
    others = select(identity.c.id).where(identity.c.member_id == row.member_id, ~same)
    return tx.execute(others.limit(1)).first() is not None


def member_of_key(tx: Transaction, key: str) -> int | None:
    """The member whose account a key of ``reseau/keys.py`` names (``slack/-/person/U1``), whatever the tenant."""
    platform, _, rest = key.partition("/")
    _, _, native_id = rest.partition("/person/")
    same = (identity.c.platform == platform) & (identity.c.native_id == native_id)
    member_id = tx.execute(select(identity.c.member_id).where(same).limit(1)).scalar()
    return None if member_id is None else int(member_id)
