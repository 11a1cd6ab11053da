"""Sessions in the browser: a link that the bot gives to one person opens one, once. Only digests are kept."""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta

from sqlalchemy import delete, select

from reseau.store.tables import page_key
from reseau.store.transaction import Transaction

LINK_LASTS = timedelta(minutes=10)
SESSION_LASTS = timedelta(hours=12)
_LINK, _SESSION = "link", "session"


def give_link(tx: Transaction, member_id: int) -> str:
    """Return the token of a new link for a member; an earlier one that was not opened is void."""
    tx.execute(delete(page_key).where(page_key.c.member_id == member_id, page_key.c.purpose == _LINK))
    return _new(tx, member_id, _LINK, LINK_LASTS)


def offered(tx: Transaction, token: str) -> int | None:
    """Return the id of the member for whom a link waits to be opened, or ``None``."""
    return _owner(tx, token, _LINK)


def open_by_link(tx: Transaction, token: str) -> str | None:
    """Open a session with a link, which is then used up; ``None`` if it was used, is too old or never existed."""
    member_id = _owner(tx, token, _LINK)
    if member_id is None or not tx.execute(delete(page_key).where(_is(token, _LINK))).rowcount:
        return None
    return open_session(tx, member_id)


def open_session(tx: Transaction, member_id: int) -> str:
    """Return the token of a new session of a member; what has expired is forgotten."""
    tx.execute(delete(page_key).where(page_key.c.expires_at < tx.now))
    return _new(tx, member_id, _SESSION, SESSION_LASTS)


def member_of(tx: Transaction, token: str) -> int | None:
    """Return the id of the member whose session it is, or ``None``."""
    return _owner(tx, token, _SESSION)


def end(tx: Transaction, token: str) -> None:
    """End a session."""
    tx.execute(delete(page_key).where(_is(token, _SESSION)))


def _new(tx: Transaction, member_id: int, purpose: str, lasts: timedelta) -> str:
    token = secrets.token_urlsafe(32)
    tx.execute(
        page_key.insert().values(digest=_digest(token), purpose=purpose, member_id=member_id, expires_at=tx.now + lasts)
    )
    return token


def _owner(tx: Transaction, token: str, purpose: str) -> int | None:
    if not token:
        return None
    owner: int | None = tx.execute(
        select(page_key.c.member_id).where(_is(token, purpose), page_key.c.expires_at >= tx.now)
    ).scalar()
    return owner


def _is(token: str, purpose: str):  # type: ignore[no-untyped-def]
    return (page_key.c.digest == _digest(token)) & (page_key.c.purpose == purpose)


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()
