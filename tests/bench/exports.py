"""Generated Slack exports, made once and kept beside the results, and the peer that reads them too."""

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
    """A zip of that many messages, private places and direct messages among them.

    Raises:
        FileNotFoundError: it was not made yet, and ``BENCH_EXPORTS`` names no program that makes it.
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
    """The peer's command, in an environment of its own."""
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
