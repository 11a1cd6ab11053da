"""Running a coroutine from a test: in a thread of its own, for a browser's loop may be running in this one."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

T = TypeVar("T")


def run(work: Coroutine[Any, Any, T]) -> T:
    """Return the result of a coroutine on a new event loop, or raise its error."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, work).result()
