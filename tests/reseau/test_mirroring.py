"""Deliveries to linked channels."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from reseau.acting import Acting
from reseau.channels import links
from reseau.channels.links import NewLink
from reseau.communities import opening
from reseau.communities.opening import NewCommunity
from reseau.contents import publishing
from reseau.contents.kinds.discussion import DISCUSSION
from reseau.contents.publishing import NewContent
from reseau.kinds import CommunityKind, Origin
from reseau.people import members
from reseau.people.members import NewMember
from reseau.store import Store
from reseau.store.tables import outbox

HERE = Acting("console")


@pytest.mark.parametrize("origin", [None, 0, 1])
def test_a_text_goes_to_the_other_channels_of_its_community_only(store: Store, origin: int | None) -> None:
    with store.write() as tx:
        (ana,) = members.add(tx, [NewMember("Ana")], HERE)
        places = opening.add(tx, [NewCommunity(name, CommunityKind.INTEREST) for name in ("Vélo", "Veille")], HERE)
        for number, place in enumerate((places[0], places[0], places[1])):
            links.add(tx, NewLink(place, "slack", "T1", f"C{number}", f"channel-{number}", ana))
        by_channel = {link.conversation: link.id for link in links.listed(tx)}
        acting = HERE
        if origin is not None:
            acting = Acting("slack", Origin.MIRRORED, link_id=by_channel[f"C{origin}"])
        publishing.publish(tx, [NewContent(DISCUSSION, ana, "Bonjour", places[0])], acting)
        payloads = tx.execute(select(outbox.c.payload).where(outbox.c.topic == "mirror")).scalars().all()

    expected = {by_channel[f"C{number}"] for number in (0, 1) if number != origin}
    assert {payload["link"] for payload in payloads} == expected
