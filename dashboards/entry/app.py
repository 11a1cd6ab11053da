"""The Dash application of a network, with one callback that draws the page of an address."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from html import escape
from typing import Any

from dash import Dash, Input, Output, dcc, html
from dash.development.base_component import Component
from dash.exceptions import DependencyException
from flask import has_request_context, request

from dashboards import page as pages
from dashboards.drawing.chart import ACCENT
from dashboards.drawing.frame import framed
from dashboards.entry.responses import not_found_page
from dashboards.figures.address import PREFIX, Address, read_address
from dashboards.figures.places import open_codes, open_names, read_readiness
from dashboards.figures.source import Published, Source, Until
from dashboards.figures.visit import Visit
from dashboards.sections import welcome
from reseau import logs
from reseau.errors import ReseauError
from reseau.i18n import LANGUAGES, N_, Words
from reseau.network import Network, get_notice
from reseau.store.moments import now

log = logs.get("dashboards")

_INDEX = """<!DOCTYPE html>
<html lang="{language}">
<head>
{metas}
<meta name="color-scheme" content="light">
<meta name="theme-color" content="{accent}">
<title>{title}</title>
<link rel="icon" type="image/svg+xml" href="{prefix}assets/favicon.svg">
{css}
</head>
<body>
<noscript><p class="notice">{noscript}</p></noscript>
{app_entry}
{config}
{scripts}
{renderer}
</body>
</html>"""


class Dashboard(Dash):
    """Dash with an index page in the reader's language and without details about the machine."""

    network: Network

    def interpolate_index(self, *_: Any, **parts: Any) -> str:
        """Return the index page, with the language and the title of the address."""
        address = requested(self.network)
        t = Words(address.language, self.network.settings.zone)
        ours = {
            "language": address.language,
            "title": _title(address, self.network, t),
            "accent": ACCENT,
            "prefix": PREFIX,
            "noscript": escape(t("This page draws its figures with JavaScript, which your browser does not run.")),
            "config": _discreet(parts["config"]),
        }
        return _INDEX.format(**{**parts, **ours})


def build_app(network: Network, source: Source | None = None, clock: Callable[[], datetime] = now) -> Dashboard:
    """Return the application of a network.

    Args:
        network: the network whose data folder holds the cubes.
        source: the published figures; by default those of the data folder.
        clock: returns the present moment in UTC.
    """
    app = Dashboard(
        "dashboards",  # the package that holds the folder ``assets``
        url_base_pathname=PREFIX,
        update_title="",
        pages_folder="",
        use_pages=False,
        enable_mcp=False,
        add_log_handler=False,
        title=network.settings.name,
    )
    app.network = network
    figures = source or Published(network.settings.folder)
    for name in {name for page in pages.ordered() for name in page.metrics}:
        figures.measure(name)
    app.layout = html.Div([dcc.Location(id="address", refresh=False), html.Div(id="page")])

    def gone(_error: Exception) -> tuple[str, int]:
        return not_found_page(preferred(network)), 404

    for missing in (DependencyException, FileNotFoundError):  # an unknown script
        app.server.register_error_handler(missing, gone)

    @app.callback(Output("page", "children"), Input("address", "pathname"), Input("address", "search"))
    def draw(path: str | None, query: str | None) -> Component:
        return drawn(network, figures, path or PREFIX, query or "", clock())

    return app


def drawn(network: Network, source: Source, path: str, query: str, moment: datetime) -> Component:
    """Return the page of an address, with its frame; an error is logged, and the page says so in a sentence."""
    address = read_address(path, query, preferred(network))
    visit = visiting(network, source, address, moment)
    page = pages.find(address.page) or pages.ordered()[0]
    try:
        content = page.draw(visit)
    except Exception:
        log.exception("page not drawn", page=page.path or "overview", period=address.period.grain)
        return framed(page, welcome.gone(visit.t, address.link(page="")), visit, readable=False)
    return framed(page, content, visit)


def visiting(network: Network, source: Source, address: Address, moment: datetime) -> Visit:
    """Return everything that a page may use, read from the store in one transaction."""
    settings = network.settings
    address, source = _until_day(address, source)
    waiting = source.attention().waiting
    content_ids = [question.content for community in waiting for question in (community.oldest, *community.newest)]
    with network.store.read() as tx:
        names, demonstration, readiness = open_names(tx), get_notice(tx, "demonstration"), read_readiness(tx)
        codes = open_codes(tx, content_ids)
    return Visit(
        address=address,
        t=Words(address.language, settings.zone),
        source=source,
        today=moment.astimezone(settings.zone).date(),
        name=settings.name,
        communities=names,
        demonstration=bool(demonstration),
        readiness=readiness,
        login=settings.access_token is not None,
        codes=codes,
    )


def _until_day(address: Address, source: Source) -> tuple[Address, Source]:
    """Limit the figures to the day of the address; a day before all of them becomes a complaint."""
    if address.until is None or source.state().built_at is None:
        return replace(address, until=None), source
    limited = Until(source, address.until)
    if limited.cells("activation_rate", address.period.grain) or limited.cells("activation_rate", "week"):
        return address, limited
    sentence = N_("There are no figures up to {day} yet; you are looking at the newest ones.")
    complaint = ReseauError("E_UNTIL", sentence, day=address.until.isoformat())
    return replace(address, until=None, complaints=(*address.complaints, complaint)), source


def preferred(network: Network) -> str:
    """Return the language of a reader whose address names none: the browser's, else the company's."""
    if has_request_context():
        wish = request.accept_languages.best_match(LANGUAGES)
        if wish is not None:
            return wish
    return network.settings.language


def requested(network: Network) -> Address:
    """Return the address of the request being answered."""
    return read_address(request.path, request.query_string.decode("latin-1"), preferred(network))


def _title(address: Address, network: Network, t: Words) -> str:
    page = pages.find(address.page)
    titles = [t(page.title)] if page else []
    return escape(" · ".join([*titles, network.settings.name]))


def _discreet(config: str) -> str:
    """Return Dash's settings for its renderer, without the server's Python version and the version check."""
    start, rest = config.split(">", 1)
    body, end = rest.rsplit("</script>", 1)
    values = json.loads(body)
    for key in ("python_version", "dash_version_url"):
        values.pop(key, None)
    values["disable_version_check"] = True
    safe = json.dumps(values).replace("<", "\\u003c").replace("/", "\\u002f")
    return f"{start}>{safe}</script>{end}"
