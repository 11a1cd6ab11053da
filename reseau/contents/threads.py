"""Reading contents and their threads, always through the read gate."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, select

from reseau import access
from reseau.access import Viewer
from reseau.contents.content_type import ContentType, type_of
from reseau.kinds import ContentState
from reseau.store.prepared import Prepared, parameter, parts
from reseau.store.tables import community, content, former_code, member, thread
from reseau.store.transaction import Transaction


@dataclass(frozen=True, slots=True)
class Content:
    """A content as a viewer reads it. The ``code`` of a reply is its thread's; moments are UTC.

    Attributes:
        community: the community's name, ``None`` on a wall.
        replies, answered_at, accepted_id: of the whole thread.
    """

    id: int
    code: str
    kind: ContentType
    author_id: int
    author: str
    community_id: int | None
    community: str | None
    root_id: int
    title: str
    text: str
    language: str
    created_at: datetime
    edited_at: datetime | None
    replies: int
    last_at: datetime
    answered_at: datetime | None
    accepted_id: int | None

    @property
    def is_reply(self) -> bool:
        return self.id != self.root_id


@dataclass(frozen=True, slots=True)
class Thread:
    """A content and its replies in order of time. ``root`` is ``None`` if it was taken back."""

    root: Content | None
    replies: tuple[Content, ...]


@dataclass(frozen=True, slots=True)
class Written:
    """A content as linked channels need it, read past the gate.

    Attributes:
        gone: whether it was taken back, or is a draft.
        platform: where it was written.
    """

    id: int
    root_id: int
    code: str
    kind: ContentType
    author_id: int
    community_id: int | None
    title: str
    text: str
    rev: int
    gone: bool
    platform: str = ""


_root = content.alias("root")


def statement() -> Select[tuple[object, ...]]:
    """Return a SELECT of the columns of :class:`Content`, to be composed with a clause of ``access``."""
    return select(
        content.c.id,
        _root.c.code,
        content.c.kind,
        content.c.author_id,
        member.c.name.label("author"),
        content.c.community_id,
        community.c.name.label("community"),
        content.c.root_id,
        content.c.title,
        content.c.text,
        content.c.language,
        content.c.created_at,
        content.c.edited_at,
        thread.c.replies,
        thread.c.last_at,
        thread.c.answered_at,
        thread.c.accepted_id,
    ).select_from(
        content.join(_root, _root.c.id == content.c.root_id)
        .join(member, member.c.id == content.c.author_id)
        .join(thread, thread.c.root_id == content.c.root_id)
        .outerjoin(community, community.c.id == content.c.community_id)
    )


def content_of(row: dict[str, Any]) -> Content:
    """Return the content of a row of :func:`statement`, given by the names of its columns."""
    values = dict(row)
    values["kind"] = type_of(values["kind"])
    return Content(**values)


_CODE = re.compile(r"^\s*#?([A-Za-z])\s?(\d{1,18})(?:-([a-z0-9]+))?\s*$", re.IGNORECASE)


def code_of(text: str) -> str | None:
    """Return the code that a text is (``q12`` is ``Q12``), or ``None``."""
    match = _CODE.match(text)
    if match is None:
        return None
    letter, number, suffix = match.groups()
    return f"{letter.upper()}{int(number)}" + (f"-{suffix.lower()}" if suffix else "")


def get(tx: Transaction, who: Viewer, code: str | int) -> Content | None:
    """Return the content with a code (or id) if the viewer may read it, else ``None``: gone and closed look alike.

    A code that a thread had before it was moved or merged leads to where it is now.
    """
    if who.member_id is None:
        return None
    typed = code if isinstance(code, int) else code_of(code)
    if typed is None:
        return None
    statements = _BY_ID if isinstance(typed, int) else _BY_CODE
    row = statements[who.internal].first(tx, wanted=typed, viewer_id=who.member_id)
    if row is None and isinstance(typed, str) and (now := _FORMER.first(tx, code=typed)) is not None:
        row = _BY_ID[who.internal].first(tx, wanted=now.content_id, viewer_id=who.member_id)
    return None if row is None else content_of(row._asdict())


_FORMER = Prepared(select(former_code.c.content_id).where(former_code.c.code == parameter("code")))


_BY_ID, _BY_CODE = (
    {
        internal: Prepared(
            statement().where(column == parameter("wanted"), access.readable_contents(access.bound_viewer(internal)))
        )
        for internal in (True, False)
    }
    for column in (content.c.id, content.c.code)
)


def get_all(tx: Transaction, who: Viewer, content_ids: Iterable[int]) -> dict[int, Content]:
    """Return those of these contents that the viewer may read, by id."""
    contents: dict[int, Content] = {}
    for part in parts(sorted(set(content_ids))):
        rows = tx.execute(statement().where(content.c.id.in_(part), access.readable_contents(who)))
        contents.update((item.id, item) for item in (content_of(row._asdict()) for row in rows))
    return contents


def written(tx: Transaction, content_id: int) -> Written | None:
    """Return a content past the read gate: links are checked when they are made and whenever readers change."""
    row = tx.execute(select(content).where(content.c.id == content_id)).first()
    if row is None:
        return None
    return Written(
        row.id,
        row.root_id,
        row.code or "",
        type_of(row.kind),
        row.author_id,
        row.community_id,
        row.title,
        row.text,
        row.rev,
        gone=row.deleted_at is not None or row.state != ContentState.PUBLISHED,
        platform=row.platform,
    )


def kind_of(tx: Transaction, content_id: int) -> ContentType:
    """Return the type of a content, past the read gate: for callers of write functions, not to be shown."""
    return type_of(tx.execute(select(content.c.kind).where(content.c.id == content_id)).scalar_one())


def root_of(tx: Transaction, content_id: int) -> int:
    """Return the id of the content that started the thread of a content."""
    return int(tx.execute(select(content.c.root_id).where(content.c.id == content_id)).scalar_one())


def platform_of(tx: Transaction, content_id: int) -> str:
    """Return the platform on which a content was written; empty if there is no such content."""
    return str(tx.execute(select(content.c.platform).where(content.c.id == content_id)).scalar() or "")


def code_of_root(tx: Transaction, content_id: int) -> str:
    """Return the code of the thread of a content."""
    code = select(_root.c.code).join_from(content, _root, _root.c.id == content.c.root_id)
    return str(tx.execute(code.where(content.c.id == content_id)).scalar() or "")


def author_of(tx: Transaction, content_id: int) -> int:
    """Return the id of the author of a content."""
    return int(tx.execute(select(content.c.author_id).where(content.c.id == content_id)).scalar_one())


def place_of(tx: Transaction, content_id: int) -> int | None:
    """Return the id of the community of a content, past the read gate; ``None`` on a wall."""
    community_id: int | None = tx.execute(select(content.c.community_id).where(content.c.id == content_id)).scalar_one()
    return community_id


def replies_of(tx: Transaction, root_id: int, author_id: int) -> list[int]:
    """Return the ids of a member's replies in a thread, oldest first, withdrawn ones too: people number them from 1."""
    mine = select(content.c.id).where(
        content.c.root_id == root_id,
        content.c.id != root_id,
        content.c.author_id == author_id,
        content.c.state != ContentState.MERGED,  # it began a thread of its own
    )
    return list(tx.execute(mine.order_by(content.c.id)).scalars())


def edited_since(tx: Transaction, content_id: int, moment: datetime) -> bool:
    """Whether a content was edited at or after a moment."""
    edited = select(content.c.id).where(content.c.id == content_id, content.c.edited_at >= moment)
    return tx.execute(edited).first() is not None


def read(tx: Transaction, who: Viewer, root_id: int, limit: int = 50) -> Thread:
    """Read a thread with its newest ``limit`` replies. It is empty if the viewer may not read it."""
    gate = access.readable_contents(who)
    root = get(tx, who, root_id)
    newest = (
        statement()
        .where(content.c.root_id == root_id, content.c.id != root_id, gate)
        .order_by(content.c.created_at.desc(), content.c.id.desc())
        .limit(limit)
    )
    replies = [content_of(row._asdict()) for row in tx.execute(newest)]
    return Thread(root, tuple(reversed(replies)))


def newest_code(
    tx: Transaction,
    who: Viewer,
    kinds: Collection[ContentType],
    author_id: int | None = None,
    *,
    answered: bool = False,
) -> str:
    """Return the code of the newest thread of some types that a viewer may read, or an empty text.

    Args:
        author_id: only threads that this member began.
        answered: only threads with a reply.
    """
    newest = (
        select(content.c.code)
        .where(
            content.c.kind.in_([kind.name for kind in kinds]),
            content.c.code.is_not(None),
            access.readable_contents(who),
        )
        .order_by(content.c.id.desc())
        .limit(1)
    )
    if author_id is not None:
        newest = newest.where(content.c.author_id == author_id)
    if answered:
        newest = newest.where(content.c.id.in_(select(thread.c.root_id).where(thread.c.replies > 0)))
    return str(tx.execute(newest).scalar() or "")


def recent_of(tx: Transaction, who: Viewer, member_id: int, limit: int = 5) -> Sequence[Content]:
    """Return the latest contents of a member that the viewer may read, newest first."""
    newest = (
        statement()
        .where(content.c.author_id == member_id, access.readable_contents(who))
        .order_by(content.c.created_at.desc(), content.c.id.desc())
        .limit(limit)
    )
    return [content_of(row._asdict()) for row in tx.execute(newest)]
