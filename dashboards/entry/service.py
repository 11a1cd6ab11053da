"""The dashboard as a service: the WSGI application of a network, on threads of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dashboards.entry.arriving import Arriving
from dashboards.figures.address import PREFIX
from reseau.network import Network
from reseau.services import Opened, Service
from reseau.settings import Settings

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

    from dashboards.entry.app import Dashboard

_THREADS = 8


def wsgi(network: Network) -> WSGIApplication:
    """Return the protected dashboard of a network.

    Raises:
        dashboards.entry.login.OpenDashboardError: it would be open beyond this machine without a login.
    """
    from dashboards.entry.app import build_app

    return protected(build_app(network), network.settings)


def protected(app: Dashboard, settings: Settings) -> WSGIApplication:
    """Return a Dash application wrapped, from the inside out, in its checks of paths, its login and its headers."""
    from dashboards import page as pages
    from dashboards.entry.callbacks import Callbacks, questions
    from dashboards.entry.login import guarded
    from dashboards.entry.responses import Headers, Paths, content_policy

    callbacks = Callbacks(app.server.wsgi_app, lambda: questions(app.callback_map))
    paths = Paths(callbacks, lambda: {page.path for page in pages.ordered()}, settings.language)
    return Headers(guarded(paths, settings), content_policy([app.renderer]))


def opened(network: Network) -> Opened:
    """Return the dashboard behind ASGI. It has threads of its own, so that bots of the same process never wait for it.

    Raises:
        dashboards.entry.login.OpenDashboardError: it would be open beyond this machine without a login.
    """
    from a2wsgi import WSGIMiddleware

    # Answers to slow readers wait in memory, not in their thread.
    app: Any = WSGIMiddleware(wsgi(network), workers=_THREADS, send_queue_size=0)  # type: ignore[arg-type]
    return Opened({PREFIX: Arriving(app)})


#: Registered under the entry-point group ``reseau.services``.
service = Service(name="dashboards", open=opened, home=PREFIX)
