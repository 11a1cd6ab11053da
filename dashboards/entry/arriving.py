"""Requests are received in full before they take a drawing thread, so slow senders delay nobody."""

from __future__ import annotations

import asyncio
from collections.abc import MutableMapping
from http import HTTPStatus
from typing import Any

from reseau.services import App, Receive, Scope, Send

LARGEST = 1024 * 1024  # bytes of a request
SECONDS = 10.0  # until a request must be there
_PAUSE = 1.0  # before a wrong token is answered, once there were several


class Arriving:
    """Reads a request, then hands it on; too slow or too large a one is refused, and takes no thread meanwhile.

    Args:
        app: what answers, in threads.
        seconds: how long a request may take to come in.
        pause: how long a refusal of too many guesses is held back, so that guessing takes time.
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

        async def again() -> MutableMapping[str, Any]:
            return arrived.pop() if arrived else await receive()

        async def held(message: MutableMapping[str, Any]) -> None:
            if message["type"] == "http.response.start" and message["status"] == HTTPStatus.TOO_MANY_REQUESTS:
                await asyncio.sleep(self._pause)
            await send(message)

        await self._app(scope, again, held)


async def _whole(receive: Receive) -> bytes | None:
    """The body of a request; none if it is too large. A client that disconnects has sent all there is."""
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
