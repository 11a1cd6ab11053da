"""The site: addresses, sessions and forms. Pages are drawn in ``pages.py``, and verbs answer the forms."""

from __future__ import annotations

import hmac
import secrets
import traceback
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from bots.answers.handling import Handler
from bots.arrival import Filled
from bots.platform import OWN_CHAT, Incoming
from bots.platforms.web import entry, pages
from bots.platforms.web.drawing import asset_file, drawn
from bots.platforms.web.pages import Nowhere, Page, Place
from bots.platforms.web.sending import IN_PAGE, Form, UnreadableError, is_foreign, read_form
from bots.platforms.web.visit import NAME, Asking, Visit, form_key, visit, wished, words_of_browser
from reseau import logs
from reseau.acting import Acting
from reseau.keys import EventKey
from reseau.network import Network
from reseau.people import members, sessions
from reseau.services import Receive, Scope, Send

#: The addresses that the site answers at; ``/`` is the first page alone.
DOORS = (
    "/",
    "/contents/",
    "/people/",
    "/communities/",
    "/tags/",
    "/search",
    "/chat/",
    "/say",
    "/who",
    "/link/",
    "/sign-out",
    "/assets/",
)
COOKIE = "reseau_page"
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_HEADERS = {
    "content-security-policy": _POLICY,
    "x-frame-options": "DENY",
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",  # without a referrer, browsers would hide the origin of our own forms
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
}
_FIELD = "f-"  # the prefix of the entries of a verb's form
_log = logs.get("bots")
_LOOPBACK = ("127.0.0.1", "localhost", "::1")

Draw = Callable[[Visit, Mapping[str, str]], Page]


@dataclass(frozen=True, slots=True)
class Sent:
    """A form that somebody with a session sent from a page of ours."""

    asking: Asking
    form: Form


class Site:
    """The application."""

    def __init__(self, network: Network) -> None:
        self._network = network
        self._handler = Handler(network)
        views = {
            "/": pages.feed,
            "/contents/{code}": pages.content,
            "/people/{handle}": pages.person,
            "/communities": pages.communities,
            "/communities/{slug}": pages.community,
            "/tags/{label:path}": pages.tag,
            "/search": pages.search,
            "/chat": pages.chat,
            "/chat/news": pages.news,
        }
        self._app = Starlette(
            routes=[
                *(Route(path, self._showing(draw)) for path, draw in views.items()),
                Route("/say", self._say, methods=["POST"]),
                Route("/who", self._choose, methods=["GET", "POST"]),
                Route("/link/{token}", self._link, methods=["GET", "POST"]),
                Route("/sign-out", self._sign_out, methods=["POST"]),
                Route("/assets/{name}", _asset),
            ],
            exception_handlers={404: self._lost, 405: self._lost},
        )

    async def _unavailable(self, request: Request, error: Exception) -> Response:
        """A sentence for the reader; the log gets the error's kind and place, never the request."""
        reference = secrets.token_hex(4)
        frames = [at for at in traceback.extract_tb(error.__traceback__) if "site-packages" not in at.filename]
        where = " < ".join(f"{Path(at.filename).name}:{at.lineno}" for at in reversed(frames[-4:]))
        _log.error("page not drawn", reference=reference, reason=type(error).__name__, where=where)
        settings = self._network.settings
        t = words_of_browser(self._asking(request), settings)
        if request.headers.get(IN_PAGE):
            return PlainTextResponse(t("This page cannot be shown right now.") + f" ({reference})\n", 500)
        return _html(drawn("unavailable.html", t, network=settings.name, reference=reference), 500)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def headed(message: MutableMapping[str, Any]) -> None:
            if message["type"] == "http.response.start":
                names = {name for name, _ in message["headers"]}
                more = _HEADERS if b"cache-control" in names else {**_HEADERS, "cache-control": "no-store"}
                message["headers"] = [*message["headers"], *((k.encode(), v.encode()) for k, v in more.items())]
            await send(message)

        settings = self._network.settings
        if not settings.public_url and not _is_loopback(Request(scope).url.hostname):
            # A page of the web must not read these through a name that leads to this machine.
            response = PlainTextResponse("This address is not open.\n", 403)
            await response(scope, receive, headed)
            return
        await self._app(scope, receive, headed)

    # -- reading -------------------------------------------------------------------------------------------------------

    def _showing(self, draw: Draw) -> Callable[[Request], Awaitable[Response]]:
        async def show(request: Request) -> Response:
            parameters = {**request.query_params, **request.path_params}
            try:
                return await run_in_threadpool(self._page, request, draw, parameters)
            except Exception as error:  # noqa: BLE001  (readers never see a traceback)
                return await self._unavailable(request, error)

        return show

    def _page(self, request: Request, draw: Draw, asked: Mapping[str, str]) -> Response:
        asking = self._asking(request)
        with self._network.store.read() as tx:
            here = visit(tx, self._network.settings, asking)
            if here is None:
                return self._stranger(request, asking)
            page = draw(here, asked)
            response = _html(page.html(here), 404 if page is Nowhere else 200, page.headers)
        if page.used and here.me.activated_at is not None:
            with self._network.store.write() as tx:
                members.used(tx, [here.me.id], page.used, Acting(NAME))
        return response

    async def _lost(self, request: Request, _error: Exception) -> Response:
        return await run_in_threadpool(self._page, request, lambda _here, _asked: Nowhere, {})

    def _stranger(self, request: Request, asking: Asking) -> Response:
        """Explain how to sign in; the same for every address, whether or not it exists."""
        settings = self._network.settings
        if request.method == "GET" and entry.may_choose_here(settings, asking):
            return self._choice(request, asking, request.url.path)
        t = words_of_browser(asking, settings)
        return _html(entry.closed(settings, t), 401)

    def _choice(self, request: Request, asking: Asking, back: str) -> Response:
        settings = self._network.settings
        asking = _with_token(asking)
        with self._network.store.read() as tx:
            here = visit(tx, settings, asking)
            t = here.t if here is not None else words_of_browser(asking, settings)
            response = _html(entry.choice(tx, settings, t, form_key(asking.token), entry.safe(back), here))
        return self._with_cookie(request, response, asking.token)

    # -- what is sent --------------------------------------------------------------------------------------------------

    async def _say(self, request: Request) -> Response:
        """Answer a line, typed or pressed, and show the card on the page it was sent from."""
        sent = await self._sent(request)
        if isinstance(sent, Response):
            return sent
        try:
            return await run_in_threadpool(self._said, request, sent)
        except Exception as error:  # noqa: BLE001  (the same)
            return await self._unavailable(request, error)

    def _said(self, request: Request, sent: Sent) -> Response:
        settings, form = self._network.settings, sent.form
        with self._network.store.read() as tx:
            before = visit(tx, settings, sent.asking)
            if before is None:
                return self._stranger(request, sent.asking)
            incoming = _incoming(before, sent)
            place = Place(entry.safe(form.get("back")), _region(form.get("into")), not form.in_page)
            line = form.get("label") if incoming.pressed else incoming.line
            # A button that lacks words opens a form; the chat asks for the words of a typed line.
            sheet = self._handler.sheet(tx, incoming) if incoming.pressed else None
            if sheet is not None:
                return _html(pages.form(before, sheet, line, place).html(before))
        turn = self._handler.answered(incoming)
        with self._network.store.read() as tx:
            here = visit(tx, settings, sent.asking) or before
            if turn.sheet is not None:
                return _html(pages.form(here, turn.sheet, "", place).html(here))
            page = pages.said(here, turn.card, line, place)
            return _html(page.html(here), 200, {"x-reseau-done": "1"} if turn.card.done else {})

    async def _choose(self, request: Request) -> Response:
        """Become one of the people of a demonstration, on the machine that shows it."""
        asking = self._asking(request)
        if not entry.may_choose_here(self._network.settings, asking):
            return await self._lost(request, ValueError())
        if request.method != "POST":
            back = request.query_params.get("back", "/")
            return await run_in_threadpool(self._choice, request, asking, back)
        sent = await self._sent(request)
        if isinstance(sent, Response):
            return sent
        form = sent.form

        def become() -> str | None:
            with self._network.store.write() as tx:
                sessions.end(tx, asking.token)
                return entry.become(tx, form.get("handle"), form.get("language"))

        token = await run_in_threadpool(become)
        if token is None:
            return await run_in_threadpool(self._choice, request, asking, "/")
        return self._with_cookie(request, _moved(entry.safe(form.get("back"))), token)

    async def _link(self, request: Request) -> Response:
        """Open a session: looking at the link, as programs that preview links do, does not use it up."""
        token, asking = request.path_params["token"], _with_token(self._asking(request))
        to = entry.safe(request.query_params.get("to", "/"))
        if request.method == "GET":
            response = await run_in_threadpool(self._offer, asking, token, to)
            return self._with_cookie(request, response, asking.token)
        sent = await self._sent(request)
        if isinstance(sent, Response):
            return sent

        def opened() -> str | None:
            with self._network.store.write() as tx:
                return entry.opened(tx, token)

        session = await run_in_threadpool(opened)
        if session is None:
            return await run_in_threadpool(self._offer, asking, token, to)
        return self._with_cookie(request, _moved(entry.safe(sent.form.get("to"))), session)

    def _offer(self, asking: Asking, token: str, to: str) -> Response:
        settings = self._network.settings
        with self._network.store.read() as tx:
            t = words_of_browser(asking, settings)
            offer = entry.offer(tx, settings, t, token, form_key(asking.token), to)
        return _html(offer, 200) if offer is not None else _html(entry.void(settings, t), 410)

    async def _sign_out(self, request: Request) -> Response:
        sent = await self._sent(request)
        if isinstance(sent, Response):
            return sent

        def left() -> None:
            with self._network.store.write() as tx:
                sessions.end(tx, sent.asking.token)

        await run_in_threadpool(left)
        return self._with_cookie(request, _moved("/"), "")

    async def _sent(self, request: Request) -> Sent | Response:
        """The form, if a page of ours that this very browser was shown has sent it."""
        asking = self._asking(request)
        t = words_of_browser(asking, self._network.settings)
        try:
            form = await read_form(request)
        except UnreadableError as error:
            return PlainTextResponse(t(error.sentence) + "\n", error.status)
        right = hmac.compare_digest(form.get("form").encode(), form_key(asking.token).encode())
        if not asking.token or is_foreign(request, self._network.settings.public_url) or not right:
            words = t("Please send this from the page itself: open it anew and try again.")
            return PlainTextResponse(words + "\n", 403)
        return Sent(asking, form)

    # -- who asks ------------------------------------------------------------------------------------------------------

    def _asking(self, request: Request) -> Asking:
        forwarded = any(name in request.headers for name in ("forwarded", "x-forwarded-for"))
        client = request.client.host if request.client is not None else ""
        here = not forwarded and _is_loopback(client) and _is_loopback(request.url.hostname)
        language = wished(request.query_params.get("language", "") or request.headers.get("accept-language", ""))
        return Asking(request.cookies.get(COOKIE, ""), language, here)

    def _with_cookie(self, request: Request, response: Response, token: str) -> Response:
        https = self._network.settings.public_url.startswith("https:") or "https" in (
            request.url.scheme,
            request.headers.get("x-forwarded-proto", ""),
        )
        lasts = int(sessions.SESSION_LASTS.total_seconds()) if token else 0
        response.set_cookie(COOKIE, token, max_age=lasts, path="/", httponly=True, samesite="lax", secure=https)
        return response


def _incoming(here: Visit, sent: Sent) -> Incoming:
    """Return the request of a form: a line, a button's line, or the values of a verb's own form."""
    form = sent.form
    filled = None
    if form.get("verb"):
        values = {name.removeprefix(_FIELD): value for name, value in form.fields.items() if name.startswith(_FIELD)}
        filled = Filled(form.get("verb"), values, int(form.get("step") == "1"))
    return Incoming(
        here.me.id,
        " ".join(part for part in (form.get("line"), form.get("text")) if part),
        EventKey(NAME, "", f"{here.me.id}:{form.get('event')[:64]}"),
        language=sent.asking.language,
        conversation=OWN_CHAT,
        pressed=bool(form.get("pressed")) and filled is None,
        filled=filled,
    )


def _region(name: str) -> str:
    """The part of a page that shows an answer, as the page named it."""
    return name if name in ("said", "said-top", "log") else "said"


def _with_token(asking: Asking) -> Asking:
    """The same with something that a form of this browser can be known by, before it has a session."""
    return asking if asking.token else Asking(secrets.token_urlsafe(32), asking.language, asking.here)


def _is_loopback(host: str | None) -> bool:
    return (host or "") in _LOOPBACK


def _html(page: str, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    return Response(page, status, dict(headers or {}), media_type="text/html")


def _moved(path: str) -> Response:
    return RedirectResponse(path, 303)


async def _asset(request: Request) -> Response:
    asset = asset_file(request.path_params["name"])
    if asset is None:
        return PlainTextResponse("", 404)
    return Response(asset[0], 200, {"cache-control": "public, max-age=31536000, immutable"}, media_type=asset[1])
