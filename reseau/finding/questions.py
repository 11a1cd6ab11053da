"""Similar questions, shown before a new one is asked."""

from __future__ import annotations

from collections.abc import Sequence

from reseau.access import Viewer
from reseau.contents.kinds.question import QUESTION
from reseau.contents.threads import Content
from reseau.finding import lookup
from reseau.folding import fold
from reseau.search import analysis
from reseau.search.index import entry_terms
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


def _says(question: Content, text: str) -> bool:
    """Whether a question holds a single word as it was typed: the stem alone would match unrelated words."""
    return set(map(fold, analysis.words(text))) <= set(map(fold, analysis.words(f"{question.title} {question.text}")))
