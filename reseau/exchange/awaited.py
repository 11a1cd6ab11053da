"""Words that the bot asked for: the next message in the same conversation completes the line."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import select

from reseau.store.prepared import Prepared, parameter
from reseau.store.tables import awaited
from reseau.store.transaction import Transaction

KEPT = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Awaited:
    """A line that lacks its words, and the conversation in which they were asked for."""

    conversation: str
    line: str


def ask(tx: Transaction, member_id: int, platform: str, conversation: str, line: str) -> None:
    """Wait for the words of a line, in place of any earlier wait; no longer than :data:`KEPT`."""
    forget(tx, member_id, platform)
    tx.execute(
        awaited.insert().values(
            member_id=member_id, platform=platform, conversation=conversation, line=line, expires_at=tx.now + KEPT
        )
    )


def of(tx: Transaction, member_id: int, platform: str) -> Awaited | None:
    """The words that are awaited from a member on a platform."""
    row = _AWAITED.first(tx, member_id=member_id, platform=platform)
    return Awaited(row.conversation, row.line) if row is not None and row.expires_at >= tx.now else None


def forget(tx: Transaction, member_id: int, platform: str) -> None:
    """Wait no longer."""
    tx.execute(awaited.delete().where(awaited.c.member_id == member_id, awaited.c.platform == platform))


_AWAITED = Prepared(
    select(awaited.c.conversation, awaited.c.line, awaited.c.expires_at).where(
        awaited.c.member_id == parameter("member_id"), awaited.c.platform == parameter("platform")
    )
)
