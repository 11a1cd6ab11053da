"""Socket Mode: Slack is called instead of calling, so no port has to be open."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from typing import Any

import orjson
from pydantic import SecretStr
from slack_bolt.response import BoltResponse
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.async_client import AsyncBaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.socket_mode.response import SocketModeResponse

from bots.platforms.slack.api import Api
from reseau import logs

_log = logs.get("slack")
_GRACE = 5.0  # seconds that envelopes under way have at the end

Dispatch = Callable[[dict[str, Any]], Awaitable[BoltResponse]]


class SocketMode:
    """Keeps a connection to Slack and acknowledges handled events; Slack sends the rest again.

    Args:
        token: the app's token (``xapp-…``).
        url: of the Web API.
        dispatch: handles envelopes; several at once.
        pause: seconds between pings, and before connecting again.
    """

    def __init__(self, token: SecretStr, url: str, dispatch: Dispatch, pause: float = 5.0) -> None:
        self._token, self._url, self._dispatch, self._pause = token, url, dispatch, pause
        self._under_way: set[asyncio.Task[Any]] = set()

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Stay connected until the end, and reconnect whenever the connection breaks; finish the events begun."""
        api = Api(self._token, self._url)
        client = SocketModeClient(
            app_token=self._token.get_secret_value(),
            logger=_voice(),
            web_client=api.client,
            proxy=api.client.proxy,
            ping_interval=self._pause,
        )
        client.proxy = api.client.proxy
        client.socket_mode_request_listeners.append(self._taken)
        connecting = asyncio.create_task(_connected(client))
        try:
            yield
        finally:
            client.auto_reconnect_enabled = client.default_auto_reconnect_enabled = False
            if self._under_way:
                await asyncio.wait(self._under_way, timeout=_GRACE)
            await _ended(client, connecting)
            await api.close()

    async def _taken(self, client: AsyncBaseSocketModeClient, request: SocketModeRequest) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._under_way.add(task)
        try:
            answer = await self._dispatch(request.payload)
            # Without an acknowledgement Slack sends it again, and a broken event would return for ever.
            if answer.status < 500:
                payload = orjson.loads(answer.body) if answer.body[:1] == "{" else None
                await client.send_socket_mode_response(SocketModeResponse(request.envelope_id, payload))
        finally:
            self._under_way.discard(task)


async def _connected(client: SocketModeClient) -> None:
    await client.connect()  # type: ignore[no-untyped-call]


async def _ended(client: SocketModeClient, connecting: asyncio.Task[None]) -> None:
    tasks = [connecting, client.message_processor, client.current_session_monitor, client.message_receiver]
    client.closed = True
    if client.current_session is not None:
        await client.close()  # type: ignore[no-untyped-call]
    else:
        await client.aiohttp_client_session.close()
    for task in tasks:
        if task is not None:
            task.cancel()
            with suppress(asyncio.CancelledError, Exception):
                await task


class _Voice(logging.Handler):
    """Logs trouble with the connection; the library's own messages would contain addresses with tickets."""

    def emit(self, record: logging.LogRecord) -> None:
        error = record.exc_info[0] if record.exc_info else None
        kind = error.__name__ if error else ""
        _log.warning("socket mode", during=record.funcName, error=kind, why="reseau doctor slack")


def _voice() -> logging.Logger:
    logger = logging.getLogger("reseau.slack.socketmode")
    if not logger.handlers:
        logger.addHandler(_Voice())
        logger.propagate = False
        logger.setLevel(logging.WARNING)
    return logger
