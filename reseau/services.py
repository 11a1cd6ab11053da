"""Services: what a room offers to whoever comes over HTTP. Rooms register theirs under ``reseau.services``."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.metadata import entry_points
from typing import TYPE_CHECKING

from reseau.network import Network

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication


@dataclass(frozen=True, slots=True)
class Service:
    """Something served.

    Attributes:
        name: as in ``reseau serve``'s log.
        prefix: the paths it answers, such as ``/pilotage/``; they reach it whole.
        wsgi: makes the application for a network; it may refuse with a :class:`reseau.errors.ReseauError`.
        home: whether ``/`` leads to it.
    """

    name: str
    prefix: str
    wsgi: Callable[[Network], WSGIApplication]
    home: bool = False


def registered(only: str | None = None) -> Iterator[Service]:
    """The services of the rooms, by name; ``only`` one of them where it is named."""
    for point in sorted(entry_points(group="reseau.services"), key=lambda point: point.name):
        if only in (None, point.name):
            service = point.load()
            if not isinstance(service, Service):
                raise TypeError(f"{point.value} must be a Service")
            yield service
