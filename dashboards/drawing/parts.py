"""The small parts of every page: texts, disclosures and tables."""

from __future__ import annotations

from typing import Any

from dash import html
from dash.development.base_component import Component

from reseau.i18n import Words

Child = Component | str | None


def say(*children: Child, tag: type[Component] = html.P, css: str = "", **more: Any) -> Component:
    """Return an element with a class and without its empty children."""
    present = [child for child in children if child not in (None, "")]
    return tag(children=present, className=css or None, **more)


def aria(**properties: str) -> dict[str, Any]:
    """Return properties for assistive technology: ``aria(label="…")`` is ``aria-label``."""
    return {f"aria-{name}": words for name, words in properties.items()}


def method(words: str, about: str, t: Words) -> Component:
    """Return the disclosure “How this is calculated” for the figure named ``about``, which a keyboard can open."""
    return html.Details(
        [
            html.Summary(
                [t("How this is calculated"), html.Span(f" ({about})", className="unseen")],
            ),
            html.P(words),
        ],
        className="method",
    )


def table(headings: list[str], rows: list[list[str]], caption: str, css: str = "twin") -> Component:
    """Return a plain table whose first column names each row."""
    return html.Table(
        [
            html.Caption(caption),
            html.Thead(html.Tr([html.Th(heading, scope="col") for heading in headings])),
            html.Tbody([html.Tr([html.Th(row[0], scope="row"), *[html.Td(cell) for cell in row[1:]]]) for row in rows]),
        ],
        className=css,
    )


def twin(summary: str, content: Component, name: str) -> Component:
    """Return the disclosure with the table of the chart called ``name``, which a keyboard can scroll."""
    region = html.Div(content, className="scroll", role="region", tabIndex="0", **aria(label=name))
    return html.Details([html.Summary(summary), region], className="twin-box")
