"""People of a source become members: matched by e-mail, updated while they have not come by themselves."""

from __future__ import annotations

import re
from collections.abc import Sequence
from unicodedata import normalize

from migration.loading import ledger
from migration.loading.ledger import Known
from migration.loading.state import IMPORT, Desk, name_in
from migration.reading.records import Person
from reseau.i18n import LANGUAGES
from reseau.kinds import PRESENT, MemberKind, MemberStatus
from reseau.markup.visible import one_line
from reseau.people import members
from reseau.people.members import MemberChange, NewMember
from reseau.store.transaction import Transaction

#: What can be an address. Lists of staff hold ``-``, ``n/a`` or ``unknown`` in its place, which is nobody's.
_is_address = re.compile(r"[^\s@,;<>()]+@[^\s@,;<>()]+").fullmatch


def write(desk: Desk, tx: Transaction, people: Sequence[Person]) -> None:
    """Add, match or update people.

    Of several accounts of one address the living one counts, whichever is read first and in whichever run: somebody
    whose other account was closed is still there.
    """
    known = ledger.find(tx, {person.key for person in people})
    taken = members.by_email(tx, set(filter(None, map(_email, people))))
    fresh: dict[str, Person] = {}
    changed: list[tuple[Person, Known]] = []
    for person in people:
        found = known.get(person.key)
        if found is not None and not _nameless(person) and not ledger.is_unchanged(found, person):
            changed.append((person, found))
        elif found is not None or person.key in fresh:
            desk.tally.add("unchanged", _kind(person))
            if found is None and _nameless(fresh[person.key]):
                fresh[person.key] = person
        else:
            fresh[person.key] = person
    _add(desk, tx, list(fresh.values()), taken)
    living = {desk.people[person.key] for person in people if _lives(person)}
    _change(desk, tx, [one for one in changed if _lives(one[0]) or one[1].object_id not in living], taken)
    for person, found in changed:
        if not _lives(person) and found.object_id in living:
            ledger.change(tx, desk.run_id, [(person.key, ledger.fingerprint(person))])
            desk.tally.add("unchanged", _kind(person))
    _bring_back(desk, tx, people)


def _add(desk: Desk, tx: Transaction, people: list[Person], taken: dict[str, int]) -> None:
    first: dict[str, str] = {}  # e-mail to the key of whoever counts for it in this batch: who lives goes before
    for person in sorted(people, key=_lives, reverse=True):
        if email := _email(person):
            first.setdefault(email, person.key)
        elif person.email.strip():
            desk.note("address_dropped", person.where, person.key)
    newcomers: list[Person] = []
    others: list[Person] = []
    for person in people:
        email = _email(person)
        known = email and (email in taken or first[email] != person.key)
        (others if known else newcomers).append(person)
    ids = members.add(tx, [_new(desk, person) for person in newcomers], IMPORT)
    made = {person.key: id_ for person, id_ in zip(newcomers, ids, strict=True)}
    for person in newcomers:
        desk.tally.add("inserted", _kind(person))
        if person.email:
            taken[person.email.lower()] = made[person.key]  # whoever changes in the same batch does not take it again
    for person in others:
        email = _email(person)
        made[person.key] = taken[email] if email in taken else made[first[email]]
        desk.tally.add("unchanged", _kind(person))
        desk.note("person_matched", person.where, person.key)
    ledger.enter(tx, "person", desk.run_id, [(one.key, made[one.key], ledger.fingerprint(one)) for one in people])
    desk.people.update(made)


def _change(desk: Desk, tx: Transaction, changed: list[tuple[Person, Known]], taken: dict[str, int]) -> None:
    ids = [found.object_id for _, found in changed]
    own, strangers, listed = ledger.own_accounts(tx, ids), ledger.strangers(tx, ids), ledger.listed(tx, ids)
    for person, found in changed:
        desk.people[person.key] = found.object_id
        named = found.object_id in strangers and not person.placeholder
        kept = "" if named else _kept(desk, person, found, own)
        if person.placeholder and found.object_id in listed:  # a message knows less than a list did
            kept = "person_kept"
        if kept:
            desk.tally.add("unchanged", _kind(person))
            desk.note(kept, person.where, person.key)
            continue
        fields = _fields(desk, person)
        if taken.get(_email(person), found.object_id) != found.object_id:
            del fields["email"]
        elif person.email:
            taken[person.email.lower()] = found.object_id
        members.change(tx, [MemberChange(found.object_id, fields)], IMPORT)
        ledger.change(tx, desk.run_id, [(person.key, ledger.fingerprint(person))])
        desk.tally.add("updated", _kind(person))


def _nameless(person: Person) -> bool:
    """Whether nothing is told of somebody but an id, which takes no name away."""
    return person.placeholder and person.name.strip() in ("", name_in(person.key))


def _kept(desk: Desk, person: Person, found: Known, own: set[int]) -> str:
    """The note that says why somebody's sheet is left as it is; empty where it is to change."""
    if found.object_id in own:
        return "person_kept"
    if found.run_id == desk.run_id and found.fingerprint:
        # A stranger may get a name from a later message of the same export.
        return "" if person.placeholder else "person_kept"
    return "record_older" if desk.is_older(found) else ""


def _bring_back(desk: Desk, tx: Transaction, people: Sequence[Person]) -> None:
    """Let those be present again who were taken for gone because another account of theirs had been closed.

    Only where nothing but exports of chat tools has said so: a directory knows better than an account that is open.
    """
    living: dict[int, Person] = {}
    for person in people:
        if _lives(person):
            living.setdefault(desk.people[person.key], person)
    gone = members.gone_by_accounts_alone(tx, living)
    changes = [MemberChange(id_, _fields(desk, living[id_])) for id_ in gone]
    for one in changes:
        one.fields.pop("email", None)
        desk.note("person_back", living[one.member_id].where, living[one.member_id].key)
    members.change(tx, changes, IMPORT)


def _email(person: Person) -> str:
    """The address by which somebody is known, as it is compared; empty where there is none."""
    email = normalize("NFC", one_line(person.email)).lower()
    return email if _is_address(email) else ""


def _lives(person: Person) -> bool:
    return _status(person) in PRESENT


def _kind(person: Person) -> str:
    return "placeholder" if person.placeholder else "person"


def _new(desk: Desk, person: Person) -> NewMember:
    return NewMember(
        name=_name(desk, person),
        handle=person.handle,
        email=_email(person) or None,
        kind=_member_kind(person),
        status=_status(person),
        department=person.department or None,
        site=person.site or None,
        country=person.country or None,
        job=person.job or None,
        language=person.language if person.language in LANGUAGES else None,
        timezone=person.timezone or None,
        phone=person.phone or None,
        photo_url=person.photo or None,
        bio=person.bio or None,
    )


def _name(desk: Desk, person: Person) -> str:
    name = person.name.strip() or person.handle
    if _status(person) is MemberStatus.PLACEHOLDER and _nameless(person):
        return desk.stranger(person.key)
    return name or "?"


def _fields(desk: Desk, person: Person) -> dict[str, object]:
    """What the source says now; where it says nothing, what is here stays."""
    new = _new(desk, person)
    names = ("name", "email", "department", "site", "country", "job", "language", "timezone", "phone", "photo_url")
    said = {name: getattr(new, name) for name in (*names, "bio") if getattr(new, name)}
    return {**said, "kind": new.kind, "status": new.status}


def _member_kind(person: Person) -> MemberKind:
    return MemberKind(person.kind) if person.kind in set(MemberKind) else MemberKind.PARTNER


def _status(person: Person) -> MemberStatus:
    known = person.status in set(MemberStatus) and person.status != MemberStatus.OPERATOR
    status = MemberStatus(person.status) if known else MemberStatus.INVITED
    return MemberStatus.PLACEHOLDER if person.placeholder and status is not MemberStatus.BOT else status
