"""The communities that a text fits, proposed to somebody who would publish it without one.

Only open communities are proposed, and only by what every employee may read there, so that a proposal tells nothing
that its reader could not find. The same text gets the same proposal; three bounded queries find it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, func, or_, select

from reseau import access
from reseau.access import Viewer
from reseau.communities import reading
from reseau.communities.reading import Community
from reseau.contents import tags
from reseau.finding import lookup
from reseau.folding import fold
from reseau.kinds import Privacy
from reseau.search import analysis
from reseau.search.index import entry_terms
from reseau.store.tables import community, content, tagging
from reseau.store.transaction import Transaction

_NEAREST = 30  # contents that are compared with the text
_TAGGED = 200  # contents of each tag that are looked at, the newest
_MOST_WORDS = 12  # of the text that are looked for in names and purposes
_CALLED = 50  # communities with such a word that are compared
_SHORTEST = 4  # letters of such a word
_ENOUGH = 3  # points without which a community is not proposed
#: Words in names and purposes of communities that say nothing of their subject.
_GENERAL = frozenset(
    "communaute community groupe group equipe team projet project reseau network entreprise company france monde world"
    " questions question idees ideas ideas general entraide partage echanges bonjour"
    " deja jamais toujours souvent parfois bientot maintenant besoin aide aider faire savoir trouver utiliser"
    " chose choses personne personnes collegue collegues merci premier premiere nouveau nouvelle"
    " already always never often sometimes soon need help find using"
    " thing things people person colleague colleagues thanks first anybody somebody".split()
)


@dataclass(frozen=True, slots=True)
class Proposal:
    """A community that fits a text, and why.

    Attributes:
        near: how many threads there are near the text.
        tag: a tag of the text that is used there, empty without one.
        word: a word of the text that its name or purpose holds, empty without one.
        mine: whether the viewer belongs to it.
    """

    community: Community
    near: int
    tag: str
    word: str
    mine: bool


@dataclass(slots=True)
class _Evidence:
    """The evidence for one community."""

    near: int = 0
    tag: str = ""
    name: str = ""
    purpose: str = ""
    mine: bool = False

    @property
    def points(self) -> int:
        score = 2 * min(self.near, 5) + 3 * bool(self.tag) + 3 * bool(self.name) + 2 * bool(self.purpose)
        return score + self.mine if score else 0


def fitting(tx: Transaction, who: Viewer, text: str, labels: Iterable[str] = (), limit: int = 2) -> list[Proposal]:
    """Return the communities that fit a text well, best first; nothing to guests, who always name one.

    Args:
        labels: tags beside those of the text.
    """
    if who.member_id is None or not who.internal:
        return []
    evidence: dict[int, _Evidence] = defaultdict(_Evidence)
    for community_id, near in _near(tx, who, text).items():
        evidence[community_id].near = near
    for community_id, label in _tagged(tx, [*tags.hashtags(text), *labels]).items():
        evidence[community_id].tag = label
    _named(tx, text, evidence)
    for community_id in tx.execute(access.my_communities(who)).scalars() if evidence else ():
        if community_id in evidence:
            evidence[community_id].mine = True
    best = sorted(
        (id_ for id_ in evidence if evidence[id_].points >= _ENOUGH),
        key=lambda id_: (-evidence[id_].points, not evidence[id_].mine, id_),
    )
    places = ((reading.get(tx, who, id_), evidence[id_]) for id_ in best[:limit])
    return [
        Proposal(place, found.near, found.tag, found.name or found.purpose, found.mine)
        for place, found in places
        if place is not None
    ]


def _open() -> ColumnElement[bool]:
    """Return the communities where every employee may read and write."""
    return and_(
        community.c.privacy == Privacy.OPEN, community.c.conversation.is_(False), community.c.archived_at.is_(None)
    )


def _near(tx: Transaction, who: Viewer, text: str) -> Mapping[int, int]:
    """Count the threads of each open community that share at least two words, and half of the words, with a text."""
    query = analysis.query_terms(text)
    roots: dict[int, set[int]] = defaultdict(set)
    for hit in lookup.find_contents(tx, who, text, _NEAREST) if len(query) > 1 else ():
        near = hit.content
        terms = set(entry_terms(near.title, near.text, near.language).split())
        shared = sum(1 for stems in query if terms & set(stems))
        if near.community_id is not None and shared > 1 and 2 * shared >= len(query):
            roots[near.community_id].add(near.root_id)
    open_ones = tx.execute(select(community.c.id).where(community.c.id.in_(roots), _open())).scalars()
    return {community_id: len(roots[community_id]) for community_id in open_ones}


def _tagged(tx: Transaction, labels: Sequence[str]) -> Mapping[int, str]:
    """The open communities in which one of some tags is used, with the tag."""
    typed = {fold(label): label for label in labels}
    used: dict[int, str] = {}
    for folded, tag_id in sorted(tags.find(tx, typed).items()) if typed else ():
        # What is closed is left out before the cut: it must not take a place that is then missing.
        newest = (
            select(content.c.community_id)
            .join(tagging, tagging.c.content_id == content.c.id)
            .join(community, community.c.id == content.c.community_id)
            .where(tagging.c.tag_id == tag_id, _open(), content.c.deleted_at.is_(None))
            .order_by(tagging.c.content_id.desc())
            .limit(_TAGGED)
        )
        for community_id in tx.execute(newest).scalars():
            used.setdefault(community_id, typed[folded])
    return used


def _named(tx: Transaction, text: str, evidence: Mapping[int, _Evidence]) -> None:
    """Note the open communities whose name or purpose holds a word of a text, whatever its ending."""
    stems = {
        stem: word
        for word in analysis.words(text)
        if len(word) >= _SHORTEST and fold(word) not in _GENERAL
        for group in analysis.query_terms(word)
        for stem in group
    }
    searched = sorted(stems)[: 2 * _MOST_WORDS]
    if not searched:
        return
    holding = [
        # A purpose keeps its accents.
        community.c.folded_name.contains(stem, autoescape=True)
        | func.lower(community.c.purpose).contains(stems[stem][: len(stem)], autoescape=True)
        for stem in searched
    ]
    rows = select(community.c.id, community.c.folded_name, community.c.purpose).where(_open(), or_(*holding))
    for row in tx.execute(rows.order_by(community.c.folded_name, community.c.id).limit(_CALLED)):
        if name := _shared(row.folded_name, stems):
            evidence[row.id].name = name
        elif purpose := _shared(row.purpose, stems):
            evidence[row.id].purpose = purpose


def _shared(words: str, stems: Mapping[str, str]) -> str:
    """A word of the text whose stem is that of one of some words, empty if there is none."""
    own = (stem for word in analysis.words(words) if fold(word) not in _GENERAL for stem in _stems(word))
    return next((stems[stem] for stem in own if stem in stems), "")


def _stems(word: str) -> Iterable[str]:
    return (stem for group in analysis.query_terms(word) for stem in group)
