"""``langue``, ``language``: the language that a person is answered in."""

from __future__ import annotations

from bots.card import Card, Style
from bots.command import Command, Group
from bots.request import RefusalError, Request
from bots.speech.grammar import LANGUAGE_WORDS
from reseau.folding import fold
from reseau.i18n import LANGUAGES, N_, Words
from reseau.people import members
from reseau.people.members import MemberChange

_NAMES = {"fr": "français", "en": "English"}  # each in its own language, for people who cannot read the other


def answer(request: Request) -> Card:
    """Change the language, or say which one it is."""
    text = fold(request.text.strip(" .:!"))
    if not text:
        return _asked(request)
    language = LANGUAGE_WORDS.get(text)
    if language is None:
        raise RefusalError(
            "E_LANGUAGE",
            N_("I speak French and English, not “{text}”."),
            *(request.button(_NAMES[code], "language", code) for code in LANGUAGES),
            text=request.text,
        )
    members.change(request.tx, [MemberChange(request.me.id, {"language": language})], request.acting)
    t = Words(language, request.t.timezone)
    return Card(title=t("I now answer you in English."), buttons=(request.button(t("Help"), "help"),), done=True)


def _asked(request: Request) -> Card:
    t = request.t
    return Card(
        title=t("I answer you in English."),
        buttons=tuple(
            request.button(_NAMES[language], "language", language, style=Style.PLAIN)
            for language in LANGUAGES
            if language != t.language
        ),
    )


command = Command(
    id="language",
    forms={"fr": ("langue",), "en": ("language",)},
    group=Group.MINE,
    summary=N_("Chooses the language I answer you in: French or English. I understand both at any time."),
    examples={"fr": "langue en", "en": "language fr"},
    answer=answer,
    rank=20,
)
