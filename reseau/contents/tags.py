"""Tags: hashtags of texts and labels that readers add, compared without case and accents."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import select

from reseau.acting import Acting
from reseau.folding import fold
from reseau.kinds import Origin, TagSource
from reseau.store.prepared import Prepared, parameters
from reseau.store.tables import tag, tagging
from reseau.store.transaction import Transaction

_HASHTAG = re.compile(r"(?<![\w&/#\[])#([^\W\d_][\w-]{1,49})")
_CODE = re.compile(r"```.*?```|`[^`]*`", re.DOTALL)


def hashtags(text: str) -> list[str]:
    """Return the hashtags of a Markdown text without ``#``; code, addresses and labels of links are not searched."""
    return _HASHTAG.findall(_CODE.sub(" ", text)) if "#" in text else []


def from_texts(tx: Transaction, tagged: Iterable[tuple[int, str, tuple[str, ...]]], acting: Acting) -> None:
    """Tag contents, given as (id, text, further labels)."""
    source = TagSource.IMPORT if acting.origin is Origin.SEEDED else TagSource.AUTHOR
    pairs = {(content_id, label): None for content_id, text, more in tagged for label in (*hashtags(text), *more)}
    add(tx, list(pairs), source)


def add(tx: Transaction, pairs: Sequence[tuple[int, str]], source: TagSource) -> None:
    """Add labels to contents, as pairs (content id, label); existing ones stay as they are."""
    if not pairs:
        return
    ids = ids_of(tx, [label for _, label in pairs])
    tagged = {(content_id, ids[fold(label)]): None for content_id, label in pairs if fold(label) in ids}
    rows = [_Tagging(content_id, tag_id) for content_id, tag_id in tagged]
    tx.insert(tagging, rows, unless_there=True, source=source)


def ids_of(tx: Transaction, labels: Iterable[str]) -> dict[str, int]:
    """Return the ids of labels by their folded form; new labels are added."""
    labels_by_form = {fold(label): label.strip() for label in labels if fold(label)}
    existing = find(tx, labels_by_form)
    missing = [folded for folded in sorted(labels_by_form) if folded not in existing]
    tx.insert(tag, [_Tag(folded, labels_by_form[folded]) for folded in missing], unless_there=True)
    return existing | find(tx, missing)


def find(tx: Transaction, folded: Iterable[str]) -> dict[str, int]:
    """Return the ids of those folded labels that exist."""
    return {row.folded: row.id for row in _TAGS.rows(tx, folded=sorted(folded))}


_TAGS = Prepared(select(tag.c.folded, tag.c.id).where(tag.c.folded.in_(parameters("folded"))))


@dataclass(slots=True)
class _Tagging:
    content_id: int
    tag_id: int


@dataclass(slots=True)
class _Tag:
    folded: str
    label: str
