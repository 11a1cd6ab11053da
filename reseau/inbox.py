"""What platforms told us, each event once: the key is a constraint, so a second delivery changes nothing."""

from __future__ import annotations

from sqlalchemy import select

from reseau.store.moments import to_micros
from reseau.store.tables import inbox
from reseau.store.transaction import Transaction


def once(tx: Transaction, platform: str, tenant: str, event_key: str, kind: str) -> bool:
    """Take note of an event in the caller's own transaction; ``False`` when it came before.

    Kept with what the event causes: both are committed, or neither.
    """
    same = (inbox.c.platform == platform) & (inbox.c.tenant == tenant) & (inbox.c.event_key == event_key)
    if tx.execute(select(inbox.c.id).where(same)).first():
        return False
    id_ = tx.ids(inbox, 1)[0]
    columns = ("id", "platform", "tenant", "event_key", "kind", "received_at", "state")
    row = (id_, platform, tenant, event_key, kind, to_micros(tx.now), "applied")
    tx.insert_new(inbox, columns, [row])
    # Another process may have been quicker between the look and the write (PostgreSQL).
    return tx.execute(select(inbox.c.id).where(same)).scalar() == id_
