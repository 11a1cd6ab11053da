"""Texts and components of a rendered page, read without a browser."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from dash import html
from dash.development.base_component import Component


def parts(tree: Any) -> Iterator[Component]:
    """Yield every component of a tree, parents first."""
    if isinstance(tree, list | tuple):
        for child in tree:
            yield from parts(child)
    elif isinstance(tree, Component):
        yield tree
        yield from parts(getattr(tree, "children", None))


def texts(tree: Any) -> list[str]:
    """Return the texts of a tree in order, without those hidden from assistive technology."""
    if isinstance(tree, str):
        return [tree] if tree else []
    if isinstance(tree, list | tuple):
        return [text for child in tree for text in texts(child)]
    if isinstance(tree, Component) and getattr(tree, "aria-hidden", None) != "true":
        return texts(getattr(tree, "children", None))
    return []


def spoken(tree: Any) -> str:
    """Return the texts of a tree in one line with plain spaces, for readable tests."""
    return " ".join(" ".join(texts(tree)).replace("\N{NARROW NO-BREAK SPACE}", " ").split())


def of_class(tree: Any, css: str) -> list[Component]:
    """Return the components that have a class."""
    return [component for component in parts(tree) if css in (getattr(component, "className", None) or "").split()]


def by_id(tree: Any, anchor: str) -> Component:
    """Return the component with an id."""
    return next(component for component in parts(tree) if getattr(component, "id", None) == anchor)


def rows(table: Component) -> list[list[str]]:
    """Return the rows of a table, headings first."""
    return [[spoken(cell) for cell in row.children] for row in parts(table) if isinstance(row, html.Tr)]
