"""The classes of notices, as people name them in a line."""

from __future__ import annotations

from collections.abc import Mapping

from reseau.folding import fold
from reseau.people.preferences import Cadence, Notice

#: What each class is called in a line; the first word of a language is the one that buttons type.
WORDS: Mapping[Notice, Mapping[str, tuple[str, ...]]] = {
    Notice.MENTION: {"fr": ("mentions", "mention"), "en": ("mentions", "mention")},
    Notice.REPLY: {"fr": ("réponses", "réponse"), "en": ("replies", "reply", "answers")},
    Notice.FOLLOWED: {"fr": ("suivis", "suivi"), "en": ("followed", "follows", "threads")},
    Notice.ASKED: {"fr": ("questions", "question"), "en": ("questions", "question")},
    Notice.ACCEPTED: {"fr": ("retenues", "retenue"), "en": ("accepted", "helped")},
    Notice.THANKS: {"fr": ("mercis", "merci", "remerciements"), "en": ("thanks", "kudos")},
    Notice.REACTION: {"fr": ("réactions", "réaction"), "en": ("reactions", "reaction", "likes")},
    Notice.APPLICANT: {"fr": ("demandes", "accès"), "en": ("applicants", "access")},
}
CADENCES: Mapping[Cadence, Mapping[str, tuple[str, ...]]] = {
    Cadence.NOW: {"fr": ("oui", "activer", "tout de suite"), "en": ("on", "yes", "now")},
    Cadence.NEVER: {"fr": ("non", "jamais", "arrêter", "couper"), "en": ("off", "no", "never", "stop")},
}


def line(notice: Notice, cadence: Cadence, language: str) -> str:
    """What a button types behind the verb: ``réactions non``."""
    return f"{WORDS[notice][language][0]} {CADENCES[cadence][language][0]}"


def cadence(text: str) -> tuple[Cadence | None, str]:
    """The last word of a line as a choice, and what stands before it."""
    for choice, words in CADENCES.items():
        for word in (fold(word) for language in words.values() for word in language):
            if text == word or text.endswith(f" {word}"):
                return choice, text[: -len(word)].strip(" :=")
    return None, text


def notices(about: str) -> list[Notice]:
    """The classes that a word names; without one, or with « tout », all of them."""
    if about in ("", "tout", "tous", "toutes", "all", "everything"):
        return list(Notice)
    return [
        notice for notice, words in WORDS.items() if about in {fold(word) for some in words.values() for word in some}
    ]
