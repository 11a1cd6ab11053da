"""``mon accueil``: one card of news and next steps, without closed contents."""

from __future__ import annotations

from bots.card import Card, Items
from reseau.acting import Acting
from reseau.communities import belonging
from reseau.communities.belonging import Appointment, Joining
from tests.bots.company import CLOSED_WORD, Company, card_text, labels


def lists(card: Card) -> dict[str, list[str]]:
    """The codes of each list, by its heading."""
    return {block.heading: [item.code for item in block.items] for block in card.blocks if isinstance(block, Items)}


def test_it_lists_the_feed_ones_open_questions_and_what_waits_for_an_animateur(anywhere: Company) -> None:
    with anywhere.network.store.write() as tx:
        appointed = [Appointment(anywhere.places["veille"], anywhere.people["lea"])]
        belonging.appoint(tx, appointed, Acting("console"))

    lea, ana, guy = (anywhere.ask("mon accueil", who) for who in ("lea", "ana", "guy"))

    assert lists(lea)["Vos questions ouvertes"] == ["Q12"]
    assert lists(lea)["En attente d’une réponse"] == ["Q11", "Q10", "Q9"]  # Q12 has an answer
    assert len(lists(lea)["Votre fil"]) == 5
    assert lists(ana)["Vos questions ouvertes"] == ["Q11", "Q10", "Q9"]
    assert "En attente d’une réponse" not in lists(ana)
    assert "Vos questions ouvertes" not in lists(guy)
    assert all(CLOSED_WORD not in card_text(card) for card in (lea, ana, guy))


def test_a_question_of_ones_own_in_a_place_that_one_left_is_not_listed(anywhere: Company) -> None:
    before = anywhere.ask("mon accueil", "franck")
    with anywhere.network.store.write() as tx:
        closed = [Joining(anywhere.places[slug], anywhere.people["franck"]) for slug in ("direction", "rachat")]
        belonging.leave(tx, closed, Acting("console"))

    after = anywhere.ask("mon accueil", "franck")

    assert set(lists(before)["Vos questions ouvertes"]) == set(anywhere.closed)
    assert CLOSED_WORD not in card_text(after)


def test_the_next_step_is_to_belong_somewhere_then_to_be_found_then_nothing(anywhere: Company) -> None:
    nina, lea, ana = (anywhere.ask("mon accueil", who) for who in ("nina", "lea", "ana"))
    franck = anywhere.ask("mon accueil", "franck")

    assert "rejoignez une communauté" in card_text(nina)
    assert labels(lea)[0] == "Compléter mon profil"
    assert "La suite" not in card_text(ana)
    assert "n’a pas été admise" in card_text(franck) or "admettre" in card_text(franck)
    assert "admettre" not in card_text(lea)
