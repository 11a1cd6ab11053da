"""The classes of notices, as people name them in a line."""

from __future__ import annotations

import re
from collections.abc import Mapping

from bots.speech.everyday import without_courtesies_behind
from reseau.exchange.notices import CLASSES, Cadence, Notice
from reseau.folding import fold
from reseau.i18n import N_

#: What each class is called in a line; the first word of a language is the one that buttons type.
WORDS: Mapping[Notice, Mapping[str, tuple[str, ...]]] = {
    Notice.MENTION: {"fr": ("mentions", "mention", "mentionne"), "en": ("mentions", "mention")},
    Notice.REPLY: {"fr": ("réponses", "réponse", "répond"), "en": ("replies", "reply", "answers")},
    Notice.FOLLOWED: {"fr": ("suivis", "suivi"), "en": ("followed", "follows", "threads")},
    Notice.CALL: {"fr": ("appels", "appel"), "en": ("calls", "call")},
    Notice.ASKED: {"fr": ("questions", "question"), "en": ("questions", "question")},
    Notice.EXPERTISE: {"fr": ("expertise", "expertises"), "en": ("expertise", "skills")},
    Notice.ACCEPTED: {"fr": ("retenues", "retenue"), "en": ("accepted", "helped")},
    Notice.THANKS: {"fr": ("mercis", "merci", "remerciements", "remercie"), "en": ("thanks", "kudos")},
    Notice.REACTION: {"fr": ("réactions", "réaction", "réagit"), "en": ("reactions", "reaction", "likes", "reacts")},
    Notice.PERSON: {"fr": ("personnes", "collègues"), "en": ("people", "colleagues")},
    Notice.COMMUNITY: {"fr": ("communautés", "communauté"), "en": ("communities", "community")},
    Notice.ROLE: {"fr": ("rôles", "rôle"), "en": ("roles", "role")},
    Notice.APPLICANT: {"fr": ("demandes", "accès"), "en": ("applicants", "access")},
}
CADENCES: Mapping[Cadence, Mapping[str, tuple[str, ...]]] = {
    Cadence.ALWAYS: {
        "fr": ("toujours", "jour et nuit", "à toute heure"),
        "en": ("always", "day and night", "any time"),
    },
    Cadence.NOW: {"fr": ("oui", "activer", "tout de suite"), "en": ("on", "yes", "now", "at once")},
    Cadence.DAILY: {
        "fr": ("chaque jour", "une fois par jour", "par jour", "tous les jours", "quotidien"),
        "en": ("daily", "once a day", "every day"),
    },
    Cadence.WEEKLY: {
        "fr": ("chaque semaine", "une fois par semaine", "par semaine", "toutes les semaines", "hebdomadaire"),
        "en": ("weekly", "once a week", "every week"),
    },
    Cadence.NEVER: {"fr": ("non", "jamais", "arrêter", "couper"), "en": ("off", "no", "never", "stop")},
}
#: What each cadence means, in a reader's words.
MEANINGS: Mapping[Cadence, str] = {
    Cadence.ALWAYS: N_("at any hour"),
    Cadence.NOW: N_("at once"),
    Cadence.DAILY: N_("once a day"),
    Cadence.WEEKLY: N_("once a week"),
    Cadence.NEVER: N_("never"),
}
#: The same as the label of a button.
LABELS: Mapping[Cadence, str] = {
    Cadence.ALWAYS: N_("At any hour"),
    Cadence.NOW: N_("At once"),
    Cadence.DAILY: N_("Once a day"),
    Cadence.WEEKLY: N_("Once a week"),
    Cadence.NEVER: N_("Never"),
}
_FOLDED: Mapping[Notice, frozenset[str]] = {
    notice: frozenset(fold(word) for some in words.values() for word in some) for notice, words in WORDS.items()
}
_EVERYTHING = {"fr": "tout", "en": "everything"}
#: What all that is in summaries is called in a line.
SUMMARIES: Mapping[str, tuple[str, ...]] = {"fr": ("résumé", "résumés"), "en": ("digest", "summary", "summaries")}
_WORD = re.compile(r"[^\W_]+")


def line(notice: Notice, cadence: Cadence, language: str) -> str:
    """Return the line that a button types after the verb: ``réactions non``."""
    return f"{WORDS[notice][language][0]} {CADENCES[cadence][language][0]}"


def everything(cadence: Cadence, language: str) -> str:
    """Return the line for all classes at once: ``tout non``."""
    return f"{_EVERYTHING[language]} {CADENCES[cadence][language][0]}"


def summaries(cadence: Cadence, language: str) -> str:
    """Return the line for everything in summaries: ``résumé chaque semaine``."""
    return f"{SUMMARIES[language][0]} {CADENCES[cadence][language][0]}"


def named(sentence: str) -> list[Notice]:
    """The classes that a sentence speaks of: « ne me préviens plus des réactions »."""
    typed = set(_WORD.findall(fold(without_courtesies_behind(sentence))))
    return [notice for notice, words in _FOLDED.items() if typed & words]


def cadence(text: str) -> tuple[Cadence | None, str]:
    """The last words of a line as a choice, and the words before them."""
    for word, choice in _LONGEST_FIRST:
        if text == word or text.endswith(f" {word}"):
            return choice, text[: -len(word)].strip(" :=")
    return None, text


_LONGEST_FIRST = sorted(
    ((fold(word), choice) for choice, words in CADENCES.items() for typed in words.values() for word in typed),
    key=lambda pair: -len(pair[0]),
)


def settled(notice: Notice, choice: Cadence, *, alone: bool = True) -> Cadence:
    """Return the effect of a choice on a class: one that is only in summaries is never sent at once.

    Args:
        alone: whether the class was named; with all the others, « oui » means each one's default.
    """
    if choice in CLASSES[notice].cadences and (alone or choice is not Cadence.NOW):
        return choice
    return CLASSES[notice].default


def rarer(notice: Notice, now: Cadence) -> Cadence:
    """The next rarer cadence: at once, once a day, once a week, never; after never, the default."""
    steps = [step for step in CLASSES[notice].cadences if step is not Cadence.ALWAYS]
    if now is Cadence.ALWAYS:
        return steps[0]
    if now is Cadence.NEVER:
        return CLASSES[notice].default
    return steps[steps.index(now) + 1]


def notices(about: str) -> list[Notice]:
    """The classes that a word names; without one, or with « tout », all of them."""
    about = about.removeprefix("les ").removeprefix("des ").removeprefix("the ")
    if about in ("", "tout", "tous", "toutes", "all", "everything"):
        return list(Notice)
    return [notice for notice, words in _FOLDED.items() if about in words]
