"""Places of a source become communities; who belongs to them, and what happened there that is no content."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from migration.loading import ledger
from migration.loading.ledger import Known
from migration.loading.state import IMPORT, Desk
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


def write(desk: Desk, tx: Transaction, places: Sequence[Place]) -> None:
    """Open or update communities."""
    desk.meet(tx, [place.creator for place in places])
    known = ledger.find(tx, {place.key for place in places})
    fresh: dict[str, Place] = {}
    for place in places:
        found = known.get(place.key)
        if found is None and place.key not in fresh:
            fresh[place.key] = place
        elif found is not None and not ledger.is_unchanged(found, place):
            _change(desk, tx, place, found)
        else:
            desk.tally.add("unchanged", "place")
    ids = opening.add(tx, [_new(desk, place) for place in fresh.values()], IMPORT)
    rows = [(place.key, id_, ledger.fingerprint(place)) for place, id_ in zip(fresh.values(), ids, strict=True)]
    ledger.enter(tx, "place", desk.run_id, rows)
    desk.places.update({key: id_ for key, id_, _ in rows})
    desk.tally.add("inserted", "place", len(fresh))


def _new(desk: Desk, place: Place) -> NewCommunity:
    return NewCommunity(
        place.name.strip() or "?",
        _kind(place),
        _privacy(place),
        language=place.language if place.language in LANGUAGES else desk.words.language,
        purpose=place.purpose,
        conversation=place.conversation,
        created_at=place.created,
        created_by=desk.people.get(place.creator),
        archived_at=place.archived,
    )


def _change(desk: Desk, tx: Transaction, place: Place, found: Known) -> None:
    if found.run_id == desk.run_id and found.fingerprint:
        desk.note("record_twice", place.where, place.key)
        desk.tally.add("unchanged", "place")
        return
    if desk.is_older(found):
        desk.note("record_older", place.where, place.key)
        desk.tally.add("unchanged", "place")
        return
    fields: dict[str, object] = {"name": place.name.strip() or "?", "purpose": place.purpose}
    fields["archived_at"] = place.archived
    # What was closed at the source is closed here; what was opened there is opened by somebody's decision here.
    privacy, present = _privacy(place), _present_privacy(tx, found.object_id)
    if privacy != present and (not found.fingerprint or _STRICTNESS.index(privacy) > _STRICTNESS.index(present)):
        fields["privacy"] = privacy
    opening.change(tx, [CommunityChange(found.object_id, fields)], IMPORT)
    ledger.change(tx, desk.run_id, [(place.key, ledger.fingerprint(place))])
    desk.tally.add("updated", "place")


def _kind(place: Place) -> CommunityKind:
    return CommunityKind(place.kind) if place.kind in set(CommunityKind) else CommunityKind.FUNCTIONAL


def _present_privacy(tx: Transaction, community_id: int) -> Privacy:
    return Privacy(tx.execute(select(community.c.privacy).where(community.c.id == community_id)).scalar_one())


def _privacy(place: Place) -> Privacy:
    """An unknown word closes the place: nothing opens by a mistake in a file."""
    return Privacy(place.privacy) if place.privacy in set(Privacy) else Privacy.SECRET


def write_memberships(desk: Desk, tx: Transaction, memberships: Sequence[Membership]) -> None:
    """Note who belongs where; somebody who left here since is not brought back by a second run."""
    desk.meet(tx, [one.person for one in memberships])
    desk.find_places(tx, [one.place for one in memberships])
    known = ledger.find(tx, {one.key for one in memberships})
    fresh = {one.key: one for one in memberships if one.key not in known}
    batch = [_joining(desk, one) for one in fresh.values()]
    new = belonging.join(tx, batch, IMPORT)
    ended = [one for one in fresh.values() if one.left is not None]
    belonging.leave(tx, [Joining(desk.places[one.place], desk.people[one.person], one.left) for one in ended], IMPORT)
    leading = [_appointment(desk, one) for one in fresh.values() if one.role in set(AnimateurRole)]
    belonging.appoint(tx, leading, IMPORT)
    rows = [(one.key, desk.places[one.place], 0) for one in fresh.values()]
    ledger.enter(tx, "membership", desk.run_id, rows)
    desk.tally.add("inserted", "membership", new)
    desk.tally.add("unchanged", "membership", len(memberships) - new)


def _joining(desk: Desk, one: Membership) -> Joining:
    return Joining(desk.places[one.place], desk.people[one.person], one.joined)


def _appointment(desk: Desk, one: Membership) -> Appointment:
    role = AnimateurRole(one.role)
    return Appointment(desk.places[one.place], desk.people[one.person], role, one.joined, one.left)


def write_activity(desk: Desk, tx: Transaction, entries: Sequence[Activity]) -> None:
    """Keep traces of what is no content (a topic was changed, somebody came by)."""
    desk.meet(tx, [one.person for one in entries])
    desk.find_places(tx, [one.place for one in entries])
    known = ledger.find(tx, {one.key for one in entries})
    fresh = {one.key: one for one in entries if one.key not in known}
    traces = [
        Trace(
            one.at,
            desk.people.get(one.person),
            Verb.NOTED,
            one.what,
            community_id=desk.places.get(one.place),
        )
        for one in fresh.values()
    ]
    activity.append(tx, traces, IMPORT)
    rows = [(one.key, desk.places.get(one.place, 0), 0) for one in fresh.values()]
    ledger.enter(tx, "activity", desk.run_id, rows)
    desk.tally.add("inserted", "activity", len(fresh))
    desk.tally.add("unchanged", "activity", len(entries) - len(fresh))
