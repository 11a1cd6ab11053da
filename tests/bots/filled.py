"""Forms of verbs, filled in with the words of their examples as people would."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import count

from bots.answers.handling import Handler, Turn
from bots.arrival import Filled
from bots.card import Card
from bots.command import Command, all_commands
from bots.form import Sheet
from bots.platform import Incoming
from bots.speech.parser import Understood, parse
from reseau.keys import EventKey
from tests.bots.company import CHANNELS, Company

#: A token is drawn anew for each draft.
_TOKEN = re.compile(r"\b(confirmer|confirm|annuler|cancel) [\w-]{12}(?![\w-])")
#: Values for verbs whose example differs from their form.
OTHERWISE = {
    "profile": {"expertise": "soudure, Python", "bio": "Dix ans d’achats"},
    "admit": {"number": "1", "in": "#veille"},
}
_LINES = {"profile": {"fr": "profil expertise : soudure, Python", "en": "profile expertise: soudure, Python"}}
_keys = count(1)

WITH_FORM = [command for command in all_commands() if command.form is not None]


def filling(command: Command, language: str) -> tuple[str, dict[str, str]]:
    """Return an example line of a verb, and the values of its form for the same request."""
    line = _LINES.get(command.id, command.examples)[language]
    parsed = parse(line, all_commands())
    assert isinstance(parsed, Understood)
    if command.id in OTHERWISE:
        return line, dict(OTHERWISE[command.id])
    return line, dict(command.fill(parsed.arguments) or {})


def incoming(here: Company, verb: str, values: dict[str, str], who: str = "", step: int | None = None) -> Incoming:
    """Return a filled form as its platform delivers it, from Franck for reserved verbs and from Léa for others."""
    command = next(command for command in WITH_FORM if command.id == verb)
    who = who or ("franck" if command.role.value == "administrator" else "lea")
    last = len(command.form.steps) - 1 if command.form is not None else 0
    return Incoming(
        here.people[who],
        "",
        EventKey("console", "", f"form-{next(_keys)}"),
        channel=CHANNELS.get(verb),
        filled=Filled(verb, values, last if step is None else step),
    )


def fill(here: Company, verb: str, values: dict[str, str], who: str = "", step: int | None = None) -> Turn:
    """Return the answer to a form."""
    return Handler(here.network, here.commands).answered(incoming(here, verb, values, who, step))


def opened(here: Company, line: str, who: str = "lea", channel: str = "") -> Sheet | None:
    """Return the form that the line of a button opens."""
    event = EventKey("console", "", "opening")
    asked = Incoming(here.people[who], line, event, channel=CHANNELS.get(channel), pressed=True)
    with here.network.store.read() as tx:
        return Handler(here.network, here.commands).sheet(tx, asked)


def values(sheet: Sheet) -> dict[str, str]:
    """Return the initial values of a form, without empty entries."""
    return {blank.entry.name: blank.value for blank in sheet.blanks if blank.value}


def without_tokens(card: Card) -> Card:
    """Return the card without the tokens of its drafts."""
    buttons = tuple(replace(button, line=_TOKEN.sub(r"\1 TOKEN", button.line)) for button in card.buttons)
    return replace(card, buttons=buttons)
