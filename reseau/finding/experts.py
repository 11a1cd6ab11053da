"""Experts: people ranked by their contents on a subject and by their own profiles, with the evidence.

The sum of BM25 over each person's best contents (Balog, Azzopardi and de Rijke, 2009, model 2), of which accepted
answers and answers weigh more than questions, plus the expertise that people declare on their profile.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from sqlalchemy import or_, select

from reseau import access
from reseau.access import Viewer
from reseau.contents.kinds.answer import ANSWER
from reseau.contents.threads import Content
from reseau.finding import lookup, people
from reseau.kinds import PRESENT
from reseau.people import members
from reseau.people.members import Member
from reseau.search import analysis
from reseau.store.tables import member, profile_item
from reseau.store.transaction import Transaction

_CONTENTS = 200  # the best ones; deeper, the sum rewards writing much over writing about it (measured)
_ACCEPTED, _ANSWER, _ASKING, _OTHER = 1.5, 1.0, 0.2, 0.7
_DECLARED = 4.0  # in units of the best single content's score, so that a stated skill is seen without any post


@dataclass(frozen=True, slots=True)
class Expert:
    """A person who seems to know, with lines of the profile and contents that the asker may read, best first."""

    member: Member
    declared: tuple[str, ...]
    answers: int
    accepted: int
    contents: tuple[Content, ...]
    score: float


def rank(tx: Transaction, who: Viewer, topic: str, limit: int = 5) -> list[Expert]:
    """Rank the people to ask about a topic by what the viewer may see, best first, without the viewer."""
    hits = lookup.find_contents(tx, who, topic, _CONTENTS)
    scores: dict[int, float] = defaultdict(float)
    written: dict[int, list[Content]] = defaultdict(list)
    for hit in hits:
        scores[hit.content.author_id] += hit.score * _weight(hit.content)
        written[hit.content.author_id].append(hit.content)
    declared = _declared(tx, who, topic)
    best = max((hit.score for hit in hits), default=1.0)
    for member_id, items in declared.items():
        scores[member_id] += best * _DECLARED * min(len(items), 2) / 2
    colleagues = members.get_all(tx, access.may_know(tx, who, scores))
    present = [
        id_ for id_ in colleagues if colleagues[id_].status in PRESENT and id_ != who.member_id and scores[id_] > 0
    ]
    present.sort(key=lambda id_: (-scores[id_], colleagues[id_].name, id_))
    return [
        _expert(colleagues[id_], declared.get(id_, ()), written.get(id_, []), scores[id_]) for id_ in present[:limit]
    ]


def _expert(who: Member, declared: tuple[str, ...], written: list[Content], score: float) -> Expert:
    answers = [content for content in written if content.kind is ANSWER]
    accepted = sum(answer.accepted_id == answer.id for answer in answers)
    best = [content for content in written if not content.kind.answerable][:3]
    return Expert(who, declared, len(answers), accepted, tuple(best), score)


def _weight(content: Content) -> float:
    if content.accepted_id == content.id:
        return _ACCEPTED
    if content.kind is ANSWER:
        return _ANSWER
    return _ASKING if content.kind.answerable else _OTHER


def _declared(tx: Transaction, who: Viewer, topic: str) -> dict[int, tuple[str, ...]]:
    """Return declared expertise that fits a topic, compared by stems, so that a plural finds the singular."""
    stems_of_topic = {stem for stems in analysis.query_terms(topic) for stem in stems}
    if not stems_of_topic or not people.telling(topic):
        return {}
    holding = [profile_item.c.folded.contains(word[:6], autoescape=True) for word in people.telling(topic)]
    rows = tx.execute(
        select(profile_item.c.member_id, profile_item.c.value)
        .select_from(profile_item.join(member, member.c.id == profile_item.c.member_id))
        .where(
            profile_item.c.kind.in_(["expertise", "ask_me"]),
            or_(*holding),
            member.c.status.in_(PRESENT),
            access.knowable_people(who),
        )
        .order_by(profile_item.c.id)
    )
    declared: dict[int, list[str]] = defaultdict(list)
    for row in rows:
        stems = {stem for group in analysis.query_terms(row.value) for stem in group}
        if stems & stems_of_topic:
            declared[row.member_id].append(row.value)
    return {member_id: tuple(values) for member_id, values in declared.items()}
