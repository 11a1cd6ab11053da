"""Requests are received in full before they take a drawing thread, so that slow senders delay nobody."""

from __future__ import annotations

import asyncio
from collections.abc import MutableMapping
from http import HTTPStatus
from typing import Any

from reseau.services import App, Receive, Scope, Send

LARGEST = 1024 * 1024  # bytes of a request
SECONDS = 10.0  # in which a request must arrive
_PAUSE = 1.0  # seconds before a wrong token is answered, after several ones


class Arriving:
    """Receives a request in full, then passes it on. A request that is too slow or too large is refused.

    Args:
        app: the application that answers, in threads.
        seconds: the time in which a request must arrive.
        pause: the delay of a refusal after too many guesses, so that guessing takes time.
    """

    def __init__(self, app: App, seconds: float = SECONDS, pause: float = _PAUSE) -> None:
        self._app = app
        self._seconds = seconds
        self._pause = pause

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        try:
            async with asyncio.timeout(self._seconds):
                body = await _whole(receive)
        except TimeoutError:
            await _refuse(send, HTTPStatus.REQUEST_TIMEOUT)
            return
        if body is None:
            await _refuse(send, HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
            return
        arrived = [{"type": "http.request", "body": body, "more_body": False}]

        async def receive_again() -> MutableMapping[str, Any]:
            return arrived.pop() if arrived else await receive()

        async def send_late(message: MutableMapping[str, Any]) -> None:
            if message["type"] == "http.response.start" and message["status"] == HTTPStatus.TOO_MANY_REQUESTS:
                await asyncio.sleep(self._pause)
            await send(message)

        await self._app(scope, receive_again, send_late)


async def _whole(receive: Receive) -> bytes | None:
    """Return the body of a request; ``None`` if it is too large. The body of a client that disconnects is complete."""
    parts, size = [], 0
    while True:
        message = await receive()
        if message["type"] != "http.request":
            break
        parts.append(message.get("body", b""))
        size += len(parts[-1])
        if size > LARGEST:
            return None
        if not message.get("more_body", False):
            break
    return b"".join(parts)


async def _refuse(send: Send, status: HTTPStatus) -> None:
    words = f"{status.value} {status.phrase}\n".encode()
    headers = [
        (b"content-type", b"text/plain; charset=utf-8"),
        (b"content-length", str(len(words)).encode()),
        (b"connection", b"close"),
    ]
    await send({"type": "http.response.start", "status": status.value, "headers": headers})
    await send({"type": "http.response.body", "body": words})
