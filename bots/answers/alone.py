"""Lines that are only a name (a person, a community, a handle or a tag): its subject is shown, as for a number."""

from __future__ import annotations

from dataclasses import replace

from bots.answers.named import people, places
from bots.card import Card
from bots.request import Arguments, Request
from bots.speech import everyday
from reseau.folding import fold
from reseau.search import names

_LONGEST = 6  # words; more are a sentence


def answer(request: Request, line: str) -> Card | None:
    """Answer a line that is only a name; None if the reader may see no person or thing of that name."""
    name = everyday.without_courtesies_behind(line).strip(" ?!.,;:…\N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}")
    if not name or len(name.split()) > _LONGEST or "\n" in name:
        return None
    if name.startswith("#"):
        if _is_community(request, name):
            return of_verb(request, "communities", name[1:].replace("-", " "))
        return of_verb(request, "search", name) if not name[1:].isdecimal() else None
    if is_somebody(request, name):
        return of_verb(request, "profile", name)
    return of_verb(request, "communities", places.names(name)[-1]) if _is_community(request, name) else None


def of_verb(request: Request, command_id: str, text: str) -> Card | None:
    """Return the answer of another verb to a text, or ``None`` if this person may not use that verb."""
    command = next((verb for verb in request.commands if verb.id == command_id), None)
    return command.answer(replace(request, command=command, arguments=Arguments(text))) if command else None


def is_somebody(request: Request, name: str) -> bool:
    """Whether each word is a whole word of a person's name; an abbreviated name does not count."""
    candidates = people.matching(request, name)
    if name.startswith("@") or "@" in name:
        return bool(candidates)
    labels = [set(names.words_of(fold(label))) for label in people.names(name)]
    return any(words and words <= set(names.words_of(fold(person.name))) for person in candidates for words in labels)


def _is_community(request: Request, name: str) -> bool:
    called = {fold(label) for label in places.names(name)}
    return any(called & {fold(place.name), place.slug} for place in places.matching(request, name))
