"""What a page may say of the store itself: names of open communities, through the read gate, and what is ready."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import exists, func, select

from reseau.access import Viewer, readable_communities, readable_contents
from reseau.kinds import ContentState, MemberStatus
from reseau.store.tables import community, content, member
from reseau.store.transaction import Transaction

#: An employee who belongs nowhere: sees what is open and nothing else.
EVERYBODY = Viewer(0, internal=True)
_MOST = 500  # codes asked for at once


def open_names(tx: Transaction) -> dict[str, str]:
    """The names of the open communities that are nobody's own, by the text of their id."""
    rows = tx.execute(
        select(community.c.id, community.c.name).where(
            community.c.id.in_(readable_communities(EVERYBODY)), community.c.personal.is_(False)
        )
    )
    return {str(row.id): row.name for row in rows}


def open_codes(tx: Transaction, content_ids: Collection[int]) -> dict[int, str]:
    """The codes (``Q12``) of those of these contents that everyone inside may read now."""
    if not content_ids:
        return {}
    rows = tx.execute(
        select(content.c.id, content.c.code).where(
            content.c.id.in_(sorted(content_ids)[:_MOST]), readable_contents(EVERYBODY), content.c.code.is_not(None)
        )
    )
    return {row.id: row.code for row in rows}


@dataclass(frozen=True, slots=True)
class Furnished:
    """What is there before the first person comes.

    Attributes:
        communities: someone has opened one; contents: something can be read.
        expected: people of the directory who have not come in, nor left.
    """

    communities: bool = False
    contents: bool = False
    expected: int = 0


def furnished(tx: Transaction) -> Furnished:
    """Look at what an import or a kit has brought."""
    shared = community.c.personal.is_(False) & community.c.conversation.is_(False)
    published = content.c.state == ContentState.PUBLISHED
    awaited = (member.c.status == MemberStatus.INVITED) | (member.c.status == MemberStatus.ACTIVE)
    expected = select(func.count()).select_from(member).where(awaited, member.c.activated_at.is_(None))
    return Furnished(
        communities=bool(tx.execute(select(exists().where(shared))).scalar_one()),
        contents=bool(tx.execute(select(exists().where(published))).scalar_one()),
        expected=tx.execute(expected).scalar_one(),
    )
