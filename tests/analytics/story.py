"""Short functions that build small companies for the tests of analytics: people, communities and their acts."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from reseau import activity
from reseau.acting import Acting
from reseau.activity import Trace
from reseau.communities import belonging, opening
from reseau.communities.belonging import Appointment
from reseau.communities.opening import NewCommunity
from reseau.contents.content_type import ContentType
from reseau.contents.kinds.comment import COMMENT
from reseau.contents.kinds.discussion import DISCUSSION
from reseau.contents.kinds.idea import IDEA
from reseau.contents.kinds.question import QUESTION
from reseau.kinds import AnimateurRole, CommunityKind, MemberKind, MemberStatus, Origin, Privacy, Verb
from reseau.network import Network
from reseau.people import members
from reseau.people.members import NewMember

MONDAY = date(2026, 3, 2)  # of ISO week 10
HERE = Acting("slack")
BROUGHT = Acting("import", Origin.SEEDED)
ORIGINS = {origin: Acting("slack", origin) for origin in Origin}


def moment(day: int, hour: float = 12.0) -> datetime:
    """Return the moment ``hour`` hours after midnight (UTC) of the day ``day`` days after ``MONDAY``."""
    return datetime(MONDAY.year, MONDAY.month, MONDAY.day, tzinfo=UTC) + timedelta(days=day, hours=hour)


def people(network: Network, count: int, **fields: object) -> list[int]:
    """Add ``count`` employees with the same fields, and return their ids."""
    with network.store.write() as tx:
        new = [NewMember(name=f"Membre {n}", **fields) for n in range(count)]  # type: ignore[arg-type]
        return members.add(tx, new, BROUGHT)


def places(network: Network, count: int, opened: int = 0, **fields: object) -> list[int]:
    """Add ``count`` communities with the same fields, and return their ids."""
    with network.store.write() as tx:
        new = [
            NewCommunity(name=f"Lieu {n}", kind=CommunityKind.PROJECT, created_at=moment(opened, 1), **fields)  # type: ignore[arg-type]
            for n in range(count)
        ]
        return opening.add(tx, new, BROUGHT)


def activate(network: Network, who: Sequence[int], day: int) -> None:
    """Record the first contact of some people."""
    with network.store.write() as tx:
        members.activate(tx, list(who), HERE, at=moment(day))


def appoint(network: Network, place: int, who: int, since: int, until: int | None = None) -> None:
    """Put someone in charge of a community."""
    with network.store.write() as tx:
        end = None if until is None else moment(until)
        role = AnimateurRole.ANIMATEUR
        belonging.appoint(tx, [Appointment(place, who, role, moment(since), end)], HERE)


def tell(network: Network, traces: Sequence[Trace], origin: Origin = Origin.NATIVE) -> None:
    """Append traces as the write functions do."""
    with network.store.write() as tx:
        activity.append(tx, traces, ORIGINS[origin])


def did(who: int, verb: Verb, day: int, hour: float = 12.0, **fields: object) -> Trace:
    """Return one trace."""
    return Trace(moment(day, hour), who, verb, **fields)  # type: ignore[arg-type]


def wrote(who: int, content: int, day: int, kind: ContentType = DISCUSSION, *, place: int | None = None) -> Trace:
    """Return the trace of a new thread."""
    return did(who, Verb.PUBLISHED, day, kind=kind.name, content_id=content, root_id=content, community_id=place)


def replied(
    who: int, content: int, root: int, day: int, hour: float = 12.0, *, to: int | None = None, place: int | None = None
) -> Trace:
    """Return the trace of a reply to a thread."""
    fields = {"content_id": content, "root_id": root, "community_id": place, "target_id": to}
    return did(who, Verb.REPLIED, day, hour, kind=COMMENT.name, **fields)


@dataclass(frozen=True, slots=True)
class Draw:
    """The size of a random company."""

    people: int = 70
    places: int = 7
    acts: int = 900
    weeks: int = 9


def draw_company(network: Network, seed: int, size: Draw = Draw()) -> None:
    """Add a company with everything that figures leave out: bots, leavers, secret places, deleted and seeded rows."""
    rng = random.Random(seed)
    staff = [_member(rng, n) for n in range(size.people)]
    spots = [_place(rng, n, size) for n in range(size.places)]
    with network.store.write() as tx:
        ids = members.add(tx, staff, BROUGHT)
        where = opening.add(tx, spots, BROUGHT)
        for who in rng.sample(ids, size.people * 3 // 4):
            members.activate(tx, [who], ORIGINS[rng.choice(list(Origin))], at=_when(rng, size))
        for _ in range(size.places * 2):
            since = _when(rng, size)
            until = rng.choice([None, since + timedelta(days=rng.randrange(1, 30))])
            posted = Appointment(rng.choice(where), rng.choice(ids), rng.choice(list(AnimateurRole)), since, until)
            belonging.appoint(tx, [posted], HERE)
    for origin in Origin:
        tell(network, _acts(rng, ids, where, size, origin), origin)


def _when(rng: random.Random, size: Draw) -> datetime:
    return moment(0, rng.random() * size.weeks * 7 * 24)


def _day(rng: random.Random, size: Draw) -> date:
    return MONDAY + timedelta(days=rng.randrange(size.weeks * 7))


def _member(rng: random.Random, number: int) -> NewMember:
    size = Draw()
    return NewMember(
        name=f"Membre {number}",
        kind=rng.choice([MemberKind.EMPLOYEE] * 6 + [MemberKind.PARTNER]),
        status=rng.choice([MemberStatus.ACTIVE] * 9 + list(MemberStatus)),
        department=rng.choice(["A", "A", "B", "C", None]),
        site=rng.choice(["Nord", "Sud"]),
        country=rng.choice(["FR", "FR", "FR", "DE"]),
        hired_on=rng.choice([None, None, None, _day(rng, size)]),
        left_on=rng.choice([None] * 7 + [_day(rng, size)]),
    )


def _place(rng: random.Random, number: int, size: Draw) -> NewCommunity:
    opened = _when(rng, size)
    return NewCommunity(
        name=f"Lieu {number}",
        kind=CommunityKind.INTEREST,
        privacy=rng.choice([Privacy.OPEN, Privacy.OPEN, *Privacy]),
        personal=rng.random() < 0.15,
        conversation=rng.random() < 0.1,
        created_at=opened,
        archived_at=rng.choice([None, None, None, opened + timedelta(days=30)]),
    )


def _acts(rng: random.Random, ids: list[int], where: list[int], size: Draw, origin: Origin) -> list[Trace]:
    verbs = [*[Verb.PUBLISHED, Verb.REPLIED, Verb.REPLIED, Verb.REACTED] * 2, *Verb]
    kinds = [QUESTION, QUESTION, IDEA, DISCUSSION]
    low = {Origin.NATIVE: 0, Origin.MIRRORED: 10_000, Origin.SEEDED: 20_000}[origin]
    traces: list[Trace] = []
    for number in range(low, low + size.acts // 3):
        verb = rng.choice(verbs)
        question = rng.randrange(max(low, number - 40), number + 1)
        content = number if verb in (Verb.PUBLISHED, Verb.REPLIED) else question
        root = number if verb is Verb.PUBLISHED else question
        kind = rng.choice(kinds).name if verb is Verb.PUBLISHED else "answer" if verb is Verb.REPLIED else ""
        target = rng.choice([None, rng.choice(ids)]) if verb in (Verb.REPLIED, Verb.THANKED) else None
        place, who = rng.choice([None, *where]), rng.choice([None, *ids, *ids])
        traces.append(Trace(_when(rng, size), who, verb, kind, content, root, place, target))
    return traces
