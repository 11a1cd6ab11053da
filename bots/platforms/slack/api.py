"""Slack's Web API: one session for all calls, and its errors as the port knows them."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

import aiohttp
from pydantic import SecretStr
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bots.platform import DoubtError, LaterError, RefusedError
from reseau.foreign import fields, word

_AT_ONCE = 16
_SOON = 5.0
#: Nothing is wrong with what was sent; an administrator has to act first, and then it goes out.
_ADMINISTRATOR = frozenset(
    "invalid_auth not_authed token_revoked token_expired account_inactive missing_scope no_permission "
    "org_login_required team_access_not_granted ekm_access_denied not_allowed_token_type".split()
)
_LATER = frozenset("ratelimited rate_limited team_added_to_org accesslimited".split())
#: Slack warns that part of the work may have been done.
_DOUBT = frozenset("internal_error fatal_error service_unavailable request_timeout operation_timeout".split())


class Api:
    """Calls methods of the Web API with the app's token.

    Args:
        token: the bot's or, for Socket Mode, the app's.
        url: of the Web API.
        patience: seconds until a call that is not answered leaves a doubt.
    """

    def __init__(self, token: SecretStr, url: str, patience: float = 20.0) -> None:
        self._token = token
        self._timeout = aiohttp.ClientTimeout(total=patience, sock_connect=min(patience, 5.0))
        self._url = url if url.endswith("/") else f"{url}/"
        self._at_once = asyncio.Semaphore(_AT_ONCE)
        self._client: AsyncWebClient | None = None

    @property
    def client(self) -> AsyncWebClient:
        """Slack's client over our session, made when the event loop runs; it tries nothing twice by itself."""
        if self._client is None:
            session = aiohttp.ClientSession(timeout=self._timeout)
            self._client = AsyncWebClient(
                token=self._token.get_secret_value(), base_url=self._url, session=session, retry_handlers=[]
            )
            if self._url.startswith("http:"):
                self._client.proxy = None  # an address of a test: no company's proxy leads there
        return self._client

    async def read(self, method: str, **params: Any) -> dict[str, Any]:
        """Ask for something; asking again does no harm.

        Raises:
            LaterError: Slack wants to be asked later, or does not answer.
            RefusedError: it will not say.
        """
        try:
            return await self._call(method, "GET", params=params)
        except DoubtError as error:
            raise LaterError(_SOON, str(error)) from None

    async def write(self, method: str, **payload: Any) -> dict[str, Any]:
        """Change something.

        Raises:
            LaterError: not done, and it may be tried again.
            RefusedError: not done, and never will be.
            DoubtError: done perhaps.
        """
        return await self._call(method, "POST", json=payload)

    async def _call(self, method: str, verb: str, **arguments: Any) -> dict[str, Any]:
        async with self._at_once:
            try:
                response = await self.client.api_call(method, http_verb=verb, **arguments)
            except SlackApiError as error:
                raise _sorted(method, error) from None
            except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as error:
                raise LaterError(_SOON, f"{method}: no connection ({type(error).__name__})") from None
            except (aiohttp.ClientError, TimeoutError) as error:
                raise DoubtError(f"{method}: {type(error).__name__}") from None
        return fields(response.data)

    async def respond(self, url: str, payload: Mapping[str, Any]) -> bool:
        """Answer at an address that Slack gave for this one answer.

        Returns:
            Whether it was taken; false: the address was used up or is too old.

        Raises:
            LaterError, DoubtError: as in :meth:`write`.
        """
        client = self.client
        assert client.session is not None
        async with self._at_once:
            try:
                async with client.session.post(url, json=payload, proxy=client.proxy) as answer:
                    status, after = answer.status, answer.headers.get("Retry-After", "")
                    reply = await answer.text(errors="replace")
            except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError, aiohttp.InvalidURL) as error:
                raise LaterError(_SOON, f"response_url: no connection ({type(error).__name__})") from None
            except (aiohttp.ClientError, TimeoutError) as error:
                raise DoubtError(f"response_url: {type(error).__name__}") from None
        if status == 429:
            raise LaterError(_seconds(after), "response_url: ratelimited")
        if status >= 500:
            raise DoubtError(f"response_url: {status}")
        return status < 300 and '"ok":false' not in reply.replace(" ", "")

    async def close(self) -> None:
        """Give the connections back."""
        client, self._client = self._client, None
        if client is not None and client.session is not None:
            await client.session.close()


def _sorted(method: str, error: SlackApiError) -> LaterError | RefusedError | DoubtError:
    """The port's error for an error of Slack's. It carries Slack's code, never the parameters."""
    response: Any = error.response
    status: int = getattr(response, "status_code", None) or getattr(response, "status", 0) or 0
    data = getattr(response, "data", None)
    name = word(data, "error") or f"status {status}"
    reason = f"{method}: {name}"
    if status == 429 or name in _LATER:
        headers = getattr(response, "headers", None) or {}
        return LaterError(_seconds(headers.get("Retry-After", "")), reason)
    if name in _ADMINISTRATOR:
        return LaterError(300, reason)
    if status >= 500 or name in _DOUBT or name.startswith("status 2"):
        return DoubtError(reason)
    return RefusedError(name)


def _seconds(after: str) -> float:
    return float(after) if after.isascii() and after.isdigit() else 30.0
