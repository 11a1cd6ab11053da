"""Publishing, asking, proposing, answering and taking back."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from bots.card import Quote, Style, Visibility
from reseau.access import ClosedError
from reseau.communities import belonging, opening
from reseau.communities.belonging import Appointment, Joining
from reseau.communities.opening import NewCommunity
from reseau.i18n import Words
from reseau.kinds import CommunityKind
from reseau.people import members
from reseau.people.members import NewMember
from reseau.store.tables import content, draft, thanks, thread
from tests.bots.company import CLOSED_WORD, CONSOLE, Company, card_text, labels, spaced

WRITERS = [("publier", "D1"), ("demander", "Q13"), ("idée", "I1")]


def texts(here: Company) -> list[str]:
    with here.network.store.read() as tx:
        alive = select(content.c.text).where(content.c.deleted_at.is_(None)).order_by(content.c.id.desc())
        return list(tx.execute(alive).scalars())


def age(here: Company, minutes: int) -> None:
    """Let time pass: everything written becomes older."""
    with here.network.store.write() as tx:
        tx.execute(update(content).values(created_at=tx.now - timedelta(minutes=minutes)))


@pytest.mark.parametrize(("verb", "code"), WRITERS)
def test_what_others_will_see_is_shown_first_and_then_confirmed(anywhere: Company, verb: str, code: str) -> None:
    before = anywhere.rows("content")
    card = anywhere.ask(f"{verb} dans Veille : Été à Lyon 🎉\n\n  deux lignes")

    assert card.visibility is Visibility.PRIVATE
    assert not card.done
    assert Quote("Été à Lyon 🎉\n\n  deux lignes", "Léa Petit") in card.blocks
    assert "Dans « Veille », lisible par 5 personnes" in card_text(card)
    assert card.buttons[0].style is Style.PRIMARY
    assert anywhere.rows("content") == before

    out = anywhere.press(card, card.buttons[0].label)
    assert out.code == code
    assert code in out.title
    assert out.visibility is Visibility.PUBLIC
    assert out.done
    assert labels(out) == [f"Voir {code}", "Annuler"]
    assert "lisible par 5 personnes" in card_text(out)
    assert texts(anywhere)[0] == "Été à Lyon 🎉\n\n  deux lignes"


def test_a_preview_pressed_twice_publishes_once(anywhere: Company) -> None:
    card = anywhere.ask("publier bonjour")
    first = anywhere.press(card, "Publier")
    second = anywhere.press(card, "Publier")

    assert first.done
    assert spaced(second.title) == "C’est déjà publié : D1."
    assert labels(second) == ["Voir D1"]
    assert texts(anywhere).count("bonjour") == 1


def test_giving_up_a_preview_that_was_published_takes_nothing_back(anywhere: Company) -> None:
    card = anywhere.ask("publier bonjour")
    anywhere.press(card, "Publier")
    again = anywhere.press(card, "Abandonner")

    assert spaced(again.title) == "C’est déjà publié : D1."
    assert texts(anywhere).count("bonjour") == 1


def test_a_preview_given_up_publishes_nothing(here: Company) -> None:
    card = here.ask("publier bonjour")
    cancelled = here.press(card, "Abandonner")

    assert Quote("publier bonjour") in cancelled.blocks
    assert here.press(card, "Publier").error == "E_EXPIRED"
    assert "bonjour" not in texts(here)


def test_a_preview_is_its_authors_alone_and_lasts_a_day(here: Company) -> None:
    card = here.ask("publier bonjour")
    assert here.press(card, "Publier", "ana").error == "E_EXPIRED"

    with here.network.store.write() as tx:
        tx.execute(update(draft).values(expires_at=tx.now - timedelta(minutes=1)))
    assert here.press(card, "Publier").error == "E_EXPIRED"
    assert "bonjour" not in texts(here)


def test_the_root_before_a_verb_is_no_part_of_what_is_kept(here: Company) -> None:
    card = here.ask("/rse publier bonjour")

    assert here.press(card, "Publier").done
    assert texts(here)[0] == "bonjour"


def test_without_a_community_it_goes_to_the_own_wall(here: Company) -> None:
    card = here.ask("publier bonjour")

    assert "Sur votre mur, lisible par 4 personnes" in card_text(card)
    assert here.press(card, "Publier").code == "D1"


def test_tags_of_the_line_and_of_the_text_are_both_put(here: Company) -> None:
    here.ask('publier tag:prix tag:"prix net" : bonjour #cuivre', confirmed=True)

    assert here.ask("suivre #cuivre").done
    with here.network.store.read() as tx:
        labels_ = tx.connection.exec_driver_sql("SELECT t.folded FROM tag t JOIN tagging g ON g.tag_id = t.id")
        assert {row[0] for row in labels_} >= {"prix", "prix net", "cuivre"}


@pytest.mark.parametrize("line", ["publier", "publier dans Veille :", "demander  ", "idée :", "publier tag:x"])
def test_a_missing_text_is_said_with_an_example(here: Company, line: str) -> None:
    card = here.ask(line)

    assert card.error == "E_TEXT_MISSING"
    assert "Exemple : " in spaced(card.title)
    assert labels(card) == ["Comment faire"]


def test_an_unknown_community_gives_the_text_back_and_a_way_out(here: Company) -> None:
    line = "publier dans la vie, tout va bien"
    card = here.ask(line)

    assert card.error == "E_NO_COMMUNITY"
    assert Quote(line) in card.blocks
    preview = here.press(card, "L’écrire pour tout le monde")
    assert Quote("dans la vie, tout va bien", "Léa Petit") in preview.blocks


def test_several_communities_are_proposed(here: Company) -> None:
    card = here.ask("publier dans ve tag:prix : bonjour à tous")

    assert card.error == "E_SEVERAL_COMMUNITIES"
    assert labels(card) == ["Veille", "Vélo"]
    preview = here.press(card, "Vélo")
    assert Quote("bonjour à tous", "Léa Petit") in preview.blocks
    assert "« Vélo »" in card_text(preview)


def test_an_audience_of_nobody_is_said(here: Company) -> None:
    card = here.ask("demander pour commerciaux Sud : qui a un contact ?")

    assert card.error == "E_AUDIENCE_EMPTY"
    assert spaced(card.title) == "Personne ne correspond à « commerciaux Sud »."


def test_a_community_for_members_only_is_said_to_be_so(here: Company) -> None:
    card = here.ask("publier dans Direction : bonjour", confirmed=True)

    assert card.error == "E_NOT_MEMBER"
    assert "réservée à ses membres" in card.title
    assert labels(card) == ["Demander à rejoindre"]
    assert "bonjour" not in texts(here)


def test_what_is_written_where_not_everybody_reads_is_shown_to_its_author_alone(here: Company) -> None:
    code = here.closed[0]
    for line in ("publier dans Direction : bonjour", f"répondre {code} oui", "demander dans Rachat : quand ?"):
        card = here.ask(line, "franck", confirmed=True)
        assert card.done
        assert card.visibility is Visibility.PRIVATE
    with here.network.store.write() as tx:
        belonging.join(tx, [Joining(here.places["direction"], here.people["ana"])], CONSOLE)
    thanked = here.ask(f"merci {code}", "ana")
    assert thanked.done
    assert thanked.visibility is Visibility.PRIVATE


def test_a_community_is_an_audience_too(here: Company) -> None:
    assert "Dans « Veille »" in card_text(here.ask("demander pour Veille : quand ouvre le salon ?"))


def test_a_secret_community_is_not_there_for_others(here: Company) -> None:
    card = here.ask("publier dans Rachat : bonjour")
    nowhere = here.ask("publier dans Rachax : bonjour")

    assert (card.error, labels(card)) == (nowhere.error, labels(nowhere))
    assert here.ask("publier dans Rachat : bonjour", "franck").error == ""


def test_a_guest_writes_only_where_he_belongs(here: Company) -> None:
    assert here.ask("publier bonjour", "guy", confirmed=True).error == "E_NOT_MEMBER"
    assert here.ask("publier dans Vélo : bonjour", "guy", confirmed=True).error == "E_NO_COMMUNITY"
    assert here.ask("publier dans Veille : bonjour", "guy", confirmed=True).done


def test_a_long_line_is_kept_and_can_be_published_all_the_same(here: Company) -> None:
    text = "très " * 120
    card = here.ask(f"publier {text}")

    assert card.error == ""
    assert spaced(card.title) == "Votre texte est long : le voici, avant publication."
    assert here.press(card, "Publier le texte entier").done
    assert texts(here)[0] == text.strip()


def test_similar_questions_are_shown_before_asking(anywhere: Company) -> None:
    card = anywhere.ask("demander dans Veille : qui a déjà posé des bancs d’essai ?")

    assert card.error == "E_SIMILAR_FOUND"
    assert "Q12" in card_text(card)
    assert anywhere.press(card, "Poser quand même").code == "Q13"


def test_an_answer_is_posted_at_once_and_can_be_taken_back(anywhere: Company) -> None:
    out = anywhere.ask("répondre Q1 : il est à 9 €")

    assert out.done
    assert out.code == "Q1"
    assert texts(anywhere)[0] == "il est à 9 €"
    assert anywhere.press(out, "Annuler").done
    assert "il est à 9 €" not in texts(anywhere)


def test_the_first_answer_of_somebody_else_answers_the_question(here: Company) -> None:
    here.ask("r q1 il est à 9 €")

    with here.network.store.read() as tx:
        answered = select(thread.c.answered_at).join(content, content.c.id == thread.c.root_id)
        assert tx.execute(answered.where(content.c.code == "Q1")).scalar() is not None


def test_a_thread_needs_no_number(here: Company) -> None:
    assert here.ask("répondre il est à 9 €", thread="Q2").code == "Q2"
    assert here.ask("répondre il est à 9 €").error == "E_NUMBER_MISSING"
    assert here.ask("voir", thread="Q2").code == "Q2"


def test_an_answer_that_many_can_read_is_shown_first(here: Company) -> None:
    with here.network.store.write() as tx:
        members.add(tx, [NewMember(f"Membre {n}") for n in range(50)], CONSOLE)
    card = here.ask("répondre oui, je crois", thread="Q2")

    assert not card.done
    assert "55 personnes" in card_text(card)
    assert here.press(card, "Répondre").done
    assert texts(here)[0] == "oui, je crois"


@pytest.mark.parametrize("verb", ["répondre", "voir", "suivre", "merci", "retenir"])
def test_what_is_closed_and_what_is_not_there_get_the_same_words(here: Company, verb: str) -> None:
    closed = here.ask(f"{verb} {here.closed[1]} 1")
    absent = here.ask(f"{verb} Q99-zzzzz 1")

    assert closed.error == absent.error
    assert closed.title.replace(here.closed[1], "X") == absent.title.replace("Q99-zzzzz", "X")
    assert CLOSED_WORD not in card_text(closed)


def test_a_closed_number_is_gone_or_not_open(here: Company) -> None:
    card = here.ask(here.closed[0])

    assert card.error == "E_PRIVATE_GONE"
    assert card.title == ClosedError().sentence(Words("fr"))
    assert labels(card) == ["Chercher"]
    assert here.ask(here.closed[0], "franck").error == ""


def test_undo_takes_the_newest_back_within_ten_minutes(here: Company) -> None:
    here.ask("publier premier", confirmed=True)
    here.ask("publier second", confirmed=True)

    cancelled = here.ask("annuler")
    assert cancelled.done
    assert spaced(cancelled.title) == "Votre message D2 est annulé : plus personne ne le voit."
    assert texts(here)[0] == "premier"
    assert here.ask("annuler D1").done
    assert here.ask("annuler D1").error == "E_NOTHING_TO_UNDO"


def test_undo_is_too_late_after_ten_minutes(here: Company) -> None:
    here.ask("publier premier", confirmed=True)
    age(here, 11)

    assert here.ask("annuler D1").error == "E_UNDO_LATE"
    assert "premier" in texts(here)


def test_nobody_takes_back_what_somebody_else_wrote(here: Company) -> None:
    assert here.ask("annuler Q1").error == "E_NOTHING_TO_UNDO"
    assert here.ask(f"annuler {here.closed[0]}").error == "E_NOTHING_TO_UNDO"


def test_the_asker_says_which_answer_helped(anywhere: Company) -> None:
    card = anywhere.ask("Q12")

    assert anywhere.press(card, "La réponse 1 m’a aidé").done
    assert "c’est la réponse" in card_text(anywhere.ask("Q12"))
    assert anywhere.ask("retenir Q12 2").error == "E_NUMBER_MISSING"
    assert anywhere.ask("retenir Q1 1", "ana").error == "E_NO_ANSWER"


def test_only_the_asker_or_an_animateur_accepts_an_answer(here: Company) -> None:
    assert here.ask("retenir Q12 1", "franck").error == "E_PERMISSION"
    with here.network.store.write() as tx:
        belonging.appoint(tx, [Appointment(here.places["veille"], here.people["franck"])], CONSOLE)
    assert here.ask("retenir Q12 1", "franck").done


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("merci @ana pour l’article", "l’article"),
        ("merci Ana Roux pour l’article", "l’article"),
        ('merci "Ana Roux" : super travail', "super travail"),
        ("merci à Ana, pour tout : vraiment", "tout : vraiment"),
        ("thanks @ana for the article", "the article"),
        ("kudos to @ana for it", "it"),
        ("bravo @ana superbe démonstration", "superbe démonstration"),
        ("merci ana@example.org pour l’aide", "l’aide"),
        ("merci @ana pour Q1", "Q1"),
        ("merci Q1", "Quel est le prix numéro 1 du cuivre ?"),
        ("merci Q1 pour la question", "la question"),
    ],
)
def test_thanks_have_a_person_and_a_reason(here: Company, line: str, reason: str) -> None:
    card = here.ask(line)

    assert card.done, card.title
    assert card.visibility is Visibility.PUBLIC
    assert spaced(card.title) == "Votre merci à Ana Roux est parti."
    with here.network.store.read() as tx:
        row = tx.execute(select(thanks)).one()
    assert (row.receiver_id, row.reason) == (here.people["ana"], reason)
    assert (row.content_id is not None) == ("Q1" in line)


@pytest.mark.parametrize("line", ["merci an pour le plan", "merci Roux-elle pour le plan", "merci ne répondre Q11 oui"])
def test_thanks_to_whom_a_word_may_only_mean_are_given_by_nobody_at_once(here: Company, line: str) -> None:
    assert not here.ask(line).done

    with here.network.store.read() as tx:
        assert tx.execute(select(thanks)).first() is None


def test_thanks_whose_name_is_only_begun_are_shown_first_and_then_given(here: Company) -> None:
    card = here.ask("merci an pour le plan")

    assert spaced(card.title) == "Votre merci à Ana Roux, avant que quiconque le voie"
    assert here.press(card, "Remercier").done


@pytest.mark.parametrize(
    ("line", "error"),
    [
        ("merci @ana", "E_REASON_MISSING"),
        ("merci @ana pour", "E_REASON_MISSING"),
        ("merci @lea pour tout", "E_THANKS_SELF"),
        ("merci @personne pour tout", "E_NO_MEMBER"),
        ("merci Q99", "E_PRIVATE_GONE"),
    ],
)
def test_thanks_that_cannot_be_given_say_why(here: Company, line: str, error: str) -> None:
    assert here.ask(line).error == error
    assert here.rows("thanks") == {"thanks": 0}


def test_a_number_in_a_reason_that_is_no_content_is_a_word(here: Company) -> None:
    card = here.ask("merci @ana pour le dossier A4")

    assert card.done
    assert card.code == ""


@pytest.mark.parametrize("line", ["merci !", "merci!", "merci beaucoup", "Merci à tous", "thank you"])
def test_thanks_to_nobody_in_particular_are_a_pleasure(here: Company, line: str) -> None:
    card = here.ask(line)

    assert (spaced(card.title), card.error) == ("Avec plaisir !", "")
    assert "merci @ana pour l’article" in card_text(card)
    assert here.rows("thanks") == {"thanks": 0}


@pytest.mark.parametrize("end", ["dans Veille", 'dans "veille"', "in Veille", "dans « Veille »"])
def test_a_community_at_the_end_of_a_text_is_understood(here: Company, end: str) -> None:
    card = here.ask(f"idée un banc {end}")

    assert "Dans « Veille »" in card_text(card)
    assert Quote("un banc", "Léa Petit") in card.blocks
    assert here.press(card, "La proposer").done
    assert texts(here)[0] == "un banc"


def test_the_end_of_a_text_that_names_no_community_is_text(here: Company) -> None:
    card = here.ask("idée un banc dans la cour")

    assert Quote("un banc dans la cour", "Léa Petit") in card.blocks
    assert "Sur votre mur" in card_text(card)


def test_an_idea_without_a_place_may_go_to_the_community_for_ideas(here: Company) -> None:
    with here.network.store.write() as tx:
        batch = [NewCommunity(name, CommunityKind.INTEREST) for name in ("Vos idées", "Autres idées")]
        ids = opening.add(tx, batch, CONSOLE)
        belonging.join(tx, [Joining(ids[0], here.people["lea"])], CONSOLE)
    card = here.ask("idée : un banc")

    assert [spaced(label) for label in labels(card)] == ["La proposer", "Plutôt dans « Vos idées »", "Abandonner"]
    assert "Dans « Vos idées »" in card_text(here.press(card, labels(card)[1]))
    assert labels(here.ask("publier un banc")) == ["Publier", "Abandonner"]
