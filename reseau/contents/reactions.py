"""Reactions: emoji that members put on contents, each once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select, update

from reseau import activity
from reseau.acting import Acting
from reseau.activity import Trace
from reseau.kinds import Verb
from reseau.store.prepared import Prepared, given, given_many
from reseau.store.tables import content, reaction, thread
from reseau.store.transaction import Transaction


@dataclass(slots=True)
class NewReaction:
    """``emoji`` is a name without colons (``tada``, ``wave::skin-tone-3``) or the sign itself."""

    content_id: int
    member_id: int
    emoji: str
    at: datetime | None = None


@dataclass(slots=True)
class _Row:
    content_id: int
    member_id: int
    emoji: str
    at: datetime


@dataclass(slots=True)
class _About:
    """The content of a reaction, as far as this module needs it."""

    id: int
    kind: str
    root_id: int
    community_id: int | None
    author_id: int


def react(tx: Transaction, batch: Sequence[NewReaction], acting: Acting) -> int:
    """Add reactions; existing ones stay as they are. Return how many are new."""
    contents = _contents(tx, {new.content_id for new in batch})
    present = _present(tx, contents)
    rows: list[_Row] = []
    traces: list[Trace] = []
    roots: Counter[int] = Counter()
    for wish in batch:
        member_id, about = wish.member_id, contents.get(wish.content_id)
        key = (wish.content_id, member_id, wish.emoji)
        if about is None or key in present:
            continue
        present.add(key)
        at = wish.at or tx.now
        rows.append(_Row(wish.content_id, member_id, wish.emoji, at))
        roots[about.root_id] += 1
        trace = Trace(at, member_id, Verb.REACTED, about.kind, about.id, about.root_id)
        trace.community_id, trace.target_id = about.community_id, about.author_id
        traces.append(trace)
    tx.insert(reaction, rows, origin=acting.origin)
    _count(tx, roots, 1)
    activity.append(tx, traces, acting)
    return len(rows)


def unreact(tx: Transaction, batch: Sequence[NewReaction], acting: Acting) -> int:
    """Take reactions back. Return how many there were."""
    removals: Counter[int] = Counter()
    contents = _contents(tx, {old.content_id for old in batch})
    for wish in batch:
        removed = reaction.delete().where(
            reaction.c.content_id == wish.content_id,
            reaction.c.member_id == wish.member_id,
            reaction.c.emoji == wish.emoji,
        )
        if tx.execute(removed).rowcount:
            removals[contents[wish.content_id].root_id] += 1
    _count(tx, removals, -1)
    return removals.total()


def _count(tx: Transaction, roots: Counter[int], sign: int) -> None:
    _MORE.each(tx, [{"root": root, "more": sign * count} for root, count in sorted(roots.items())])


_MORE = Prepared(
    update(thread).where(thread.c.root_id == given("root")).values(reactions=thread.c.reactions + given("more"))
)


def _contents(tx: Transaction, ids: set[int]) -> dict[int, _About]:
    return {row.id: _About(**row._asdict()) for row in _ABOUT.rows(tx, wanted=sorted(ids))}


_ABOUT = Prepared(
    select(content.c.id, content.c.kind, content.c.root_id, content.c.community_id, content.c.author_id).where(
        content.c.id.in_(given_many("wanted")), content.c.deleted_at.is_(None)
    )
)


def _present(tx: Transaction, contents: dict[int, Any]) -> set[tuple[int, int, str]]:
    rows = _PRESENT.rows(tx, wanted=sorted(contents))
    return {(row.content_id, row.member_id, row.emoji) for row in rows}


_PRESENT = Prepared(
    select(reaction.c.content_id, reaction.c.member_id, reaction.c.emoji).where(
        reaction.c.content_id.in_(given_many("wanted"))
    )
)
