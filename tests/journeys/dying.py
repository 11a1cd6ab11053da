"""``dying.py SERVICE MOMENT``: ``reseau SERVICE``, killed at a moment as by a power cut; tests run it as a program."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Collection
from datetime import timedelta
from typing import NoReturn

from bots.arrival import Arrival
from bots.intake.receiving import Receiving
from bots.sending.delivery import Delivering
from reseau import cli
from reseau.channels import mirroring
from reseau.exchange import outbox
from reseau.exchange.outbox import Taken
from reseau.store import Transaction

_take = outbox.take


def die() -> NoReturn:
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError("unreachable")


def taken_and_dead(tx: Transaction, topics: Collection[str], limit: int = 50) -> list[Taken]:
    taken = _take(tx, topics, limit)
    if taken:
        die()
    return taken


async def not_carried(self: Delivering, taken: Taken) -> None:
    die()


def not_confirmed(tx: Transaction, delivery_id: int, note: str = "") -> None:
    die()


def not_acted_upon(self: Receiving, arrival: Arrival) -> None:
    die()


def no_look(tx: Transaction) -> None:
    """The hour's look at who reads channels would be what dies, whenever a channel has its turn."""


async def nothing_taken_up(self: Receiving) -> int:
    return 0


def prepare(moment: str) -> None:
    """Make the process die at the chosen step."""
    mirroring.look_again = no_look
    outbox.LEASE = timedelta(seconds=1)  # the next process need not wait for a minute
    match moment:
        case "before the intent is committed":
            outbox.take = taken_and_dead
        case "between the intent and the call":
            Delivering.carry = not_carried  # type: ignore[method-assign]
        case "between the call and the receipt":
            outbox.confirm = not_confirmed
        case "between the inbox and what it causes":
            Receiving._act_later = not_acted_upon  # type: ignore[method-assign]
            Receiving.take_up = nothing_taken_up  # type: ignore[method-assign]
        case other:
            raise ValueError(other)


if __name__ == "__main__":
    prepare(sys.argv[2])
    cli.main([sys.argv[1]])
