"""Sentences for failures of the database, with the cause and the remedy."""

from __future__ import annotations

from reseau.errors import ReseauError
from reseau.i18n import N_

#: Our sentences for SQLite's messages. PostgreSQL's own messages are shown as they are.
_REASONS = {
    "unable to open database file": (
        "E_STORE_RIGHTS",
        N_(
            "The store cannot be opened: this account may not read and write in its folder."
            " Give the folder to the account that runs reseau, or choose another one: RESEAU_DATA."
        ),
    ),
    "readonly database": (
        "E_STORE_READ_ONLY",
        N_(
            "The store can be read, not written: its file or its disk is read-only."
            " Let this account write there; nothing was changed."
        ),
    ),
    "database is locked": (
        "E_STORE_BUSY",
        N_("Another program has held the store for too long. Nothing was changed: end that program, then try again."),
    ),
    "disk is full": (
        "E_STORE_FULL",
        N_(
            "The disk is full: the last step was not written, and everything before it is whole."
            " Make room, then do it again."
        ),
    ),
    "disk i/o error": (
        "E_STORE_DISK",
        N_("The store cannot be read from the disk or written to it. Check the disk and its free space."),
    ),
    "not a database": (
        "E_STORE_DAMAGED",
        N_("The store is damaged. Stop reseau and put a backup in its place: docs/serving.md says how."),
    ),
    "malformed": (
        "E_STORE_DAMAGED",
        N_("The store is damaged. Stop reseau and put a backup in its place: docs/serving.md says how."),
    ),
}


class StoreOutageError(ReseauError):
    """The database failed."""


def explained(error: Exception) -> StoreOutageError:
    """Explain a database error to the administrator.

    Args:
        error: an error of SQLAlchemy or of a driver. Its statement and values are never shown.
    """
    reason = (str(getattr(error, "orig", None) or error).strip().splitlines() or [type(error).__name__])[0]
    for words, (code, sentence) in _REASONS.items():
        if words in reason.lower():
            return StoreOutageError(code, sentence)
    return StoreOutageError("E_STORE_AWAY", N_("The store does not answer: {reason}"), reason=reason)
