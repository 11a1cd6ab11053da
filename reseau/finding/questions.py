"""Questions: similar ones, shown before a new one is asked, and those that are still open."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, or_, select

from reseau import access
from reseau.access import Viewer
from reseau.contents import threads
from reseau.contents.kinds.question import QUESTION
from reseau.contents.threads import Content
from reseau.finding import lookup
from reseau.folding import fold
from reseau.search import analysis
from reseau.search.index import entry_terms
from reseau.store.tables import animateur, content, thread
from reseau.store.transaction import Transaction


def similar(tx: Transaction, who: Viewer, text: str, limit: int = 3) -> Sequence[Content]:
    """Find questions that share at least half of the significant words of a text, best first.

    They are offered, never called the same: no lexical score is reliable enough for that (measured).
    """
    query = analysis.query_terms(text)
    alike = []
    for hit in lookup.find_contents(tx, who, text, 4 * limit, [QUESTION]):
        question = hit.content
        terms = set(entry_terms(question.title, question.text, question.language).split())
        shared = sum(1 for stems in query if terms & set(stems))
        if 2 * shared >= len(query) and (shared > 1 or (shared == len(query) and _says(question, text))):
            alike.append(question)
    return alike[:limit]


def open_of(tx: Transaction, who: Viewer, limit: int = 3) -> Sequence[Content]:
    """The newest questions of the viewer's own whose answer is not found yet."""
    mine = content.c.author_id == who.member_id
    return _open(tx, who, mine, limit)


def waiting(tx: Transaction, who: Viewer, limit: int = 3) -> Sequence[Content]:
    """The newest questions without a reply in the communities that the viewer animates."""
    animated = select(animateur.c.community_id).where(
        animateur.c.member_id == who.member_id,
        animateur.c.since <= tx.now,
        or_(animateur.c.until.is_(None), animateur.c.until > tx.now),
    )
    return _open(tx, who, content.c.community_id.in_(animated) & (thread.c.replies == 0), limit)


def _open(tx: Transaction, who: Viewer, which: ColumnElement[bool], limit: int) -> Sequence[Content]:
    if who.member_id is None:
        return []
    newest = (
        threads.statement()
        .where(which, content.c.kind == QUESTION.name, thread.c.accepted_id.is_(None), access.readable_contents(who))
        .order_by(content.c.created_at.desc(), content.c.id.desc())
        .limit(limit)
    )
    return [threads.content_of(row._asdict()) for row in tx.execute(newest)]


def _says(question: Content, text: str) -> bool:
    """Whether a question holds a single word as it was typed: the stem alone would match unrelated words."""
    return set(map(fold, analysis.words(text))) <= set(map(fold, analysis.words(f"{question.title} {question.text}")))
