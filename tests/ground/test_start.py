"""The command starts quickly: only the commands that need heavy packages import them."""

from __future__ import annotations

import re
import subprocess
import sys

HEAVY = {
    "pandas",
    "dash",
    "plotly",
    "ibis",
    "duckdb",
    "scipy",
    "pyarrow",
    "numpy",
    "slack_bolt",
    "botbuilder",
    "uvicorn",
}


def imported(*line: str) -> set[str]:
    """Return the top-level packages that a command line imports."""
    command = [sys.executable, "-X", "importtime", "-m", "reseau", *line]
    result = subprocess.run(command, capture_output=True, text=True, check=True)
    return set(re.findall(r"^import time:.*\| +(\w+)$", result.stderr, re.MULTILINE))


def test_help_imports_nothing_heavy() -> None:
    modules = imported("--help")

    assert "typer" in modules
    assert modules & HEAVY == set()
