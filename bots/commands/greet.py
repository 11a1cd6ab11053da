"""``bonjour``, ``hello``: says hello back, with three ways to begin."""

from __future__ import annotations

from bots.answers import refusals
from bots.card import Card
from bots.command import Command, Group
from bots.request import Request
from bots.speech import grammar
from reseau.folding import fold
from reseau.i18n import N_

_MOST_WORDS = 2  # « bonjour à tous »; more than that after a greeting is a sentence


#: « Bonjour à toutes et à tous », « hello there everyone ».
_TO_ALL = frozenset(
    "a toutes et tous tout le monde la les team equipe amis collegues there everyone everybody all".split()
)


def answer(request: Request) -> Card:
    """Greet by the first name; a sentence after the greeting is handled as a sentence."""
    t = request.t
    text = request.text.strip(" ,;.!")
    if len([word for word in text.split() if fold(word).strip(",;.!") not in _TO_ALL]) > _MOST_WORDS:
        if grammar.is_question(text):
            return refusals.wondered(request, text)
        return refusals.not_understood(request, text)
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
    heard=(
        "slt",
        "bjr",
        "cc",
        "yo",
        "hola",
        "good afternoon",
        "good evening",
        "good day",
    ),
    hidden=True,
)
