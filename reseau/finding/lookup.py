"""Searching the index: candidates from the engine, through the read gate, then one ranking for both engines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Select,
    column,
    func,
    literal,
    literal_column,
    select,
    table,
    text,
    union_all,
)

from reseau import access
from reseau.access import Viewer
from reseau.contents import threads
from reseau.contents.content_type import ContentType
from reseau.contents.threads import Content
from reseau.finding import people
from reseau.finding.people import Person
from reseau.search import analysis
from reseau.search.index import DOCUMENTS, LENGTH, entry_terms
from reseau.search.ranking import Statistics, score
from reseau.store.tables import content, sequence
from reseau.store.transaction import Transaction

CANDIDATES = 300  # of each index; ranking anew goes no deeper
_COUNTED = 20_000  # PostgreSQL counts a term's holders up to here: beyond it a word tells contents too little apart


@dataclass(frozen=True, slots=True)
class Hit:
    """A content that was found, with its score, which compares within one search only."""

    content: Content
    score: float


@dataclass(frozen=True, slots=True)
class SearchResults:
    """The results of a search, each list best first; ``more`` says that some were cut."""

    contents: tuple[Hit, ...]
    documents: tuple[Hit, ...]
    people: tuple[Person, ...]
    more: bool = False

    @property
    def nothing(self) -> bool:
        return not (self.contents or self.documents or self.people)


def find(tx: Transaction, who: Viewer, query: str, limit: int = 10) -> SearchResults:
    """Find the contents, documents and people, among those a viewer may see, that hold any word of a text."""
    hits = find_contents(tx, who, query, CANDIDATES)
    documents = [hit for hit in hits if hit.content.kind.document]
    others = [hit for hit in hits if not hit.content.kind.document]
    colleagues = people.find(tx, who, query, limit)
    more = len(documents) > limit or len(others) > limit
    return SearchResults(tuple(others[:limit]), tuple(documents[:limit]), tuple(colleagues), more)


def find_contents(
    tx: Transaction, who: Viewer, typed: str, limit: int = 10, kinds: Sequence[ContentType] = ()
) -> list[Hit]:
    """Find contents, best first, the newer first on a tie; ``kinds`` limits them to some types."""
    query = analysis.query_terms(typed)[:32]
    if not query or who.member_id is None:
        return []
    tx.settle()
    only = content.c.kind.in_([kind.name for kind in kinds]) if kinds else None
    statistics = read_statistics(tx, [stem for stems in query for stem in stems])
    ids = _candidates(tx, who, query, statistics, only)
    hits = []
    for item in threads.get_all(tx, who, ids).values():
        terms = entry_terms(item.title, item.text, item.language).split()
        hits.append(Hit(item, score(statistics, query, terms)))
    hits.sort(key=lambda hit: (-hit.score, -hit.content.created_at.timestamp(), -hit.content.id))
    return hits[:limit]


def read_statistics(tx: Transaction, stems: Sequence[str]) -> Statistics:
    """Read the statistics of the open index for some terms."""
    tx.settle()
    counted = tx.execute(select(sequence.c.name, sequence.c.next).where(sequence.c.name.in_([DOCUMENTS, LENGTH])))
    figures = {row.name: row.next - 1 for row in counted}
    documents = figures.get(DOCUMENTS, 0)
    mean = figures.get(LENGTH, 0) / documents if documents else 0.0
    return Statistics(documents, mean, _frequencies(tx, sorted(set(stems))))


def _frequencies(tx: Transaction, stems: Sequence[str]) -> dict[str, int]:
    if tx.dialect == "sqlite":
        vocabulary = table("search_vocabulary", column("term"), column("doc"))
        rows = tx.execute(select(vocabulary.c.term, vocabulary.c.doc).where(vocabulary.c.term.in_(stems)))
        return {row.term: row.doc for row in rows}
    counting = text(
        "SELECT count(*) FROM (SELECT 1 FROM search_entry"
        " WHERE open AND terms @@ CAST(:term AS tsquery) LIMIT :most) AS holders"
    )
    return {stem: tx.execute(counting, {"term": f"'{stem}'", "most": _COUNTED}).scalar_one() for stem in stems}


def _candidates(
    tx: Transaction,
    who: Viewer,
    query: Sequence[tuple[str, ...]],
    statistics: Statistics,
    only: ColumnElement[bool] | None,
) -> list[int]:
    stems = list(dict.fromkeys(stem for stems in query for stem in stems))
    if tx.dialect == "sqlite":
        statements = [_asking_open(stems), _asking_closed(query, statistics)]
    else:
        statements = [_asking_postgresql(stems, is_open) for is_open in (True, False)]
    ids: list[int] = []
    for statement in statements:
        readable = statement.where(access.readable_contents(who)).limit(CANDIDATES)
        ids.extend(tx.execute(readable if only is None else readable.where(only)).scalars())
    return ids


def _asking_open(stems: Sequence[str]) -> Select[tuple[int]]:
    source = table("search_open", column("rowid", BigInteger))
    return (
        select(content.c.id)
        .join(source, source.c.rowid == content.c.id)
        .where(_matching("search_open", stems))
        .order_by(literal_column("search_open.rank"))
    )


def _asking_closed(query: Sequence[tuple[str, ...]], statistics: Statistics) -> Select[tuple[int]]:
    """Return the contents that hold most of the words, the newest first on a tie.

    The closed index does not rank them itself: the words of one closed community would then affect another's results.
    The weight of a word comes from the open index, as in the ranking that follows.
    """
    closed = table("search_closed", column("rowid", BigInteger))
    holding = [
        select(closed.c.rowid.label("content_id"), literal(max(map(statistics.idf, stems))).label("says")).where(
            _matching("search_closed", stems)
        )
        for stems in query
    ]
    each = union_all(*holding).subquery()
    fit = func.sum(each.c.says).label("fit")
    fitting = select(each.c.content_id, fit).group_by(each.c.content_id).subquery()
    return (
        select(content.c.id)
        .join(fitting, fitting.c.content_id == content.c.id)
        .order_by(fitting.c.fit.desc(), content.c.id.desc())
    )


def _matching(name: str, stems: Sequence[str]) -> ColumnElement[bool]:
    return literal_column(name).op("MATCH")(" OR ".join(f'"{stem}"' for stem in stems))


def _asking_postgresql(stems: Sequence[str], is_open: bool) -> Select[tuple[int]]:
    entry = table("search_entry", column("content_id", BigInteger))
    words = " | ".join(f"'{stem}'" for stem in stems)
    matching = text(f"search_entry.terms @@ CAST(:words AS tsquery) AND {'open' if is_open else 'NOT open'}")
    rank = text("ts_rank(search_entry.terms, CAST(:words AS tsquery), 1) DESC, content.id DESC")
    return (
        select(content.c.id)
        .join(entry, entry.c.content_id == content.c.id)
        .where(matching.bindparams(words=words))
        .order_by(rank.bindparams(words=words))
    )
