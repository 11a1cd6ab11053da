"""Requests before Dash sees them: unknown paths are answered with 404, and every answer gets security headers."""

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

_DASH = {"assets": 2, "_dash-component-suites": 3}  # folders of files, with the fewest parts that their paths have
_DASH_EXACT = ("_dash-layout", "_dash-dependencies", "_dash-update-component", "_favicon.ico")
_CACHED = ("_dash-component-suites/", "assets/")
_HEADERS = [
    ("X-Frame-Options", "DENY"),
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "no-referrer"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
    ("Permissions-Policy", "camera=(), geolocation=(), microphone=()"),
]


def content_policy(inline: Iterable[str] = ()) -> str:
    """Return the Content-Security-Policy: nothing from another host, and no inline scripts except the given ones.

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
    """Adds security headers to every answer; scripts and styles may be cached, pages and figures may not."""

    def __init__(self, app: WSGIApplication, policy: str) -> None:
        self._app = app
        self._policy = policy

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        below = whole_path(environ).removeprefix(PREFIX)

        def start(status: str, headers: list[tuple[str, str]], *error: Any) -> Callable[[bytes], object]:
            added = [*_HEADERS, ("Content-Security-Policy", self._policy)]
            if not below.startswith(_CACHED):
                headers = [header for header in headers if header[0].lower() != "cache-control"]
                added.append(("Cache-Control", "no-store"))
            return start_response(status, [*headers, *added], *error)

        return self._app(environ, start)


class Paths:
    """Passes on requests for pages and for Dash's files, and answers all others with 404; Dash would answer 200."""

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
            return answer(
                start_response, HTTPStatus.NOT_FOUND, not_found_page(reader_language(environ, self._language))
            )
        # Dash must see the whole path, wherever the application is mounted.
        environ = {**environ, "SCRIPT_NAME": "", "PATH_INFO": path}
        return self._app(environ, start_response)


def _is_file(below: str) -> bool:
    """Whether a path may be that of a style or a script. For any other, Dash would answer with a page."""
    parts = below.split("/")
    return len(parts) >= _DASH.get(parts[0], len(parts) + 1) and all(parts)


def whole_path(environ: WSGIEnvironment) -> str:
    """Return the path that the browser sees, whether or not a server cut off its beginning."""
    return str(environ.get("SCRIPT_NAME", "")) + str(environ.get("PATH_INFO", ""))


def reader_language(environ: WSGIEnvironment, default: str) -> str:
    """Return the language of the address, else the browser's, else the company's."""
    accepted = str(environ.get("HTTP_ACCEPT_LANGUAGE", "")).split(",")
    first = next((language for language in accepted if known_language(language, "") in LANGUAGES), "")
    return read_address("", str(environ.get("QUERY_STRING", "")), known_language(first, default)).language


def answer(
    start: StartResponse, status: HTTPStatus, body: str, headers: Iterable[tuple[str, str]] = ()
) -> Iterable[bytes]:
    """Return a whole answer without Dash."""
    encoded = body.encode()
    content = [("Content-Type", "text/html; charset=utf-8"), ("Content-Length", str(len(encoded)))]
    start(f"{status.value} {status.phrase}", [*content, *headers])
    return [encoded]


def plain_page(language: str, title: str, inside: str) -> str:
    """Return a small page with the dashboard's style; ``inside`` is HTML whose values are escaped already."""
    return (
        f'<!DOCTYPE html>\n<html lang="{language}">\n<head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title)}</title>"
        f'<link rel="icon" type="image/svg+xml" href="{PREFIX}assets/favicon.svg">'
        f'<link rel="stylesheet" href="{PREFIX}assets/dashboard.css"></head>\n'
        f'<body><main class="alone"><h1>{escape(title)}</h1>{inside}</main></body>\n</html>'
    )


def not_found_page(language: str) -> str:
    """Return the page for an unknown path."""
    t = Words(language)
    words = escape(t("The address may have been mistyped, or the page has moved."))
    overview = escape(t("Back to the overview"))
    back = f'<a href="{PREFIX}?langue={language}">{overview}</a>'
    return plain_page(language, t("There is no page here."), f"<p>{words}</p><p>{back}</p>")


def form_values(environ: WSGIEnvironment, most: int = 4096) -> dict[str, str]:
    """Return the fields of a posted form, of which at most ``most`` bytes are read."""
    try:
        length = min(int(environ.get("CONTENT_LENGTH") or 0), most)
    except ValueError:
        length = 0
    body = environ["wsgi.input"].read(length) if length > 0 else b""
    return dict(parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True))
