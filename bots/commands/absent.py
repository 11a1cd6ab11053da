"""``absent``, ``away``: pauses a person's notices, and sends one summary at the return."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime, time

from bots.card import Card, Text
from bots.command import Command, Group
from bots.commands import digest
from bots.request import Arguments, RefusalError, Request
from bots.speech.dates import return_of
from reseau.exchange import waiting
from reseau.folding import fold
from reseau.hours import next_opening
from reseau.i18n import N_
from reseau.people import attention, summaries

_UNTIL = re.compile(r"(?:jusqu'?\s*(?:au?|en|a)?|until|till|up to|through|for|pendant|pour)\s+", re.IGNORECASE)
_BACK = frozenset(
    ("non", "no", "off", "retour", "de retour", "je suis de retour", "back", "i am back", "i'm back", "fini")
)


def answer(request: Request) -> Card:
    """Store an absence until a day, or its end; without a day, say which absence is stored."""
    t, tx = request.t, request.tx
    typed = fold(request.text.strip(" .:!?")).replace("’", "'")
    if typed in _BACK:
        attention.leave(tx, request.me.id, None)
        return digest.answer(replace(request, arguments=Arguments()))
    if not typed:
        return _state(request)
    day = return_of(_UNTIL.sub("", typed, count=1), tx.now.astimezone(t.timezone).date())
    if day is None:
        raise RefusalError(
            "E_DATE",
            N_("I don’t know until when “{day}” is. Examples: {examples}."),
            day=request.text,
            examples=t("until 12 march, until monday, 2 weeks, 2026-03-12"),
        )
    until = datetime.combine(day, time(), t.timezone).astimezone(UTC)
    opening = next_opening(until, t.timezone)
    attention.leave(tx, request.me.id, until)
    waiting.hand_to_summary(tx, request.me.id)
    summaries.after_absence(tx, request.me.id, opening.astimezone(t.timezone).date(), opening)
    return Card(
        t("Enjoy your time away! I write nothing until {day}.", day=t.date(opening)),
        (Text(t("Then you get one message with what happened. Whatever you type is answered meanwhile.")),),
        (request.button(t("I am back"), "absent", "retour" if t.language == "fr" else "back"),),
        done=True,
    )


def _state(request: Request) -> Card:
    t, noted = request.t, attention.of(request.tx, request.me.id)
    if noted.absent_until is not None and noted.absent(request.tx.now):
        title = t("You are away until {day}: I keep everything for then.", day=t.date(noted.absent_until))
        back = request.button(t("I am back"), "absent", "retour" if t.language == "fr" else "back")
        return Card(title, buttons=(back,))
    example = request.typed("absent", "jusqu’au 12 mars" if t.language == "fr" else "until 12 march")
    return Card(
        t("Until when are you away? Example: {example}", example=example),
        buttons=(request.button(t("My settings"), "settings"),),
    )


command = Command(
    id="absent",
    forms={"fr": ("absent", "absente", "congé", "congés"), "en": ("away", "absent", "on leave")},
    group=Group.MINE,
    summary=N_("Keeps everything for you while you are away, and tells you in one message when you are back."),
    examples={"fr": "absent jusqu’au 12 mars", "en": "away until 12 march"},
    answer=answer,
    rank=27,
    heard=("vacances", "en vacances", "en congé", "on holiday", "on vacation"),
)
