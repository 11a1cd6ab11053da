"""Clients that send slowly, or far too much, occupy no worker thread."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Any

from a2wsgi import WSGIMiddleware

from dashboards.entry.arriving import LARGEST, Arriving
from tests import looped
from tests.served import Address, served

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

SCRIPT = b"x" * 2_000_000


def page(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    """Answers with the body of the request, or with a long script."""
    length = int(environ.get("CONTENT_LENGTH") or 0)
    status = "429 Too Many Requests" if environ["PATH_INFO"] == "/guess" else "200 OK"
    start_response(status, [("Content-Type", "text/plain")])
    return [SCRIPT] if environ["PATH_INFO"] == "/script" else [environ["wsgi.input"].read(length)]


@contextmanager
def serving(seconds: float = 30) -> Iterator[Address]:
    threads: Any = WSGIMiddleware(page, workers=2, send_queue_size=0)  # type: ignore[arg-type]
    with served(Arriving(threads, seconds, pause=0.3)) as address:
        yield address


def connected(stack: ExitStack, address: Address, sent: bytes) -> socket.socket:
    connection = stack.enter_context(socket.create_connection(("127.0.0.1", address.port), timeout=10))
    connection.sendall(sent)
    return connection


def test_connections_that_send_a_byte_close_the_page_to_nobody() -> None:
    slow = b"POST /pilotage/entree HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n\r\nt"
    with serving() as address, ExitStack() as stack:
        for _ in range(100):
            connected(stack, address, slow)
        assert address.request("/", "POST", body="bonjour")[2] == "bonjour"


def test_connections_that_read_nothing_close_the_page_to_nobody() -> None:
    with serving() as address, ExitStack() as stack:
        for _ in range(12):
            connected(stack, address, b"GET /script HTTP/1.1\r\nHost: localhost\r\n\r\n")
        assert address.request("/", "POST", body="bonjour")[2] == "bonjour"


def test_what_does_not_come_in_time_is_refused() -> None:
    with serving(seconds=0.3) as address, ExitStack() as stack:
        connection = connected(stack, address, b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\nt")
        assert connection.recv(100).startswith(b"HTTP/1.1 408 ")


def test_what_is_too_large_is_refused() -> None:
    with serving() as address:
        assert address.request("/", "POST", body=b"x" * (LARGEST + 1))[0] == 413
        assert address.request("/", "POST", body=b"x" * LARGEST)[0] == 200


def test_a_guess_too_many_is_answered_late_and_holds_no_thread() -> None:
    with serving() as address:
        began = time.monotonic()
        assert address.get("/guess")[0] == 429
        assert time.monotonic() - began >= 0.3


def test_other_scopes_pass() -> None:
    seen: list[str] = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        seen.append(scope["type"])

    async def nothing(*_: Any) -> Any:
        return {}

    looped.run(Arriving(app)({"type": "lifespan"}, nothing, nothing))
    assert seen == ["lifespan"]
