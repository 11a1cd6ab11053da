"""``idée``, ``idea``: brings an idea up from the field."""

from __future__ import annotations

from bots.answers import writing
from bots.answers.forms import entries
from bots.card import Card
from bots.command import Command, Group
from bots.request import Request
from reseau.contents.kinds.idea import IDEA
from reseau.i18n import N_

_FORM = writing.Form(
    IDEA,
    asks=N_("What is your idea?"),
    missing=N_("The text of your idea is missing. Example: {example}"),
    preview=N_("Your idea, before anybody sees it"),
    label=N_("Propose it"),
    done=N_("Your idea {code} is posted."),
    shared=N_("{name} proposes an idea · {code}"),
)


def answer(request: Request) -> Card:
    """Preview the idea with its audience; publish it once confirmed."""
    return writing.written(request, _FORM)


command = Command(
    id="idea",
    forms={
        "fr": ("idée", "proposer", "proposer une idée", "i"),
        "en": ("idea", "suggest", "suggest an idea", "i"),
    },
    group=Group.SHARE,
    summary=N_("Proposes an idea, in a community or to everybody. You see it first, with how many people can read it."),
    examples={
        "fr": "idée : mutualiser les bancs d’essai",
        "en": "idea: share the test benches",
    },
    answer=answer,
    rank=20,
    takes=frozenset({"in", "tag", "language"}),
    traced=True,
    writes=True,
    form=entries.writing(N_("Propose an idea"), N_("Your idea"), N_("What would change, and for whom?")),
    previews=True,
    heard=(
        "propose",
        "proposez",
        "proposons",
        "suggère",
        "suggérer",
        "suggérez",
        "suggesting",
    ),
    nouns=(
        "idées",
        "ideas",
        "proposition",
        "suggestion",
    ),
)
