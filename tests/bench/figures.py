"""Facts of a large network, and the first page of its figures."""

from __future__ import annotations

import json
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from reseau import serve as door
from reseau.network import open_network
from reseau.settings import load_settings
from tests.bench.measured import Cost, run
from tests.served import served

RESEAU = Path(sys.executable).parent / "reseau"
ASKED = 40
_JSON = {"Content-Type": "application/json"}
#: The request by which a browser draws the first page.
_DRAWN = json.dumps(
    {
        "output": "page.children",
        "outputs": {"id": "page", "property": "children"},
        "inputs": [
            {"id": "address", "property": "pathname", "value": "/pilotage/"},
            {"id": "address", "property": "search", "value": "?periode=4-semaines"},
        ],
        "changedPropIds": ["address.pathname"],
    }
)


def bench(data: Path) -> dict[str, Any]:
    """Measure a first build of facts, a build without new rows, and the first page, over an existing store."""
    with tempfile.TemporaryDirectory() as scratch:
        rebuild = run([RESEAU, "--data", data, "facts", "rebuild"], Path(scratch))
        update = run([RESEAU, "--data", data, "facts", "build"], Path(scratch))
        nothing = run([RESEAU, "--help"], Path(scratch))
    return {
        "activity": _activity(data),
        "rebuild": rebuild.cost.as_row(),
        "nothing_new": update.cost.as_row(),
        "starting_the_command": nothing.cost.as_row(),
        "page": _page(data),
    }


def _activity(data: Path) -> int:
    from sqlalchemy import func, select

    from reseau.store.tables import activity

    network = open_network(load_settings(data=data))
    with network.store.read() as tx:
        return int(tx.execute(select(func.count()).select_from(activity)).scalar_one())


def _page(data: Path) -> dict[str, float]:
    """Return the server's milliseconds for the first page and for the lightest answer."""
    with served(door.application(open_network(load_settings(data=data)))) as address:
        cost = {}
        for name, method, path, body in (
            ("health", "GET", "/healthz", None),
            ("page", "POST", "/pilotage/_dash-update-component", _DRAWN),
        ):
            spent = []
            for _ in range(ASKED):
                started = time.perf_counter()
                status, _, _ = address.request(path, method, body=body, headers=_JSON)
                spent.append((time.perf_counter() - started) * 1000)
                assert status == 200, (path, status)
            cost[f"{name}_first_ms"] = round(spent[0], 2)
            cost[f"{name}_p50_ms"] = round(statistics.median(spent), 2)
            cost[f"{name}_p95_ms"] = round(sorted(spent)[int(0.95 * ASKED)], 2)
    return cost


def line(figures: dict[str, Any]) -> str:
    """Return the results as a line of text."""
    rebuild, page = Cost(**figures["rebuild"]), figures["page"]
    return (
        f"facts of {figures['activity']:,} rows: {rebuild.cpu_s:.1f} CPU s, peak {rebuild.peak_mb:.0f} MB;"
        f" page 1: p50 {page['page_p50_ms']} ms, p95 {page['page_p95_ms']} ms (health {page['health_p50_ms']} ms)"
    )
