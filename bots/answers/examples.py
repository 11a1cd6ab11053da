"""Examples that work when they are typed: with the reader's own communities, colleagues and numbers."""

from __future__ import annotations

import re
from functools import partial

from bots.command import Command
from bots.request import Request, called
from reseau.communities import reading
from reseau.contents import threads
from reseau.contents.content_type import starting_types
from reseau.contents.kinds.question import QUESTION
from reseau.finding import surroundings
from reseau.kinds import Privacy

#: What the examples of the verbs speak of; everything else in them works in any company.
_PLACED = re.compile(r"(?:dans|in) Veille( ?:)")
#: Verbs whose examples are about what the reader wrote.
_OF_OWN = frozenset(("cancel", "accept", "withdraw", "edit", "reopen"))
_WORD = re.compile(r"Veille|@ana\b|\bQ12\b|\bsoudure$|\bwelding$")


def here(request: Request) -> str:
    """A line with the verb that was asked for that works, for this person, here."""
    return typed(request, request.command)


def typed(request: Request, command: Command) -> str:
    """:func:`own`, as people have to type it here."""
    return called(request.calling, own(request, command))


def own(request: Request, command: Command) -> str:
    """The example of a verb in the reader's language, filled with the reader's own communities, people and numbers."""
    example = command.examples[request.t.language]
    place = _place(request) if "Veille" in example else ""
    if not place:
        example = _PLACED.sub(r"\1", example)
    return _WORD.sub(partial(_filled, request, command, place), example)


def _filled(request: Request, command: Command, place: str, match: re.Match[str]) -> str:
    match match.group():
        case "Veille":
            return place or match.group()
        case "@ana":
            handle = surroundings.colleague(request.tx, request.viewer)
            return f"@{handle}" if handle else match.group()
        case "soudure" | "welding":
            return surroundings.known_subject(request.tx, request.viewer) or match.group()
        case number:
            mine = request.me.id if command.id in _OF_OWN else None
            kinds = starting_types() if command.id in ("cancel", "withdraw", "edit") else (QUESTION,)
            needs_answer = command.id == "accept"
            code = threads.newest_code(request.tx, request.viewer, kinds, author_id=mine, answered=needs_answer)
            return code or number


def _place(request: Request) -> str:
    """The name of an open community, the reader's own first, in quotes if it has several words."""
    open_places = [place for place in reading.listed(request.tx, request.viewer) if place.privacy is Privacy.OPEN]
    first = next(
        (place for place in open_places if place.mine),
        open_places[0] if open_places and request.viewer.internal else None,
    )
    if first is None:
        return ""
    return first.name if re.fullmatch(r"[\w-]+", first.name) else f"“{first.name}”"
