"""Copies of contents in linked channels: the messages that people wrote there, and those that we posted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields

from sqlalchemy import select, update

from reseau.keys import ChannelKey
from reseau.store.prepared import Prepared, parameter
from reseau.store.tables import copy, link
from reseau.store.transaction import Transaction

#: The revision of our own messages that were taken away again.
REMOVED = 0


@dataclass(frozen=True, slots=True)
class Copy:
    """A message that is a copy of a content; ``written`` if a person wrote it there, else we posted it."""

    content_id: int
    link_id: int
    part: int
    native_id: str
    rev: int
    written: bool


def add(tx: Transaction, batch: Sequence[Copy]) -> None:
    """Note messages. Those known already stay as they are."""
    tx.insert(copy, batch, unless_there=True)


def at(tx: Transaction, link_id: int, native_id: str) -> Copy | None:
    """Return the content that a message of a linked channel is a copy of."""
    row = _AT.first(tx, link_id=link_id, native_id=native_id)
    return None if row is None else Copy(*row)


def once_at(tx: Transaction, channel: ChannelKey, native_id: str) -> int | None:
    """Return the content that a message was a copy of under any link of its channel, ended ones too."""
    return tx.execute(
        select(copy.c.content_id)
        .join_from(copy, link)
        .where(
            link.c.platform == channel.platform,
            link.c.tenant == channel.tenant,
            link.c.conversation == channel.conversation,
            copy.c.native_id == native_id,
        )
        .limit(1)
    ).scalar()


def of(tx: Transaction, content_id: int, link_id: int) -> list[Copy]:
    """The messages of a content in one channel, in their order."""
    return [Copy(*row) for row in _OF.rows(tx, content_id=content_id, link_id=link_id)]


def written_in(tx: Transaction, content_id: int) -> list[str]:
    """The names of the linked channels in which a person wrote a content. The caller may change the content."""
    names = select(link.c.name).join_from(copy, link).where(copy.c.content_id == content_id, copy.c.written)
    return list(tx.execute(names.where(link.c.ended_at.is_(None)).distinct().order_by(link.c.name)).scalars())


def bring_up(tx: Transaction, content_id: int, link_id: int, native_ids: Sequence[str], rev: int) -> None:
    """Note that these messages of a channel are copies of a content, at this revision."""
    tx.execute(copy.delete().where(copy.c.content_id == content_id, copy.c.link_id == link_id))
    add(tx, [Copy(content_id, link_id, part, native_id, rev, False) for part, native_id in enumerate(native_ids)])


def renew(tx: Transaction, content_id: int, link_id: int, rev: int) -> None:
    """Note that the messages of a content in a channel are at this revision."""
    same = (copy.c.content_id == content_id) & (copy.c.link_id == link_id)
    tx.execute(update(copy).where(same).values(rev=rev))


_COPIES = select(*(copy.c[field.name] for field in fields(Copy))).order_by(copy.c.part)
_AT = Prepared(_COPIES.where(copy.c.link_id == parameter("link_id"), copy.c.native_id == parameter("native_id")))
_OF = Prepared(_COPIES.where(copy.c.content_id == parameter("content_id"), copy.c.link_id == parameter("link_id")))
