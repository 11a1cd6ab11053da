"""Debian's chromium, without any feature that contacts other hosts by itself."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, ConsoleMessage, Page, sync_playwright

CHROMIUM = Path("/usr/bin/chromium")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
SIZES = {"desktop": (1440, 900), "phone": (390, 844)}
NARROW = (360, 320)  # the widths of small phones
OPEN = "document.querySelectorAll('details').forEach(element => element.open = true)"


@dataclass
class Watched:
    """A page, with its errors and the addresses that it requested."""

    page: Page
    errors: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)

    def open(self, address: str) -> Page:
        """Open an address, and wait until all charts are drawn."""
        self.page.goto(address)
        self.page.wait_for_selector("h1")
        self.page.wait_for_selector(".figure:not(:has(.main-svg))", state="detached")
        return self.page

    def hear(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.errors.append(f"{message.type}: {message.text}")


def settled(page: Page, condition: str) -> None:
    """Wait until an expression is true, by polling: the page's policy forbids the script of ``wait_for_function``."""
    for _ in range(200):
        if page.evaluate(condition):
            return
        page.wait_for_timeout(50)
    raise AssertionError(f"never true: {condition}")


def width(page: Page) -> int:
    """Return the width of the page's content in CSS pixels."""
    return int(page.evaluate("document.documentElement.scrollWidth"))


def serious(page: Page) -> list[str]:
    """Return the violations that axe calls serious or critical, each with its first element."""
    violations: list[dict[str, Any]] = Axe().run(page).response["violations"]
    return [f"{v['id']}: {v['nodes'][0]['html']}" for v in violations if v["impact"] in ("serious", "critical")]


@contextmanager
def chromium() -> Iterator[BrowserContext]:
    """Yield a French browser for a whole test session, so that scripts are fetched only once."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser.new_context(locale="fr-FR", reduced_motion="reduce")
        browser.close()


@contextmanager
def watched(context: BrowserContext, size: tuple[int, int]) -> Iterator[Watched]:
    """Yield a new page of a size in CSS pixels."""
    page = context.new_page()
    page.set_viewport_size({"width": size[0], "height": size[1]})
    page.set_default_timeout(60_000)
    watch = Watched(page)
    page.on("console", watch.hear)
    page.on("pageerror", lambda error: watch.errors.append(str(error)))
    page.on("request", lambda request: watch.requests.append(request.url))
    yield watch
    page.close()
