"""Tags: the hashtags of texts and the words that readers add, the same whatever their case or accents."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from sqlalchemy import select

from reseau.acting import Acting
from reseau.folding import fold
from reseau.kinds import Origin, TagSource
from reseau.store.tables import tag, tagging
from reseau.store.transaction import Transaction

_HASHTAG = re.compile(r"(?<![\w&/#\[])#([^\W\d_][\w-]{1,49})")
_CODE = re.compile(r"```.*?```|`[^`]*`", re.DOTALL)


def hashtags(text: str) -> list[str]:
    """The hashtags of a Markdown text, without ``#``; those in code, addresses and names of links are none."""
    return _HASHTAG.findall(_CODE.sub(" ", text)) if "#" in text else []


def from_texts(tx: Transaction, tagged: Iterable[tuple[int, str, tuple[str, ...]]], acting: Acting) -> None:
    """Tag contents, each given as its id, its text and further labels."""
    source = TagSource.IMPORT if acting.origin is Origin.SEEDED else TagSource.AUTHOR
    pairs = {(content_id, label): None for content_id, text, more in tagged for label in (*hashtags(text), *more)}
    add(tx, list(pairs), source)


def add(tx: Transaction, pairs: Sequence[tuple[int, str]], source: TagSource) -> None:
    """Put labels on contents; a label that is there already stays as it is."""
    if not pairs:
        return
    ids = ids_of(tx, [label for _, label in pairs])
    rows = {(content_id, ids[fold(label)]): None for content_id, label in pairs if fold(label) in ids}
    tx.insert_new(tagging, ("content_id", "tag_id", "source"), [(*row, source.value) for row in rows])


def ids_of(tx: Transaction, labels: Iterable[str]) -> dict[str, int]:
    """The ids of labels by their folded form, made where they are new."""
    wanted = {fold(label): label.strip() for label in labels if fold(label)}
    found = find(tx, wanted)
    missing = [folded for folded in sorted(wanted) if folded not in found]
    rows = [(id_, folded, wanted[folded]) for id_, folded in zip(tx.ids(tag, len(missing)), missing, strict=True)]
    tx.insert_new(tag, ("id", "folded", "label"), rows)
    return found | find(tx, missing)


def find(tx: Transaction, folded: Iterable[str]) -> dict[str, int]:
    """The ids of those folded labels that exist."""
    wanted = sorted(folded)
    found: dict[str, int] = {}
    for start in range(0, len(wanted), 900):
        rows = tx.execute(select(tag.c.folded, tag.c.id).where(tag.c.folded.in_(wanted[start : start + 900])))
        found.update((row.folded, row.id) for row in rows)
    return found
