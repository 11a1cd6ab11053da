"""Debian's chromium, opened without anything that would talk to the outside on its own."""

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
OPEN = "document.querySelectorAll('details').forEach(one => one.open = true)"


@dataclass
class Watched:
    """A page, with what went wrong on it and every address it asked for."""

    page: Page
    errors: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)

    def open(self, address: str) -> Page:
        """Go there, and wait until the charts are drawn (or there is none to draw)."""
        self.page.goto(address)
        self.page.wait_for_selector("h1")
        self.page.wait_for_selector(".figure:not(:has(.main-svg))", state="detached")
        return self.page

    def hear(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.errors.append(f"{message.type}: {message.text}")


def settled(page: Page, condition: str) -> None:
    """Wait until an expression is true; the page's own policy forbids a script that would watch for it."""
    for _ in range(200):
        if page.evaluate(condition):
            return
        page.wait_for_timeout(50)
    raise AssertionError(f"never true: {condition}")


def width(page: Page) -> int:
    """How wide what is shown is, in CSS pixels."""
    return int(page.evaluate("document.documentElement.scrollWidth"))


def serious(page: Page) -> list[str]:
    """What axe finds serious or critical, with the first place where it is."""
    found: list[dict[str, Any]] = Axe().run(page).response["violations"]
    return [f"{one['id']}: {one['nodes'][0]['html']}" for one in found if one["impact"] in ("serious", "critical")]


@contextmanager
def chromium() -> Iterator[BrowserContext]:
    """A browser for a whole test session, whose reader wishes French; scripts are fetched once."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser.new_context(locale="fr-FR", reduced_motion="reduce")
        browser.close()


@contextmanager
def watched(context: BrowserContext, size: tuple[int, int]) -> Iterator[Watched]:
    """A fresh page of a size in CSS pixels."""
    page = context.new_page()
    page.set_viewport_size({"width": size[0], "height": size[1]})
    page.set_default_timeout(60_000)
    watch = Watched(page)
    page.on("console", watch.hear)
    page.on("pageerror", lambda error: watch.errors.append(str(error)))
    page.on("request", lambda request: watch.asked.append(request.url))
    yield watch
    page.close()
