"""Reactions: an emoji of a member on a content, once each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import repeat
from typing import Any

from sqlalchemy import select

from reseau import activity
from reseau.acting import Acting
from reseau.activity import Trace
from reseau.kinds import Verb
from reseau.store.prepared import Prepared, given_many
from reseau.store.tables import content, reaction
from reseau.store.transaction import Transaction


@dataclass(slots=True)
class NewReaction:
    """``emoji`` is a name without colons (``tada``, ``wave::skin-tone-3``) or the sign itself."""

    content_id: int
    member_id: int
    emoji: str
    at: datetime | None = None


@dataclass(slots=True)
class _About:
    """What a reaction needs to know of its content."""

    id: int
    kind: str
    root_id: int
    community_id: int | None
    author_id: int


def react(tx: Transaction, batch: Sequence[NewReaction], acting: Acting) -> int:
    """Note reactions; one that is there already stays as it is. Returns how many are new."""
    contents = _contents(tx, {one.content_id for one in batch})
    present = _present(tx, contents)
    rows: list[tuple[int, int, str, int]] = []
    traces: list[Trace] = []
    roots: Counter[int] = Counter()
    reacted = Verb.REACTED
    for one in batch:
        member_id, about = one.member_id, contents.get(one.content_id)
        key = (one.content_id, member_id, one.emoji)
        if about is None or key in present:
            continue
        present.add(key)
        at, root_id = activity.micros(one.at, tx), about.root_id
        rows.append((*key, at))
        roots[root_id] += 1
        traces.append(Trace(at, member_id, reacted, about.kind, about.id, root_id, about.community_id, about.author_id))
    if rows:
        content_ids, member_ids, emoji, moments = zip(*rows, strict=True)
        columns = (tx.ids(reaction, len(rows)), content_ids, member_ids, emoji, moments, repeat(str(acting.origin)))
        tx.insert_columns(reaction, ("id", "content_id", "member_id", "emoji", "at", "origin"), columns)
    _count(tx, roots, 1)
    activity.append(tx, traces, acting)
    return len(rows)


def unreact(tx: Transaction, batch: Sequence[NewReaction], acting: Acting) -> int:
    """Take reactions back. Returns how many were there."""
    gone: Counter[int] = Counter()
    contents = _contents(tx, {one.content_id for one in batch})
    for one in batch:
        removed = reaction.delete().where(
            reaction.c.content_id == one.content_id,
            reaction.c.member_id == one.member_id,
            reaction.c.emoji == one.emoji,
        )
        if tx.execute(removed).rowcount:
            gone[contents[one.content_id].root_id] += 1
    _count(tx, gone, -1)
    return gone.total()


def _count(tx: Transaction, roots: Counter[int], sign: int) -> None:
    more = "UPDATE thread SET reactions = reactions + ? WHERE root_id = ?"
    tx.many(more, [(sign * count, root) for root, count in sorted(roots.items())])


def _contents(tx: Transaction, ids: set[int]) -> dict[int, _About]:
    found: dict[int, _About] = {}
    wanted = sorted(ids)
    for start in range(0, len(wanted), 900):
        rows = _ABOUT.rows(tx, wanted=wanted[start : start + 900])
        found.update((row[0], _About(*row)) for row in rows)
    return found


_ABOUT = Prepared(
    select(content.c.id, content.c.kind, content.c.root_id, content.c.community_id, content.c.author_id).where(
        content.c.id.in_(given_many("wanted")), content.c.deleted_at.is_(None)
    )
)


def _present(tx: Transaction, contents: dict[int, Any]) -> set[tuple[int, int, str]]:
    found: set[tuple[int, int, str]] = set()
    wanted = sorted(contents)
    for start in range(0, len(wanted), 900):
        found.update(map(tuple, _PRESENT.rows(tx, wanted=wanted[start : start + 900])))
    return found


_PRESENT = Prepared(
    select(reaction.c.content_id, reaction.c.member_id, reaction.c.emoji).where(
        reaction.c.content_id.in_(given_many("wanted"))
    )
)
