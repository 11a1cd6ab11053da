"""Services: the HTTP applications of the rooms, and their background work.

Rooms register theirs under the entry points ``reseau.services``.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator, Mapping, MutableMapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from importlib.metadata import entry_points
from typing import Any

from reseau.network import Network

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Opened:
    """A service that is ready to be served.

    Attributes:
        doors: an ASGI application for each address, such as ``/pilotage/``. An address that ends in a slash includes
            everything below it, but for ``/``, which is the first page alone.
        running: a context that is entered once the event loop runs and left at the end; background work must end with
            it.
    """

    doors: Mapping[str, App] = field(default_factory=dict)
    running: Callable[[], AbstractAsyncContextManager[None]] | None = None


@dataclass(frozen=True, slots=True)
class Service:
    """A service of a room.

    Attributes:
        name: its name in the log and in ``/metrics``.
        open: opens it for a network, or returns ``None`` if the settings do not ask for it. It may raise a
            :class:`reseau.errors.ReseauError`.
        home: the address to which ``/`` redirects; empty if it belongs to another service.
    """

    name: str
    open: Callable[[Network], Opened | None]
    home: str = ""


def registered(only: Sequence[str] = ()) -> Iterator[Service]:
    """Yield the services of the rooms, by name; ``only`` those named, if any are."""
    for point in sorted(entry_points(group="reseau.services"), key=lambda point: point.name):
        if not only or point.name in only:
            service = point.load()
            if not isinstance(service, Service):
                raise TypeError(f"{point.value} must be a Service")
            yield service
