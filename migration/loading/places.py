"""Places of a source become communities, with their members and their log of events."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from migration.loading import ledger
from migration.loading.ledger import Entry
from migration.loading.state import IMPORT, RunState
from migration.reading.records import Activity, Membership, Place
from reseau import activity
from reseau.activity import Trace
from reseau.communities import belonging, opening
from reseau.communities.belonging import Appointment, Joining
from reseau.communities.opening import CommunityChange, NewCommunity
from reseau.i18n import LANGUAGES
from reseau.kinds import AnimateurRole, CommunityKind, Privacy, Verb
from reseau.store.tables import community
from reseau.store.transaction import Transaction

_STRICTNESS = (Privacy.OPEN, Privacy.PRIVATE, Privacy.SECRET)


def write(state: RunState, tx: Transaction, places: Sequence[Place]) -> None:
    """Open or update communities."""
    state.meet(tx, [place.creator for place in places])
    entries = ledger.find(tx, {place.key for place in places})
    fresh: dict[str, Place] = {}
    for place in places:
        entry = entries.get(place.key)
        if entry is None and place.key not in fresh:
            fresh[place.key] = place
        elif entry is not None and not ledger.is_unchanged(entry, place):
            _change(state, tx, place, entry)
        else:
            state.tally.add("unchanged", "place")
    ids = opening.add(tx, [_new(state, place) for place in fresh.values()], IMPORT)
    rows = [(place.key, id_, ledger.fingerprint(place)) for place, id_ in zip(fresh.values(), ids, strict=True)]
    ledger.enter(tx, "place", state.run_id, rows)
    state.places.update({key: id_ for key, id_, _ in rows})
    state.tally.add("inserted", "place", len(fresh))


def _new(state: RunState, place: Place) -> NewCommunity:
    return NewCommunity(
        place.name.strip() or "?",
        _kind(place),
        _privacy(place),
        language=place.language if place.language in LANGUAGES else state.words.language,
        purpose=place.purpose,
        conversation=place.conversation,
        created_at=place.created,
        created_by=state.people.get(place.creator),
        archived_at=place.archived,
    )


def _change(state: RunState, tx: Transaction, place: Place, entry: Entry) -> None:
    if entry.run_id == state.run_id and entry.fingerprint:
        state.note("record_twice", place.where, place.key)
        state.tally.add("unchanged", "place")
        return
    if state.is_older(entry):
        state.note("record_older", place.where, place.key)
        state.tally.add("unchanged", "place")
        return
    fields: dict[str, object] = {"name": place.name.strip() or "?", "purpose": place.purpose}
    fields["archived_at"] = place.archived
    # A place that was closed at the source is closed here too. One that was opened there stays closed here, until a
    # member opens it.
    privacy, present = _privacy(place), _present_privacy(tx, entry.object_id)
    if privacy != present and (not entry.fingerprint or _STRICTNESS.index(privacy) > _STRICTNESS.index(present)):
        fields["privacy"] = privacy
    opening.change(tx, [CommunityChange(entry.object_id, fields)], IMPORT)
    ledger.change(tx, state.run_id, [(place.key, ledger.fingerprint(place))])
    state.tally.add("updated", "place")


def _kind(place: Place) -> CommunityKind:
    return CommunityKind(place.kind) if place.kind in set(CommunityKind) else CommunityKind.FUNCTIONAL


def _present_privacy(tx: Transaction, community_id: int) -> Privacy:
    return Privacy(tx.execute(select(community.c.privacy).where(community.c.id == community_id)).scalar_one())


def _privacy(place: Place) -> Privacy:
    """Return the privacy of a place; an unknown word makes it secret, so that a typing error opens nothing."""
    return Privacy(place.privacy) if place.privacy in set(Privacy) else Privacy.SECRET


def write_memberships(state: RunState, tx: Transaction, memberships: Sequence[Membership]) -> None:
    """Write memberships; a second run does not bring back a member who left since."""
    state.meet(tx, [membership.person for membership in memberships])
    state.find_places(tx, [membership.place for membership in memberships])
    entries = ledger.find(tx, {membership.key for membership in memberships})
    fresh = {membership.key: membership for membership in memberships if membership.key not in entries}
    batch = [_joining(state, membership) for membership in fresh.values()]
    new = belonging.join(tx, batch, IMPORT)
    ended = [membership for membership in fresh.values() if membership.left is not None]
    belonging.leave(
        tx,
        [
            Joining(state.places[membership.place], state.people[membership.person], membership.left)
            for membership in ended
        ],
        IMPORT,
    )
    leading = [
        _appointment(state, membership) for membership in fresh.values() if membership.role in set(AnimateurRole)
    ]
    belonging.appoint(tx, leading, IMPORT)
    rows = [(membership.key, state.places[membership.place], 0) for membership in fresh.values()]
    ledger.enter(tx, "membership", state.run_id, rows)
    state.tally.add("inserted", "membership", new)
    state.tally.add("unchanged", "membership", len(memberships) - new)


def _joining(state: RunState, membership: Membership) -> Joining:
    return Joining(state.places[membership.place], state.people[membership.person], membership.joined)


def _appointment(state: RunState, membership: Membership) -> Appointment:
    role = AnimateurRole(membership.role)
    return Appointment(
        state.places[membership.place], state.people[membership.person], role, membership.joined, membership.left
    )


def write_activity(state: RunState, tx: Transaction, entries: Sequence[Activity]) -> None:
    """Write events that are not contents, such as a changed topic or an arrival."""
    state.meet(tx, [entry.person for entry in entries])
    state.find_places(tx, [entry.place for entry in entries])
    noted = ledger.find(tx, {entry.key for entry in entries})
    fresh = {entry.key: entry for entry in entries if entry.key not in noted}
    traces = [
        Trace(
            entry.at,
            state.people.get(entry.person),
            Verb.NOTED,
            entry.what,
            community_id=state.places.get(entry.place),
        )
        for entry in fresh.values()
    ]
    activity.append(tx, traces, IMPORT)
    rows = [(entry.key, state.places.get(entry.place, 0), 0) for entry in fresh.values()]
    ledger.enter(tx, "activity", state.run_id, rows)
    state.tally.add("inserted", "activity", len(fresh))
    state.tally.add("unchanged", "activity", len(entries) - len(fresh))
