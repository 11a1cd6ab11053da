"""Communities: what a list shows, and who animates them at a moment."""

from __future__ import annotations

from datetime import timedelta

from reseau.access import viewer
from reseau.acting import Acting
from reseau.communities import belonging, opening, reading
from reseau.communities.belonging import Appointment, Joining
from reseau.communities.opening import NewCommunity
from reseau.kinds import AnimateurRole, CommunityKind
from reseau.people import members
from reseau.people.members import NewMember
from reseau.store import Store

HERE = Acting("console")


def test_imported_direct_messages_are_no_community_that_anybody_lists_or_finds(store: Store) -> None:
    with store.write() as tx:
        ana, karim = members.add(tx, [NewMember("Ana"), NewMember("Karim")], HERE)
        talk, club = opening.add(
            tx,
            [
                NewCommunity("Ana et Karim", CommunityKind.FUNCTIONAL, conversation=True),
                NewCommunity("Ana et ses amis", CommunityKind.INTEREST),
            ],
            HERE,
        )
        belonging.join(tx, [Joining(talk, ana), Joining(talk, karim), Joining(club, ana)], HERE)
        inside = viewer(tx, ana)

        assert [line.id for line in reading.listed(tx, inside)] == [club]
        assert [community.id for community in reading.find(tx, inside, "Ana")] == [club]
        assert reading.get(tx, inside, talk) is None


def test_animateurs_depend_on_the_stores_clock(store: Store) -> None:
    now = store.clock()
    store.clock = lambda: now
    with store.write() as tx:
        (ana,) = members.add(tx, [NewMember("Ana")], HERE)
        (club,) = opening.add(tx, [NewCommunity("Vélo", CommunityKind.INTEREST)], HERE)
        soon = Appointment(club, ana, AnimateurRole.ANIMATEUR, now + timedelta(hours=1), now + timedelta(hours=2))
        belonging.appoint(tx, [soon], HERE)

    named = {}
    for hours in (0, 1, 2):
        moment = now + timedelta(hours=hours)
        store.clock = lambda moment=moment: moment  # type: ignore[misc]
        with store.read() as tx:
            named[hours] = reading.animateurs(tx, club)
    assert named == {0: [], 1: [(ana, AnimateurRole.ANIMATEUR)], 2: []}
