"""``python -m tests.bench.chat [SECONDS] [ROUNDS] [MINUTE]``: requests from end to end, beside the bare libraries.

Each request is verified, deduplicated, stored on disk (SQLite, ``synchronous=FULL``) and answered. The servers take
turns, since other load on the machine then slows all of them; compare rates, not times.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Any

from tests.bench import chat_slack, chat_teams


def bench(seconds: float = 1.0, rounds: int = 8, minute: float = 60.0) -> dict[str, Any]:
    """Measure Slack's commands and paced events, and Teams' messages."""
    return {"slack": chat_slack.bench(seconds, rounds, minute), "teams": chat_teams.bench(seconds, rounds)}


def lines(medians: dict[str, Any]) -> Iterator[str]:
    """Yield the results as lines of text."""
    yield from chat_slack.lines(medians["slack"])
    yield from chat_teams.lines(medians["teams"])


if __name__ == "__main__":
    seconds, rounds, minute = [*sys.argv[1:], *("1", "8", "60")[len(sys.argv) - 1 :]]
    for line in lines(bench(float(seconds), int(rounds), float(minute))):
        sys.stdout.write(f"{line}\n")
