"""Load on a port of this machine: open connections, each with one request under way."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from dataclasses import dataclass

HOST = "127.0.0.1"


@dataclass(frozen=True)
class Load:
    """The result of a load.

    Attributes:
        requests: the number of answered requests.
        seconds: the duration.
        p50_ms, p99_ms: percentiles of the time to answer.
        bad: the number of failed answers (anything but 2xx) and broken connections.
    """

    requests: int
    seconds: float
    p50_ms: float
    p99_ms: float
    bad: int

    @property
    def rate(self) -> float:
        """Requests a second."""
        return self.requests / self.seconds


class _Connection(asyncio.Protocol):
    """Sends the next request after the complete answer to the previous one."""

    def __init__(self, requests: Iterator[bytes], until: float, took: list[float]) -> None:
        self._requests, self._until, self._took = requests, until, took
        self._buffer = b""
        self._sent = 0.0
        self.bad = 0
        self.ended: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._next()

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        head, separator, body = self._buffer.partition(b"\r\n\r\n")
        if not separator or len(body) < _length(head):
            return
        now = time.perf_counter()
        self._took.append(now - self._sent)
        self.bad += not head.startswith(b"HTTP/1.1 2")
        self._buffer = b""
        if now < self._until:
            self._next()
        else:
            self._end()

    def connection_lost(self, exc: Exception | None) -> None:
        if not self.ended.done():
            self.bad += 1
            self.ended.set_result(None)

    def _next(self) -> None:
        assert self._transport is not None
        request = next(self._requests, None)
        if request is None:
            self._end()
            return
        self._sent = time.perf_counter()
        self._transport.write(request)

    def _end(self) -> None:
        assert self._transport is not None
        if not self.ended.done():
            self.ended.set_result(None)
        self._transport.close()


def _length(head: bytes) -> int:
    _, _, after = head.lower().partition(b"content-length:")
    return int(after.partition(b"\r\n")[0] or 0)


def load(port: int, requests: Iterator[bytes], connections: int, seconds: float) -> Load:
    """Keep connections busy.

    Args:
        port: the server's port on this machine.
        requests: complete, signed HTTP/1.1 requests with different ids; they may end before the time does.
        connections: the number of connections.
        seconds: the duration.
    """

    async def run() -> Load:
        took: list[float] = []
        loop = asyncio.get_running_loop()
        started = time.perf_counter()
        made = [
            await loop.create_connection(lambda: _Connection(requests, started + seconds, took), HOST, port)
            for _ in range(connections)
        ]
        await asyncio.gather(*(connection.ended for _, connection in made))
        ended = time.perf_counter()
        took.sort()
        bad = sum(connection.bad for _, connection in made)
        return Load(len(took), ended - started, _at(took, 0.5), _at(took, 0.99), bad)

    return asyncio.run(run())


def _at(took: list[float], share: float) -> float:
    return took[min(int(len(took) * share), len(took) - 1)] * 1000 if took else 0.0
