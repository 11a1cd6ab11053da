"""Programs that nobody here wrote draw our cards in chromium: one Slack's blocks, Microsoft's own Adaptive Cards."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import BrowserContext, Page

from tests.dashboards.browser import chromium

COUNTERPARTS = Path(__file__).parents[1] / "counterparts"
_MODULES = COUNTERPARTS / "node_modules"
#: How Teams looks, as far as it matters for what can be read: sizes, spaces, six buttons in a row.
HOST = {
    "supportsInteractivity": True,
    "fontFamily": "'Segoe UI', 'Liberation Sans', Arial, sans-serif",
    "fontSizes": {"small": 12, "default": 14, "medium": 16, "large": 18, "extraLarge": 24},
    "fontWeights": {"lighter": 300, "default": 400, "bolder": 600},
    "spacing": {"small": 4, "default": 8, "medium": 16, "large": 24, "extraLarge": 32, "padding": 12},
    "imageSizes": {"small": 32, "medium": 48, "large": 96},
    "actions": {
        "maxActions": 6,
        "spacing": "default",
        "buttonSpacing": 8,
        "actionsOrientation": "horizontal",
        "actionAlignment": "left",
    },
    "factSet": {
        "title": {"weight": "bolder", "wrap": True, "maxWidth": 150},
        "value": {"wrap": True},
        "spacing": 12,
    },
    "containerStyles": {
        "default": {
            "backgroundColor": "#ffffff",
            "foregroundColors": {
                "default": {"default": "#242424", "subtle": "#616161"},
                "accent": {"default": "#4f52b2", "subtle": "#4f52b2"},
            },
        },
        "emphasis": {
            "backgroundColor": "#f5f5f5",
            "foregroundColors": {
                "default": {"default": "#242424", "subtle": "#616161"},
                "accent": {"default": "#4f52b2", "subtle": "#4f52b2"},
            },
        },
    },
}


@contextmanager
def browser() -> Iterator[BrowserContext]:
    """A browser that is asked for nothing over any network."""
    with chromium() as context:
        yield context


def teams_page(context: BrowserContext) -> Page:
    """A page that reads and draws Adaptive Cards."""
    page = context.new_page()
    page.set_content("<!doctype html><html lang='fr'><meta charset='utf-8'><body><main id='card'></main></body></html>")
    page.evaluate("config => { window.hostConfig = config }", HOST)
    page.add_script_tag(path=_MODULES / "markdown-it" / "dist" / "markdown-it.min.js")
    page.add_script_tag(path=_MODULES / "adaptivecards" / "dist" / "adaptivecards.min.js")
    page.add_script_tag(path=COUNTERPARTS / "teams.js")
    return page


def teams_faults(page: Page, cards: Sequence[dict[str, Any]]) -> list[list[str]]:
    """Return the errors of Microsoft's reader and renderer in each card; empty lists for good ones."""
    faults_: list[list[str]] = page.evaluate(
        "cards => cards.map(one => window.drawTeams(document.getElementById('card'), one).faults)", list(cards)
    )
    return faults_


def slack_script(folder: Path) -> Path:
    """The program that draws blocks, bundled into one file of ``folder``."""
    script = folder / "slack.js"
    subprocess.run(
        [
            str(_MODULES / ".bin" / "esbuild"),
            str(COUNTERPARTS / "slack.mjs"),
            "--bundle",
            "--minify",
            "--log-level=error",
            '--define:process.env.NODE_ENV="production"',
            f"--outfile={script}",
        ],
        check=True,
    )
    return script


def slack_page(context: BrowserContext, script: Path) -> Page:
    """A page that draws Slack's blocks."""
    page = context.new_page()
    page.set_content("<!doctype html><html lang='fr'><meta charset='utf-8'><body><main id='card'></main></body></html>")
    page.add_style_tag(path=_MODULES / "slack-blocks-to-jsx" / "dist" / "style.css")
    page.add_script_tag(path=script)
    return page


def as_utf8(card: object) -> int:
    """Bytes of a card as it is sent."""
    return len(json.dumps(card, ensure_ascii=False).encode())
