"""Who is told of what: rows of the outbox, queued in the transaction of the change itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import select

from reseau.acting import Acting
from reseau.activity import Trace
from reseau.exchange import outbox
from reseau.exchange.outbox import Delivery
from reseau.keys import AccountKey
from reseau.kinds import PRESENT, Origin, Verb
from reseau.store.moments import to_micros
from reseau.store.prepared import Prepared, given_many
from reseau.store.tables import identity, member
from reseau.store.transaction import Transaction

CONSOLE = "console"  # nobody waits at a console: what it shows is asked for


def replies(tx: Transaction, traces: Sequence[Trace], acting: Acting) -> None:
    """Tell whoever started a thread that somebody else replied, in person.

    What an import brings is nobody's news.
    """
    if acting.origin is Origin.SEEDED:
        return
    news = [one for one in traces if one.verb is Verb.REPLIED and one.target_id not in (None, one.member_id)]
    _queue(tx, news, "reply")


def thanked(tx: Transaction, traces: Sequence[Trace], ids: Sequence[int], acting: Acting) -> None:
    """Tell people that they were thanked; ``ids`` are those of the thanks."""
    if acting.origin is not Origin.SEEDED:
        _queue(tx, traces, "thanks", [{"thanks": id_} for id_ in ids])


def accepted(tx: Transaction, trace: Trace, acting: Acting) -> None:
    """Tell whoever answered (the trace's target) that the answer was kept, unless that person said so."""
    if acting.origin is not Origin.SEEDED and trace.target_id not in (None, trace.member_id):
        _queue(tx, [trace], "accepted")


def waits(tx: Transaction, applicant_id: int, name: str) -> None:
    """Tell whoever runs the network, once, that somebody came and was not let in."""
    running = select(member.c.id).where(member.c.administrator.is_(True), member.c.status.in_(PRESENT))
    news = [Trace(tx.now, None, Verb.NOTED, target_id=int(id_)) for id_ in tx.execute(running).scalars()]
    _queue(tx, news, "applicant", [{"applicant": applicant_id, "name": name}] * len(news))


def _queue(
    tx: Transaction, news: Sequence[Trace], topic: str, more: Sequence[Mapping[str, object]] | None = None
) -> None:
    """Queue one delivery a person, with every account that it can go to: whoever sends it chooses one."""
    people = sorted({one.target_id for one in news if one.target_id is not None})
    if not people:
        return
    accounts: dict[int | None, list[AccountKey]] = {}
    for row in _ACCOUNTS.rows(tx, people=people):
        accounts.setdefault(row.member_id, []).append(AccountKey(row.platform, row.tenant, row.native_id))
    deliveries = [
        Delivery(
            dedupe_key=_key(topic, one, extra),
            topic=topic,
            ordering_key=str(accounts[one.target_id][0]),
            payload={
                "content": one.content_id,
                "root": one.root_id,
                "by": one.member_id,
                "to": one.target_id,
                "doors": [(key.platform, key.tenant, key.native_id) for key in accounts[one.target_id]],
                "at": to_micros(one.at),
                **extra,
            },
        )
        for one, extra in zip(news, more or [{}] * len(news), strict=True)
        if one.target_id in accounts
    ]
    if deliveries:
        outbox.queue(tx, deliveries)


def _key(topic: str, one: Trace, extra: Mapping[str, object]) -> str:
    numbers = [value for value in extra.values() if isinstance(value, int)]
    return ":".join(
        map(str, (topic, one.content_id or 0, one.member_id or 0, to_micros(one.at), one.target_id, *numbers))
    )


_ACCOUNTS = Prepared(
    select(identity.c.member_id, identity.c.platform, identity.c.tenant, identity.c.native_id).where(
        identity.c.member_id.in_(given_many("people")),
        identity.c.platform != CONSOLE,
        identity.c.member_id == member.c.id,
        member.c.status.in_(PRESENT),  # who left is told nothing any more
    )
)
