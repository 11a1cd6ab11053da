"""Errors that people read: the request, the facts, the next step, and a code."""

from __future__ import annotations

from collections.abc import Callable


class ReseauError(Exception):
    """An error that a person can act on.

    Args:
        code: stable, for help desks and tests, such as ``E_NOT_MEMBER``.
        message: an English sentence marked with ``N_``; its ``{names}`` are filled from ``values``.
        values: the values for the names in the sentence. Never a secret: errors are logged.
    """

    def __init__(self, code: str, message: str, **values: object) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.values = values

    def sentence(self, t: Callable[..., str]) -> str:
        """Return the sentence in the reader's language (``t`` is a :class:`reseau.i18n.Words`)."""
        return t(self.message, **self.values)

    def __str__(self) -> str:
        return self.message.format(**self.values) if self.values else self.message
