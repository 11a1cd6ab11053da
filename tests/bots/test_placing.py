"""A text that names no community gets a proposal with its reason."""

from __future__ import annotations

from reseau.communities import belonging, opening
from reseau.communities.belonging import Joining
from reseau.communities.opening import CommunityChange, NewCommunity
from reseau.contents import publishing
from reseau.contents.kinds.question import QUESTION
from reseau.contents.publishing import NewContent
from reseau.kinds import CommunityKind, Privacy
from tests.bots.company import CONSOLE, Company, card_text, labels, spaced


def weld(here: Company) -> None:
    """An open community about welding, a private one that fits better, and questions in both."""
    with here.network.store.write() as tx:
        batch = [
            NewCommunity("Atelier soudure", CommunityKind.PRACTICE, purpose="Postes, gaz et réglages", slug="soudure"),
            NewCommunity("Soudure aluminium", CommunityKind.PROJECT, Privacy.PRIVATE, slug="alu"),
        ]
        places = opening.add(tx, batch, CONSOLE)
        franck = here.people["franck"]
        belonging.join(tx, [Joining(place, franck) for place in places], CONSOLE)
        texts = ("Quel gaz pour souder l’aluminium fin ?", "Souder l’aluminium fin sans le percer : quel réglage ?")
        asked = [NewContent(QUESTION, franck, text, place) for place in places for text in texts]
        publishing.publish(tx, asked, CONSOLE)


def test_the_community_that_fits_is_proposed_with_its_reason_and_one_tap_changes_it(anywhere: Company) -> None:
    weld(anywhere)
    card = anywhere.ask("demander qui sait souder l’aluminium fin au gaz ?")

    assert "Dans « Atelier soudure »" in card_text(card)
    assert "Pourquoi là 2 échanges proches y ont eu lieu" in card_text(card)
    assert "Soudure aluminium" not in card_text(card)
    assert [spaced(label) for label in labels(card)] == ["Poser quand même", "Plutôt pour tout le monde", "Abandonner"]

    everybody = anywhere.press(card, labels(card)[1])
    assert "Sur votre mur" in card_text(everybody)
    assert "Pourquoi là" not in card_text(everybody)
    assert anywhere.press(everybody, "Poser quand même").code == "Q15"
    assert "Dans « Atelier soudure »" in card_text(anywhere.press(card, "Poser quand même"))


def test_a_tag_a_name_and_a_membership_are_reasons_and_one_word_in_common_is_none(here: Company) -> None:
    weld(here)
    tagged = here.ask("publier tag:soudure : le nouveau poste est arrivé")
    assert "#soudure y est employé · vous en êtes membre" in card_text(tagged)
    assert "Dans « Veille »" in card_text(tagged)

    named = here.ask("idée : une réserve de soudures témoins")
    assert "on y parle de « soudures »" in card_text(named)
    with here.network.store.write() as tx:
        belonging.join(tx, [Joining(here.places["velo"], here.people["lea"])], CONSOLE)
        opening.change(
            tx, [CommunityChange(here.places["velo"], {"purpose": "Trajets, réparations, le déjà vu"})], CONSOLE
        )
    about = here.ask("publier réparation de mon vieux guidon")
    assert "on y parle de « réparation » · vous en êtes membre" in card_text(about)
    for line in (
        "publier bonjour",
        "idée : un banc dehors",
        "publier les postes sont là",
        "publier un groupe",
        "demander qui l’a déjà eu ?",
    ):
        assert "Sur votre mur" in card_text(here.ask(line)), line


def test_the_language_and_the_tags_of_a_line_stay_in_the_place_that_is_proposed(here: Company) -> None:
    weld(here)
    posted = here.press(here.ask("publier lang en tag:fer : aluminium soudure"), "Publier")

    assert posted.done
    assert "Dans « Atelier soudure »" in card_text(posted)
    with here.network.store.read() as tx:
        sql = "SELECT c.language FROM content c JOIN tagging g ON g.content_id = c.id JOIN tag t ON t.id = g.tag_id"
        assert tx.connection.exec_driver_sql(f"{sql} WHERE t.folded = 'fer'").scalars().all() == ["en"]
