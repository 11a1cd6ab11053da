"""``bonjour``, ``hello``: says hello back, with three ways to begin."""

from __future__ import annotations

from bots import grammar, refusals
from bots.card import Card
from bots.command import Command, Group
from bots.request import Request
from reseau.i18n import N_

_MOST_WORDS = 2  # « bonjour à tous »; more than that after a greeting is a sentence


def answer(request: Request) -> Card:
    """Greet by the first name; a sentence behind the greeting is taken as a sentence."""
    t = request.t
    said = request.text.strip(" ,;.!")
    if len(said.split()) > _MOST_WORDS:
        if grammar.is_question(said):
            return refusals.wondered(request, said)
        return refusals.not_understood(request, said)
    return Card(
        title=t("Hello {name}! What would you like to do?", name=request.me.name.split()[0]),
        buttons=(
            request.button(t("Read my feed"), "feed"),
            request.button(t("Ask a question"), "ask"),
            request.button(t("Find somebody"), "expert"),
        ),
    )


command = Command(
    id="greet",
    forms={"fr": ("bonjour", "salut", "coucou", "bonsoir"), "en": ("hello", "hi", "hey", "good morning")},
    group=Group.MINE,
    summary=N_("Says hello back and proposes three ways to begin."),
    examples={"fr": "bonjour", "en": "hello"},
    answer=answer,
    hidden=True,
)
