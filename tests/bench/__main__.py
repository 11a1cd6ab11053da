"""``python -m tests.bench [SIZE …]``: run all benchmarks; print a line for each and write ``bench-results/*.json``."""

from __future__ import annotations

import json
import platform
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tests.bench import chat, exports, figures, growth, migration

SIZES = (200_000, 1_000_000)


def main(sizes: tuple[int, ...]) -> None:
    """Run everything; the figures are built from the store of the largest import."""
    results: dict[str, Any] = {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "python": platform.python_version(),
        "migration": [],
    }
    with tempfile.TemporaryDirectory() as scratch:
        for size in sizes:
            keep = Path(scratch) / "data" if size == max(sizes) else None
            results["migration"].append(migration.bench(size, keep))
            _say(migration.line(results["migration"][-1]))
        results["figures"] = figures.bench(Path(scratch) / "data")
        _say(figures.line(results["figures"]))
    results["chat"] = chat.bench()
    for line in chat.lines(results["chat"]):
        _say(line)
    results["growth"] = growth.bench()
    for line in growth.lines(results["growth"]):
        _say(line)
    exports.RESULTS.mkdir(exist_ok=True)
    file = exports.RESULTS / f"{datetime.now(UTC):%Y-%m-%dT%H%M%S}.json"
    file.write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")
    _say(f"written: {file.relative_to(exports.PROJECT)}")


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(tuple(int(size) for size in sys.argv[1:]) or SIZES)
