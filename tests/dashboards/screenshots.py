"""Writes ``docs/screenshots``: the made-up company's first page in both languages, on a desktop and on a phone.

Run it from the project's folder: ``.venv/bin/python -m tests.dashboards.screenshots``.
"""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from reseau.network import Network
from reseau.settings import load_settings
from reseau.store import open_store
from tests.dashboards.browser import SIZES, chromium, watched
from tests.dashboards.service import Served, furnish, serving

FOLDER = Path(__file__).parents[2] / "docs" / "screenshots"


def take(served: Served, folder: Path) -> list[Path]:
    """Take screenshots of the visible part and of the full page, at both sizes."""
    written = []
    with chromium() as browser:
        for language in ("fr", "en"):
            for name, size in SIZES.items():
                with watched(browser, size) as watch:
                    page = watch.open(served.page(f"?langue={language}"))
                    for full in (False, True):
                        file = folder / f"overview-{language}-{name}{'-full' if full else ''}.png"
                        page.screenshot(path=file, full_page=full)
                        written.append(file)
    return written


def main() -> int:
    """Serve the company from an empty folder and write the screenshots."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory() as folder:
        settings = load_settings(data=Path(folder), name="Réseau Lumen")
        network = Network(settings, open_store(settings.store_url))
        furnish(network)
        with serving(network, lambda: datetime(2026, 11, 20, 9, tzinfo=UTC)) as served:
            for file in take(served, FOLDER):
                sys.stdout.write(f"{file.relative_to(FOLDER.parents[1])}\n")
        network.store.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
