"""Notifications: rows of the outbox, queued in the transaction of the change itself."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import select

from reseau.acting import Acting
from reseau.activity import Trace
from reseau.exchange import outbox
from reseau.exchange.outbox import Delivery
from reseau.keys import AccountKey
from reseau.kinds import PRESENT, FollowKind, Origin, Verb
from reseau.store.moments import to_micros
from reseau.store.prepared import Prepared, parameter, parameters
from reseau.store.tables import follow, identity, member
from reseau.store.transaction import Transaction

ROUTING = "routing"  # the topic of questions that need someone to answer
GATHERED = "gathered"  # the topic of notices that are sent together
REACTION = "reaction"
MODERATED = "moderated"  # what an author is told of a decision; nobody can decline it
REPORTED = "reported"
_WHILE = timedelta(minutes=15)
_UNANSWERED = timedelta(hours=4)
_NEWS = timedelta(days=1)
CONSOLE = "console"  # nobody waits at a console: what it shows is asked for


def published(
    tx: Transaction, traces: Sequence[Trace], mentioned: Mapping[int, Collection[int]], acting: Acting
) -> None:
    """Tell those whom a new content concerns, each once.

    Whoever is mentioned comes first, then whoever began the thread, then those who follow it. What an import brings is
    nobody's news.

    Args:
        mentioned: the mentioned members to notify, by content.
    """
    if acting.origin is Origin.SEEDED:
        return
    following = _followers(tx, {trace.root_id for trace in traces if trace.verb is Verb.REPLIED and trace.root_id})
    news: dict[str, list[Trace]] = {"mention": [], "reply": [], "followed": []}
    for trace in traces:
        informed = {trace.member_id}
        replied = trace.verb is Verb.REPLIED
        for topic, people in (
            ("mention", mentioned.get(trace.content_id or 0, ())),
            ("reply", [trace.target_id] if replied and trace.target_id is not None else []),
            ("followed", following.get(trace.root_id, ()) if replied else ()),
        ):
            news[topic] += [
                replace(trace, target_id=person_id) for person_id in sorted(people) if person_id not in informed
            ]
            informed.update(people)
    for topic, concerned in news.items():
        _queue(tx, concerned, topic)


def unanswered(tx: Transaction, questions: Mapping[int, datetime], acting: Acting) -> None:
    """Look for people who could answer, if nobody has answered after some hours.

    Args:
        questions: when each was asked, by content. What was asked long ago is brought in, and nobody waits for it.
    """
    new = [content_id for content_id, at in questions.items() if tx.now - at < _NEWS]
    if new and acting.origin is not Origin.SEEDED and _SOMEBODY.first(tx) is not None:
        outbox.queue(tx, [_routing(content_id, "first", tx.now + _UNANSWERED) for content_id in new])


def reopened(tx: Transaction, content_id: int, at: datetime, acting: Acting) -> None:
    """Look again, at once, for people who could answer: it has been asked for long enough."""
    if acting.origin is not Origin.SEEDED and _SOMEBODY.first(tx) is not None:
        outbox.queue(tx, [_routing(content_id, f"reopened:{to_micros(at)}", tx.now)])


#: Somebody who can be told anything at all.
_SOMEBODY = Prepared(select(identity.c.member_id).where(identity.c.platform != CONSOLE).limit(1))


def passed(tx: Transaction, content_id: int, member_id: int) -> None:
    """Look for someone else at once: this member was asked and cannot answer."""
    outbox.queue(tx, [_routing(content_id, str(member_id), tx.now)])


def _routing(content_id: int, occasion: str, due: datetime) -> Delivery:
    key = f"{ROUTING}:{content_id}:{occasion}"
    return Delivery(key, ROUTING, f"{ROUTING}:{content_id}", {"content": content_id}, due_at=due)


def asked(
    tx: Transaction, content_id: int, author_id: int, openings: Mapping[int, datetime], audience: str = ""
) -> None:
    """Tell members that they may be able to answer a question, each once, when their hours begin.

    Args:
        openings: the moment to notify each, by member.
        audience: whom the asker named, if it is for people like them.
    """
    accounts = _accounts(tx, list(openings))
    deliveries = [
        Delivery(
            dedupe_key=asked_key(content_id, member_id),
            topic="asked",
            ordering_key=_asking(accounts[member_id][0]),
            payload={
                "content": content_id,
                "root": content_id,
                "by": author_id,
                "to": member_id,
                "doors": [(key.platform, key.tenant, key.native_id) for key in accounts[member_id]],
                "at": to_micros(tx.now),
                "audience": audience,
            },
            due_at=opening,
        )
        for member_id, opening in openings.items()
        if member_id in accounts
    ]
    if deliveries:
        outbox.queue(tx, deliveries)


def _asking(account: AccountKey) -> str:
    return f"asked:{account}"  # apart, so that nothing waits behind tomorrow's notices


def asked_key(content_id: int, member_id: int) -> str:
    """What names that a member was asked a question."""
    return f"asked:{content_id}:{member_id}"


def asked_lately(tx: Transaction, member_id: int, since: datetime, most: int) -> int:
    """How many questions a member was asked since a moment, counted up to ``most``; the most where nobody can ask."""
    accounts = _accounts(tx, [member_id]).get(member_id)
    return most if accounts is None else outbox.due_since(tx, _asking(accounts[0]), "asked", since, most)


def _followers(tx: Transaction, root_ids: set[int]) -> dict[int | None, list[int]]:
    followers: dict[int | None, list[int]] = {}
    for row in _FOLLOWERS.rows(tx, wanted=sorted(root_ids), kind=FollowKind.CONTENT):
        followers.setdefault(row.target_id, []).append(row.member_id)
    return followers


_FOLLOWERS = Prepared(
    select(follow.c.target_id, follow.c.member_id).where(
        follow.c.target_kind == parameter("kind"), follow.c.target_id.in_(parameters("wanted"))
    )
)


def reacted(tx: Transaction, traces: Sequence[Trace], acting: Acting) -> None:
    """Tell people that others react to what they wrote: all that comes within a while in one notice."""
    if acting.origin is Origin.SEEDED:
        return
    people = {trace.target_id for trace in traces if trace.target_id not in (None, trace.member_id)}
    for person_id, accounts in _accounts(tx, people).items():
        order = f"{GATHERED}:{REACTION}:{accounts[0]}"
        if not outbox.awaited(tx, order, GATHERED):
            payload = {"topic": REACTION, "to": person_id, "since": to_micros(tx.now)}
            due = tx.now + _WHILE
            outbox.queue(tx, [Delivery(f"{order}:{to_micros(tx.now)}", GATHERED, order, payload, due_at=due)])


def thanked(tx: Transaction, traces: Sequence[Trace], ids: Sequence[int], acting: Acting) -> None:
    """Tell people that they were thanked; ``ids`` are those of the thanks."""
    if acting.origin is not Origin.SEEDED:
        _queue(tx, traces, "thanks", [{"thanks": id_} for id_ in ids])


def accepted(tx: Transaction, trace: Trace, acting: Acting) -> None:
    """Tell whoever answered (the trace's target) that the answer was kept, unless that person said so."""
    if acting.origin is not Origin.SEEDED and trace.target_id not in (None, trace.member_id):
        _queue(tx, [trace], "accepted")


def waits(tx: Transaction, applicant_id: int, name: str) -> None:
    """Notify the administrators, once, that an applicant is waiting."""
    running = select(member.c.id).where(member.c.administrator.is_(True), member.c.status.in_(PRESENT))
    news = [Trace(tx.now, None, Verb.NOTED, target_id=int(id_)) for id_ in tx.execute(running).scalars()]
    _queue(tx, news, "applicant", [{"applicant": applicant_id, "name": name}] * len(news))


def decided(tx: Transaction, trace: Trace, moderation_id: int) -> None:
    """Tell an author what an animateur or an administrator decided, with the reason."""
    _queue(tx, [trace], MODERATED, [{"moderation": moderation_id}])


def reported(tx: Transaction, trace: Trace, people: Collection[int], moderation_id: int) -> None:
    """Tell those who decide that a content was reported."""
    news = [replace(trace, target_id=person_id, member_id=None) for person_id in sorted(people)]
    _queue(tx, news, REPORTED, [{"moderation": moderation_id}] * len(news))


def _queue(
    tx: Transaction, news: Sequence[Trace], topic: str, more: Sequence[Mapping[str, object]] | None = None
) -> None:
    """Queue one delivery a person, with every account that it can go to: whoever sends it chooses one."""
    accounts = _accounts(tx, {item.target_id for item in news})
    deliveries = [
        Delivery(
            dedupe_key=_key(topic, item, extra),
            topic=topic,
            ordering_key=str(accounts[item.target_id][0]),
            payload={
                "content": item.content_id,
                "root": item.root_id,
                "by": item.member_id,
                "to": item.target_id,
                "doors": [(key.platform, key.tenant, key.native_id) for key in accounts[item.target_id]],
                "at": to_micros(item.at),
                **extra,
            },
        )
        for item, extra in zip(news, more or [{}] * len(news), strict=True)
        if item.target_id in accounts
    ]
    if deliveries:
        outbox.queue(tx, deliveries)


def _key(topic: str, notification: Trace, extra: Mapping[str, object]) -> str:
    numbers = [value for value in extra.values() if isinstance(value, int)]
    return ":".join(
        map(
            str,
            (
                topic,
                notification.content_id or 0,
                notification.member_id or 0,
                to_micros(notification.at),
                notification.target_id,
                *numbers,
            ),
        )
    )


def _accounts(tx: Transaction, people: Collection[int | None]) -> dict[int | None, list[AccountKey]]:
    """The accounts of members for notifications; members without an account are left out."""
    ids = sorted(person_id for person_id in people if person_id is not None)
    accounts: dict[int | None, list[AccountKey]] = {}
    for row in _ACCOUNTS.rows(tx, people=ids) if ids else ():
        accounts.setdefault(row.member_id, []).append(AccountKey(row.platform, row.tenant, row.native_id))
    return accounts


_ACCOUNTS = Prepared(
    select(identity.c.member_id, identity.c.platform, identity.c.tenant, identity.c.native_id).where(
        identity.c.member_id.in_(parameters("people")),
        identity.c.platform != CONSOLE,
        identity.c.member_id == member.c.id,
        member.c.status.in_(PRESENT),  # people who left get no notifications
    )
)
