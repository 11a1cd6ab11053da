"""Keyed pseudonyms: who did something becomes a code that only this installation can make."""

from __future__ import annotations

import hmac
import os
import secrets
from collections.abc import Iterable
from pathlib import Path

from reseau.errors import ReseauError
from reseau.i18n import N_

KEY_FILE = Path("secrets") / "analytics.key"
_KEY_BYTES = 32
_SHOWN_DIGITS = 20  # 80 bits: two of a million people share one with a chance of about 1 in 10^12


class Pseudonyms:
    """People's codes under one key: HMAC-SHA256 (RFC 2104) of the member's id, cut to 20 hexadecimal digits."""

    def __init__(self, key: bytes) -> None:
        self._key = key
        self._known: dict[int | None, str | None] = {None: None}

    @property
    def mark(self) -> str:
        """Tells one key from another without giving it away; kept beside what was made with it."""
        return hmac.digest(self._key, b"mark", "sha256").hex()[:12]

    def of(self, member_ids: Iterable[int | None]) -> list[str | None]:
        """The codes of some members, in their order; ``None`` stays ``None``."""
        cache = self._known
        return [cache[id_] if id_ in cache else self._make(id_) for id_ in member_ids]

    def _make(self, member_id: int | None) -> str:
        made = hmac.digest(self._key, b"member:%d" % (member_id or 0), "sha256").hex()[:_SHOWN_DIGITS]
        self._known[member_id] = made
        return made


def installation_pseudonyms(folder: Path) -> Pseudonyms:
    """The pseudonyms of the installation whose data folder this is; its key is made at first use.

    The key lies in ``secrets/`` and not with the facts, so that copying the facts does not copy the way back.
    """
    file = folder / KEY_FILE
    if not file.exists():
        _make_key(file)
    return Pseudonyms(read_key(file))


class KeyDamagedError(ReseauError):
    """The file of the pseudonyms' key does not hold a key."""


def read_key(file: Path) -> bytes:
    """The key in a file.

    Raises:
        KeyDamagedError: it is not what was written; what it holds is never shown.
    """
    try:
        key = bytes.fromhex(file.read_text(encoding="ascii").strip())
    except ValueError:
        key = b""
    if len(key) != _KEY_BYTES:
        raise KeyDamagedError(
            "E_KEY_DAMAGED",
            N_(
                "The key of the figures, {file}, is damaged. Put it back from a backup. Without one, delete it:"
                " a new key is made, and the figures are built again from the network’s log."
            ),
            file=file,
        )
    return key


def _make_key(file: Path) -> None:
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    fresh = file.with_name(f".{file.name}.{secrets.token_hex(8)}")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as out:
        out.write(secrets.token_hex(_KEY_BYTES))
        out.flush()
        os.fsync(out.fileno())
    try:
        os.link(fresh, file)  # unlike a rename, never replaces the key that another process has just made
    except FileExistsError:
        pass
    finally:
        fresh.unlink()
