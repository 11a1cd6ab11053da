"""Keyed pseudonyms: codes for people that only this installation can make."""

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
_DIGITS = 20  # 80 bits: two of a million people share one with a chance of about 1 in 10^12


class Pseudonyms:
    """Makes people's codes with one key: HMAC-SHA256 (RFC 2104) of the member's id, cut to 20 hexadecimal digits."""

    def __init__(self, key: bytes) -> None:
        self._key = key
        self._codes: dict[int | None, str | None] = {None: None}

    @property
    def mark(self) -> str:
        """A digest that tells one key from another without revealing it, stored beside what was made with the key."""
        return hmac.digest(self._key, b"mark", "sha256").hex()[:12]

    def of(self, member_ids: Iterable[int | None]) -> list[str | None]:
        """Return the codes of members, in their order; ``None`` stays ``None``."""
        codes = self._codes
        return [codes[id_] if id_ in codes else self._make(id_) for id_ in member_ids]

    def _make(self, member_id: int | None) -> str:
        code = hmac.digest(self._key, b"member:%d" % (member_id or 0), "sha256").hex()[:_DIGITS]
        self._codes[member_id] = code
        return code


def installation_pseudonyms(folder: Path) -> Pseudonyms:
    """Return the pseudonyms of the installation with this data folder. The key is made at first use.

    The key lies in ``secrets/`` and not with the facts, so that nobody can identify people in a copy of the facts.
    """
    file = folder / KEY_FILE
    if not file.exists():
        _make_key(file)
    return Pseudonyms(read_key(file))


class KeyDamagedError(ReseauError):
    """The file of the pseudonyms' key does not hold a key."""


def read_key(file: Path) -> bytes:
    """Read the key from a file.

    Raises:
        KeyDamagedError: the file does not hold a key; the message never quotes its content.
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
