"""Importing a large Slack export: our import, the least work and a peer, one after the other."""

from __future__ import annotations

import json
import shutil
import sqlite3
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.bench import exports, floor
from tests.bench.measured import Cost, run

ROUNDS = {200_000: 3, 1_000_000: 3}
RESEAU = Path(sys.executable).parent / "reseau"


def bench(messages: int, keep: Path | None = None) -> dict[str, Any]:
    """Return the figures of one size. The next benchmark uses our store, kept in the folder ``keep``.

    Rounds take turns, and the least CPU time of each counts, since other load on the machine only adds to it.
    """
    made = exports.export(messages)
    rounds = [_round(made, keep) for _ in range(ROUNDS.get(messages, 1))]
    ours, lowest, viewer = (_least([round_.costs[name] for round_ in rounds]) for name in ("ours", "floor", "viewer"))
    last = rounds[-1]
    return {
        "messages": messages,
        "brought": last.brought,
        "findable": last.findable,
        "ours": ours.as_row(),
        "floor": lowest.as_row(),
        "slack-export-viewer": viewer.as_row(),
        "rounds_cpu_s": [round(round_.costs["ours"].cpu_s, 1) for round_ in rounds],
        "messages_per_cpu_s": round(messages / ours.cpu_s),
        "cpu_times_floor": round(ours.cpu_s / lowest.cpu_s, 2),
        "cpu_times_peer": round(ours.cpu_s / viewer.cpu_s, 2),
        "memory_times_peer": round(ours.peak_mb / viewer.peak_mb, 3),
    }


@dataclass(frozen=True)
class _Round:
    costs: dict[str, Cost]
    brought: int
    findable: int


def _round(made: Path, keep: Path | None) -> _Round:
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        lowest = run([sys.executable, floor.__file__, made], folder)
        data = keep or folder / "data"
        shutil.rmtree(data, ignore_errors=True)
        ours = run(
            [RESEAU, "--data", data, "migrate", "run", made, "--include", "private,direct", "--json"],
            folder,
            {"RESEAU_STORE": ""},
        )
        findable = _findable(data / "reseau.db")
        viewer = run([exports.peer(), "-z", made, "--no-browser", "--test", "--show-dms"], folder)
    counts = json.loads(ours.output)["read"]
    costs = {"ours": ours.cost, "floor": lowest.cost, "viewer": viewer.cost}
    return _Round(costs, counts.get("post", 0) + counts.get("activity", 0), findable)


def _least(costs: Sequence[Cost]) -> Cost:
    """Return the least time and the greatest memory."""
    return Cost(
        min(cost.wall_s for cost in costs), min(cost.cpu_s for cost in costs), max(cost.peak_mb for cost in costs)
    )


def _findable(store: Path) -> int:
    """Return the number of contents in the search index."""
    with sqlite3.connect(store) as connection:
        tables = ("search_open_docsize", "search_closed_docsize")
        return sum(connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in tables)


def line(figures: dict[str, Any]) -> str:
    """Return the results as a line of text."""
    ours, peer = Cost(**figures["ours"]), Cost(**figures["slack-export-viewer"])
    return (
        f"import {figures['messages']:>9,} messages: {figures['messages_per_cpu_s']:,} a CPU second,"
        f" {ours.cpu_s:.1f} CPU s ({figures['cpu_times_floor']} x floor, {figures['cpu_times_peer']} x peer),"
        f" rounds {figures['rounds_cpu_s']},"
        f" peak {ours.peak_mb:.0f} MB (peer {peer.peak_mb:.0f}), {figures['findable']:,} findable"
    )
