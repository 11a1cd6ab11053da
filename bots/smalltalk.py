"""What is answered to everyday talk that no verb answers: honestly, with help at hand, and nothing is done."""

from __future__ import annotations

from bots.card import Card, Markdown, Quote, Style, Text
from bots.everyday import Sense
from bots.parser import Everyday
from bots.request import Request
from reseau import members

_LONGEST_SHOWN = 40
_MOST_NAMES = 3


def answered(request: Request, said: Everyday) -> Card:
    """The card for an everyday sentence."""
    match said.sense:
        case Sense.ASKING:
            return _asking(request)
        case Sense.OWN_DATA:
            return _own_data(request)
        case _:
            return _small(request, said.line)


def _asking(request: Request) -> Card:
    """Somebody has a question and has not said it: how to ask it, and where the answer may be already."""
    t = request.t
    example = next(one.examples[t.language] for one in request.commands if one.id == "ask")
    return Card(
        title=t("What would you like to ask?"),
        blocks=(Text(Markdown(t("For example: `{line}`", line=example))),),
        buttons=(
            request.button(t("Ask a question"), "ask", style=Style.PRIMARY),
            request.button(t("Help"), "help"),
        ),
        footer=t("Nothing has been posted."),
    )


def _own_data(request: Request) -> Card:
    """What the network knows of somebody, where it is seen, and who can give, correct or delete it."""
    t = request.t
    people = ", ".join(members.administrators(request.tx, _MOST_NAMES))
    whom = (
        t("To have it all, or to have it corrected or deleted, ask {people}.", people=people)
        if people
        else t("To have it all, or to have it corrected or deleted, ask whoever opened the network.")
    )
    known = t("What the network knows about you: your profile, what you posted, whom you thanked, and what you follow.")
    return Card(
        title=t("Your data is yours."),
        blocks=(Text(f"{known}\n\n{whom}"),),
        buttons=(
            request.button(t("My profile"), "profile"),
            request.button(t("Help"), "help"),
        ),
    )


def _small(request: Request, line: str) -> Card:
    """« oui », « test », « stop »: nothing waits for such a word, and no verb is guessed from it."""
    t = request.t
    shown = line.strip()[:_LONGEST_SHOWN]
    return Card(
        title=t("I have read “{text}”, and there was nothing to do.", text=shown),
        blocks=(Quote(request.line.strip()),),
        buttons=(
            request.button(t("Help"), "help"),
            request.button(t("My feed"), "feed"),
            request.button(t("Ask a question"), "help", request.to_type("ask")),
        ),
        error="E_UNKNOWN_VERB",
    )
