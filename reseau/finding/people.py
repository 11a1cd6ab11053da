"""Finding people by name, handle, job, department, site and declared expertise."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, case, func, literal, or_, select

from reseau import access
from reseau.access import Viewer
from reseau.folding import fold
from reseau.kinds import PRESENT
from reseau.people.members import Member, get_all
from reseau.search import analysis, names
from reseau.store.tables import member, profile_item
from reseau.store.transaction import Transaction

_SHORTEST = 2  # letters; a single one is no name, unless a point marks it as an initial
_LONGEST = 64  # no name or skill has a longer word
_MOST_WORDS = 8
_INITIAL = re.compile(r"(?<!\w)([^\W\d_])\.(?!\w)")


@dataclass(frozen=True, slots=True)
class Person:
    """A person who was found, with the lines of the profile that fit."""

    member: Member
    matching: tuple[str, ...]


def find(tx: Transaction, who: Viewer, query: str, limit: int = 10) -> list[Person]:
    """Find people whose name, job, department, site, handle or profile holds words of a text, most words first.

    On a tie, whole words of the name come first, then more lines of the profile, then the alphabet.
    All people whom the viewer may know are compared before the list is cut.
    """
    words = telling(query)
    if not words or who.member_id is None:
        return []
    items = _items(words)
    initials = [fold(letter) for letter in _INITIAL.findall(query)][:_MOST_WORDS]
    hits = [_own(word) | (items.c[f"word{number}"] == 1) for number, word in enumerate(words)]
    parts = [_name().contains(f" {letter}", autoescape=True) for letter in initials]
    statement = (
        select(member.c.id)
        .select_from(member.outerjoin(items, items.c.member_id == member.c.id))
        .where(member.c.status.in_(PRESENT), access.knowable_people(who), or_(*hits))
        .order_by(
            _count([*hits, *parts]).desc(),
            _count(_name().contains(f" {word} ", autoescape=True) for word in words).desc(),
            func.coalesce(items.c.fitting, 0).desc(),
            alphabetical(tx),
            member.c.id,
        )
        .limit(limit)
    )
    best = list(tx.execute(statement).scalars())
    people, matching = get_all(tx, best), _matching(tx, best, words)
    return [Person(people[id_], tuple(matching[id_])) for id_ in best]


def holding(tx: Transaction, who: Viewer, query: str, limit: int = 3) -> list[Member]:
    """Find people whose name, job, department, site, handle or profile holds every word of a text, by alphabet.

    « Karim de la compta », « la comptable »: nobody has that name, but a person may be meant.
    """
    words = telling(query)
    if not words or who.member_id is None:
        return []
    items = _items(words)
    statement = (
        select(member.c.id)
        .select_from(member.outerjoin(items, items.c.member_id == member.c.id))
        .where(
            member.c.status.in_(PRESENT),
            access.knowable_people(who),
            *(_own(word) | (items.c[f"word{number}"] == 1) for number, word in enumerate(words)),
        )
        .order_by(alphabetical(tx), member.c.id)
        .limit(limit)
    )
    best = list(tx.execute(statement).scalars())
    people = get_all(tx, best)
    return [people[id_] for id_ in best]


def alphabetical(tx: Transaction) -> ColumnElement[str]:
    """Return an order of names that is the same on both engines, whatever the locale of the database."""
    return member.c.folded_name.collate("BINARY" if tx.dialect == "sqlite" else "C")


def telling(query: str) -> list[str]:
    """Return the folded words of a question without stop words and very short ones."""
    typed = analysis.words(query)
    language = analysis.language_of(typed, "fr")
    words = (fold(word)[:_LONGEST] for word in typed if len(word) >= _SHORTEST and analysis.terms([word], language))
    return list(dict.fromkeys(words))[:_MOST_WORDS]


def _own(word: str) -> ColumnElement[bool]:
    return or_(
        member.c.folded_name.contains(word, autoescape=True),
        member.c.folded_about.contains(job_stem(word), autoescape=True),
    )


def _name() -> ColumnElement[str]:
    """Return the words of the name between single spaces, so that whole words can be matched."""
    return names.apart(member.c.folded_name)


#: Ends of words that a job changes with who holds it, and how many: « soudeuse » and « soudeurs » are both « soudeu ».
_ENDS = re.compile(
    r"(?:(?<=t)(?:eure?s?|euses?|rices?)|(?<=eu)(?:re?s?|ses?)|(?<=en)(?:nes?|s)|(?<=i)(?:fs?|ves?)|(?<=ef)(?:fes?|s)"
    r"|(?<=a)(?:les?|l|ux)|(?:es?|s)|(?<=[aeo]u)x)$"
)
_SHORTEST_JOB = 5  # letters; a shorter word has no end to take away


def job_stem(word: str) -> str:
    """Return the part that all forms of a job share (« ingénieure », « ingénieurs »), to be searched within words."""
    stem = _ENDS.sub("", word) if len(word) >= _SHORTEST_JOB else word
    return stem if len(stem) >= _SHORTEST_JOB - 1 else word


def _count(conditions: Iterable[ColumnElement[bool]]) -> ColumnElement[int]:
    return sum((case((condition, 1), else_=0) for condition in conditions), start=literal(0))


def _items(words: Sequence[str]):  # type: ignore[no-untyped-def]  # (a subquery: its columns are made of the words)
    """Select, for each member with fitting lines of the profile, which words they hold and how many lines fit."""
    holding = [profile_item.c.folded.contains(job_stem(word), autoescape=True) for word in words]
    return (
        select(
            profile_item.c.member_id,
            func.count().label("fitting"),
            *(func.max(case((clause, 1), else_=0)).label(f"word{number}") for number, clause in enumerate(holding)),
        )
        .where(or_(*holding))
        .group_by(profile_item.c.member_id)
        .subquery()
    )


def _matching(tx: Transaction, ids: Sequence[int], words: Sequence[str]) -> dict[int, dict[str, None]]:
    matching: dict[int, dict[str, None]] = defaultdict(dict)
    rows = tx.execute(
        select(profile_item.c.member_id, profile_item.c.value)
        .where(
            profile_item.c.member_id.in_(ids),
            or_(*(profile_item.c.folded.contains(job_stem(word), autoescape=True) for word in words)),
        )
        .order_by(profile_item.c.id)
    )
    for row in rows:
        matching[row.member_id][row.value] = None
    return matching
