"""The answer to people who are not members of the network."""

from __future__ import annotations

from bots.card import Card, Text
from reseau.i18n import Words, known_language
from reseau.people.accounts import NotAdmittedError
from reseau.settings import Settings


def stranger(error: NotAdmittedError, language: str, settings: Settings) -> tuple[Card, str]:
    """The card for a person who is not admitted, with the people to ask, and its language."""
    t = Words(known_language(language, settings.language), settings.zone)
    title = t("Welcome. This is {network}, where colleagues help each other.", network=settings.name)
    return Card(title, (Text(error.sentence(t)),), error=error.code), t.language
