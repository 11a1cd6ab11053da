"""Drafts: what somebody typed and has yet to confirm, kept for a day so that nothing is lost."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select

from reseau.store.tables import draft
from reseau.store.transaction import Transaction

KEPT = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Draft:
    """A line to be done once confirmed; ``command`` is the command's id."""

    token: str
    member_id: int
    command: str
    line: str
    created_at: datetime


def keep(tx: Transaction, member_id: int, command: str, line: str) -> str:
    """Keep a line; returns the token that takes it up again. Expired ones are swept away meanwhile."""
    tx.execute(draft.delete().where(draft.c.expires_at < tx.now))
    token = secrets.token_urlsafe(9)
    tx.execute(
        draft.insert().values(
            token=token, member_id=member_id, command=command, line=line, created_at=tx.now, expires_at=tx.now + KEPT
        )
    )
    return token


def take(tx: Transaction, member_id: int, token: str) -> Draft | None:
    """Take a draft up, once, by whoever typed it; ``None`` when it is somebody else's, taken or expired."""
    row = tx.execute(
        select(draft).where(draft.c.token == token, draft.c.member_id == member_id, draft.c.expires_at >= tx.now)
    ).first()
    if row is None or not tx.execute(draft.delete().where(draft.c.token == token)).rowcount:
        return None
    return Draft(row.token, row.member_id, row.command, row.line, row.created_at)
