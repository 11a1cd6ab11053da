"""People of a source become members. They are matched by e-mail, and updated until they activate themselves."""

from __future__ import annotations

import re
from collections.abc import Sequence
from unicodedata import normalize

from migration.loading import ledger
from migration.loading.ledger import Entry
from migration.loading.state import IMPORT, RunState, name_in
from migration.reading.records import Person
from reseau.i18n import LANGUAGES
from reseau.kinds import PRESENT, MemberKind, MemberStatus
from reseau.markup.visible import one_line
from reseau.people import members
from reseau.people.members import MemberChange, NewMember
from reseau.store.transaction import Transaction

#: The form of an address. Lists of staff may hold ``-``, ``n/a`` or ``unknown`` instead, which identifies nobody.
_is_address = re.compile(r"[^\s@,;<>()]+@[^\s@,;<>()]+").fullmatch


def write(state: RunState, tx: Transaction, people: Sequence[Person]) -> None:
    """Add, match or update people.

    If several accounts have the same address, the active one counts, in whatever order and run they are read: someone
    whose other account was closed is still present.
    """
    entries = ledger.find(tx, {person.key for person in people})
    taken = members.by_email(tx, set(filter(None, map(_email, people))))
    fresh: dict[str, Person] = {}
    changed: list[tuple[Person, Entry]] = []
    for person in people:
        entry = entries.get(person.key)
        if entry is not None and not _nameless(person) and not ledger.is_unchanged(entry, person):
            changed.append((person, entry))
        elif entry is not None or person.key in fresh:
            state.tally.add("unchanged", _kind(person))
            if entry is None and _nameless(fresh[person.key]):
                fresh[person.key] = person
        else:
            fresh[person.key] = person
    _add(state, tx, list(fresh.values()), taken)
    active = {state.people[person.key] for person in people if _is_active(person)}
    effective = [change for change in changed if _is_active(change[0]) or change[1].object_id not in active]
    _change(state, tx, effective, taken)
    for person, entry in changed:
        if not _is_active(person) and entry.object_id in active:
            ledger.change(tx, state.run_id, [(person.key, ledger.fingerprint(person))])
            state.tally.add("unchanged", _kind(person))
    _bring_back(state, tx, people)


def _add(state: RunState, tx: Transaction, people: list[Person], taken: dict[str, int]) -> None:
    first: dict[str, str] = {}  # the key of the person who counts for an e-mail in this batch, active ones first
    for person in sorted(people, key=_is_active, reverse=True):
        if email := _email(person):
            first.setdefault(email, person.key)
        elif person.email.strip():
            state.note("address_dropped", person.where, person.key)
    newcomers: list[Person] = []
    matched: list[Person] = []
    for person in people:
        email = _email(person)
        has_member = email and (email in taken or first[email] != person.key)
        (matched if has_member else newcomers).append(person)
    ids = members.add(tx, [_new(state, person) for person in newcomers], IMPORT)
    member_ids = {person.key: id_ for person, id_ in zip(newcomers, ids, strict=True)}
    for person in newcomers:
        state.tally.add("inserted", _kind(person))
        if person.email:  # nobody else in this batch may take the address
            taken[person.email.lower()] = member_ids[person.key]
    for person in matched:
        email = _email(person)
        member_ids[person.key] = taken[email] if email in taken else member_ids[first[email]]
        state.tally.add("unchanged", _kind(person))
        state.note("person_matched", person.where, person.key)
    ledger.enter(
        tx,
        "person",
        state.run_id,
        [(person.key, member_ids[person.key], ledger.fingerprint(person)) for person in people],
    )
    state.people.update(member_ids)


def _change(state: RunState, tx: Transaction, changed: list[tuple[Person, Entry]], taken: dict[str, int]) -> None:
    ids = [entry.object_id for _, entry in changed]
    own, strangers, listed = ledger.own_accounts(tx, ids), ledger.strangers(tx, ids), ledger.listed(tx, ids)
    for person, entry in changed:
        state.people[person.key] = entry.object_id
        is_named_now = entry.object_id in strangers and not person.placeholder
        note = "" if is_named_now else _reason_to_keep(state, person, entry, own)
        if person.placeholder and entry.object_id in listed:  # a list knows more than a message
            note = "person_kept"
        if note:
            state.tally.add("unchanged", _kind(person))
            state.note(note, person.where, person.key)
            continue
        fields = _fields(state, person)
        if taken.get(_email(person), entry.object_id) != entry.object_id:
            del fields["email"]
        elif person.email:
            taken[person.email.lower()] = entry.object_id
        members.change(tx, [MemberChange(entry.object_id, fields)], IMPORT)
        ledger.change(tx, state.run_id, [(person.key, ledger.fingerprint(person))])
        state.tally.add("updated", _kind(person))


def _nameless(person: Person) -> bool:
    """Whether only the id of a person is known; such a record never replaces a name."""
    return person.placeholder and person.name.strip() in ("", name_in(person.key))


def _reason_to_keep(state: RunState, person: Person, entry: Entry, own: set[int]) -> str:
    """Return the code of the note that says why a profile stays as it is; empty if it changes."""
    if entry.object_id in own:
        return "person_kept"
    if entry.run_id == state.run_id and entry.fingerprint:
        # A stranger may get a name from a later message of the same export.
        return "" if person.placeholder else "person_kept"
    return "record_older" if state.is_older(entry) else ""


def _bring_back(state: RunState, tx: Transaction, people: Sequence[Person]) -> None:
    """Bring back members who were marked as left only because another account of theirs had been closed.

    This is done only if no directory marked them as left, which knows better than an open account.
    """
    active: dict[int, Person] = {}
    for person in people:
        if _is_active(person):
            active.setdefault(state.people[person.key], person)
    gone = members.gone_by_accounts_alone(tx, active)
    changes = [MemberChange(id_, _fields(state, active[id_])) for id_ in gone]
    for change in changes:
        change.fields.pop("email", None)
        state.note("person_back", active[change.member_id].where, active[change.member_id].key)
    members.change(tx, changes, IMPORT)


def _email(person: Person) -> str:
    """Return the address in the form for comparison; empty if it is missing or not valid."""
    email = normalize("NFC", one_line(person.email)).lower()
    return email if _is_address(email) else ""


def _is_active(person: Person) -> bool:
    return _status(person) in PRESENT


def _kind(person: Person) -> str:
    return "placeholder" if person.placeholder else "person"


def _new(state: RunState, person: Person) -> NewMember:
    return NewMember(
        name=_name(state, person),
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


def _name(state: RunState, person: Person) -> str:
    name = person.name.strip() or person.handle
    if _status(person) is MemberStatus.PLACEHOLDER and _nameless(person):
        return state.stranger(person.key)
    return name or "?"


def _fields(state: RunState, person: Person) -> dict[str, object]:
    """Return the fields that the source fills. The others stay as they are."""
    new = _new(state, person)
    names = ("name", "email", "department", "site", "country", "job", "language", "timezone", "phone", "photo_url")
    stated = {name: getattr(new, name) for name in (*names, "bio") if getattr(new, name)}
    return {**stated, "kind": new.kind, "status": new.status}


def _member_kind(person: Person) -> MemberKind:
    return MemberKind(person.kind) if person.kind in set(MemberKind) else MemberKind.PARTNER


def _status(person: Person) -> MemberStatus:
    is_valid = person.status in set(MemberStatus) and person.status != MemberStatus.OPERATOR
    status = MemberStatus(person.status) if is_valid else MemberStatus.INVITED
    return MemberStatus.PLACEHOLDER if person.placeholder and status is not MemberStatus.BOT else status
