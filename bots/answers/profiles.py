"""The profile: its lines, their names, and changes to a line from typed text."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from bots.card import Field
from bots.request import RefusalError, Request
from reseau.folding import fold
from reseau.i18n import N_
from reseau.markup.visible import one_line
from reseau.people import members
from reseau.people.members import Member, MemberChange, ProfileItems
from reseau.store import Transaction

LISTS = {
    "expertise": N_("Expertise"),
    "interest": N_("Interests"),
    "project": N_("Projects"),
    "tool": N_("Tools"),
    "ask_me": N_("Ask me about"),
}
COLUMNS = {"bio": N_("In a few words"), "phone": N_("Phone")}

#: An example for each line, as typed after « profil ».
EXAMPLES = {
    "expertise": N_("expertise: welding, Python"),
    "interest": N_("interests: cycling, photography"),
    "project": N_("projects: the new warehouse"),
    "tool": N_("tools: Excel, laser cutter"),
    "ask_me": N_("ask me about: business trips"),
    "bio": N_("in a few words: ten years in purchasing"),
}
#: The same for each line, below its field in a form.
HINTS = {
    "expertise": N_("What you know well: welding, Python"),
    "interest": N_("What you like: cycling, photography"),
    "project": N_("What you work on: the new warehouse"),
    "tool": N_("What you use: Excel, laser cutter"),
    "ask_me": N_("What colleagues may ask you about: business trips"),
    "bio": N_("Who you are, as you would tell it to a new colleague"),
}
#: What people type before the colon, in both languages, without case or accents.
_NAMES = {
    "expertise": "expertise",
    "expertises": "expertise",
    "competences": "expertise",
    "competence": "expertise",
    "skills": "expertise",
    "interets": "interest",
    "interet": "interest",
    "centres d'interet": "interest",
    "interests": "interest",
    "interest": "interest",
    "projets": "project",
    "projet": "project",
    "projects": "project",
    "project": "project",
    "outils": "tool",
    "outil": "tool",
    "tools": "tool",
    "tool": "tool",
    "demandez-moi": "ask_me",
    "questions": "ask_me",
    "ask me": "ask_me",
    "ask me about": "ask_me",
    "bio": "bio",
    "presentation": "bio",
    "about": "bio",
    "en quelques mots": "bio",
    "in a few words": "bio",
    "telephone": "phone",
    "tel": "phone",
    "phone": "phone",
}
_NOT_OURS = {"metier", "poste", "job", "site", "service", "departement", "department"}  # the company fills these
LONGEST = 1000  # characters of one line of a profile
_CHANGE = re.compile(r"([^:\n]{2,24}?)\s*:\s*(.*)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Change:
    """A change to a line of one's own profile; an empty text clears it."""

    line: str
    text: str


def begins_with_line(text: str) -> bool:
    """Whether « métier comptable » was meant to fill a line: its name and more words, but no colon."""
    words = text.split()
    return len(words) > 1 and fold(words[0]) in _NAMES.keys() | _NOT_OURS


def change(text: str) -> Change | None:
    """The change that « expertise : soudure, Python » asks for; None if no profile line is named before the colon."""
    match = _CHANGE.fullmatch(text.strip())
    line = _NAMES.get(fold(match.group(1))) if match else None
    return Change(line, match.group(2).strip()) if match and line else None


def lines(tx: Transaction, person: Member) -> dict[str, str]:
    """Return the lines of one's own profile, as they would be typed; empty lines are empty."""
    lists = members.profile(tx, person.id)
    columns = {"bio": person.bio, "phone": person.phone}
    return {**{name: ", ".join(lists[name]) for name in LISTS}, **{name: columns[name] or "" for name in COLUMNS}}


def write(request: Request, change: Change) -> None:
    """Write a line of one's own profile; « a; b », « a, b » and separate lines are separate items.

    Raises:
        RefusalError: the text is too long for a profile.
    """
    if len(change.text) > LONGEST:
        raise RefusalError(
            "E_TOO_LONG",
            N_("{count} characters: a line of a profile has {most} at most."),
            count=len(change.text),
            most=LONGEST,
        )
    if change.line in LISTS:
        members.set_profile(request.tx, [ProfileItems(request.me.id, change.line, (change.text,))], request.acting)
    else:
        members.change(request.tx, [MemberChange(request.me.id, {change.line: change.text or None})], request.acting)


def fields(request: Request, person: Member) -> tuple[Field, ...]:
    """The lines of a profile that are filled. A guest does not see contact lines."""
    t = request.t
    lists = members.profile(request.tx, person.id)
    sees_contact = request.viewer.internal or person.id == request.me.id
    lines: Iterable[tuple[str, str | None]] = (
        (t("Job"), person.job),
        (t("Department"), person.department),
        (t("Site"), person.site),
        (t("E-mail"), person.email if sees_contact else None),
        (t("Phone"), person.phone if sees_contact else None),
        *((t(label), ", ".join(lists[kind])) for kind, label in LISTS.items()),
    )
    named = [Field(label, one_line(value)) for label, value in lines if value]
    bio = [Field(t("In a few words"), person.bio)] if person.bio else []
    return (Field(t("Handle"), f"@{person.handle}"), *named, *bio)


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a profile: its label and an example, both in English for the catalogues."""

    label: str
    example: str


def empty(tx: Transaction, person: Member) -> list[Line]:
    """The lines that are still empty."""
    lists = members.profile(tx, person.id)
    missing = [Line(label, EXAMPLES[kind]) for kind, label in LISTS.items() if not lists[kind]]
    return missing if person.bio else [*missing, Line(COLUMNS["bio"], EXAMPLES["bio"])]
