"""Contents of a community or under a tag, newest first, through the read gate."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from reseau import access
from reseau.access import Viewer
from reseau.contents import threads
from reseau.contents.threads import Content
from reseau.folding import fold
from reseau.store.tables import content, placement, tag, tagging, thread
from reseau.store.transaction import Transaction


@dataclass(frozen=True, slots=True)
class Tagged:
    """A tag as it was asked for, its id, and the threads that bear it."""

    id: int
    label: str
    contents: tuple[Content, ...]


def of_community(tx: Transaction, who: Viewer, community_id: int, limit: int = 20) -> list[Content]:
    """Return the threads of a community that moved last, as far as the viewer may read them."""
    here = placement.alias("here")  # the gate looks at placements too
    newest = (
        select(content.c.id)
        .join(here, here.c.content_id == content.c.id)
        .where(here.c.community_id == community_id, access.readable_contents(who))
        .order_by(here.c.last_at.desc(), content.c.id.desc())
        .limit(limit)
    )
    return _in_order(tx, who, list(tx.execute(newest).scalars()))


def of_tag(tx: Transaction, who: Viewer, label: str, limit: int = 20) -> Tagged | None:
    """Return the threads under a tag; ``None`` if the viewer may read nothing that bears it, as if it did not exist."""
    row = tx.execute(select(tag.c.id, tag.c.label).where(tag.c.folded == fold(label.strip().lstrip("#")))).first()
    if row is None:
        return None
    newest = (
        select(content.c.root_id)
        .join(tagging, tagging.c.content_id == content.c.id)
        .join(thread, thread.c.root_id == content.c.root_id)
        .where(tagging.c.tag_id == row.id, access.readable_contents(who))
        .group_by(content.c.root_id, thread.c.last_at)
        .order_by(thread.c.last_at.desc(), content.c.root_id.desc())
        .limit(limit)
    )
    contents = _in_order(tx, who, list(tx.execute(newest).scalars()))
    return Tagged(row.id, label.strip().lstrip("#"), tuple(contents)) if contents else None


def _in_order(tx: Transaction, who: Viewer, ids: Sequence[int]) -> list[Content]:
    readable = threads.get_all(tx, who, ids)
    return [readable[id_] for id_ in ids if id_ in readable]
