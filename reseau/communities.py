"""Communities: opening them, joining and leaving, and who animates them."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime

from sqlalchemy import and_, case, exists, func, or_, select, update

from reseau import access, activity, follows, members, mirroring, names, spelling
from reseau.access import Viewer
from reseau.acting import Acting
from reseau.activity import Trace
from reseau.errors import ReseauError
from reseau.folding import fold, slug
from reseau.i18n import N_
from reseau.kinds import AnimateurRole, CommunityKind, MemberKind, Privacy, Verb
from reseau.store.moments import now, to_micros
from reseau.store.prepared import Prepared, given
from reseau.store.tables import animateur, community, member, membership
from reseau.store.transaction import Transaction


@dataclass(slots=True)
class NewCommunity:
    """A community to open. ``conversation`` marks imported direct messages: never listed, read by those in it."""

    name: str
    kind: CommunityKind
    privacy: Privacy = Privacy.OPEN
    language: str = "fr"
    purpose: str = ""
    slug: str = ""
    personal: bool = False
    conversation: bool = False
    created_at: datetime | None = None
    created_by: int | None = None
    archived_at: datetime | None = None


@dataclass(slots=True)
class CommunityChange:
    """New values of some columns of a community."""

    community_id: int
    fields: dict[str, object]


@dataclass(slots=True)
class Joining:
    """Somebody and a community, at a moment (``None``: now); the same record says a leaving."""

    community_id: int
    member_id: int
    at: datetime | None = None


@dataclass(slots=True)
class Appointment:
    """A role in a community between two moments; ``until=None`` is still so."""

    community_id: int
    member_id: int
    role: AnimateurRole = AnimateurRole.ANIMATEUR
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Community:
    """A community as stored; moments are UTC."""

    id: int
    slug: str
    name: str
    purpose: str
    kind: CommunityKind
    privacy: Privacy
    language: str
    personal: bool
    conversation: bool
    created_at: datetime
    archived_at: datetime | None


@dataclass(frozen=True, slots=True)
class CommunityLine:
    """A community as a list shows it; ``members`` is ``None`` where the reader may know only that it exists."""

    id: int
    slug: str
    name: str
    kind: CommunityKind
    privacy: Privacy
    purpose: str
    members: int | None
    mine: bool


_COLUMNS = [community.c[field.name] for field in fields(Community)]
_CHANGEABLE = {"name", "purpose", "kind", "privacy", "language", "personal", "archived_at"}
_ROW = (
    *("id", "slug", "name", "folded_name", "purpose", "kind", "privacy", "language", "personal", "conversation"),
    *("series", "created_at", "archived_at", "created_by", "origin"),
)


class CommunityError(ReseauError):
    """A community cannot be opened or changed as asked."""


def add(tx: Transaction, batch: Sequence[NewCommunity], acting: Acting) -> list[int]:
    """Open communities; returns their ids in the order given. Slugs are made unique.

    Raises:
        CommunityError: one has no name.
    """
    for new in batch:
        if not new.name.strip():
            raise CommunityError("E_COMMUNITY_NAME", N_("A community needs a name."))
    ids = tx.ids(community, len(batch))
    slugs = _free_slugs(tx, batch)
    rows, traces = [], []
    for id_, new, own_slug in zip(ids, batch, slugs, strict=True):
        at = activity.micros(new.created_at, tx)
        # What is not open is numbered apart: its codes must not leave holes in the open series that tell of it.
        series = "" if new.privacy is Privacy.OPEN and not new.conversation else _series()
        archived = to_micros(new.archived_at) if new.archived_at else None
        rows.append(
            (
                *(id_, own_slug, new.name.strip(), fold(new.name), new.purpose, new.kind.value, new.privacy.value),
                *(new.language, new.personal, new.conversation, series, at, archived, new.created_by),
                acting.origin.value,
            )
        )
        traces.append(Trace(at, new.created_by, Verb.OPENED, new.kind.value, community_id=id_))
    tx.insert(community, _ROW, rows)
    activity.append(tx, traces, acting)
    return list(ids)


_SERIES_LETTERS = "bcdfghjkmnpqrstvwxz23456789"  # no vowel: a random suffix must not become a word


def _series() -> str:
    return "".join(secrets.choice(_SERIES_LETTERS) for _ in range(5))


def _slug(new: NewCommunity) -> str:
    wish = slug(new.slug or new.name) or "communaute"
    # A secret one must not take a name that somebody would then find taken.
    return f"{wish}-{_series()}" if new.privacy is Privacy.SECRET or new.conversation else wish


def _free_slugs(tx: Transaction, batch: Sequence[NewCommunity]) -> list[str]:
    wishes = [_slug(new) for new in batch]
    taken: set[str] = set()
    for wish in sorted(set(wishes)):
        near = community.c.slug.startswith(wish, autoescape=True)
        taken.update(tx.execute(select(community.c.slug).where(near)).scalars())
    slugs = []
    for wish in wishes:
        free, suffix = wish, 2
        while free in taken:
            free, suffix = f"{wish}-{suffix}", suffix + 1
        taken.add(free)
        slugs.append(free)
    return slugs


def change(tx: Transaction, batch: Sequence[CommunityChange], acting: Acting) -> None:
    """Change communities; a change of privacy moves what is in them to the right search index.

    Who reads their linked channels is then looked at again. One that becomes secret gets an address that nobody
    guesses, and is followed no longer by people who do not belong to it.

    Raises:
        CommunityError: a field is none of those that can change.
    """
    from reseau.search import index  # the index asks this module's tables who is open

    for one in batch:
        unknown = set(one.fields) - _CHANGEABLE
        if unknown:
            raise CommunityError(
                "E_COMMUNITY_FIELD", N_("A community has no field “{field}”."), field=", ".join(sorted(unknown))
            )
        values = dict(one.fields)
        if isinstance(values.get("name"), str):
            values["folded_name"] = fold(str(values["name"]))
        if "privacy" in values:
            index.take_out(tx, one.community_id)
            if values["privacy"] != Privacy.OPEN:
                values["series"] = func.coalesce(func.nullif(community.c.series, ""), _series())
            if values["privacy"] == Privacy.SECRET:
                # Whoever opens one of the same name must not find its address taken.
                hidden = community.c.privacy == Privacy.SECRET
                values["slug"] = case((hidden, community.c.slug), else_=community.c.slug + f"-{_series()}")
        tx.execute(update(community).where(community.c.id == one.community_id).values(**values))
        if "privacy" in values:
            if values["privacy"] == Privacy.SECRET:
                follows.end_of_strangers(tx, one.community_id)
            index.put_in(tx, one.community_id)
            mirroring.narrowed(tx, {one.community_id})


def join(tx: Transaction, batch: Sequence[Joining], acting: Acting) -> int:
    """Note who joins what; somebody who is in already stays so. Returns how many are new."""
    current = _current(tx, batch)
    rows, traces = [], []
    ids = iter(tx.ids(membership, len(batch)))
    for one in batch:
        key = (one.community_id, one.member_id)
        if key in current:
            continue
        current.add(key)
        at = activity.micros(one.at, tx)
        rows.append((next(ids), one.community_id, one.member_id, at, acting.origin.value))
        traces.append(Trace(at, one.member_id, Verb.JOINED, community_id=one.community_id))
    tx.insert(membership, ("id", "community_id", "member_id", "joined_at", "origin"), rows)
    activity.append(tx, traces, acting)
    return len(rows)


def leave(tx: Transaction, batch: Sequence[Joining], acting: Acting) -> int:
    """Note who leaves what; the stay keeps its dates. Returns how many were in.

    Who reads the linked channels is then looked at again: one may have left a community and not its channel.
    """
    traces: list[Trace] = []
    for one in batch:
        moment = one.at or tx.now
        ended = (
            update(membership)
            .where(
                membership.c.community_id == one.community_id,
                membership.c.member_id == one.member_id,
                membership.c.left_at.is_(None),
            )
            .values(left_at=moment)
        )
        if tx.execute(ended).rowcount:
            traces.append(Trace(to_micros(moment), one.member_id, Verb.LEFT, community_id=one.community_id))
    activity.append(tx, traces, acting)
    mirroring.narrowed(tx, {one.community_id for one in traces if one.community_id is not None})
    return len(traces)


def _current(tx: Transaction, batch: Sequence[Joining]) -> set[tuple[int, int]]:
    wanted: dict[int, set[int]] = {}
    for one in batch:
        wanted.setdefault(one.community_id, set()).add(one.member_id)
    found: set[tuple[int, int]] = set()
    for place, people in wanted.items():
        inside = select(membership.c.member_id).where(
            membership.c.community_id == place, membership.c.left_at.is_(None)
        )
        if len(people) <= 900:
            inside = inside.where(membership.c.member_id.in_(people))
        found.update((place, id_) for id_ in tx.execute(inside).scalars())
    return found


def appoint(tx: Transaction, batch: Sequence[Appointment], acting: Acting) -> int:
    """Give people a role; whoever has it now keeps the first date. Returns how many are new."""
    made = 0
    for one in batch:
        since = one.since or tx.now
        same = and_(
            animateur.c.community_id == one.community_id,
            animateur.c.member_id == one.member_id,
            animateur.c.role == one.role,
            or_(animateur.c.until.is_(None), animateur.c.since == since),
        )
        if tx.execute(select(animateur.c.id).where(same)).first():
            continue
        tx.execute(
            animateur.insert().values(
                id=tx.ids(animateur, 1)[0],
                community_id=one.community_id,
                member_id=one.member_id,
                role=one.role,
                since=since,
                until=one.until,
            )
        )
        made += 1
    return made


def dismiss(tx: Transaction, batch: Sequence[Appointment], acting: Acting) -> None:
    """End the roles that people have now, at ``until`` (``None``: now)."""
    for one in batch:
        tx.execute(
            update(animateur)
            .where(
                animateur.c.community_id == one.community_id,
                animateur.c.member_id == one.member_id,
                animateur.c.role == one.role,
                animateur.c.until.is_(None),
            )
            .values(until=one.until or tx.now)
        )


def get(tx: Transaction, who: Viewer, community_id: int) -> Community | None:
    """A community whose existence the viewer may know."""
    if who.member_id is None:
        return None
    row = _KNOWN[who.internal].first(tx, wanted=community_id, viewer_id=who.member_id)
    return None if row is None else _community(row._asdict())


_KNOWN = {
    internal: Prepared(
        select(*_COLUMNS).where(
            community.c.id == given("wanted"),
            community.c.id.in_(access.listed_communities(access.somebody(internal))),
        )
    )
    for internal in (True, False)
}


def find(tx: Transaction, who: Viewer, text: str, limit: int = 5) -> list[Community]:
    """The communities that a text names, among those the viewer may know: slug, name, else words of the name."""
    folded = fold(text.strip().lstrip("#")) if len(text) <= _LONGEST_NAME else ""
    if not folded:
        return []
    listed = community.c.id.in_(access.listed_communities(who))
    exact = or_(community.c.slug == slug(text), community.c.folded_name == folded)
    for clause in (exact, *names.called(community.c.folded_name, folded)):
        statement = select(*_COLUMNS).where(listed, clause).order_by(community.c.folded_name).limit(limit)
        found = [_community(row._mapping) for row in tx.execute(statement)]
        if found:
            return found
    return []


def near(tx: Transaction, who: Viewer, text: str, limit: int = 3) -> list[Community]:
    """The communities whose names are a slip of the finger away from a text, among those the viewer may know.

    Archived ones are left out; the nearest come first.
    """
    asked = spelling.words_of(text)
    if not asked:
        return []
    known = community.c.id.in_(access.listed_communities(who)) & community.c.archived_at.is_(None)
    rows = tx.execute(select(community.c.id, community.c.folded_name).where(known))
    ranked = spelling.nearest(asked, ((row.id, row.folded_name) for row in rows), limit)
    found = {
        row.id: _community(row._mapping) for row in tx.execute(select(*_COLUMNS).where(community.c.id.in_(ranked)))
    }
    return [found[id_] for id_ in ranked]


_LONGEST_NAME = 200  # characters; what is longer names no community
_MOST_WORDS = 12  # of a question that are looked for in names and purposes


def listed(tx: Transaction, who: Viewer, text: str = "", limit: int = 50) -> list[CommunityLine]:
    """The communities a viewer may know, the own ones first, then by name; archived ones are left out.

    The count of members is shown only where the viewer may read what they write.
    """
    mine = exists().where(
        membership.c.community_id == community.c.id,
        membership.c.member_id == who.member_id,
        membership.c.left_at.is_(None),
    )
    people = (
        select(func.count())
        .select_from(membership)
        .where(membership.c.community_id == community.c.id, membership.c.left_at.is_(None))
        .scalar_subquery()
    )
    readable = community.c.id.in_(access.readable_communities(who))
    statement = (
        select(
            community.c.id,
            community.c.slug,
            community.c.name,
            community.c.kind,
            community.c.privacy,
            community.c.purpose,
            people.label("members"),
            mine.label("mine"),
            readable.label("readable"),
        )
        .where(community.c.id.in_(access.listed_communities(who)), community.c.archived_at.is_(None))
        .order_by(mine.desc(), community.c.folded_name)
        .limit(limit)
    )
    for word in fold(text[:_LONGEST_NAME]).split()[:_MOST_WORDS]:
        statement = statement.where(
            or_(
                community.c.folded_name.contains(word, autoescape=True),
                and_(readable, func.lower(community.c.purpose).contains(word, autoescape=True)),
            )
        )
    return [
        CommunityLine(
            row.id,
            row.slug,
            row.name,
            CommunityKind(row.kind),
            Privacy(row.privacy),
            row.purpose,
            row.members if row.readable else None,
            bool(row.mine),
        )
        for row in tx.execute(statement)
    ]


def animateurs(tx: Transaction, community_id: int) -> list[tuple[int, AnimateurRole]]:
    """Who has a role in a community now: ids of members, with the role, the longest-standing first."""
    moment = now()
    rows = tx.execute(
        select(animateur.c.member_id, animateur.c.role)
        .where(
            animateur.c.community_id == community_id,
            animateur.c.since <= moment,
            or_(animateur.c.until.is_(None), animateur.c.until > moment),
        )
        .order_by(animateur.c.since, animateur.c.id)
    )
    return [(row.member_id, AnimateurRole(row.role)) for row in rows]


def audience(tx: Transaction, community_id: int | None) -> int:
    """How many people can read what is written in a community (``None``: on a wall)."""
    if community_id is None:
        return int(_EMPLOYEES.one(tx)[0])
    space = _SPACE.one(tx, wanted=community_id)
    if space.privacy != Privacy.OPEN or space.conversation:
        return int(_INSIDE.one(tx, wanted=community_id)[0])
    return int(_EMPLOYEES.one(tx)[0]) + int(_GUESTS.one(tx, wanted=community_id)[0])


_SPACE = Prepared(select(community.c.privacy, community.c.conversation).where(community.c.id == given("wanted")))
_EMPLOYEES = Prepared(select(func.count()).where(member.c.kind == "employee", member.c.status.in_(members.PRESENT)))
_inside = (
    select(func.count())
    .select_from(membership.join(member, member.c.id == membership.c.member_id))
    .where(
        membership.c.community_id == given("wanted"),
        membership.c.left_at.is_(None),
        member.c.status.in_(members.PRESENT),
    )
)
_INSIDE = Prepared(_inside)
# They are few: looked for one by one among the members of a community, however many there are.
_guests = select(member.c.id).where(
    member.c.kind.in_([kind.value for kind in MemberKind if kind is not MemberKind.EMPLOYEE]),
    member.c.status.in_(members.PRESENT),
)
_GUESTS = Prepared(
    select(func.count())
    .select_from(membership)
    .where(
        membership.c.community_id == given("wanted"),
        membership.c.left_at.is_(None),
        membership.c.member_id.in_(_guests),
    )
)


def _community(row: object) -> Community:
    values = {field.name: row[field.name] for field in fields(Community)}  # type: ignore[index]
    values["kind"] = CommunityKind(values["kind"])
    values["privacy"] = Privacy(values["privacy"])
    return Community(**values)
