"""Finding people by name, by what they say they know, and by their job."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, or_, select

from reseau.access import Viewer, my_communities
from reseau.folding import fold
from reseau.kinds import MemberKind
from reseau.members import PRESENT, Member, get_all
from reseau.search import analysis
from reseau.store.tables import member, membership, profile_item
from reseau.store.transaction import Transaction

_SHORTEST = 2  # letters; one letter names nobody
_LONGEST = 64  # no name or skill has a longer word


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody found, and the words of the profile sheet that fit."""

    member: Member
    matching: tuple[str, ...]


def find(tx: Transaction, who: Viewer, asked: str, limit: int = 10) -> list[Person]:
    """People whose name, expertise, interests or job hold the words asked for; those who hold more of them first.

    Guests find, and are found by, only the people of the communities they belong to.
    """
    words = telling(asked)
    if not words or who.member_id is None:
        return []
    points: dict[int, int] = defaultdict(int)
    matching: dict[int, dict[str, None]] = defaultdict(dict)
    for word in words:
        for member_id, value in _holding(tx, who, word):
            points[member_id] += 1
            if value:
                matching[member_id][value] = None
    people = get_all(tx, points)
    best = sorted(people, key=lambda id_: (-len(matching[id_]) - points[id_], people[id_].name, id_))[:limit]
    return [Person(people[id_], tuple(matching[id_])) for id_ in best]


def telling(asked: str) -> list[str]:
    """The folded words of a question that can name somebody or something, small words left out."""
    found = analysis.words(asked)
    language = analysis.language_of(found, "fr")
    return [fold(word)[:_LONGEST] for word in found if len(word) >= _SHORTEST and analysis.terms([word], language)][:8]


def _holding(tx: Transaction, who: Viewer, word: str) -> list[tuple[int, str]]:
    own = or_(
        member.c.folded_name.contains(word, autoescape=True), func.lower(member.c.job).contains(word, autoescape=True)
    )
    visible = _visible(who)
    by_name = select(member.c.id).where(own, *visible).limit(200)
    by_item = (
        select(member.c.id, profile_item.c.value)
        .select_from(profile_item.join(member, member.c.id == profile_item.c.member_id))
        .where(profile_item.c.folded.contains(word, autoescape=True), *visible)
        .limit(200)
    )
    found = [(id_, "") for id_ in tx.execute(by_name).scalars()]
    found.extend((row.id, row.value) for row in tx.execute(by_item))
    return found


def _visible(who: Viewer) -> list[ColumnElement[bool]]:
    present = member.c.status.in_(PRESENT)
    together = member.c.id.in_(
        select(membership.c.member_id).where(
            membership.c.left_at.is_(None), membership.c.community_id.in_(my_communities(who))
        )
    )
    if not who.internal:
        return [present, together]
    return [present, or_(member.c.kind == MemberKind.EMPLOYEE, together)]
