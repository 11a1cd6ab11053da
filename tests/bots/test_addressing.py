"""Questions for people with some attributes: understood, counted exactly, notified, and seen first."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from reseau.access import viewer
from reseau.communities import belonging, opening
from reseau.communities.belonging import Joining
from reseau.communities.opening import NewCommunity
from reseau.finding import audiences
from reseau.kinds import CommunityKind, MemberKind, MemberStatus
from reseau.people import identities, members
from reseau.people.identities import NewIdentity
from reseau.people.members import MemberChange, NewMember
from reseau.store.tables import outbox
from tests.bots.company import CONSOLE, Company, card_text, labels, spaced


def staff(here: Company) -> dict[str, int]:
    """People of two jobs on two sites, one who left, and a guest of another firm whom only Veille knows."""
    people = [
        NewMember("Paul Sud", job="Commercial", department="Ventes", site="Région Sud", timezone="Nowhere/At-All"),
        NewMember("Nora Sud", job="Directrice commerciale", site="Région Sud", country="France"),
        NewMember("Luc Nord", job="Commercial", site="Lille", country="France"),
        NewMember("Max Sud", job="Acheteur", site="Région Sud"),
        NewMember("Old Sud", job="Commercial", site="Région Sud", status=MemberStatus.LEFT),
        NewMember("Gil Sud", job="Commercial", site="Région Sud", kind=MemberKind.PARTNER),
    ]
    with here.network.store.write() as tx:
        ids = dict(zip(("paul", "nora", "luc", "max", "old", "gil"), members.add(tx, people, CONSOLE), strict=True))
        for who in ("paul", "nora", "luc"):
            identities.add(tx, [NewIdentity(ids[who], "slack", "T1", f"U{who}", "email")], CONSOLE)
        belonging.join(tx, [Joining(here.places["velo"], ids["gil"])], CONSOLE)
        here.people.update(ids)
    return ids


@pytest.mark.parametrize(
    ("line", "people"),
    [
        ("pour les commerciaux du Sud", "Nora Sud, Paul Sud"),
        ("pour les commerciales", "Luc Nord, Nora Sud, Paul Sud"),
        ("for site Lille", "Luc Nord"),
        ("pour le métier d’acheteur", "Léa Petit, Max Sud"),
        ("pour département ventes", "Paul Sud"),
        ("for buyers in sud", ""),
        ("pour pays france", "Luc Nord, Nora Sud"),
        ("pour les partenaires", ""),
    ],
)
def test_an_audience_is_understood_whatever_its_articles_plurals_and_accents(
    here: Company, line: str, people: str
) -> None:
    staff(here)
    card = here.ask(f"demander {line} : qui a un contact ?", "franck")

    assert (f"({people})" in card_text(card)) is bool(people)
    assert (card.error == "E_AUDIENCE_EMPTY") is not bool(people)


def test_an_audience_is_counted_told_in_its_hours_and_sees_the_question_first(anywhere: Company) -> None:
    ids = staff(anywhere)
    card = anywhere.ask("demander pour les commerciaux du Sud : qui a un contact à Nice ?")
    assert "les commerciaux du Sud : 2 personnes, prévenues dans leurs heures (Nora Sud, Paul" in card_text(card)
    assert "Sur votre mur" in card_text(card)
    posted = anywhere.press(card, labels(card)[0])
    assert posted.done

    with anywhere.network.store.read() as tx:
        rows = tx.execute(select(outbox.c.payload).where(outbox.c.topic == "asked")).scalars().all()
        assert [(row["to"], row["audience"]) for row in rows] == [
            (ids[who], "les commerciaux du Sud") for who in ("paul", "nora")
        ]
    assert anywhere.ask("idée : des gants pour tous", "franck", confirmed=True).done
    feed = anywhere.ask("fil", "nora")
    first = next(block.items[0] for block in feed.blocks if hasattr(block, "items"))
    assert (first.code, spaced(first.reason)) == (posted.code, "Léa Petit · pour les commerciaux du Sud")
    assert "pour les commerciaux" not in card_text(anywhere.ask("fil", "luc"))
    assert anywhere.ask(f"passer la main {posted.code}", "paul").done
    with anywhere.network.store.write() as tx:
        members.change(tx, [MemberChange(ids["nora"], {"site": "Lille"})], CONSOLE)
    assert "pour les commerciaux" not in card_text(anywhere.ask("fil", "nora"))


def test_unknown_words_give_the_nearest_and_an_empty_audience_what_is_wider(here: Company) -> None:
    staff(here)
    near = here.ask("demander pour les comerciaux de Lile : qui ?")
    assert near.error == "E_AUDIENCE_EMPTY"
    assert spaced(near.title).startswith("Personne ici n’est « comerciaux ». Vouliez-vous dire : « Commercial »")
    assert labels(here.ask("demander pour Lile : qui ?"))[0] == "Lille"
    empty = here.ask("demander pour acheteurs Lille : qui ?")
    assert spaced(empty.title) == "Personne ne correspond à « acheteurs Lille »."
    assert [spaced(label) for label in labels(empty)] == ["Acheteur : 1 personne", "Lille : 1 personne"]
    assert "Lille : 1 personne" in card_text(here.press(empty, labels(empty)[1]))
    assert here.ask("demander pour les licornes : qui ?").error == "E_AUDIENCE_EMPTY"


def test_an_audience_holds_whom_the_asker_may_know_and_who_reads_there(here: Company) -> None:
    ids = staff(here)
    with here.network.store.write() as tx:
        lea, place = viewer(tx, here.people["lea"]), here.places["veille"]
        audience = audiences.understood(tx, lea, "commerciaux").audience
        assert ids["gil"] not in audiences.people(tx, lea, audience, None)
        assert ids["gil"] not in audiences.people(tx, lea, audience, here.places["velo"])
        belonging.join(tx, [Joining(here.places["velo"], here.people["lea"])], CONSOLE)
        assert ids["gil"] in audiences.people(tx, lea, audience, here.places["velo"])
        assert ids["gil"] not in audiences.people(tx, lea, audience, place)
        guy = viewer(tx, here.people["guy"])
        assert audiences.understood(tx, guy, "commerciaux").unknown == ("commerciaux",)
        franck = viewer(tx, here.people["franck"])
        assert audiences.people(tx, franck, audience, here.places["direction"]) == []
    card = here.ask("demander dans Vélo pour les commerciaux : qui roule ?")
    assert "Dans « Vélo »" in card_text(card)
    assert "les commerciaux : 4 personnes" in card_text(card)


def test_an_audience_of_very_many_finds_it_in_the_feed_and_is_not_interrupted(here: Company) -> None:
    with here.network.store.write() as tx:
        crowd = [NewMember(f"Membre {number}", job="Monteur") for number in range(501)]
        ids = members.add(tx, crowd, CONSOLE)
        identities.add(tx, [NewIdentity(ids[0], "slack", "T1", "UM", "email")], CONSOLE)
        here.people["membre"] = ids[0]
        moment = tx.now
    posted = here.ask("demander pour les monteurs : quel gant ?", confirmed=True)
    assert "501 personnes, en tête de leur fil" in card_text(posted)
    with here.network.store.read() as tx:
        assert tx.execute(select(outbox.c.id).where(outbox.c.topic == "asked")).all() == []
    assert "pour les monteurs" in card_text(here.ask("fil", "membre"))
    here.network.store.clock = lambda: moment + timedelta(days=31)
    assert "pour les monteurs" not in card_text(here.ask("fil", "membre"))


def test_another_place_keeps_the_people_whom_a_question_is_for(here: Company) -> None:
    staff(here)
    with here.network.store.write() as tx:
        (place,) = opening.add(tx, [NewCommunity("Entraide", CommunityKind.INTEREST, slug="entraide")], CONSOLE)
        belonging.join(tx, [Joining(place, here.people["lea"])], CONSOLE)
    card = here.ask("demander pour les commerciaux du Sud : qui a vendu à un hôpital ?")
    elsewhere = here.press(card, next(label for label in labels(card) if "Entraide" in label))

    assert "Dans « Entraide »" in card_text(elsewhere)
    assert "les commerciaux du Sud: 2 personnes" in card_text(elsewhere).replace(" :", ":")
