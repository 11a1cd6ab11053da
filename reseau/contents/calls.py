"""Calls to everybody: « @tous », ``@all``, ``@channel`` in what begins a thread. Who may call, how often, and whom."""

from __future__ import annotations

import re
from datetime import timedelta

from sqlalchemy import Select, func, select

from reseau.communities import reading
from reseau.errors import ReseauError
from reseau.exchange import notifications
from reseau.folding import fold
from reseau.i18n import N_
from reseau.kinds import PRESENT, MemberKind
from reseau.people import members
from reseau.store.tables import member, membership
from reseau.store.transaction import Transaction

FEW = 50  # people whom any member may call
_PAUSE = timedelta(days=1)  # between two calls of one person
_WORDS = "tous|toutes|tout le monde|toutlemonde|all|everybody|everyone|channel|canal|here|ici"
_CALL = re.compile(rf"(?<![\w@./-])@(?:{_WORDS})(?![\w@-]|\.\w)")


class CallError(ReseauError):
    """A person may not call everybody there, or not again so soon."""


def is_called(text: str) -> bool:
    """Whether a text calls everybody."""
    return "@" in text and _CALL.search(fold(text)) is not None


def called(community_id: int | None, caller_id: int) -> Select[tuple[int]]:
    """Select the ids of those whom a call reaches: the members of the community, on a wall all employees."""
    people = select(member.c.id).where(member.c.status.in_(PRESENT), member.c.id != caller_id)
    if community_id is None:
        return people.where(member.c.kind == MemberKind.EMPLOYEE)
    inside = select(membership.c.member_id).where(
        membership.c.community_id == community_id, membership.c.left_at.is_(None)
    )
    return people.where(member.c.id.in_(inside))


def count(tx: Transaction, community_id: int | None, caller_id: int) -> int:
    """Count the people whom a call reaches."""
    people = called(community_id, caller_id).subquery()
    return int(tx.execute(select(func.count()).select_from(people)).scalar_one())


def check(tx: Transaction, community_id: int | None, caller_id: int) -> int:
    """Check that a person may call everybody now; return how many people that reaches.

    Raises:
        CallError: there are many people, and the caller neither animates the community nor runs the network; or the
            caller called less than a day ago.
    """
    reached = count(tx, community_id, caller_id)
    caller = members.known(tx, caller_id)
    leads = caller is not None and caller.administrator
    leads = leads or (community_id is not None and reading.animates(tx, community_id, caller_id))
    if reached > FEW and not leads:
        raise CallError(
            "E_CALL",
            N_(
                "This would call a crowd of {count}. Above {few}, only the animateurs of a community and the "
                "administrators may. Write it without the @: it is read all the same."
            ),
            count=reached,
            few=FEW,
        )
    if notifications.called_lately(tx, caller_id, tx.now - _PAUSE):
        raise CallError(
            "E_CALL_AGAIN",
            N_("You called everybody less than a day ago. Write it without the @: it is read all the same."),
        )
    return reached
