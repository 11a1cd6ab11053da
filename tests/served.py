"""An application really served, on a free port of this machine, for the length of a test."""

from __future__ import annotations

import http.client
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import uvicorn


@dataclass(frozen=True)
class Address:
    """The address where it is served."""

    port: int

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def request(self, path: str, method: str = "GET", **options: Any) -> tuple[int, dict[str, str], str]:
        """Status, headers (lower-case names) and text of an answer; redirections are not followed."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            connection.request(method, path, **options)
            answer = connection.getresponse()
            headers = {name.lower(): value for name, value in answer.getheaders()}
            return answer.status, headers, answer.read().decode()
        finally:
            connection.close()

    def get(self, path: str) -> tuple[int, str]:
        status, _, text = self.request(path)
        return status, text

    def moved(self, path: str) -> str:
        """Return the target of a redirection."""
        status, headers, _ = self.request(path)
        assert 300 <= status < 400
        return headers["location"]


@contextmanager
def served(app: Any, listening: socket.socket | None = None) -> Iterator[Address]:
    """Serve an ASGI application until the block ends, on a free port or on one that is already listening."""
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=0, log_level="warning", access_log=False))
    sockets = [listening] if listening is not None else None
    thread = threading.Thread(target=server.run, args=(sockets,), daemon=True)
    thread.start()
    ready = threading.Event()
    while not server.started and thread.is_alive():
        ready.wait(0.01)
    try:
        bound = listening or server.servers[0].sockets[0]
        yield Address(bound.getsockname()[1])
    finally:
        server.should_exit = True
        thread.join(timeout=20)
