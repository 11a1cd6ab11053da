"""Drafts: lines that wait to be confirmed, kept for a day so that nothing is lost.

The outcome of a draft is kept as long, so that a preview whose button is pressed again can tell it.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import null, select, update

from reseau.store.tables import draft
from reseau.store.transaction import Transaction

KEPT = timedelta(hours=24)
CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Draft:
    """A line that is carried out once it is confirmed.

    Attributes:
        command: the command's id.
        spot: the channel in which it was typed, as the caller described it; ``None`` outside of channels.
        arguments: what a form told the command; ``None`` for a line that was typed.
    """

    token: str
    member_id: int
    command: str
    line: str
    created_at: datetime
    spot: Mapping[str, Any] | None = None
    arguments: Mapping[str, Any] | None = None


def keep(
    tx: Transaction,
    member_id: int,
    command: str,
    line: str,
    spot: Mapping[str, Any] | None = None,
    arguments: Mapping[str, Any] | None = None,
) -> str:
    """Keep a line and return the token that takes it up again; expired drafts are deleted."""
    tx.execute(draft.delete().where(draft.c.expires_at < tx.now))
    token = secrets.token_urlsafe(9)
    tx.execute(
        draft.insert().values(
            token=token,
            member_id=member_id,
            command=command,
            line=line,
            created_at=tx.now,
            expires_at=tx.now + KEPT,
            spot=null() if spot is None else dict(spot),
            arguments=null() if arguments is None else dict(arguments),
        )
    )
    return token


def keep_form(tx: Transaction, member_id: int, command: str, values: Mapping[str, str]) -> None:
    """Keep the values of a refused form, in place of earlier ones for the same command."""
    forget_form(tx, member_id, command)
    keep(tx, member_id, command, _FORM, arguments=values)


def form(tx: Transaction, member_id: int, command: str) -> Mapping[str, str]:
    """Return a member's values in the form of a command before it was refused; empty if there are none."""
    mine = (draft.c.member_id == member_id) & (draft.c.command == command) & (draft.c.expires_at >= tx.now)
    statement = select(draft.c.arguments).where(mine, draft.c.line == _FORM, draft.c.outcome.is_(None))
    values: Mapping[str, str] | None = tx.execute(statement.order_by(draft.c.created_at.desc()).limit(1)).scalar()
    return values or {}


def forget_form(tx: Transaction, member_id: int, command: str) -> None:
    """Keep a refused form no longer."""
    mine = (draft.c.member_id == member_id) & (draft.c.command == command)
    tx.execute(draft.delete().where(mine, draft.c.line == _FORM, draft.c.outcome.is_(None)))


#: The line of a form that was refused: it has none, and no token takes it up.
_FORM = ""


def take(tx: Transaction, member_id: int, token: str) -> Draft | None:
    """Take up a draft, once; ``None`` if it belongs to another member, was taken up already, or has expired.

    Its text is deleted; :func:`end` notes the outcome.
    """
    row = tx.execute(
        select(draft).where(draft.c.token == token, draft.c.member_id == member_id, draft.c.expires_at >= tx.now)
    ).first()
    if row is None or not _ended(tx, token, ""):
        return None
    return Draft(row.token, row.member_id, row.command, row.line, row.created_at, row.spot, row.arguments)


def waiting(tx: Transaction, member_id: int, token: str = "") -> Draft | None:
    """Return a waiting draft of a member without taking it up: the one of a token, else the newest."""
    open_drafts = (draft.c.member_id == member_id) & (draft.c.expires_at >= tx.now) & draft.c.outcome.is_(None)
    open_drafts &= draft.c.line != _FORM
    statement = select(draft).where(open_drafts, draft.c.token == token) if token else select(draft).where(open_drafts)
    row = tx.execute(statement.order_by(draft.c.created_at.desc()).limit(1)).first()
    if row is None:
        return None
    return Draft(row.token, row.member_id, row.command, row.line, row.created_at, row.spot, row.arguments)


def _ended(tx: Transaction, token: str, outcome: str) -> bool:
    waiting = (draft.c.token == token) & draft.c.outcome.is_(None)
    return bool(tx.execute(update(draft).where(waiting).values(outcome=outcome, line="", arguments=null())).rowcount)


def end(tx: Transaction, token: str, outcome: str) -> None:
    """Note the outcome of a draft: the code of a content, empty for a content without one, or ``CANCELLED``."""
    tx.execute(update(draft).where(draft.c.token == token).values(outcome=outcome))


def outcome(tx: Transaction, member_id: int, token: str) -> str | None:
    """Return the outcome of a member's draft; ``None`` while it waits, if it is not theirs, or if it has expired."""
    mine = (draft.c.token == token) & (draft.c.member_id == member_id) & (draft.c.expires_at >= tx.now)
    return tx.execute(select(draft.c.outcome).where(mine)).scalar()
