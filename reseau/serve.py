"""The HTTP server: health, metrics, and the services of all packages, in one process."""

from __future__ import annotations

import errno
import hashlib
import hmac
import signal
import socket
import sys
import threading
import time
from collections.abc import AsyncIterator, Awaitable, Callable, MutableMapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from types import FrameType
from typing import Any

import uvicorn
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from reseau import logs, services
from reseau.errors import ReseauError
from reseau.exchange import outbox
from reseau.i18n import N_, Words, known_language
from reseau.network import Network
from reseau.services import App, Opened, Receive, Scope, Send
from reseau.settings import Settings
from reseau.settings.addresses import names_this_machine


class Measures:
    """The measures of ``/metrics``: counts of the machinery, never of people."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.requests = Counter(
            "reseau_http_requests_total", "Requests answered.", ["service", "status"], registry=self.registry
        )
        self.seconds = Histogram("reseau_http_request_seconds", "Time to answer.", ["service"], registry=self.registry)
        self.waiting = Gauge("reseau_outbox_waiting", "Deliveries that have not gone out.", registry=self.registry)


class Dispatcher:
    """The application that passes each request to the service of its path, and counts it."""

    def __init__(self, inner: App, mounts: list[tuple[str, str, App]], measures: Measures) -> None:
        self._inner, self._mounts, self._measures = inner, mounts, measures

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._inner(scope, receive, send)
            return
        name, app = self._mounted(scope["path"])
        started, status, broken = time.perf_counter(), "500", ""

        async def watched(message: MutableMapping[str, Any]) -> None:
            nonlocal status, broken
            if message["type"] == "http.response.start":
                status = str(message["status"])
            try:
                await send(message)
            except Exception as error:
                broken = type(error).__name__
                raise

        try:
            await app(scope, receive, watched)
        except Exception:
            if not broken:
                raise
            # The client is gone or sent a malformed body: nobody waits for an answer, and the error is not ours.
            logs.get("serve").warning("not answered", service=name, reason=broken)
        finally:
            self._measures.requests.labels(name, status).inc()
            self._measures.seconds.labels(name).observe(time.perf_counter() - started)

    def _mounted(self, path: str) -> tuple[str, App]:
        if "//" in path or "/../" in path or "\\" in path:  # not ours; services may read such a path differently
            return "house", self._inner
        for name, prefix, app in self._mounts:
            if path == prefix if prefix == "/" else _is_under(path, prefix):
                return name, app
        return "house", self._inner


def _is_under(path: str, prefix: str) -> bool:
    return path == prefix.rstrip("/") or (prefix.endswith("/") and path.startswith(prefix))


def application(network: Network, only: Sequence[str] = ()) -> App:
    """Return the ASGI application of a network, with every registered service, or ``only`` some.

    Raises:
        reseau.errors.ReseauError: a service refuses to open with these settings.
    """
    measures = Measures()
    mounts: list[tuple[str, str, App]] = []
    running: list[Opened] = []
    home = "/healthz"
    for service in services.registered(only):
        opened = service.open(network)
        if opened is None:
            continue
        running.append(opened)
        mounts.extend((service.name, prefix, app) for prefix, app in opened.doors.items())
        home = service.home or home
    if any(prefix == "/" for _, prefix, _ in mounts):
        home = "/"
    return Dispatcher(_inner(network, measures, home, running), mounts, measures)


def _inner(network: Network, measures: Measures, home: str, running: Sequence[Opened]) -> App:
    @asynccontextmanager
    async def meanwhile(_app: Starlette) -> AsyncIterator[None]:
        async with AsyncExitStack() as stack:
            for opened in running:
                if opened.running is not None:
                    await stack.enter_async_context(opened.running())
            yield

    async def alive(_request: Request) -> Response:
        return PlainTextResponse("ok\n")

    async def ready(_request: Request) -> Response:
        up = await run_in_threadpool(_answers, network)
        return JSONResponse({"store": "up" if up else "down"}, 200 if up else 503)

    async def measured(request: Request) -> Response:
        if refused := _closed(request, network.settings):
            return refused
        measures.waiting.set(await run_in_threadpool(_waiting, network))
        return Response(generate_latest(measures.registry), media_type=CONTENT_TYPE_LATEST)

    async def front(_request: Request) -> Response:
        return RedirectResponse(home)

    return Starlette(
        routes=[
            Route("/", front),
            Route("/healthz", alive),
            Route("/readyz", ready),
            Route("/metrics", measured),
        ],
        lifespan=meanwhile,
        exception_handlers={HTTPException: _nothing_here(home, network.settings)},
    )


_Handler = Callable[[Request, Exception], Awaitable[Response]]


def _nothing_here(home: str, settings: Settings) -> _Handler:
    """Return the handler that answers with a sentence if no service has the address or the method."""

    async def answer(request: Request, error: Exception) -> Response:
        t = Words(known_language(request.headers.get("accept-language"), settings.language))
        words = t("There is nothing at this address. The page is at {home}", home=home)
        status = error.status_code if isinstance(error, HTTPException) else 404
        return PlainTextResponse(words + "\n", status, getattr(error, "headers", None))

    return answer


def _closed(request: Request, settings: Settings) -> Response | None:
    """Return the refusal of the measures: they need the access token, or a client on this machine if none is set."""
    t = Words(known_language(request.headers.get("accept-language"), settings.language))
    if settings.access_token is not None:
        received = hashlib.sha256(request.headers.get("authorization", "").strip().encode()).digest()
        expected = hashlib.sha256(f"Bearer {settings.access_token.get_secret_value()}".encode()).digest()
        if hmac.compare_digest(received, expected):
            return None
        words = t("The measures need the access token: send it in the Authorization header, after the word Bearer.")
        return PlainTextResponse(words + "\n", 401, {"WWW-Authenticate": "Bearer"})
    if not settings.beyond_loopback and names_this_machine(request.headers.get("host", "")):
        return None
    words = t("Without an access token (RESEAU_ACCESS_TOKEN), the measures are shown on this machine only.")
    return PlainTextResponse(words + "\n", 403)


def _answers(network: Network) -> bool:
    try:
        with network.store.read() as tx:
            return tx.execute(text("SELECT 1")).scalar() == 1
    except SQLAlchemyError:
        return False


def _waiting(network: Network) -> int:
    try:
        with network.store.read() as tx:
            return outbox.waiting(tx)
    except SQLAlchemyError:
        return -1


def serve(network: Network, only: Sequence[str] = (), listening: socket.socket | None = None) -> None:
    """Serve at the address of the settings until SIGINT or SIGTERM; running requests are finished.

    Args:
        network: the network whose services are opened.
        only: the names of the services to open; all if empty.
        listening: the socket of :func:`listen`, if it was opened earlier.

    Raises:
        reseau.errors.ReseauError: a service refuses to open with these settings.
    """
    settings = network.settings
    _exit_cleanly_on_sigterm()
    app: Any = application(network, only)
    listening = listening or listen(settings)
    logs.get("serve").info(
        "serving", host=settings.http_host, port=settings.http_port, service=", ".join(only) or "all"
    )
    config = uvicorn.Config(
        app,
        log_level="warning",
        access_log=False,
        server_header=False,
        proxy_headers=False,  # otherwise a client could pose as a new one for each wrong token
        timeout_graceful_shutdown=10,
    )
    _Server(config).run(sockets=[listening])


class _Server(uvicorn.Server):
    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Stop at the first signal and ignore further ones, at which uvicorn would drop requests with a traceback."""
        if not self.should_exit:
            super().handle_exit(sig, frame)


def _exit_cleanly_on_sigterm() -> None:
    """Make the program exit with 0 on SIGTERM, which uvicorn raises again once running requests are finished."""
    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGTERM, lambda _number, _frame: sys.exit(0))


class AddressError(ReseauError):
    """The server cannot listen at the address of the settings."""


def listen(settings: Settings) -> socket.socket:
    """Listen at the address of the settings. Early clients wait until the server answers.

    Raises:
        AddressError: the address cannot be used.
    """
    host, port = settings.http_host, settings.http_port
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # Only with an explicit protocol does the event loop send small pieces at once. Otherwise the second one waits 40 ms
    # for an acknowledgement.
    listening = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
        listening.listen()  # two programs may bind one port as long as neither listens
    except OverflowError:
        listening.close()
        raise AddressError(
            "E_PORT", N_("There is no port {port}; ports go from 0 to 65535: RESEAU_HTTP_PORT, or --port."), port=port
        ) from None
    except OSError as error:
        listening.close()
        if error.errno == errno.EADDRINUSE:
            raise AddressError(
                "E_PORT_TAKEN",
                N_("Port {port} is taken by another program. Choose another one: RESEAU_HTTP_PORT={other}"),
                port=port,
                other=port + 1,
            ) from None
        raise AddressError(
            "E_ADDRESS", N_("The server cannot listen at {host}: {reason}."), host=host, reason=error.strerror or error
        ) from None
    return listening


def address(host: str, port: int) -> str:
    """Return the URL at which a browser on this machine finds the server."""
    host = _OF_ALL.get(host, host)
    return f"http://[{host}]:{port}/" if ":" in host else f"http://{host}:{port}/"


#: Wildcard addresses, which a browser cannot open.
_OF_ALL = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104
