"""Run a program to its end and measure its cost."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path


@dataclass(frozen=True)
class Cost:
    """Seconds of the wall clock, seconds of CPU (user and system, children included), peak memory in MB."""

    wall_s: float
    cpu_s: float
    peak_mb: float

    def as_row(self) -> dict[str, float]:
        return {name: round(value, 3) for name, value in asdict(self).items()}


#: Programs start with compiled modules, as users' programs do from their second start on.
_COMPILED = {"PYTHONDONTWRITEBYTECODE": ""}


@dataclass(frozen=True)
class Ended:
    """The cost and the output of a program that ended well."""

    cost: Cost
    output: str


def run(command: Sequence[str | Path], folder: Path, environment: Mapping[str, str] | None = None) -> Ended:
    """Run a program to its end.

    Raises:
        RuntimeError: the program failed; the message holds its last lines.
    """
    out, err = folder / "stdout.txt", folder / "stderr.txt"
    started = time.perf_counter()
    with out.open("wb") as stdout, err.open("wb") as stderr:
        child = subprocess.Popen(
            [str(part) for part in command],
            stdout=stdout,
            stderr=stderr,
            cwd=folder,
            env={**os.environ, **_COMPILED, **(environment or {})},
        )
        # wait4 measures this child only; RUSAGE_CHILDREN adds up all children so far.
        _, status, usage = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
    wall = time.perf_counter() - started
    if child.returncode not in (0, 1):  # 1: done, with refused items
        raise RuntimeError(f"{command[0]} ended with {child.returncode}: {err.read_text(errors='replace')[-2000:]}")
    cost = Cost(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)
    return Ended(cost, out.read_text(encoding="utf-8", errors="replace"))
