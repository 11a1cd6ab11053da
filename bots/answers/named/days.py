"""The day that a line names: « depuis lundi », « since 5 days »."""

from __future__ import annotations

from datetime import datetime

from bots.request import RefusalError, Request
from bots.speech.dates import moment_of
from reseau.i18n import N_


def moment(request: Request, typed: str) -> datetime | None:
    """Return the beginning of the day that words name, in the reader's time zone; ``None`` if there are no words.

    Raises:
        RefusalError: the words are no day.
    """
    if not typed:
        return None
    named = moment_of(typed, request.tx.now, request.t.timezone)
    if named is None:
        raise RefusalError(
            "E_DATE",
            N_("I don’t know the day “{day}”. Examples: {examples}."),
            request.button(request.t("My feed"), "feed"),
            day=typed,
            examples=request.t("monday, yesterday, 5 days, 2026-02-03"),
        )
    return named
