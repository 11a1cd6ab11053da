"""BM25 (Robertson and Zaragoza, 2009), one implementation for both engines, on the statistics of open contents alone.

score = sum over query words of idf(w) * tf * (k1 + 1) / (tf + k1 * (1 - b + b * length / mean length))
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

K1, B = 1.2, 0.75


@dataclass(frozen=True, slots=True)
class Statistics:
    """Statistics of the open index: the number of documents, their mean length, and how many hold each term."""

    documents: int
    mean_length: float
    frequency: Mapping[str, int]

    def idf(self, term: str) -> float:
        """Return the inverse document frequency; never negative, since a word that is everywhere just says nothing."""
        holders = min(self.frequency.get(term, 0), self.documents)
        return math.log(1 + (self.documents - holders + 0.5) / (holders + 0.5))


def score(statistics: Statistics, query: Sequence[tuple[str, ...]], terms: Sequence[str]) -> float:
    """Score a document (its terms) for a query (for each word, the stems it may have)."""
    counts = Counter(terms)
    length = len(terms) / statistics.mean_length if statistics.mean_length else 1.0
    norm = K1 * (1 - B + B * length)
    total = 0.0
    for stems in query:
        total += max(_part(statistics, stem, counts[stem], norm) for stem in stems)
    return total


def _part(statistics: Statistics, stem: str, count: int, norm: float) -> float:
    return statistics.idf(stem) * count * (K1 + 1) / (count + norm) if count else 0.0
