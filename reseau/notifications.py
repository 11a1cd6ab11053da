"""Who is told of what: rows of the outbox, queued in the transaction of the change itself."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from reseau import members, outbox
from reseau.acting import Acting
from reseau.activity import Trace
from reseau.kinds import Origin, Verb
from reseau.outbox import Delivery
from reseau.store.prepared import Prepared, given_many
from reseau.store.tables import identity, member
from reseau.store.transaction import Transaction

CONSOLE = "console"  # nobody waits at a console: what it shows is asked for


def replies(tx: Transaction, traces: Sequence[Trace], acting: Acting) -> None:
    """Tell whoever started a thread that somebody else replied, on the platforms where that person is known.

    What an import brings is nobody's news.
    """
    if acting.origin is Origin.SEEDED:
        return
    news = [one for one in traces if one.verb is Verb.REPLIED and one.target_id not in (None, one.member_id)]
    _queue(tx, news, "reply")


def thanked(tx: Transaction, traces: Sequence[Trace], acting: Acting) -> None:
    """Tell people that they were thanked."""
    if acting.origin is not Origin.SEEDED:
        _queue(tx, traces, "thanks")


def _queue(tx: Transaction, news: Sequence[Trace], topic: str) -> None:
    people = sorted({one.target_id for one in news if one.target_id is not None})
    if not people:
        return
    doors: dict[int, list[tuple[str, str, str]]] = {}
    for start in range(0, len(people), 900):
        for row in _DOORS.rows(tx, people=people[start : start + 900]):
            doors.setdefault(row.member_id, []).append((row.platform, row.tenant, row.native_id))
    deliveries = [
        Delivery(
            dedupe_key=f"{topic}:{one.content_id or 0}:{one.member_id}:{one.at}:{platform}:{tenant}:{native_id}",
            topic=topic,
            ordering_key=f"{platform}:{tenant}:{native_id}",
            payload={
                "content": one.content_id,
                "root": one.root_id,
                "by": one.member_id,
                "to": one.target_id,
                "at": one.at,
            },
        )
        for one in news
        for platform, tenant, native_id in doors.get(one.target_id or 0, [])
    ]
    if deliveries:
        outbox.queue(tx, deliveries)


_DOORS = Prepared(
    select(identity.c.member_id, identity.c.platform, identity.c.tenant, identity.c.native_id).where(
        identity.c.member_id.in_(given_many("people")),
        identity.c.platform != CONSOLE,
        identity.c.member_id == member.c.id,
        member.c.status.in_(members.PRESENT),  # who left is told nothing any more
    )
)
