"""A simulated Socket Mode server: hands out addresses, sends envelopes, records acknowledgements, disconnects."""

from __future__ import annotations

import asyncio
import itertools
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from aiohttp import WSMsgType, web

from tests.simulators.slack import BOT, BOT_USER, TEAM

PATIENCE = 60.0


class SocketSlack:
    """A Socket Mode server; every event notifies ``changed``, so that a test can wait for it.

    Attributes:
        url: of the Web API.
        acknowledged: payloads by envelope id; ``None`` without a payload.
        connections: how often someone connected.
    """

    def __init__(self) -> None:
        self.url = ""
        self.acknowledged: dict[str, Any] = {}
        self.connections = 0
        self.changed = threading.Condition()
        self._numbers = itertools.count(1)
        self._socket: web.WebSocketResponse | None = None
        self._loop: asyncio.AbstractEventLoop | None = None  # while it is served

    # -- for tests -----------------------------------------------------------------------------------------------------

    def wait(self, what: str, until: Any) -> None:
        """Wait until a condition holds."""
        with self.changed:
            assert self.changed.wait_for(until, PATIENCE), f"{what} did not happen"

    def connected(self, times: int = 1) -> None:
        self.wait(f"connection {times}", lambda: self.connections >= times)

    def send(self, kind: str, payload: dict[str, Any]) -> str:
        """Send an envelope; returns its id."""
        envelope = f"envelope-{next(self._numbers)}"
        self.tell({"type": kind, "envelope_id": envelope, "payload": payload, "accepts_response_payload": True})
        return envelope

    def tell(self, message: dict[str, Any]) -> None:
        """Send any message."""
        assert self._socket is not None
        assert self._loop is not None
        asyncio.run_coroutine_threadsafe(self._socket.send_json(message), self._loop).result(PATIENCE)

    def hang_up(self) -> None:
        """Close the connection, as Slack does every few hours."""
        assert self._socket is not None
        assert self._loop is not None
        asyncio.run_coroutine_threadsafe(self._socket.close(), self._loop).result(PATIENCE)

    # -- for our side --------------------------------------------------------------------------------------------------

    async def _called(self, request: web.Request) -> web.Response:
        if request.match_info["method"] == "apps.connections.open":
            return web.json_response({"ok": True, "url": self.url.replace("http", "ws").replace("/api/", "/link")})
        return web.json_response({"ok": True, "team_id": TEAM, "user_id": BOT_USER, "bot_id": BOT})

    async def _linked(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        await socket.send_json({"type": "hello", "num_connections": 1})
        with self.changed:
            self._socket = socket
            self.connections += 1
            self.changed.notify_all()
        async for message in socket:
            if message.type is WSMsgType.TEXT:
                response = message.json()
                with self.changed:
                    self.acknowledged[response["envelope_id"]] = response.get("payload")
                    self.changed.notify_all()
        return socket

    def serve(self, ready: threading.Event, end: asyncio.Event) -> None:
        """Run until the end is set, in this thread."""

        async def whole() -> None:
            self._loop = asyncio.get_running_loop()
            app = web.Application()
            app.router.add_route("*", "/api/{method}", self._called)
            app.router.add_get("/link", self._linked)
            runner = web.AppRunner(app, shutdown_timeout=1)
            await runner.setup()
            site = web.TCPSite(runner, "127.0.0.1", 0)
            await site.start()
            self.url = f"http://127.0.0.1:{runner.addresses[0][1]}/api/"
            ready.set()
            await end.wait()
            await runner.cleanup()

        asyncio.run(whole())

    def stop(self, end: asyncio.Event) -> None:
        assert self._loop is not None
        self._loop.call_soon_threadsafe(end.set)


@contextmanager
def socket_slack() -> Iterator[SocketSlack]:
    """Served until the block ends."""
    slack, ready, end = SocketSlack(), threading.Event(), asyncio.Event()
    thread = threading.Thread(target=slack.serve, args=(ready, end), daemon=True)
    thread.start()
    assert ready.wait(PATIENCE)
    try:
        yield slack
    finally:
        slack.stop(end)
        thread.join(PATIENCE)
