"""Reads from the store itself: the names and codes that every employee may know, and how ready the network is."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import exists, func, select

from reseau.access import Viewer, readable_communities, readable_contents
from reseau.kinds import ContentState, MemberStatus
from reseau.store.tables import community, content, member
from reseau.store.transaction import Transaction

#: An employee who belongs to no community, and so may read everything that is open and nothing else.
EVERYBODY = Viewer(0, internal=True)
_MOST = 500  # codes read at once


def open_names(tx: Transaction) -> dict[str, str]:
    """Return the names of the open communities, without personal ones, by the text of their id."""
    rows = tx.execute(
        select(community.c.id, community.c.name).where(
            community.c.id.in_(readable_communities(EVERYBODY)), community.c.personal.is_(False)
        )
    )
    return {str(row.id): row.name for row in rows}


def open_codes(tx: Transaction, content_ids: Collection[int]) -> dict[int, str]:
    """Return the codes (``Q12``) of those of these contents that every employee may read now."""
    if not content_ids:
        return {}
    rows = tx.execute(
        select(content.c.id, content.c.code).where(
            content.c.id.in_(sorted(content_ids)[:_MOST]), readable_contents(EVERYBODY), content.c.code.is_not(None)
        )
    )
    return {row.id: row.code for row in rows}


@dataclass(frozen=True, slots=True)
class Readiness:
    """The state of the network before the first person joins.

    Attributes:
        communities: whether there is a community.
        contents: whether there is a published content.
        expected: the number of people of the directory who have neither activated nor left.
    """

    communities: bool = False
    contents: bool = False
    expected: int = 0


def read_readiness(tx: Transaction) -> Readiness:
    """Return what the network holds after imports and kits."""
    shared = community.c.personal.is_(False) & community.c.conversation.is_(False)
    published = content.c.state == ContentState.PUBLISHED
    present = (member.c.status == MemberStatus.INVITED) | (member.c.status == MemberStatus.ACTIVE)
    expected = select(func.count()).select_from(member).where(present, member.c.activated_at.is_(None))
    return Readiness(
        communities=bool(tx.execute(select(exists().where(shared))).scalar_one()),
        contents=bool(tx.execute(select(exists().where(published))).scalar_one()),
        expected=tx.execute(expected).scalar_one(),
    )
