"""The client for Teams' connector API: send, update, delete, open a conversation, list members."""

from __future__ import annotations

import asyncio
import contextlib
import random
from collections.abc import AsyncIterator, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import quote, urlencode

import aiohttp
import orjson

from bots.platform import DoubtError, LaterError, RefusedError
from bots.platforms.teams.places import may_send
from bots.platforms.teams.token import AppToken
from bots.platforms.teams.wire import Wire
from reseau.foreign import dicts, fields, word
from reseau.settings import Settings

_PAGE = 500
_MOST_PAGES = 200
_LATER = frozenset((408, 412, 429, 502, 503, 504))
_LONGEST_WAIT = 3600.0
_ABSENT = (
    "the app is not installed there, or was blocked: an owner adds it in Teams (Apps → Manage your apps), "
    "or an administrator in the Teams admin centre (Teams apps → Manage apps)"
)


class Connector:
    """Calls the service of a conversation, with our token.

    Every call may raise ``LaterError``, ``RefusedError`` or, when it sends something new, ``DoubtError``.

    Args:
        token: our token; None in development, if there is none needed.
    """

    def __init__(self, settings: Settings, wire: Wire, token: AppToken | None) -> None:
        self._settings = settings
        self._wire = wire
        self._token = token

    async def send(
        self, service: str, conversation: str, activity: Mapping[str, Any], *, targeted: bool = False
    ) -> str:
        """Send a message; with ``targeted``, to the activity's recipient alone. Returns the message's id."""
        response = await self._call("POST", service, _path(conversation) + _only(targeted), activity)
        return word(response, "id")

    async def update(
        self, service: str, conversation: str, message: str, activity: Mapping[str, Any], *, targeted: bool = False
    ) -> None:
        """Replace one of our messages."""
        await self._call("PUT", service, f"{_path(conversation)}/{quote(message, safe='')}{_only(targeted)}", activity)

    async def delete(self, service: str, conversation: str, message: str) -> None:
        """Delete one of our messages; one that is gone already is not an error."""
        with contextlib.suppress(GoneError):
            await self._call("DELETE", service, f"{_path(conversation)}/{quote(message, safe='')}")

    async def create(self, service: str, parameters: Mapping[str, Any]) -> str:
        """Open a conversation; one that is open already has the same id again."""
        return word(await self._call("POST", service, "/v3/conversations", parameters, again=True), "id")

    async def member(self, service: str, conversation: str, person: str) -> Mapping[str, Any]:
        """A member of a conversation."""
        place = f"/v3/conversations/{quote(conversation, safe='')}/members/{quote(person, safe='')}"
        return await self._call("GET", service, place)

    async def members(self, service: str, conversation: str) -> AsyncIterator[Mapping[str, Any]]:
        """All members of a conversation, page by page."""
        query: dict[str, str | int] = {"pageSize": _PAGE}
        for _ in range(_MOST_PAGES):
            place = f"/v3/conversations/{quote(conversation, safe='')}/pagedmembers?{urlencode(query)}"
            page = await self._call("GET", service, place)
            for member in dicts(page.get("members")):
                yield member
            continuation = word(page, "continuationToken")
            if not continuation or continuation == query.get("continuationToken"):
                return
            query["continuationToken"] = continuation

    async def channels(self, service: str, team: str) -> list[dict[str, Any]]:
        """The channels of a team; the general one has no name."""
        response = await self._call("GET", service, f"/v3/teams/{quote(team, safe='')}/conversations")
        return dicts(response.get("conversations"))

    async def team(self, service: str, team: str) -> Mapping[str, Any]:
        """The details of a team."""
        return await self._call("GET", service, f"/v3/teams/{quote(team, safe='')}")

    async def _call(
        self, method: str, service: str, place: str, body: Mapping[str, Any] | None = None, *, again: bool = False
    ) -> Mapping[str, Any]:
        if not may_send(service, self._settings):
            raise RefusedError("the service's address is not https")
        repeatable = again or method != "POST"
        for attempt in (1, 2):
            token = await self._token.bearer() if self._token else ""
            status, wait, response = await self._ask(method, service.rstrip("/") + place, token, body, repeatable)
            if status < 300:
                return response
            if status == 401 and self._token and attempt == 1:
                self._token.forget(token)  # revoked early: a new token may be accepted
                continue
            raise _failure(status, wait, response, repeatable=repeatable)
        raise AssertionError("unreachable")

    async def _ask(
        self, method: str, url: str, token: str, body: Mapping[str, Any] | None, repeatable: bool
    ) -> tuple[int, float, Mapping[str, Any]]:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        if body is not None:
            headers["Content-Type"] = "application/json; charset=utf-8"
        data = orjson.dumps(body) if body is not None else None
        try:
            async with self._wire.call(method, url, data=data, headers=headers) as response:
                return response.status, _wait(response.headers.get("Retry-After", "")), _object(await response.read())
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as error:
            raise LaterError(_jitter(), f"Teams cannot be reached ({type(error).__name__})") from None
        except (aiohttp.ClientError, TimeoutError, asyncio.IncompleteReadError) as error:
            if repeatable:
                raise LaterError(_jitter(), f"no answer from Teams ({type(error).__name__})") from None
            raise DoubtError(f"no answer from Teams ({type(error).__name__})") from None


class GoneError(RefusedError):
    """The conversation or message no longer exists."""


def _failure(status: int, wait: float, response: Mapping[str, Any], *, repeatable: bool) -> Exception:
    code = _code(response)
    if status in _LATER:
        return LaterError(wait or _jitter(), f"Teams asks to wait ({status})")
    if status >= 500 and status != 501:
        if repeatable:
            return LaterError(_jitter(), f"Teams failed ({status})")
        return DoubtError(f"Teams failed ({status})")
    if status == 403:
        return RefusedError(f"403 {code}: {_ABSENT}")
    if status in (404, 410):
        return GoneError(f"{status} {code}")
    return RefusedError(f"{status} {code}")


def _code(response: Mapping[str, Any]) -> str:
    """Teams' error code. Its message may repeat what people wrote, so it is dropped."""
    code = word(response.get("error"), "code")
    return code[:60] if code.replace("_", "").isalnum() else "without a reason"


def _path(conversation: str) -> str:
    return f"/v3/conversations/{quote(conversation, safe='')}/activities"


def _only(targeted: bool) -> str:
    return "?isTargetedActivity=true" if targeted else ""


def _wait(header: str) -> float:
    """The seconds of ``Retry-After``: a number or a date; 0 if there is none."""
    if not header:
        return 0.0
    try:
        seconds = float(header)
    except ValueError:
        try:
            moment = parsedate_to_datetime(header)
        except (ValueError, TypeError):
            return 0.0
        seconds = (moment.replace(tzinfo=moment.tzinfo or UTC) - datetime.now(UTC)).total_seconds()
    return min(max(seconds, 0.1), _LONGEST_WAIT) if seconds == seconds else 0.0


def _jitter() -> float:
    return random.uniform(1, 5)


def _object(body: bytes) -> Mapping[str, Any]:
    try:
        return fields(orjson.loads(body)) if body else {}
    except orjson.JSONDecodeError:
        return {}
