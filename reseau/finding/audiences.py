"""Audiences as people name them: « les commerciaux du Sud », « site Lyon », “partners in France”.

Only what the directory shows to whoever asks is compared and counted: who is hidden from a viewer is in no audience.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import func, select

from reseau import access
from reseau.access import Viewer
from reseau.communities import reading
from reseau.contents.addressing import Attribute, Audience
from reseau.finding.people import alphabetical, job_stem, telling
from reseau.folding import fold
from reseau.kinds import PRESENT, MemberKind
from reseau.search.spelling import distance, slips
from reseau.store.tables import member
from reseau.store.transaction import Transaction

_MOST_NEAR = 3
_WHOLE = 5  # letters; a shorter word must be a whole word of the value
_WORD = re.compile(r"[^\W_]+")
#: Words that name the field of what follows them.
_FIELDS: Mapping[str, str] = {
    **dict.fromkeys(("job", "jobs", "metier", "metiers", "poste", "fonction", "role"), "job"),
    **dict.fromkeys(("department", "departement", "service", "direction"), "department"),
    **dict.fromkeys(("site", "sites", "agence", "usine", "office", "plant"), "site"),
    **dict.fromkeys(("pays", "country"), "country"),
}
_EMPLOYEE, _GUESTS = (MemberKind.EMPLOYEE,), tuple(kind for kind in MemberKind if kind is not MemberKind.EMPLOYEE)
_KINDS: Mapping[str, tuple[MemberKind, ...]] = {
    **dict.fromkeys(("employe", "employes", "employees", "salaries", "collaborateurs", "staff"), _EMPLOYEE),
    **dict.fromkeys(("invite", "invites", "guests", "externes", "externals"), _GUESTS),
    **dict.fromkeys(("partenaires", "partners"), (MemberKind.PARTNER,)),
    **dict.fromkeys(("clients", "customers"), (MemberKind.CLIENT,)),
    **dict.fromkeys(("conseillers", "advisers"), (MemberKind.ADVISER,)),
}


@dataclass(frozen=True, slots=True)
class Understood:
    """The attributes that a text names for an audience.

    Attributes:
        audience: what is understood of it.
        unknown: the words that no attribute holds.
        near: values of the directory that the first of them may mean, nearest first.
    """

    audience: Audience
    unknown: tuple[str, ...]
    near: tuple[str, ...]


def understood(tx: Transaction, who: Viewer, text: str) -> Understood:
    """Read a text as an audience, whatever its articles, plurals and accents."""
    attributes = _known(tx, who)
    criteria: list[tuple[Attribute, ...]] = []
    unknown: list[str] = []
    field = ""
    words = telling(text)
    for word in words:
        if word in _FIELDS and word != words[-1]:
            field = _FIELDS[word]
            continue
        options = [attribute for attribute in attributes if _means(word, attribute)]
        within = [attribute for attribute in options if attribute.field == field]
        kinds = [Attribute("kind", kind) for kind in _KINDS.get(word, ())]
        if chosen := (*(within or options), *kinds):
            criteria.append(tuple(chosen))
        else:
            unknown.append(word)
    meant = {word: _nearest(word, attributes) for word in unknown}
    unknown.sort(key=lambda word: not meant[word])  # a possible misspelling first
    near = meant[unknown[0]] if unknown else ()
    return Understood(Audience(text.strip(), tuple(criteria)), tuple(unknown), near)


def people(tx: Transaction, who: Viewer, audience: Audience, community_id: int | None) -> list[int]:
    """Return the ids of those in an audience whom a viewer may know, who read in a place, without the viewer."""
    fitting = select(member.c.id).where(*_clauses(tx, who, audience, community_id))
    return list(tx.execute(fitting.order_by(member.c.id)).scalars())


def names(tx: Transaction, who: Viewer, audience: Audience, community_id: int | None, limit: int = 3) -> list[str]:
    """Return the names of some of those in an audience, by the alphabet."""
    fitting = select(member.c.name).where(*_clauses(tx, who, audience, community_id))
    return list(tx.execute(fitting.order_by(alphabetical(tx), member.c.id).limit(limit)).scalars())


def count(tx: Transaction, who: Viewer, audience: Audience, community_id: int | None) -> int:
    """Return how many people there are in an audience."""
    fitting = select(func.count()).select_from(member).where(*_clauses(tx, who, audience, community_id))
    return int(tx.execute(fitting).scalar_one())


def _clauses(tx: Transaction, who: Viewer, audience: Audience, community_id: int | None):  # type: ignore[no-untyped-def]  # (clauses of many types)
    return (
        audience.clause,
        member.c.id != who.member_id,
        member.c.status.in_(PRESENT),
        access.knowable_people(who),
        reading.readers(tx, community_id),
    )


def _known(tx: Transaction, who: Viewer) -> list[Attribute]:
    """The values of the directory that a viewer may see."""
    attributes: list[Attribute] = []
    for field in ("job", "department", "site", "country"):
        column = member.c[field]
        values = select(column).where(column.is_not(None), member.c.status.in_(PRESENT), access.knowable_people(who))
        # Sorted here: the database would sort every member before it finds the few values.
        attributes += [Attribute(field, value) for value in sorted(tx.execute(values.distinct()).scalars())]
    return attributes


def _means(word: str, attribute: Attribute) -> bool:
    """Whether a word is one of a value, but for its ending: « commerciaux » means “Directrice commerciale”."""
    inside = _WORD.findall(fold(attribute.value))
    if word in inside:
        return True
    return len(word) >= _WHOLE and any(other.startswith(job_stem(word)) for other in inside)


def _nearest(word: str, known: Iterable[Attribute]) -> tuple[str, ...]:
    """The values that hold a word but for a typing slip and its ending, nearest first."""
    stem, ranked = job_stem(word), []
    for attribute in known:
        inside = _WORD.findall(fold(attribute.value))
        nearness = min((distance(stem, job_stem(other)) for other in inside), default=len(word))
        if nearness <= slips(word):
            ranked.append((nearness, attribute.value))
    return tuple(dict.fromkeys(value for _, value in sorted(ranked)))[:_MOST_NEAR]
