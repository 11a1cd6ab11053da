"""Previews below our addresses in a channel show no more than everyone who reads there may see."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import pytest

from bots.arrival import Pointed, Where, from_payload, to_payload
from bots.card import Card, words
from bots.platform import Address, Audience, RefusedError
from bots.platforms.slack.manifest import manifest
from reseau.network import Network
from reseau.people.accounts import Account, Standing
from reseau.settings import load_settings
from tests import looped
from tests.bots.company import Company, spaced
from tests.bots.memory import MemoryCourier, room

BASE = "https://rse.example.org"
CLOSED = "Un contenu du réseau, pour ceux qui peuvent le lire"


@dataclass
class Unfolder(MemoryCourier):
    """A chat tool that shows previews."""

    unfolded: list[Mapping[str, Card]] = field(default_factory=list)

    async def unfold(self, cards: Mapping[str, Card], to: Address) -> None:
        self._maybe_fail()
        assert to.message == "m1"
        self.unfolded.append(cards)


def shown(here: Company, courier: Unfolder, *paths: str) -> dict[str, str]:
    """The words below addresses, by path."""
    settings = here.network.settings.model_copy(update={"public_url": f"{BASE}/"})

    async def pointing() -> None:
        async with room(Network(settings, here.network.store), courier) as at:
            pointed = Pointed("ULEA", Where("C1"), "m1", tuple(f"{BASE}{path}" for path in paths))
            await at.tell(pointed, key=f"pointed {len(courier.unfolded)}")

    looped.run(pointing())
    cards = courier.unfolded[-1] if courier.unfolded else {}
    return {address.removeprefix(BASE): spaced(words(card)) for address, card in cards.items()}


def test_colleagues_see_what_is_open_and_nothing_of_what_is_closed_or_not_there(linked: Company) -> None:
    audience = Audience("general", everybody=True, outsiders=False, people=("ULEA", "UANA"))
    courier = Unfolder(audiences={"C1": audience})
    closed = [f"/contents/{code}" for code in linked.closed]
    below = shown(linked, courier, "/contents/Q12", "/people/ana", "/communities/veille", *closed)

    assert below["/contents/Q12"].startswith("Q12 · Qui a déjà posé des bancs d’essai")
    assert "Léa Petit · Veille · 1 réponse" in below["/contents/Q12"]
    assert (below["/people/ana"], below["/communities/veille"].splitlines()[0]) == ("Ana Roux\nSoudeuse", "Veille")
    assert {below[path] for path in closed} == {CLOSED}
    nothing = shown(linked, courier, "/contents/Q999", "/communities/rachat", "/communities/direction", "/people/guy")
    assert nothing["/contents/Q999"] == CLOSED
    assert nothing["/communities/rachat"] == nothing["/communities/direction"]
    assert nothing["/people/guy"] == "Une personne du réseau"  # only members of a shared community know a guest


GUEST = Account("slack", "T1", "UGUEST", Standing.GUEST, "Guest")
OTHERS = {
    "people of another organisation": Audience("shared", everybody=False, outsiders=True, people=("ULEA",)),
    "a guest": Audience("guests", everybody=False, outsiders=False, people=("ULEA", "UGUEST"), accounts=(GUEST,)),
}


@pytest.mark.parametrize("who", [*OTHERS, "nobody says who"])
def test_where_others_may_read_a_preview_says_nothing(linked: Company, who: str) -> None:
    courier = Unfolder(audiences={"C1": OTHERS[who]} if who in OTHERS else {})
    courier.unsaid = [] if who in OTHERS else [RefusedError("channel_not_found")]
    below = shown(linked, courier, "/contents/Q12", "/contents/Q999", "/people/ana")

    assert below == {"/contents/Q12": CLOSED, "/contents/Q999": CLOSED, "/people/ana": "Une personne du réseau"}


def test_addresses_that_name_nothing_and_those_of_others_have_no_preview(linked: Company) -> None:
    courier = Unfolder()
    shown(
        linked,
        courier,
        "/",
        "/chat",
        "/search?q=x",
        "/link/token",
        ".evil.example/contents/Q12",
        "@evil.example/contents/Q1",
    )

    assert courier.unfolded == []


def test_a_refused_preview_stops_nothing_and_is_not_tried_for_ever(linked: Company) -> None:
    courier = Unfolder(failures=[RefusedError("cannot_unfurl_url")])

    assert shown(linked, courier, "/contents/Q12") == {}
    with linked.network.store.read() as tx:
        states = tx.connection.exec_driver_sql("SELECT state, reason FROM inbox WHERE kind = 'pointed'").all()
    assert [tuple(row) for row in states] == [("ignored", "cannot_unfurl_url")]


def test_an_event_of_addresses_survives_the_inbox() -> None:
    pointed = Pointed("U1", Where("C1"), "m1", (f"{BASE}/contents/Q1",))

    assert from_payload("pointed", to_payload(pointed)) == pointed


def test_the_app_asks_for_addresses_only_where_there_are_some() -> None:
    silent, told = manifest(load_settings()), manifest(load_settings(public_url=BASE))

    assert "unfurl_domains" not in silent["features"]
    assert "link_shared" not in silent["settings"]["event_subscriptions"]["bot_events"]
    assert told["features"]["unfurl_domains"] == ["rse.example.org"]
    assert "link_shared" in told["settings"]["event_subscriptions"]["bot_events"]
    assert {"links:read", "links:write"} <= set(told["oauth_config"]["scopes"]["bot"])
