"""Notifications: rows of the outbox, queued in the transaction of the change itself."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from reseau.acting import Acting
from reseau.activity import Trace
from reseau.exchange import outbox, waiting
from reseau.exchange.notices import Notice
from reseau.exchange.outbox import Delivery
from reseau.keys import AccountKey
from reseau.kinds import PRESENT, FollowKind, Origin, Verb
from reseau.store.moments import to_micros
from reseau.store.prepared import Prepared, parameter, parameters
from reseau.store.tables import follow, identity, member
from reseau.store.transaction import Transaction

ROUTING = "routing"  # the topic of questions that need someone to answer
GREETING = "greeting"  # the topic of the first card of a newcomer
CALLING = "calling"  # the topic of calls to everybody, until each has a notice
KNOWN = "known"  # the occasion of a new question: those who know a lot about it learn of it
GATHERED = "gathered"  # the topic of notices that are sent together
MODERATED = "moderated"  # notices of decisions to authors; nobody can decline them
REPORTED = "reported"
_WHILE = timedelta(minutes=15)
_UNANSWERED = timedelta(hours=4)
_NEWS = timedelta(days=1)
CONSOLE = "console"  # a console shows cards on request, so nobody waits there


def published(
    tx: Transaction, traces: Sequence[Trace], mentioned: Mapping[int, Collection[int]], acting: Acting
) -> None:
    """Notify the people whom a new content concerns, each once.

    Whoever is mentioned comes first, then whoever began the thread, then those who follow it. What an import brings is
    nobody's news.

    Args:
        mentioned: the mentioned members to notify, by content.
    """
    if acting.origin is Origin.SEEDED:
        return
    following = _followers(tx, {trace.root_id for trace in traces if trace.verb is Verb.REPLIED and trace.root_id})
    news: dict[Notice, list[Trace]] = {Notice.MENTION: [], Notice.REPLY: [], Notice.FOLLOWED: []}
    for trace in traces:
        informed = {trace.member_id}
        replied = trace.verb is Verb.REPLIED
        for topic, people in (
            (Notice.MENTION, mentioned.get(trace.content_id or 0, ())),
            (Notice.REPLY, [trace.target_id] if replied and trace.target_id is not None else []),
            (Notice.FOLLOWED, following.get(trace.root_id, ()) if replied else ()),
        ):
            news[topic] += [
                replace(trace, target_id=person_id) for person_id in sorted(people) if person_id not in informed
            ]
            informed.update(people)
    for topic, concerned in news.items():
        _queue(tx, concerned, topic)


def unanswered(tx: Transaction, questions: Mapping[int, datetime], acting: Acting) -> None:
    """Tell those who know of new questions, and look for people who could answer if nobody has after some hours.

    Args:
        questions: when each was asked, by content. What was asked long ago is brought in, and nobody waits for it.
    """
    new = [content_id for content_id, at in questions.items() if tx.now - at < _NEWS]
    if new and acting.origin is not Origin.SEEDED and _SOMEBODY.first(tx) is not None:
        outbox.queue(tx, [_routing(content_id, "first", tx.now + _UNANSWERED) for content_id in new])
        outbox.queue(tx, [_routing(content_id, KNOWN, tx.now) for content_id in new])


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
    order = f"{ROUTING}:{content_id}:{KNOWN}" if occasion == KNOWN else f"{ROUTING}:{content_id}"
    return Delivery(key, ROUTING, order, {"content": content_id, "occasion": occasion}, due_at=due)


def asked(
    tx: Transaction, content_id: int, author_id: int, openings: Mapping[int, datetime], audience: str = ""
) -> None:
    """Tell members that they may be able to answer a question, each once, when their hours begin.

    Args:
        openings: the moment to notify each, by member.
        audience: whom the asker named, if it is for people like them.
    """
    _to_experts(tx, Notice.ASKED, content_id, author_id, openings, audience)


def known(tx: Transaction, content_id: int, author_id: int, member_ids: Collection[int]) -> None:
    """Notify members of a new question in their field, each once."""
    _to_experts(tx, Notice.EXPERTISE, content_id, author_id, dict.fromkeys(member_ids, tx.now))


def _to_experts(
    tx: Transaction,
    notice: Notice,
    content_id: int,
    author_id: int,
    openings: Mapping[int, datetime],
    audience: str = "",
) -> None:
    reached = accounts(tx, list(openings))
    deliveries = [
        Delivery(
            dedupe_key=f"{notice}:{content_id}:{member_id}",
            topic=notice,
            ordering_key=_of_expert(notice, reached[member_id][0]),
            payload={
                "content": content_id,
                "root": content_id,
                "by": author_id,
                "to": member_id,
                "doors": _doors(reached[member_id]),
                "at": to_micros(tx.now),
                "audience": audience,
            },
            due_at=opening,
        )
        for member_id, opening in openings.items()
        if member_id in reached
    ]
    if deliveries:
        outbox.queue(tx, deliveries)


def _of_expert(notice: Notice, account: AccountKey) -> str:
    return f"{notice}:{account}"  # a key of its own, so that no other notice waits for tomorrow's


def was_asked(tx: Transaction, content_id: int, member_id: int) -> bool:
    """Whether a member was asked a question, or will be when their hours begin."""
    return outbox.newest_of(tx, [f"{Notice.ASKED}:{content_id}:{member_id}"]) > 0


def told_lately(tx: Transaction, notice: Notice, member_id: int, since: datetime, most: int) -> int:
    """Count the questions that an expert was sent, up to ``most``; return ``most`` for an unreachable member."""
    reached = accounts(tx, [member_id]).get(member_id)
    return most if reached is None else outbox.due_since(tx, _of_expert(notice, reached[0]), notice, since, most)


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
    """Notify authors of reactions to their contents: all that arrive within a while in one notice."""
    if acting.origin is Origin.SEEDED:
        return
    people = {trace.target_id for trace in traces if trace.target_id not in (None, trace.member_id)}
    for person_id, reached in accounts(tx, people).items():
        order = f"{GATHERED}:{Notice.REACTION}:{reached[0]}"
        if not outbox.awaited(tx, order, GATHERED):
            payload = {"topic": Notice.REACTION, "to": person_id, "since": to_micros(tx.now)}
            due = tx.now + _WHILE
            outbox.queue(tx, [Delivery(f"{order}:{to_micros(tx.now)}", GATHERED, order, payload, due_at=due)])


def put_off(tx: Transaction, notice: Notice, payload: dict[str, Any], due: datetime | None) -> str:
    """Let a notice wait: until a moment, with all that is due for its person then, or for the next summary.

    Returns:
        What is noted with its delivery.
    """
    member_id, root_id = int(payload["to"]), payload.get("root")
    waiting.put(tx, member_id, notice, None if root_id is None else int(root_id), payload, due)
    if due is not None:
        order = f"{GATHERED}:{member_id}:{to_micros(due)}"
        if not outbox.pending(tx, order):  # a delivery under way may have read the reactions already
            key = f"{order}:{outbox.newest(tx)}"
            outbox.queue(tx, [Delivery(key, GATHERED, order, {"to": member_id}, due_at=due)])
    return outbox.PUT_OFF


def thanked(tx: Transaction, traces: Sequence[Trace], ids: Sequence[int], acting: Acting) -> None:
    """Notify people that they were thanked; ``ids`` are those of the thanks."""
    if acting.origin is not Origin.SEEDED:
        _queue(tx, traces, Notice.THANKS, [{"thanks": id_} for id_ in ids])


def accepted(tx: Transaction, trace: Trace, acting: Acting) -> None:
    """Notify the author of an answer (the trace's target) that it was kept, unless that person kept it."""
    if acting.origin is not Origin.SEEDED and trace.target_id not in (None, trace.member_id):
        _queue(tx, [trace], Notice.ACCEPTED)


def waits(tx: Transaction, applicant_id: int, name: str) -> None:
    """Notify the administrators, once, that an applicant is waiting."""
    running = select(member.c.id).where(member.c.administrator.is_(True), member.c.status.in_(PRESENT))
    news = [Trace(tx.now, None, Verb.NOTED, target_id=int(id_)) for id_ in tx.execute(running).scalars()]
    _queue(tx, news, Notice.APPLICANT, [{"applicant": applicant_id, "name": name}] * len(news))


def appointed(tx: Transaction, traces: Sequence[Trace], roles: Sequence[str], acting: Acting) -> None:
    """Tell people (the targets of the traces) that they were given a role, if it was given today."""
    today = [
        (trace, {"role": role, "community": trace.community_id})
        for trace, role in zip(traces, roles, strict=True)
        if tx.now - trace.at < _NEWS
    ]
    if today and acting.origin is not Origin.SEEDED:
        _queue(tx, [trace for trace, _ in today], Notice.ROLE, [role for _, role in today])


def decided(tx: Transaction, trace: Trace, moderation_id: int) -> None:
    """Notify an author of a decision of an animateur or an administrator, with the reason."""
    _queue(tx, [trace], MODERATED, [{"moderation": moderation_id}])


def reported(tx: Transaction, trace: Trace, people: Collection[int], moderation_id: int) -> None:
    """Tell those who decide that a content was reported."""
    news = [replace(trace, target_id=person_id, member_id=None) for person_id in sorted(people)]
    _queue(tx, news, REPORTED, [{"moderation": moderation_id}] * len(news))


def calling(tx: Transaction, content_id: int, author_id: int, community_id: int | None, after: int = 0) -> None:
    """Begin to tell everybody in a community of a call, or go on after a member.

    Those are called who were counted: a thread that is moved meanwhile calls nobody else.
    """
    payload = {"content": content_id, "community": community_id, "after": after}
    outbox.queue(tx, [Delivery(f"{CALLING}:{content_id}:{after}", CALLING, f"{CALLING}:{author_id}", payload)])


def called_lately(tx: Transaction, author_id: int, since: datetime) -> bool:
    """Whether a member has called everybody since a moment."""
    return outbox.due_since(tx, f"{CALLING}:{author_id}", CALLING, since, 1) > 0


def call(tx: Transaction, content_id: int, author_id: int, people: Sequence[int]) -> None:
    """Notify some of the people whom a call reaches."""
    news = [
        Trace(tx.now, author_id, Verb.NOTED, content_id=content_id, root_id=content_id, target_id=id_) for id_ in people
    ]
    _queue(tx, news, Notice.CALL)


def greet(tx: Transaction, member_id: int, opening: datetime) -> None:
    """Greet a newcomer when their hours begin, once whatever the platform."""
    payload = {"to": member_id}
    key = f"{GREETING}:{member_id}"
    outbox.queue(tx, [Delivery(key, GREETING, key, payload, due_at=opening)])


def greeted(tx: Transaction, member_id: int) -> bool:
    """Whether a newcomer was greeted, or will be."""
    return outbox.newest_of(tx, [f"{GREETING}:{member_id}"]) > 0


def _queue(
    tx: Transaction, news: Sequence[Trace], topic: str, more: Sequence[Mapping[str, object]] | None = None
) -> None:
    """Queue one delivery a person, with every possible account: the sender chooses one."""
    reached = accounts(tx, {item.target_id for item in news})
    deliveries = [
        Delivery(
            dedupe_key=_key(topic, item, extra),
            topic=topic,
            ordering_key=str(reached[item.target_id][0]),
            payload={
                "content": item.content_id,
                "root": item.root_id,
                "by": item.member_id,
                "to": item.target_id,
                "doors": _doors(reached[item.target_id]),
                "at": to_micros(item.at),
                **extra,
            },
        )
        for item, extra in zip(news, more or [{}] * len(news), strict=True)
        if item.target_id in reached
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


def _doors(keys: Sequence[AccountKey]) -> list[tuple[str, str, str]]:
    return [(key.platform, key.tenant, key.native_id) for key in keys]


def accounts(tx: Transaction, people: Collection[int | None]) -> dict[int | None, list[AccountKey]]:
    """The accounts of members for notifications; members without an account are left out."""
    ids = sorted(person_id for person_id in people if person_id is not None)
    reached: dict[int | None, list[AccountKey]] = {}
    for row in _ACCOUNTS.rows(tx, people=ids) if ids else ():
        reached.setdefault(row.member_id, []).append(AccountKey(row.platform, row.tenant, row.native_id))
    return reached


_ACCOUNTS = Prepared(
    select(identity.c.member_id, identity.c.platform, identity.c.tenant, identity.c.native_id).where(
        identity.c.member_id.in_(parameters("people")),
        identity.c.platform != CONSOLE,
        identity.c.member_id == member.c.id,
        member.c.status.in_(PRESENT),  # people who left get no notifications
    )
)
