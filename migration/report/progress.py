"""The progress of a long import on standard error: one changing line on a terminal, plain lines elsewhere."""

from __future__ import annotations

import sys
import time
from typing import TextIO

from migration.reading.bundle import Bundle
from reseau.i18n import Words

_EVERY_TERMINAL, _EVERY_LOG = 0.5, 10.0  # seconds


class Progress:
    """Shows the number of records done, the rate and the remaining time.

    The share that is done is measured in bytes of the input, whose number is known beforehand, unlike that of records.
    """

    def __init__(self, bundle: Bundle, t: Words, out: TextIO | None = None) -> None:
        self._bundle, self._t, self._out = bundle, t, out or sys.stderr
        self._terminal = self._out.isatty()
        self._start = self._last_shown = time.monotonic()

    def __call__(self, count: int, entry: str) -> None:
        now = time.monotonic()
        if now - self._last_shown < (_EVERY_TERMINAL if self._terminal else _EVERY_LOG):
            return
        self._last_shown = now
        line = self._line(count, max(now - self._start, 0.001))
        self._out.write(f"\r\x1b[2K{line}" if self._terminal else f"{line}\n")
        self._out.flush()

    def _line(self, count: int, seconds: float) -> str:
        t = self._t
        share = self._bundle.done / max(self._bundle.total, 1)
        if not share:
            return t("{count} records, {rate} a second", count=t.number(count), rate=t.number(round(count / seconds)))
        return t(
            "{count} records, {rate} a second, {share} done, {left} s left",
            count=t.number(count),
            rate=t.number(round(count / seconds)),
            share=t.percent(min(share, 1), 0),
            left=t.number(round(seconds / share - seconds) if share < 1 else 0),
        )

    def end(self) -> None:
        """Clear the changing line."""
        if self._terminal:
            self._out.write("\r\x1b[2K")
            self._out.flush()
