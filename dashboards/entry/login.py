"""The login: a token, a form and a signed cookie. It protects every path, including deep links and Dash's own."""

from __future__ import annotations

import hashlib
import hmac
import secrets
import threading
import time
from collections.abc import Callable, Iterable
from html import escape
from http import HTTPStatus
from http.cookies import CookieError, SimpleCookie
from typing import TYPE_CHECKING

from dashboards.entry.responses import answer, form_values, plain_page, reader_language, whole_path
from dashboards.figures.address import PREFIX
from reseau import logs
from reseau.errors import ReseauError
from reseau.i18n import N_, Words
from reseau.settings import Settings

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

log = logs.get("dashboards")

ENTRY = PREFIX + "entree"
EXIT = PREFIX + "sortie"
COOKIE = "reseau_pilotage"
_HOURS = 12
_PUBLIC = PREFIX + "assets/"  # the style of the form; it reveals nothing
_FREE_TRIES = 3
_LONGEST_WAIT = 60.0
_LOOPBACK = ("127.0.0.1", "localhost", "[::1]", "::1")


class OpenDashboardError(ReseauError):
    """The dashboard would be open to anyone who can reach this machine."""

    def __init__(self, host: str) -> None:
        super().__init__(
            "E_OPEN_DASHBOARD",
            N_(
                "The dashboard would be open to everybody on {host}: set RESEAU_ACCESS_TOKEN (16 characters or more) "
                "or listen on 127.0.0.1."
            ),
            host=host,
        )


def guarded(app: WSGIApplication, settings: Settings) -> WSGIApplication:
    """Return the application behind its login, or open to this machine alone if no token is set.

    Raises:
        OpenDashboardError: the application would listen beyond loopback without a token.
    """
    if settings.access_token is not None:
        return Login(app, settings.access_token.get_secret_value(), settings.language)
    if settings.beyond_loopback:
        raise OpenDashboardError(settings.http_host)
    return LocalOnly(app, settings.language)


class LocalOnly:
    """Refuses requests for other host names, so that a web page cannot read figures through a name it controls."""

    def __init__(self, app: WSGIApplication, language: str) -> None:
        self._app = app
        self._language = language

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        host = str(environ.get("HTTP_HOST", "localhost")).lower()
        name = host.split("]")[0] + "]" if host.startswith("[") else host.split(":")[0]
        if name in _LOOPBACK:
            return self._app(environ, start_response)
        t = Words(reader_language(environ, self._language))
        words = escape(t("Without an access token, this dashboard answers on this machine only (127.0.0.1)."))
        page = plain_page(t.language, t("This address is not open."), f"<p>{words}</p>")
        return answer(start_response, HTTPStatus.FORBIDDEN, page)


class Sessions:
    """Signed session cookies. Only sessions that were ended before their time are stored.

    The signing key is derived from the token, so a new token ends every session.
    """

    def __init__(self, token: str, clock: Callable[[], float] = time.time) -> None:
        self._key = hashlib.blake2b(b"reseau dashboards session", key=hashlib.sha256(token.encode()).digest()).digest()
        self._clock = clock
        self._ended: dict[str, float] = {}

    def open(self) -> str:
        """Return a new value for the cookie, valid for twelve hours."""
        body = f"{int(self._clock()) + _HOURS * 3600}.{secrets.token_urlsafe(16)}"
        return f"{body}.{self._sign(body)}"

    def good(self, value: str) -> bool:
        """Whether a cookie is ours, unchanged, not expired and not logged out."""
        body, _, signature = value.rpartition(".")
        if not hmac.compare_digest(signature.encode(), self._sign(body).encode()):
            return False
        expires, _, nonce = body.partition(".")
        return float(expires) > self._clock() and nonce not in self._ended

    def end(self, value: str) -> None:
        """End a session before its time."""
        if self.good(value):
            expires, nonce, _ = value.split(".")
            now = self._clock()
            self._ended = {ended: until for ended, until in self._ended.items() if until > now} | {
                nonce: float(expires)
            }

    def _sign(self, body: str) -> str:
        return hmac.new(self._key, body.encode(), hashlib.sha256).hexdigest()


class Patience:
    """A growing wait after wrong tokens, for each address: 1 s, 2 s, 4 s … one minute. No thread sleeps meanwhile."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._wrong: dict[str, tuple[int, float]] = {}

    def wait(self, address: str) -> float:
        """Return the seconds before this address may try again."""
        with self._lock:
            return max(0.0, self._wrong.get(address, (0, 0.0))[1] - self._clock())

    def missed(self, address: str) -> None:
        """Count a wrong token. Those older than an hour are forgotten, so that memory stays small."""
        with self._lock:
            now = self._clock()
            self._wrong = {address: tries for address, tries in self._wrong.items() if tries[1] > now - 3600}
            times = self._wrong.get(address, (0, 0.0))[0] + 1
            delay = min(2.0 ** (times - _FREE_TRIES), _LONGEST_WAIT) if times >= _FREE_TRIES else 0.0
            self._wrong[address] = (times, now + delay)

    def found(self, address: str) -> None:
        """Forget the wrong tokens of an address that knows the right one."""
        with self._lock:
            self._wrong.pop(address, None)


class Login:
    """Asks for the token before anything else of the application is reached."""

    def __init__(self, app: WSGIApplication, token: str, language: str, clock: Callable[[], float] = time.time) -> None:
        self._app = app
        self._digest = hashlib.sha256(token.encode()).digest()
        self._language = language
        self._sessions = Sessions(token, clock)
        self._patience = Patience(clock)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        path, method = whole_path(environ), environ["REQUEST_METHOD"]
        if path.startswith(_PUBLIC):
            return self._app(environ, start_response)
        if path == ENTRY and method == "POST":
            return self._enter(environ, start_response)
        if path == EXIT and method == "POST":
            return self._leave(environ, start_response)
        if self._logged_in(environ):
            return self._app(environ, start_response)
        return self._form(environ, start_response, HTTPStatus.UNAUTHORIZED, "", _requested(environ))

    def _logged_in(self, environ: WSGIEnvironment) -> bool:
        return self._sessions.good(_cookie(environ))

    def _enter(self, environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        address = str(environ.get("REMOTE_ADDR", ""))
        values = form_values(environ)
        to = safe(values.get("next", ""))
        wait = self._patience.wait(address)
        t = self._words(environ)
        if _foreign(environ):
            return self._form(environ, start, HTTPStatus.FORBIDDEN, t("Please log in from this page."), to)
        # The right token always opens the page: behind a proxy, those who guess have the same address.
        digest = hashlib.sha256(values.get("token", "").strip().encode()).digest()
        right = hmac.compare_digest(digest, self._digest)
        if not right and wait > 0:
            notice = t.plural("Please wait {count} second.", "Please wait {count} seconds.", int(wait) + 1)
            after = [("Retry-After", str(int(wait) + 1))]
            return self._form(environ, start, HTTPStatus.TOO_MANY_REQUESTS, notice, to, after)
        if not right:
            self._patience.missed(address)
            log.warning("wrong access token", address=address)
            notice = t("This is not the access token. The launch team has it.")
            return self._form(environ, start, HTTPStatus.FORBIDDEN, notice, to)
        self._patience.found(address)
        log.info("dashboard opened", address=address)
        cookie = _set_cookie(self._sessions.open(), _HOURS * 3600, environ)
        return answer(start, HTTPStatus.SEE_OTHER, "", [("Location", to), cookie])

    def _leave(self, environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        if not _foreign(environ):
            self._sessions.end(_cookie(environ))
        return answer(start, HTTPStatus.SEE_OTHER, "", [("Location", PREFIX), _set_cookie("", 0, environ)])

    def _words(self, environ: WSGIEnvironment) -> Words:
        return Words(reader_language(environ, self._language))

    def _form(
        self,
        environ: WSGIEnvironment,
        start: StartResponse,
        status: HTTPStatus,
        notice: str,
        to: str,
        headers: Iterable[tuple[str, str]] = (),
    ) -> Iterable[bytes]:
        t = self._words(environ)
        intro = escape(t("The launch team gives the access token to those who follow the network."))
        label, enter = escape(t("Access token")), escape(t("Log in"))
        error = f'<p class="notice" role="alert" id="notice">{escape(notice)}</p>' if notice else ""
        described = ' aria-describedby="notice"' if notice else ""
        inside = (
            f"<p>{intro}</p>{error}"
            f'<form method="post" action="{ENTRY}?langue={t.language}">'
            f'<input type="hidden" name="next" value="{escape(to)}">'
            f'<label for="token">{label}</label>'
            f'<input id="token" name="token" type="password" autocomplete="current-password" required{described}>'
            f'<button type="submit">{enter}</button></form>'
        )
        return answer(start, status, plain_page(t.language, t("Log in to the dashboard"), inside), headers)


def safe(to: str) -> str:
    """Return the path to go to after the login: the given one if it is a page of the dashboard, else the first page."""
    plain = to.startswith(PREFIX) and "\\" not in to and all(" " < letter < "\x7f" for letter in to)
    return to if plain and not to.startswith((ENTRY, EXIT)) else PREFIX


def _requested(environ: WSGIEnvironment) -> str:
    """Return the requested page; Dash's background requests are not for pages."""
    path, query = whole_path(environ), environ.get("QUERY_STRING", "")
    if environ["REQUEST_METHOD"] != "GET" or path.removeprefix(PREFIX).startswith("_"):
        return PREFIX
    return safe(f"{path}?{query}" if query else path)


def _foreign(environ: WSGIEnvironment) -> bool:
    """Whether a browser says that the form was sent from another site."""
    return environ.get("HTTP_SEC_FETCH_SITE", "same-origin") not in ("same-origin", "none")


def _cookie(environ: WSGIEnvironment) -> str:
    try:
        cookie = SimpleCookie(str(environ.get("HTTP_COOKIE", ""))).get(COOKIE)
    except CookieError:
        return ""
    return cookie.value if cookie is not None else ""


def _set_cookie(value: str, seconds: int, environ: WSGIEnvironment) -> tuple[str, str]:
    """Return the header of the cookie: Lax, so that a link from a chat opens the page; Secure over HTTPS."""
    https = "https" in (environ.get("wsgi.url_scheme"), environ.get("HTTP_X_FORWARDED_PROTO"))
    flags = f"Path={PREFIX}; Max-Age={seconds}; HttpOnly; SameSite=Lax" + ("; Secure" if https else "")
    return ("Set-Cookie", f"{COOKIE}={value}; {flags}")
