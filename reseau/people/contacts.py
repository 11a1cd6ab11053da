"""Contacts: each person's own conversation with us on a platform."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from reseau.keys import AccountKey
from reseau.store.prepared import Prepared, parameter
from reseau.store.tables import contact
from reseau.store.transaction import Transaction


@dataclass(frozen=True, slots=True)
class Contact:
    """A person's own conversation with us; ``service`` if a platform has several addresses."""

    platform: str
    tenant: str
    native_id: str
    conversation: str
    service: str = ""


def note(tx: Transaction, contact_: Contact) -> None:
    """Store where a person can be reached, replacing the earlier contact."""
    if get(tx, AccountKey(contact_.platform, contact_.tenant, contact_.native_id)) == contact_:
        return
    same = (
        (contact.c.platform == contact_.platform)
        & (contact.c.tenant == contact_.tenant)
        & (contact.c.native_id == contact_.native_id)
    )
    tx.execute(contact.delete().where(same))
    tx.insert(contact, [contact_], unless_there=True, numbered=False)


def get(tx: Transaction, account: AccountKey) -> Contact | None:
    """Return where a person can be reached, if known."""
    row = _CONTACT.first(tx, platform=account.platform, tenant=account.tenant, native_id=account.native_id)
    if row is None:
        return None
    return Contact(account.platform, account.tenant, account.native_id, row.conversation, row.service)


_CONTACT = Prepared(
    select(contact.c.conversation, contact.c.service).where(
        contact.c.platform == parameter("platform"),
        contact.c.tenant == parameter("tenant"),
        contact.c.native_id == parameter("native_id"),
    )
)
