"""Queues: the work of one queue is done in order, and no queue waits for another."""

from __future__ import annotations

import asyncio
import contextlib
from collections import deque
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

Work = Callable[[], Awaitable[None]]


class Queues:
    """Runs work on the event loop. Work must handle its own errors and never raise.

    Attributes:
        waiting: the unfinished work, by queue.
    """

    def __init__(self) -> None:
        self.waiting: dict[str, deque[Work]] = {}
        self._tasks: set[asyncio.Task[Any]] = set()

    def put(self, queue: str, work: Work) -> None:
        """Do ``work`` once everything put into the same queue before is done."""
        queued = self.waiting.get(queue)
        if queued is not None:
            queued.append(work)
            return
        self.waiting[queue] = deque([work])
        self.beside(self._follow(queue))

    def beside(self, work: Coroutine[Any, Any, Any]) -> None:
        """Run work outside of any queue."""
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def settle(self) -> None:
        """Wait until everything is done."""
        while self._tasks:
            await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _follow(self, queue: str) -> None:
        queued = self.waiting[queue]
        try:
            while queued:
                with contextlib.suppress(Exception):  # later work in the queue still runs
                    await queued[0]()
                queued.popleft()
        finally:
            del self.waiting[queue]
