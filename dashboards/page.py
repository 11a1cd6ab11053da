"""A page of the dashboard is one file of ``dashboards/pages`` that offers ``page``."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from dash.development.base_component import Component

import dashboards.pages
from dashboards.figures.visit import Visit
from reseau.plugins import Plugins


@dataclass(frozen=True, slots=True)
class Page:
    """A page of the dashboard.

    Attributes:
        path: its path below the prefix, without slashes at its ends; empty for the first page.
        title: its title in the navigation and in the browser's tab (English, marked with ``N_``).
        draw: returns the content of ``<main>``, whose headings begin with one ``h1``.
        metrics: the metrics that it shows. They are loaded when the service starts, so that the first visit is quick.
        order: its place in the navigation, from 1.
    """

    path: str
    title: str
    draw: Callable[[Visit], list[Component]]
    metrics: tuple[str, ...] = ()
    order: int = 100


#: Pages by file name; another package registers its own under the entry-point group ``reseau.pages``.
PAGES: Plugins[Page] = Plugins(dashboards.pages, "page", Page, "reseau.pages")


def ordered() -> list[Page]:
    """Return every page in the order of the navigation."""
    return sorted(PAGES.values(), key=lambda page: (page.order, page.path))


def find(path: str) -> Page | None:
    """Return the page at a path below the prefix, if there is one."""
    return next((page for page in PAGES.values() if page.path == path), None)
