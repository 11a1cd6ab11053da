"""A kit on both engines: applied, edited by a member, and applied again with another value."""

from __future__ import annotations

from sqlalchemy import select

from migration.kits.applying import Order, apply
from migration.kits.installed import kits
from reseau.acting import SYSTEM, Acting
from reseau.contents import changing
from reseau.contents.changing import Edit
from reseau.network import Network
from reseau.people import members
from reseau.people.members import NewMember
from reseau.store.tables import content

VALUES = {"entreprise": "Ateliers Martin", "sponsor": "Claire Dubois", "contact": "a@b.example", "outil": "Slack"}


def test_a_kit_is_published_once_and_follows_its_values(network: Network) -> None:
    with network.store.write() as tx:
        camille = members.add(tx, [NewMember("Camille Martin")], SYSTEM)[0]
    order = Order(kits()["base"], "en", VALUES, author_id=camille, animateurs={"vie": camille})

    first, second = apply(network, order), apply(network, order)
    assert (first.communities, first.published, second.published, second.unchanged) == (4, 31, 0, 31)

    with network.store.write() as tx:
        charter = tx.execute(select(content.c.id).where(content.c.title == "Our charter: dare to share")).scalar_one()
        changing.edit(tx, [Edit(charter, camille, "Our own words.")], Acting("console"))
    order.values = {**VALUES, "sponsor": "Paul Durand"}
    third = apply(network, order)

    assert third.kept == ["Our charter: dare to share"]
    assert (third.published, third.updated) == (0, 3)
