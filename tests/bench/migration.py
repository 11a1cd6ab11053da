"""Bringing in a large Slack export: ours, the floor and a peer, one after the other."""

from __future__ import annotations

import json
import sqlite3
import sys
import tempfile
from pathlib import Path
from typing import Any

from tests.bench import exports, floor
from tests.bench.measured import Cost, run

RESEAU = Path(sys.executable).parent / "reseau"


def bench(messages: int, keep: Path | None = None) -> dict[str, Any]:
    """Figures of one size; ``keep`` is a folder in which our store stays for the next benchmark."""
    made = exports.export(messages)
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        lowest = run([sys.executable, floor.__file__, made], folder)
        data = keep or folder / "data"
        ours = run(
            [RESEAU, "--data", data, "migrate", "run", made, "--include", "private,direct", "--json"],
            folder,
            {"RESEAU_STORE": ""},
        )
        said = json.loads(ours.output)
        findable = _findable(data / "reseau.db")
        viewer = run([exports.peer(), "-z", made, "--no-browser", "--test", "--show-dms"], folder)
    brought = said["read"].get("post", 0) + said["read"].get("activity", 0)
    return {
        "messages": messages,
        "brought": brought,
        "findable": findable,
        "ours": ours.cost.as_row(),
        "floor": lowest.cost.as_row(),
        "slack-export-viewer": viewer.cost.as_row(),
        "messages_per_cpu_s": round(messages / ours.cost.cpu_s),
        "cpu_times_floor": round(ours.cost.cpu_s / lowest.cost.cpu_s, 2),
        "cpu_times_peer": round(ours.cost.cpu_s / viewer.cost.cpu_s, 2),
        "memory_times_peer": round(ours.cost.peak_mb / viewer.cost.peak_mb, 3),
    }


def _findable(store: Path) -> int:
    """How many contents the search index holds at the end."""
    with sqlite3.connect(store) as connection:
        tables = ("search_open_docsize", "search_closed_docsize")
        return sum(connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in tables)


def line(figures: dict[str, Any]) -> str:
    """One line for people."""
    ours, peer = Cost(**figures["ours"]), Cost(**figures["slack-export-viewer"])
    return (
        f"import {figures['messages']:>9,} messages: {figures['messages_per_cpu_s']:,} a CPU second,"
        f" {ours.cpu_s:.1f} CPU s ({figures['cpu_times_floor']} x floor, {figures['cpu_times_peer']} x peer),"
        f" peak {ours.peak_mb:.0f} MB (peer {peer.peak_mb:.0f}), {figures['findable']:,} findable"
    )
