"""The door: every path is known or answered 404, every answer carries its security headers, before Dash sees it."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable, Iterable
from html import escape
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

from dashboards.figures.address import PREFIX, read_address
from reseau.i18n import LANGUAGES, Words, known_language

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

_DASH = {"assets": 2, "_dash-component-suites": 3}  # folders, with the fewest parts of the path of a file in them
_DASH_EXACT = ("_dash-layout", "_dash-dependencies", "_dash-update-component", "_favicon.ico")
_KEPT = ("_dash-component-suites/", "assets/")
_HEADERS = [
    ("X-Frame-Options", "DENY"),
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "no-referrer"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
    ("Permissions-Policy", "camera=(), geolocation=(), microphone=()"),
]


def content_policy(inline: Iterable[str] = ()) -> str:
    """The Content-Security-Policy: nothing from another host, no inline script but those given.

    Styles may be inline, because plotly writes ``style`` attributes into its drawings.
    """
    hashes = "".join(
        f" 'sha256-{base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()}'" for script in inline
    )
    return (
        f"default-src 'none'; script-src 'self'{hashes}; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
        "font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )


class Headers:
    """Security headers on every answer; pages and figures are never kept by a cache, scripts and styles are."""

    def __init__(self, app: WSGIApplication, policy: str) -> None:
        self._app = app
        self._policy = policy

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        below = whole_path(environ).removeprefix(PREFIX)

        def start(status: str, headers: list[tuple[str, str]], *error: Any) -> Callable[[bytes], object]:
            added = [*_HEADERS, ("Content-Security-Policy", self._policy)]
            if not below.startswith(_KEPT):
                headers = [header for header in headers if header[0].lower() != "cache-control"]
                added.append(("Cache-Control", "no-store"))
            return start_response(status, [*headers, *added], *error)

        return self._app(environ, start)


class Paths:
    """Lets through the pages and what Dash needs, and answers 404 to the rest, which Dash would answer 200."""

    def __init__(self, app: WSGIApplication, pages: Callable[[], set[str]], language: str) -> None:
        self._app = app
        self._pages = pages
        self._language = language

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        path = whole_path(environ)
        if path in ("/", PREFIX.rstrip("/")):
            query = f"?{environ['QUERY_STRING']}" if environ.get("QUERY_STRING") else ""
            return answer(start_response, HTTPStatus.FOUND, "", [("Location", PREFIX + query)])
        below = path.removeprefix(PREFIX)
        exists = path.startswith(PREFIX) and (below in self._pages() or below in _DASH_EXACT or _is_file(below))
        if not exists:
            return answer(start_response, HTTPStatus.NOT_FOUND, lost(reader_language(environ, self._language)))
        # wherever the application is mounted, Dash must see the whole path
        environ = {**environ, "SCRIPT_NAME": "", "PATH_INFO": path}
        return self._app(environ, start_response)


def _is_file(below: str) -> bool:
    """Whether a path may be that of a style or a script; else Dash would answer with a page."""
    parts = below.split("/")
    return len(parts) >= _DASH.get(parts[0], len(parts) + 1) and all(parts)


def whole_path(environ: WSGIEnvironment) -> str:
    """The path as the browser sees it, whether or not a server cut its beginning off."""
    return str(environ.get("SCRIPT_NAME", "")) + str(environ.get("PATH_INFO", ""))


def reader_language(environ: WSGIEnvironment, default: str) -> str:
    """The language of the address, else the browser's, else the company's."""
    wish = str(environ.get("HTTP_ACCEPT_LANGUAGE", "")).split(",")
    first = next((language for language in wish if known_language(language, "") in LANGUAGES), "")
    return read_address("", str(environ.get("QUERY_STRING", "")), known_language(first, default)).language


def answer(
    start: StartResponse, status: HTTPStatus, body: str, headers: Iterable[tuple[str, str]] = ()
) -> Iterable[bytes]:
    """A whole answer of our own, without Dash."""
    sent = body.encode()
    kind = [("Content-Type", "text/html; charset=utf-8"), ("Content-Length", str(len(sent)))]
    start(f"{status.value} {status.phrase}", [*kind, *headers])
    return [sent]


def plain_page(language: str, title: str, inside: str) -> str:
    """A small page of our own with the dashboard's style; ``inside`` is HTML whose values are escaped already."""
    return (
        f'<!DOCTYPE html>\n<html lang="{language}">\n<head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title)}</title>"
        f'<link rel="icon" type="image/svg+xml" href="{PREFIX}assets/favicon.svg">'
        f'<link rel="stylesheet" href="{PREFIX}assets/dashboard.css"></head>\n'
        f'<body><main class="alone"><h1>{escape(title)}</h1>{inside}</main></body>\n</html>'
    )


def lost(language: str) -> str:
    """The page for an unknown path."""
    t = Words(language)
    words = escape(t("The address may have been mistyped, or the page has moved."))
    overview = escape(t("Back to the overview"))
    back = f'<a href="{PREFIX}?langue={language}">{overview}</a>'
    return plain_page(language, t("There is no page here."), f"<p>{words}</p><p>{back}</p>")


def form_values(environ: WSGIEnvironment, most: int = 4096) -> dict[str, str]:
    """The fields of a posted form, as far as ``most`` bytes."""
    try:
        length = min(int(environ.get("CONTENT_LENGTH") or 0), most)
    except ValueError:
        length = 0
    body = environ["wsgi.input"].read(length) if length > 0 else b""
    return dict(parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True))
