"""Members: adding and changing them, their profiles, and finding them by what people type."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import date, datetime
from functools import cache
from itertools import count
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, exists, or_, select, text, true, update

from reseau import activity
from reseau.acting import Acting
from reseau.activity import Trace
from reseau.errors import ReseauError
from reseau.exchange import notifications
from reseau.folding import fold, slug
from reseau.i18n import N_
from reseau.kinds import PRESENT, MemberKind, MemberStatus, Verb
from reseau.search import names, spelling
from reseau.store.prepared import Prepared, parameter, parameters, parts
from reseau.store.tables import member, profile_item, provenance
from reseau.store.transaction import Transaction

PROFILE_KINDS = ("expertise", "interest", "project", "tool", "ask_me")

#: Systems whose accounts come and go without their people: what an export of them says is not what a directory says.
CHAT_TOOLS = ("slack", "teams")


@dataclass(slots=True)
class NewMember:
    """A member to add. An empty ``handle`` is made from the name; one that is taken gets a number."""

    name: str
    handle: str = ""
    email: str | None = None
    kind: MemberKind = MemberKind.EMPLOYEE
    status: MemberStatus = MemberStatus.ACTIVE
    department: str | None = None
    site: str | None = None
    country: str | None = None
    job: str | None = None
    level: str | None = None
    manager_id: int | None = None
    hired_on: date | None = None
    left_on: date | None = None
    language: str | None = None
    timezone: str | None = None
    phone: str | None = None
    photo_url: str | None = None
    bio: str | None = None
    administrator: bool = False
    created_at: datetime | None = None
    activated_at: datetime | None = None


@dataclass(slots=True)
class MemberChange:
    """New values of some columns of a member; ``name`` keeps its folded form in step."""

    member_id: int
    fields: dict[str, object]


@dataclass(slots=True)
class ProfileItems:
    """All items of one list of a profile. They replace the earlier ones."""

    member_id: int
    kind: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Member:
    """A member as stored; moments are UTC."""

    id: int
    handle: str
    name: str
    email: str | None
    phone: str | None
    photo_url: str | None
    bio: str | None
    kind: MemberKind
    status: MemberStatus
    administrator: bool
    department: str | None
    site: str | None
    country: str | None
    job: str | None
    level: str | None
    manager_id: int | None
    hired_on: date | None
    left_on: date | None
    language: str | None
    timezone: str | None
    created_at: datetime
    activated_at: datetime | None


_COLUMNS = [member.c[field.name] for field in fields(Member)]
_CHANGEABLE = {field.name for field in fields(NewMember)} - {"created_at", "activated_at"}


class UnknownFieldError(ReseauError):
    """A change names a field that members do not have."""


def add(tx: Transaction, batch: Sequence[NewMember], acting: Acting) -> list[int]:
    """Add members and return their ids in the order given. This is not an activity of theirs."""
    ids = tx.ids(member, len(batch))
    handles = _free_handles(tx, batch)
    rows = [_row(tx, id_, new, handle) for id_, new, handle in zip(ids, batch, handles, strict=True)]
    # A manager may come later in the same batch.
    managers = [(id_, new.manager_id) for id_, new in zip(ids, batch, strict=True) if new.manager_id is not None]
    tx.insert(member, rows, origin=acting.origin)
    for id_, manager_id in managers:
        tx.execute(update(member).where(member.c.id == id_).values(manager_id=manager_id))
    return list(ids)


@dataclass(slots=True)
class _Row(NewMember):
    id: int = 0
    folded_name: str = ""
    folded_about: str = ""


def _row(tx: Transaction, id_: int, new: NewMember, handle: str) -> _Row:
    row = _Row(**asdict(new), id=id_, folded_name=fold(new.name))
    row.handle = handle
    row.folded_about = _about(handle, new.name, new.job, new.department, new.site)
    row.email = new.email.strip().lower() if new.email else None
    row.manager_id = None  # set once the whole batch is inserted
    row.created_at = new.created_at or tx.now
    return row


def _about(handle: str, name: str, *work: str | None) -> str:
    """Return the text that a member is found by besides the name: handle, name in one word, job, department, site."""
    one_word = "".join(letter for letter in fold(name) if letter.isalnum())
    return "\n".join((handle, one_word, *(fold(value) for value in work if value)))


def _free_handles(tx: Transaction, batch: Sequence[NewMember]) -> list[str]:
    """Return a handle for each: the one wished for, else the first of ``wish.2``, ``wish.3``… that is free.

    They are looked up in the index, more at each round: a pattern would read all members for each.
    """
    wishes = [slug(new.handle or new.name, 40).replace("-", ".") or "membre" for new in batch]
    taken: set[str] = set()
    asked: set[str] = set()
    ahead = 1
    while True:
        given_out = _given_out(wishes, taken)
        handles = [_numbered(wish, number) for wish, number in given_out]
        unknown = [wish for wish, handle in zip(given_out, handles, strict=True) if handle not in asked]
        if not unknown:
            return handles
        candidates = {_numbered(wish, number) for wish, first in unknown for number in range(first, first + ahead)}
        asked |= candidates
        taken |= _present(tx, candidates)
        ahead *= 4


def _given_out(wishes: Sequence[str], taken: set[str]) -> list[tuple[str, int]]:
    """Return each wish with the first number that is still free in this batch."""
    gone = set(taken)
    given_out = []
    for wish in wishes:
        number = next(number for number in count(1) if _numbered(wish, number) not in gone)
        gone.add(_numbered(wish, number))
        given_out.append((wish, number))
    return given_out


def _numbered(wish: str, number: int) -> str:
    return wish if number == 1 else f"{wish}.{number}"


def _present(tx: Transaction, handles: Iterable[str]) -> set[str]:
    return {row.handle for row in _HANDLES.rows(tx, wanted=sorted(set(handles)))}


_HANDLES = Prepared(select(member.c.handle).where(member.c.handle.in_(parameters("wanted"))))


def change(tx: Transaction, batch: Sequence[MemberChange], acting: Acting) -> None:
    """Change fields of members.

    Where a member may read less from now on, the readers of linked channels are checked again.

    Raises:
        UnknownFieldError: members have no such field.
    """
    from reseau.channels import mirroring  # it asks who may read, which asks this module who is present

    lessened = _lessened(tx, batch)
    promoted = [edit.member_id for edit in batch if edit.fields.get("administrator") is True]
    ordinary = [id_ for id_, who in get_all(tx, promoted).items() if not who.administrator]
    for edit in batch:
        unknown = set(edit.fields) - _CHANGEABLE
        if unknown:
            raise UnknownFieldError(
                "E_MEMBER_FIELD", N_("A member has no field “{field}”."), field=", ".join(sorted(unknown))
            )
        values = dict(edit.fields)
        if isinstance(values.get("name"), str):
            values["folded_name"] = fold(str(values["name"]))
        if isinstance(values.get("email"), str):
            values["email"] = str(values["email"]).strip().lower()
        values |= _dated(tx, values)
        tx.execute(update(member).where(member.c.id == edit.member_id).values(**values))
        if values.keys() & _FOUND_BY:
            _fold_again(tx, edit.member_id)
    if lessened:
        mirroring.lessened(tx, lessened)
    traces = [Trace(tx.now, None, Verb.NOTED, target_id=id_) for id_ in ordinary]
    notifications.appointed(tx, traces, ["administrator"] * len(traces), acting)


_FOUND_BY = frozenset({"handle", "name", "job", "department", "site"})


def _fold_again(tx: Transaction, member_id: int) -> None:
    me = known(tx, member_id)
    if me is not None:
        about = _about(me.handle, me.name, me.job, me.department, me.site)
        tx.execute(update(member).where(member.c.id == member_id).values(folded_about=about))


def _lessened(tx: Transaction, batch: Sequence[MemberChange]) -> list[int]:
    """Return the members who may read less from now on: those who leave or are no longer employees."""
    touched = [edit for edit in batch if edit.fields.keys() & {"status", "kind"}]
    people = get_all(tx, [edit.member_id for edit in touched])
    return [
        edit.member_id for edit in touched if edit.member_id in people and _less(people[edit.member_id], edit.fields)
    ]


def _less(me: Member, fields: Mapping[str, object]) -> bool:
    kind = fields.get("kind", me.kind)
    leaves = fields.get("status", me.status) not in PRESENT
    return me.status in PRESENT and (leaves or kind not in (me.kind, MemberKind.EMPLOYEE))


def _dated(tx: Transaction, values: dict[str, object]) -> dict[str, object]:
    """Return the leaving day of a member who leaves without one: today.

    Without a day, the person would drop out of past figures as well. A member who comes back has none.
    """
    if "status" not in values or "left_on" in values:
        return {}
    today, c = tx.now.date(), member.c
    if values["status"] == MemberStatus.LEFT:
        return {"left_on": case((c.left_on <= today, c.left_on), else_=today)}
    return {"left_on": case((c.status == MemberStatus.LEFT, None), else_=c.left_on)}


def set_profile(tx: Transaction, batch: Sequence[ProfileItems], acting: Acting) -> None:
    """Write lists of profiles. Semicolons and line ends part items; an item that is there twice is kept once.

    Raises:
        UnknownFieldError: a list is not one of ``PROFILE_KINDS``.
    """
    rows = []
    for items in batch:
        if items.kind not in PROFILE_KINDS:
            raise UnknownFieldError("E_PROFILE_FIELD", N_("A profile has no list “{field}”."), field=items.kind)
        tx.execute(
            profile_item.delete().where(profile_item.c.member_id == items.member_id, profile_item.c.kind == items.kind)
        )
        for folded, value in split_items(items.values).items():
            rows.append(_Item(items.member_id, items.kind, value, folded))
    tx.insert(profile_item, rows)


@dataclass(slots=True)
class _Item:
    member_id: int
    kind: str
    value: str
    folded: str


_ITEM_END = re.compile(r"[;,\n]")


def split_items(values: Iterable[str]) -> dict[str, str]:
    """Return the items of typed texts by their folded form, each as it was first written."""
    items: dict[str, str] = {}
    for value in values:
        for part in _ITEM_END.split(value):
            item = part.strip().lstrip("#").strip()
            if item:
                items.setdefault(fold(item), item)
    return items


def profile(tx: Transaction, member_id: int) -> dict[str, list[str]]:
    """Return the lists of a profile by kind, in the order in which they were given."""
    sheet: dict[str, list[str]] = {kind: [] for kind in PROFILE_KINDS}
    rows = tx.execute(
        select(profile_item.c.kind, profile_item.c.value)
        .where(profile_item.c.member_id == member_id)
        .order_by(profile_item.c.id)
    )
    for row in rows:
        sheet[row.kind].append(row.value)
    return sheet


def activate(tx: Transaction, member_ids: Sequence[int], acting: Acting, at: datetime | None = None) -> int:
    """Mark members as activated, by a first contact of their own; returns how many were newly activated.

    People who left, bots and placeholders are never activated, and an account is not activated by being created by an
    administrator or an import (definition of A in ``docs/metrics.md``).
    """
    moment = at or tx.now
    changed = update(member).where(
        member.c.id.in_(member_ids), member.c.activated_at.is_(None), member.c.status.in_(PRESENT)
    )
    first = list(
        tx.execute(changed.values(activated_at=moment, status=MemberStatus.ACTIVE).returning(member.c.id)).scalars()
    )
    activity.append(tx, [Trace(moment, id_, Verb.ACTIVATED) for id_ in sorted(first)], acting)
    return len(first)


def used(tx: Transaction, member_ids: Sequence[int], kind: str, acting: Acting, at: datetime | None = None) -> None:
    """Trace the use of a verb that leaves no content; ``kind`` is the command's id, never the text typed."""
    moment = at or tx.now
    activity.append(tx, [Trace(moment, id_, Verb.USED, kind) for id_ in member_ids], acting)


def get(tx: Transaction, member_id: int) -> Member:
    """Return the member with an id.

    Raises:
        UnknownMemberError: no member has it.
    """
    me = known(tx, member_id)
    if me is None:
        raise UnknownMemberError("E_NO_MEMBER", N_("Nobody here is “{text}”."), text=member_id)
    return me


def known(tx: Transaction, member_id: int) -> Member | None:
    """Return the member with an id, or ``None``."""
    row = _MEMBER.first(tx, member_id=member_id)
    return None if row is None else _member(row)


_MEMBER = Prepared(select(*_COLUMNS).where(member.c.id == parameter("member_id")))


def get_all(tx: Transaction, member_ids: Iterable[int]) -> dict[int, Member]:
    """Return members by their ids; unknown ids are left out."""
    people: dict[int, Member] = {}
    for part in parts(sorted(set(member_ids))):
        people.update((person.id, person) for person in _rows(tx, select(*_COLUMNS).where(member.c.id.in_(part))))
    return people


def placeholders(tx: Transaction, member_ids: Iterable[int]) -> set[int]:
    """Return those of these members who are placeholders: nothing but the name of an account is known of them."""
    return {row.id for row in _PLACEHOLDERS.rows(tx, wanted=sorted(set(member_ids)))}


_PLACEHOLDERS = Prepared(
    select(member.c.id).where(member.c.id.in_(parameters("wanted")), member.c.status == MemberStatus.PLACEHOLDER)
)


class UnknownMemberError(ReseauError):
    """No member fits the text or the id."""


_ANYBODY: ColumnElement[bool] = true()
_NAMED = member.c.status.in_([*PRESENT, MemberStatus.PLACEHOLDER])  # the people that a search by name finds
_LONGEST_NAME = 200  # characters; a longer text is no name


def find(tx: Transaction, text: str, limit: int = 5, *, among: ColumnElement[bool] = _ANYBODY) -> list[Member]:
    """Find the members that a text names: by e-mail, handle (``@ana``), else name or words of it, best first.

    Whole words of a name come before words that begin one; letters within a word do not count: « toi » does not find
    Antoine.

    An exact e-mail, handle or whole name that fits one person gives that person alone. Bots and people who left
    are not found by name.

    Args:
        among: who may be found: ``access.knowable_people`` wherever a member asks. Without it, all members may, which
            is for administrators at the machine; only they may name a member by id, for ids reveal how many there are.
    """
    typed = text.strip().removeprefix("@").strip()
    folded = fold(typed[:_LONGEST_NAME])
    if not folded or len(typed) > _LONGEST_NAME:
        return []
    exact: list[ColumnElement[bool]] = [
        member.c.email == typed.lower(),
        member.c.handle == slug(typed, 40).replace("-", "."),
    ]
    if among is _ANYBODY and typed.isdecimal() and len(typed) < 18:
        exact.append(member.c.id == int(typed))
    exact.append(and_(member.c.folded_name == folded, _NAMED))
    for clause in (*exact, *(and_(_NAMED, named) for named in names.called(member.c.folded_name, folded))):
        fitting = select(*_COLUMNS).where(clause, among).order_by(member.c.folded_name, member.c.id)
        if people := _rows(tx, fitting.limit(limit)):
            return people
    return []


def near(tx: Transaction, text: str, limit: int = 3, *, among: ColumnElement[bool]) -> list[Member]:
    """Find the members whose names are a typing error away from a text, nearest first; ``among`` as in :func:`find`."""
    words = spelling.words_of(text)
    if not words:
        return []
    rows = tx.execute(select(member.c.id, member.c.folded_name).where(_NAMED, among))
    ranked = spelling.nearest(words, ((row.id, row.folded_name) for row in rows), limit)
    people = get_all(tx, ranked)
    return [people[id_] for id_ in ranked]


def by_email(tx: Transaction, emails: Iterable[str]) -> dict[str, int]:
    """Return the ids of members by e-mail (lower case)."""
    addresses = sorted({email.strip().lower() for email in emails})
    return {row.email: row.id for row in _BY_EMAIL.rows(tx, wanted=addresses)}


_BY_EMAIL = Prepared(select(member.c.email, member.c.id).where(member.c.email.in_(parameters("wanted"))))


def gone_by_accounts_alone(tx: Transaction, member_ids: Iterable[int]) -> list[int]:
    """Return those of these members who count as gone only because an imported account of theirs was closed.

    They were never activated, have no leaving day, and no directory has named them, only exports of chat tools.
    """
    doubtful: list[int] = []
    for part in parts(sorted(set(member_ids))):
        # A literal, since a database uses a partial index only for conditions that it can compare beforehand.
        person = and_(text("provenance.kind = 'person'"), provenance.c.object_id == member.c.id)
        chat = or_(*(provenance.c.key.startswith(f"{platform}/", autoescape=True) for platform in CHAT_TOOLS))
        gone = select(member.c.id).where(
            member.c.id.in_(part),
            member.c.status == MemberStatus.LEFT,
            member.c.activated_at.is_(None),
            member.c.left_on.is_(None),
            exists(provenance.c.key).where(person),
            ~exists(provenance.c.key).where(person, ~chat),
        )
        doubtful += tx.execute(gone.order_by(member.c.id)).scalars()
    return doubtful


def administrators(tx: Transaction, limit: int) -> list[str]:
    """Return the names of administrators whom people can ask, those of the console left out."""
    named = select(member.c.name).where(
        member.c.administrator.is_(True), member.c.status.in_(PRESENT), member.c.email.is_not(None)
    )
    return list(tx.execute(named.order_by(member.c.folded_name).limit(limit)).scalars())


@cache
def _typed() -> tuple[str, ...]:
    return tuple(field.name for field in fields(Member))


def _rows(tx: Transaction, statement: Select[tuple[object, ...]]) -> list[Member]:
    return [_member(row) for row in tx.execute(statement)]


def _member(row: Iterable[Any]) -> Member:
    values = dict(zip(_typed(), row, strict=True))
    values["kind"] = MemberKind(values["kind"])
    values["status"] = MemberStatus(values["status"])
    return Member(**values)
