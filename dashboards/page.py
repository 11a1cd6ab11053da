"""A page of the dashboard is one file of ``dashboards/pages`` that offers ``page``; nothing else is touched."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from dash.development.base_component import Component

import dashboards.pages
from dashboards.figures.visit import Visit
from reseau.plugins import Plugins


@dataclass(frozen=True, slots=True)
class Page:
    """A page: where it is, what it is called, and how it is drawn for a visit.

    Attributes:
        path: below the prefix, without slashes at its ends; empty for the first page.
        title: English, marked with ``N_``; the navigation and the browser's tab show it.
        draw: the content of ``<main>``; its headings begin with one ``h1``.
        metrics: the metrics it shows; they are loaded when the service starts, so that the first visit is quick.
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
    """Every page, as the navigation shows them."""
    return sorted(PAGES.values(), key=lambda page: (page.order, page.path))


def find(path: str) -> Page | None:
    """The page at a path below the prefix."""
    return next((page for page in PAGES.values() if page.path == path), None)
