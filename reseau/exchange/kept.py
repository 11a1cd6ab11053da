"""Notices for people whom no chat tool reaches: kept a while, and read on their page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Text, cast, delete, func, select

from reseau.store.tables import page_notice
from reseau.store.transaction import Transaction

LASTS = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class KeptNotice:
    """A notice as it was sent; ``card`` is in the form of its sender, and the moment in UTC."""

    id: int
    card: Mapping[str, Any]
    language: str
    at: datetime


def keep(tx: Transaction, member_id: int, key: str, card: Mapping[str, Any], language: str) -> None:
    """Keep a notice. The same key is kept once. Those that are too old are forgotten."""
    tx.execute(delete(page_notice).where(page_notice.c.at < tx.now - LASTS))
    earlier = select(page_notice.c.id).where(page_notice.c.member_id == member_id, page_notice.c.key == key)
    if tx.execute(earlier).first() is None:
        row = {"member_id": member_id, "key": key, "card": dict(card), "language": language, "at": tx.now}
        tx.execute(page_notice.insert().values(id=tx.ids(page_notice, 1)[0], **row))


def of(tx: Transaction, member_id: int, after: int = 0, limit: int = 20) -> list[KeptNotice]:
    """Return the newest notices of a member that came after one, oldest first."""
    newest = (
        select(page_notice)
        .where(page_notice.c.member_id == member_id, page_notice.c.id > after, page_notice.c.at >= tx.now - LASTS)
        .order_by(page_notice.c.id.desc())
        .limit(limit)
    )
    rows = tx.execute(newest).all()
    return [KeptNotice(row.id, row.card, row.language, row.at) for row in reversed(rows)]


def forget(tx: Transaction, code: str) -> None:
    """Forget the notices, of all members, that name a thread by its code."""
    tx.execute(delete(page_notice).where(cast(page_notice.c.card, Text).contains(f'"{code}"', autoescape=True)))


def last(tx: Transaction, member_id: int) -> int:
    """Return the id of a member's newest notice; 0 if there is none."""
    newest = select(func.max(page_notice.c.id)).where(page_notice.c.member_id == member_id)
    return int(tx.execute(newest).scalar() or 0)
