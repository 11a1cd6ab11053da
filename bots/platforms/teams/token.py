"""Our own token for calls to Teams: asked for once, renewed before it ends."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

import aiohttp
import orjson
from pydantic import SecretStr

from bots.platform import LaterError
from bots.platforms.teams.signing import ISSUER
from bots.platforms.teams.wire import Wire
from reseau.foreign import word
from reseau.settings import Settings

EARLY = 300.0  # seconds before its end that a token is renewed
_PAUSE = 30.0  # seconds between two tries while the old one still opens
_ANYWHERE = "botframework.com"  # the tenant of apps that belong to none
#: What Entra's numbers say about which of our three values is wrong.
_PARTS = {
    "AADSTS700016": "id",
    "AADSTS7000215": "secret",
    "AADSTS7000222": "expired",
    "AADSTS90002": "tenant",
    "AADSTS900023": "tenant",
    "AADSTS900021": "tenant",
}


class TokenRefusedError(LaterError):
    """Entra gives us no token with these values; deliveries wait until the values are right.

    Attributes:
        part: which one is wrong: ``id``, ``secret``, ``expired`` (the secret), ``tenant``, or empty.
    """

    def __init__(self, part: str, code: str) -> None:
        super().__init__(300, f"no token from Entra ({code or 'no reason given'})")
        self.part = part
        self.code = code


class AppToken:
    """The token of our app.

    Args:
        settings: the app's id, its secret and its tenant.
        wire: the connections that go out.
        clock: seconds, for tests.
    """

    def __init__(self, settings: Settings, wire: Wire, clock: Callable[[], float] = time.monotonic) -> None:
        self._settings = settings
        self._wire = wire
        self._clock = clock
        self._token = SecretStr("")
        self._ends = self._not_before = float("-inf")
        self._asking = asyncio.Lock()

    async def bearer(self, scope: str = f"{ISSUER}/.default") -> str:
        """The token, as the header needs it.

        Raises:
            LaterError: it cannot be had now.
        """
        if self._is_old():
            async with self._asking:  # calls that come meanwhile get the same token
                if self._is_old():
                    await self._renew(scope)
        return self._token.get_secret_value()

    def forget(self, token: str) -> None:
        """Forget a token that Teams no longer accepts."""
        if token == self._token.get_secret_value():
            self._ends = float("-inf")

    def _is_old(self) -> bool:
        moment = self._clock()
        return moment >= self._ends or (moment >= self._ends - EARLY and moment >= self._not_before)

    async def _renew(self, scope: str) -> None:
        try:
            await self._ask(scope)
        except LaterError:
            if self._clock() >= self._ends:
                raise
            self._not_before = self._clock() + _PAUSE  # the old one still opens

    async def _ask(self, scope: str) -> None:
        settings = self._settings
        assert settings.teams_app_id is not None
        assert settings.teams_app_password is not None
        started = self._clock()
        form = {
            "grant_type": "client_credentials",
            "client_id": settings.teams_app_id,
            "client_secret": settings.teams_app_password.get_secret_value(),
            "scope": scope,
        }
        url = settings.teams_token_url.replace("{tenant}", settings.teams_tenant_id or _ANYWHERE)
        try:
            async with self._wire.call("POST", url, data=form) as response:
                status, body = response.status, await response.read()
            answer = orjson.loads(body)
        except (aiohttp.ClientError, TimeoutError, ValueError) as error:
            raise LaterError(10, f"Entra gives no token ({type(error).__name__})") from None
        if status >= 500 or status == 429:
            raise LaterError(10, f"Entra gives no token ({status})")
        token, seconds = word(answer, "access_token"), answer.get("expires_in") if isinstance(answer, dict) else None
        if status != 200 or not token:
            raise _refusal(word(answer, "error"), word(answer, "error_description"))
        self._token = SecretStr(token)
        self._ends = started + float(seconds if isinstance(seconds, int | str) and str(seconds).isdecimal() else 600)


def _refusal(error: str, description: str) -> TokenRefusedError:
    code = description.partition(":")[0].strip()
    if not code.startswith("AADSTS") or not code.isalnum():
        code = error if error.replace("_", "").isalnum() else ""
    return TokenRefusedError(_PARTS.get(code, ""), code[:40])
