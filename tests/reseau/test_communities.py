"""Communities: the list of them, and their animateurs at a moment."""

from __future__ import annotations

import re
from datetime import timedelta

from sqlalchemy import select

from reseau.access import viewer
from reseau.acting import Acting
from reseau.communities import belonging, opening, reading
from reseau.communities.belonging import Appointment, Joining
from reseau.communities.opening import NewCommunity
from reseau.kinds import AnimateurRole, CommunityKind, Privacy
from reseau.people import members
from reseau.people.members import NewMember
from reseau.store import Store
from reseau.store.tables import community

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
        assert [listed.id for listed in reading.find(tx, inside, "Ana")] == [club]
        assert reading.get(tx, inside, talk) is None


def test_an_exact_name_finds_its_community_alone(store: Store) -> None:
    with store.write() as tx:
        (ana,) = members.add(tx, [NewMember("Ana")], HERE)
        names = ("Achats", "Achats Europe", "Vélo")
        opening.add(tx, [NewCommunity(name, CommunityKind.INTEREST) for name in names], HERE)
        matches = [
            [place.name for place in reading.find(tx, viewer(tx, ana), text)] for text in ("ACHATS", "achats europe")
        ]

    assert matches == [["Achats"], ["Achats Europe"]]


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


def test_the_slug_of_a_secret_community_ends_in_five_random_letters(store: Store) -> None:
    with store.write() as tx:
        new = NewCommunity("Fusion", CommunityKind.PROJECT, Privacy.SECRET)
        ids = opening.add(tx, [new, new], HERE)
        slugs = tx.execute(select(community.c.slug).where(community.c.id.in_(ids))).scalars().all()

    assert len(set(slugs)) == 2
    assert all(re.fullmatch("fusion-[a-z0-9]{5}", slug) for slug in slugs)
