"""Group commits: writes that arrive together share a commit, but each fails alone.

A commit waits for the disk. In a burst, dozens of small writes share one wait; a single write is not delayed.
"""

from __future__ import annotations

import asyncio
import queue
import threading
from collections.abc import Callable
from typing import Any, TypeVar

from reseau.store import Store
from reseau.store.transaction import Transaction

T = TypeVar("T")

_MOST = 64  # pieces in one transaction


class Grouping:
    """A thread that writes for the tasks of event loops. It starts with the first write and must be closed."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._queue: queue.SimpleQueue[_Piece | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="writing", daemon=True)
        self._starting = threading.Lock()

    async def write(self, work: Callable[[Transaction], T]) -> T:
        """Run ``work`` in a transaction. It is on the disk when this returns.

        Raises:
            Exception: the error of ``work``, which then changes nothing, or of the store if it cannot commit.
        """
        with self._starting:
            if self._thread.ident is None:
                self._thread.start()
        loop = asyncio.get_running_loop()
        piece = _Piece(work, loop, loop.create_future())
        self._queue.put(piece)
        result: T = await piece.future
        return result

    def close(self) -> None:
        """Write waiting work, then end the thread."""
        with self._starting:
            if self._thread.ident is None:
                return
        self._queue.put(None)
        self._thread.join()

    def _run(self) -> None:
        while (first := self._queue.get()) is not None:
            pieces, last = self._gathered(first)
            self._write(pieces)
            if last:
                return

    def _gathered(self, first: _Piece) -> tuple[list[_Piece], bool]:
        """Return the waiting pieces of work, and whether the thread is to end after them."""
        pieces = [first]
        while len(pieces) < _MOST:
            try:
                piece = self._queue.get_nowait()
            except queue.Empty:
                break
            if piece is None:
                return pieces, True
            pieces.append(piece)
        return pieces, False

    def _write(self, pieces: list[_Piece]) -> None:
        try:
            with self._store.write() as tx:
                for piece in pieces:
                    piece.run(tx)
        except BaseException as error:  # noqa: BLE001  (the waiting task gets the error)
            for piece in pieces:
                piece.failed(error)
        for loop in {piece.loop for piece in pieces}:
            _tell(loop, [piece for piece in pieces if piece.loop is loop])


class _Piece:
    def __init__(
        self, work: Callable[[Transaction], Any], loop: asyncio.AbstractEventLoop, future: asyncio.Future[Any]
    ) -> None:
        self._work, self.loop, self.future = work, loop, future
        self._result: Any = None
        self._error: BaseException | None = None

    def run(self, tx: Transaction) -> None:
        try:
            with tx.apart():
                self._result = self._work(tx)
                tx.settle()  # otherwise undoing this piece would undo the deferred work of others
        except Exception as error:  # noqa: BLE001  (the error belongs to the waiting task)
            self._error = error

    def failed(self, error: BaseException) -> None:
        self._error = self._error or error

    def tell(self) -> None:
        if self.future.done():  # the waiting task was cancelled
            return
        if self._error is not None:
            self.future.set_exception(self._error)
        else:
            self.future.set_result(self._result)


def _tell(loop: asyncio.AbstractEventLoop, pieces: list[_Piece]) -> None:
    def tell_all() -> None:
        for piece in pieces:
            piece.tell()

    try:
        loop.call_soon_threadsafe(tell_all)
    except RuntimeError:  # the loop has ended; finished writes stay
        return
