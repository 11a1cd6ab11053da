"""A platform that was opened and is really served: its routes and its background tasks."""

from __future__ import annotations

import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager

from starlette.applications import Starlette
from starlette.routing import Route

from reseau.services import Opened
from tests.served import Address, served


def application(opened: Opened) -> Starlette:
    """One application of the routes, which runs the background tasks."""

    @asynccontextmanager
    async def meanwhile(_app: Starlette) -> AsyncIterator[None]:
        if opened.running is None:
            yield
            return
        async with opened.running():
            yield

    return Starlette(routes=[Route(path, app) for path, app in opened.doors.items()], lifespan=meanwhile)


@contextmanager
def running(opened: Opened, listening: socket.socket | None = None) -> Iterator[Address]:
    """Serve it until the block ends, on a free port or on one that is already listening."""
    with served(application(opened), listening) as address:
        yield address


def listen() -> socket.socket:
    """A free port, taken: its number can be given to others before anything is served there."""
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listening.bind(("127.0.0.1", 0))
    listening.listen(128)
    return listening
