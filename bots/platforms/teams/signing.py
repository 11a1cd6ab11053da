"""Signatures of Teams: the announced keys, kept fresh, and the claims that a token needs before it is trusted."""

from __future__ import annotations

import asyncio
import hashlib
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import aiohttp
import jwt
import orjson
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from jwt.algorithms import RSAAlgorithm

from bots.platforms.teams.wire import Wire, is_safe
from reseau import logs
from reseau.foreign import dicts, texts, word

ISSUER = "https://api.botframework.com"  # of the public cloud; another cloud announces its own
CHANNEL = "msteams"
SOON = 5.0  # seconds between two looks for a key that is not known: enough for a rotation, no burden for anyone
FRESH = 6 * 3600.0  # seconds that keys are taken for the current ones
_PATIENCE = 5.0  # seconds for reading the announcement
_MOST_TOKENS = 500
_LEEWAY = 300  # seconds that clocks may differ
_log = logs.get("teams")


class UnknownKeysError(Exception):
    """The keys cannot be read, so no token can be checked now. It is not the sender's fault."""


@dataclass(frozen=True, slots=True)
class _Key:
    public: RSAPublicKey
    channels: frozenset[str]  # those it is endorsed to sign for


@dataclass(frozen=True, slots=True)
class _Proved:
    """A token that was proved: Teams uses one for an hour, and proving it costs more than all the rest."""

    claims: dict[str, Any]
    name: str  # of the key, which must still be announced
    key: _Key
    ends: float


class SigningKeys:
    """The keys that an OpenID configuration announces.

    A key that is not known makes us look again, at most every few seconds, so that a rotation is followed at once;
    while the address does not answer, the keys read last stay good.

    Args:
        url: of the OpenID configuration.
        wire: the connections that go out.
        clock: seconds, for tests.
    """

    def __init__(self, url: str, wire: Wire, clock: Callable[[], float] = time.monotonic) -> None:
        self._url = url
        self._wire = wire
        self._clock = clock
        self._keys: dict[str, _Key] = {}
        self._read_at = self._tried_at = float("-inf")
        self._failed = False
        self._reading: asyncio.Task[None] | None = None
        self._proved: dict[bytes, _Proved] = {}
        self.issuer = ISSUER

    async def key(self, name: str) -> _Key | None:
        """The key of this name, or nothing when none is announced.

        Raises:
            UnknownKeysError: it is not known here, and the announcement cannot be read.
        """
        if name not in self._keys:
            await self.look()
        elif self._clock() - self._read_at > FRESH:
            self._begin()  # meanwhile the key is good, as it is when the address does not answer
        key = self._keys.get(name)
        if key is None and self._failed:
            raise UnknownKeysError("the signing keys of Teams cannot be read")
        return key

    async def look(self) -> None:
        """Read the announcement, unless that was done a moment ago; concurrent callers wait for the same reading."""
        reading = self._begin()
        if reading is not None:
            await asyncio.shield(reading)

    def _begin(self) -> asyncio.Task[None] | None:
        if self._reading is None or self._reading.done():
            if self._clock() - self._tried_at < SOON:
                return None
            self._tried_at = self._clock()
            self._reading = asyncio.create_task(self._read())
        return self._reading

    async def _read(self) -> None:
        try:
            async with asyncio.timeout(_PATIENCE):  # a message waits for it, and Teams for the message
                issuer, keys = await self._announced()
        except (aiohttp.ClientError, TimeoutError, ValueError) as error:
            self._failed = True
            _log.warning("signing keys not read", url=self._url, reason=type(error).__name__, kept=len(self._keys))
            return
        self._keys, self._failed, self._read_at = keys, False, self._clock()
        self.issuer = issuer

    async def _announced(self) -> tuple[str, dict[str, _Key]]:
        document = await self._get(self._url)
        address = word(document, "jwks_uri")
        if not is_safe(address, loopback=not self._url.startswith("https:")):
            raise ValueError("jwks_uri is no https address")
        keys = dict(filter(None, map(_read_key, dicts((await self._get(address)).get("keys")))))
        if not keys:
            raise ValueError("no key is announced")
        return word(document, "issuer") or ISSUER, keys

    async def _get(self, url: str) -> Mapping[str, Any]:
        async with self._wire.call("GET", url) as response:
            response.raise_for_status()
            document = orjson.loads(await response.read())
        if not isinstance(document, dict):
            raise ValueError("no object")
        return document

    async def claims(self, header: str, app_id: str) -> dict[str, Any]:
        """Return the claims of a request's ``Authorization``, once it is proved to come from Teams.

        Raises:
            PermissionError: it does not; the reason names no part of the token.
            UnknownKeysError: the keys cannot be read now.
        """
        scheme, _, token = header.partition(" ")
        if scheme.lower() != "bearer" or not token:
            raise PermissionError("no token")
        digest = hashlib.sha256(token.encode()).digest()
        proved = self._proved.get(digest)
        if proved is not None and time.time() < proved.ends and await self.key(proved.name) == proved.key:
            return proved.claims
        claims, name, key = await self._prove(token, app_id)
        if len(self._proved) >= _MOST_TOKENS:
            self._proved.clear()
        self._proved[digest] = _Proved(claims, name, key, float(claims["exp"]))
        return claims

    async def _prove(self, token: str, app_id: str) -> tuple[dict[str, Any], str, _Key]:
        try:
            # Cheap checks come first: a forged token must not make us fetch keys.
            seen = jwt.decode(token, options={"verify_signature": False})
            if seen.get("aud") != app_id:
                raise PermissionError("another audience")
            name = jwt.get_unverified_header(token).get("kid")
            if not isinstance(name, str) or (key := await self.key(name)) is None:
                raise PermissionError("unknown key")
            if CHANNEL not in key.channels:
                raise PermissionError("key not endorsed for Teams")
            claims = jwt.decode(
                token,
                key.public,
                algorithms=["RS256"],
                audience=app_id,
                issuer=self.issuer,
                leeway=_LEEWAY,
                options={"require": ["exp", "iss", "aud"]},
            )
        except (jwt.PyJWTError, ValueError, TypeError) as error:
            raise PermissionError(type(error).__name__) from None
        return claims, name, key


def _read_key(announced: Mapping[str, Any]) -> tuple[str, _Key] | None:
    """A signing key, by its name; other kinds of keys are ignored."""
    name = word(announced, "kid")
    if not name or announced.get("kty") != "RSA":
        return None
    try:
        public = RSAAlgorithm.from_jwk(dict(announced))
    except (jwt.PyJWTError, ValueError, TypeError):
        return None
    if not isinstance(public, RSAPublicKey):
        return None
    return name, _Key(public, frozenset(texts(announced.get("endorsements"))))
