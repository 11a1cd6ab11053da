"""Generated Slack exports, kept beside the results, and the peer that also reads them."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

PROJECT = Path(__file__).parents[2]
#: A program that writes an export: ``--messages N --private --seed N --out FILE``.
GENERATOR = os.environ.get("BENCH_EXPORTS", "")
RESULTS = PROJECT / "bench-results"
PEER = "slack-export-viewer==3.5.0"


def export(messages: int) -> Path:
    """Return a zip of ``messages`` messages, with private places and direct messages.

    Raises:
        FileNotFoundError: there is none yet, and ``BENCH_EXPORTS`` names no program that makes it.
    """
    RESULTS.mkdir(exist_ok=True)
    made = RESULTS / f"slack-{messages}.zip"
    if not made.is_file():
        if not Path(GENERATOR).is_file():
            raise FileNotFoundError(f"{made.name} is not there, and BENCH_EXPORTS names no program that writes it")
        generate = [sys.executable, GENERATOR, "--messages", str(messages), "--private", "--seed", "7", "--out", made]
        subprocess.run([str(part) for part in generate], check=True, stdout=subprocess.DEVNULL)
    return made


def peer() -> Path:
    """Return the peer's command, in its own environment."""
    home = RESULTS / "peer"
    command = home / "bin" / "slack-export-viewer"
    if not command.is_file():
        uv = Path(sys.executable).parent / "uv"
        subprocess.run([uv, "venv", "--quiet", "--clear", home], check=True)
        subprocess.run(
            [uv, "pip", "install", "--quiet", "--compile-bytecode", "--python", home / "bin" / "python", PEER],
            check=True,
        )
    return command
