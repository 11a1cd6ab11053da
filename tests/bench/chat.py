"""``python -m tests.bench.chat [SECONDS] [ROUNDS] [MINUTE]``: the whole way of a line, beside the bare libraries.

Signature or token proved, de-duplicated, stored on the disk (SQLite, ``synchronous=FULL``), answered. Rounds take
turns, so that a busy machine is busy for all of them; compare rates, not times.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Any

from tests.bench import chat_slack, chat_teams


def bench(seconds: float = 1.0, rounds: int = 8, minute: float = 60.0) -> dict[str, Any]:
    """Slack's commands and paced events, and Teams' messages, in one run."""
    return {"slack": chat_slack.bench(seconds, rounds, minute), "teams": chat_teams.bench(seconds, rounds)}


def lines(medians: dict[str, Any]) -> Iterator[str]:
    """What was found, as people read it."""
    yield from chat_slack.lines(medians["slack"])
    yield from chat_teams.lines(medians["teams"])


if __name__ == "__main__":
    seconds, rounds, minute = [*sys.argv[1:], *("1", "8", "60")[len(sys.argv) - 1 :]]
    for line in lines(bench(float(seconds), int(rounds), float(minute))):
        sys.stdout.write(f"{line}\n")
