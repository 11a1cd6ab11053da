"""Reactions: emoji that members put on contents, each once, and how a content shows those that it has."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select, update

from reseau import access, activity
from reseau.access import Viewer
from reseau.acting import Acting
from reseau.activity import Trace
from reseau.channels import mirroring
from reseau.exchange import notifications
from reseau.kinds import MemberKind, Verb
from reseau.markup.emoji import emoji
from reseau.store.prepared import Prepared, parameter, parameters
from reseau.store.tables import content, member, membership, reaction, thread
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
    notifications.reacted(tx, traces, acting)
    _tell(tx, contents, {row.content_id for row in rows}, acting)
    return len(rows)


def unreact(tx: Transaction, batch: Sequence[NewReaction], acting: Acting) -> int:
    """Take reactions back. Return how many there were."""
    removals: Counter[int] = Counter()
    changed: set[int] = set()
    contents = _contents(tx, {old.content_id for old in batch})
    for wish in batch:
        about = contents.get(wish.content_id)
        removed = reaction.delete().where(
            reaction.c.content_id == wish.content_id,
            reaction.c.member_id == wish.member_id,
            reaction.c.emoji == wish.emoji,
        )
        if about is not None and tx.execute(removed).rowcount:
            removals[about.root_id] += 1
            changed.add(about.id)
    _count(tx, removals, -1)
    _tell(tx, contents, changed, acting)
    return removals.total()


def emoji_of(tx: Transaction, content_id: int, member_id: int) -> list[str]:
    """Return a member's reactions to a content, as :class:`NewReaction` names them, the oldest first."""
    mine = select(reaction.c.emoji).where(reaction.c.content_id == content_id, reaction.c.member_id == member_id)
    return list(tx.execute(mine.order_by(reaction.c.at, reaction.c.id)).scalars())


def reacted_to(tx: Transaction, content_ids: Iterable[int], member_id: int) -> set[int]:
    """Those of some contents to which a member has reacted."""
    rows = _GATHERED.rows(tx, wanted=sorted(set(content_ids)))
    return {row.content_id for row in rows if row.member_id == member_id}


def reacted_since(tx: Transaction, author_id: int, moment: datetime, limit: int) -> list[int]:
    """The newest contents of someone to which others have reacted since a moment."""
    newest = (
        select(reaction.c.content_id)
        .join_from(reaction, content)
        .where(content.c.author_id == author_id, reaction.c.member_id != author_id, reaction.c.at >= moment)
        .group_by(reaction.c.content_id)
        .order_by(reaction.c.content_id.desc())
        .limit(limit)
    )
    return list(tx.execute(newest).scalars())


@dataclass(frozen=True, slots=True)
class Gathered:
    """The reactions to one content.

    Attributes:
        people: how many members reacted, each counted once.
        emoji: as people see them, the most frequent first; ``:name:`` for a company's own.
        names: of the people whom the reader may know, in the order of their first reaction.
    """

    people: int
    emoji: tuple[str, ...]
    names: tuple[str, ...]


def gathered(tx: Transaction, content_ids: Iterable[int], who: Viewer) -> dict[int, Gathered]:
    """Return the reactions to some contents, by id; a content without any is left out.

    The caller has read the contents through the gate. People whom ``who`` may not know are counted and not named.
    """
    rows = _GATHERED.rows(tx, wanted=sorted(set(content_ids)))
    knowable = access.may_know(tx, who, {row.member_id for row in rows})
    by_content: dict[int, list[Any]] = {}
    for row in rows:
        by_content.setdefault(row.content_id, []).append(row)
    return {content_id: _gathered(of_content, knowable) for content_id, of_content in by_content.items()}


def gathered_in(tx: Transaction, content_id: int, community_id: int) -> Gathered | None:
    """Return the reactions to a content as a channel of its community shows them; empty if there are none.

    A guest who belongs to the community reads there too, and knows only those who belong to it: then the others are
    counted and not named.
    """
    rows = _GATHERED.rows(tx, wanted=[content_id])
    if not rows:
        return None
    people = {row.member_id for row in rows}
    inside = select(membership.c.member_id).where(
        membership.c.community_id == community_id, membership.c.left_at.is_(None)
    )
    guests = select(member.c.id).where(member.c.kind != MemberKind.EMPLOYEE, member.c.id.in_(inside)).limit(1)
    if tx.execute(guests).first() is None:
        return _gathered(rows, people)
    return _gathered(rows, set(tx.execute(inside.where(membership.c.member_id.in_(people))).scalars()))


def _gathered(rows: Sequence[Any], knowable: set[int]) -> Gathered:
    people = {row.member_id: row.name for row in rows}
    used = Counter(shown(row.emoji) for row in rows)
    names = tuple(name for member_id, name in people.items() if member_id in knowable)
    return Gathered(len(people), tuple(sign for sign, _ in used.most_common()), names)


_GATHERED = Prepared(
    select(reaction.c.content_id, reaction.c.member_id, reaction.c.emoji, member.c.name)
    .join_from(reaction, member, member.c.id == reaction.c.member_id)
    .where(reaction.c.content_id.in_(parameters("wanted")))
    .order_by(reaction.c.content_id, reaction.c.at, reaction.c.id)
)


def shown(name: str) -> str:
    """An emoji as people see it, without its skin tone; ``:name:`` if only a company knows it."""
    plain, _, _ = name.partition("::")
    return emoji(plain) or (f":{plain}:" if plain.isascii() else plain)


def _tell(tx: Transaction, contents: Mapping[int, _About], changed: Collection[int], acting: Acting) -> None:
    """Have the linked channels show the reactions as they are now."""
    for content_id in sorted(changed):
        mirroring.reacted(tx, content_id, contents[content_id].community_id, acting)


def _count(tx: Transaction, roots: Counter[int], sign: int) -> None:
    _MORE.each(tx, [{"root": root, "more": sign * count} for root, count in sorted(roots.items())])


_MORE = Prepared(
    update(thread).where(thread.c.root_id == parameter("root")).values(reactions=thread.c.reactions + parameter("more"))
)


def _contents(tx: Transaction, ids: set[int]) -> dict[int, _About]:
    return {row.id: _About(**row._asdict()) for row in _ABOUT.rows(tx, wanted=sorted(ids))}


_ABOUT = Prepared(
    select(content.c.id, content.c.kind, content.c.root_id, content.c.community_id, content.c.author_id).where(
        content.c.id.in_(parameters("wanted")), content.c.deleted_at.is_(None)
    )
)


def _present(tx: Transaction, contents: dict[int, Any]) -> set[tuple[int, int, str]]:
    rows = _PRESENT.rows(tx, wanted=sorted(contents))
    return {(row.content_id, row.member_id, row.emoji) for row in rows}


_PRESENT = Prepared(
    select(reaction.c.content_id, reaction.c.member_id, reaction.c.emoji).where(
        reaction.c.content_id.in_(parameters("wanted"))
    )
)
