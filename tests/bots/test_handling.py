from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from sqlalchemy import select, update

from bots.answers.handling import Handler
from bots.card import Card, Quote, Visibility, words
from bots.command import Command, Group, Role, all_commands, in_order
from bots.platform import Incoming
from bots.request import RefusalError, Request
from reseau.acting import Acting
from reseau.keys import EventKey
from reseau.kinds import MemberStatus
from reseau.network import Network, set_notice
from reseau.people import members
from reseau.people.members import MemberChange, NewMember
from reseau.store.tables import activity, content, member
from tests.bots.company import CONSOLE, Company, card_text, company, labels, spaced


def breaks(request: Request) -> Card:
    members.used(request.tx, [request.me.id], "half done", request.acting)
    raise ZeroDivisionError(request.text)


def refuses(request: Request) -> Card:
    members.used(request.tx, [request.me.id], "half done", request.acting)
    raise RefusalError("E_TEST", "No.")


def plain(id_: str, form: str, answer: object = breaks, role: Role = Role.ANYONE) -> Command:
    forms = {"fr": (form,), "en": (form,)}
    return Command(id_, forms, Group.MINE, "Tests.", {"fr": form, "en": form}, answer, role=role)  # type: ignore[arg-type]


def used(here: Company) -> list[str]:
    """The uses noted so far, in order."""
    with here.network.store.read() as tx:
        rows = tx.execute(select(activity.c.kind).where(activity.c.verb == "used").order_by(activity.c.id))
        return list(rows.scalars())


def test_the_language_is_the_persons_then_the_platforms_then_the_companys(here: Company) -> None:
    assert here.ask("aide").title == "Ce que vous pouvez faire ici"
    assert here.ask("aide", language="en-GB").title == "What you can do here"
    assert here.ask("langue en").title == "I now answer you in English."
    assert here.ask("aide", language="fr-FR").title == "What you can do here"
    assert here.ask("language fr").title == "Je vous réponds désormais en français."


def test_the_first_card_begins_with_the_profile(anywhere: Company) -> None:
    first, second = anywhere.ask("fil", "nina"), anywhere.ask("fil", "nina")

    assert spaced(first.title) == "Bienvenue, Nina Neuf !"
    assert "fiche" in words(replace(first, blocks=first.blocks[:1]))
    assert labels(first)[:2] == ["Ma fiche", "Plus tard"]
    assert second.title == "Votre fil"
    assert anywhere.press(first, "Plus tard", "nina").title.startswith("Très bien")


def test_the_first_contact_activates_once(anywhere: Company) -> None:
    for line in ("xyz", "fil"):
        anywhere.ask(line, "nina")
    with anywhere.network.store.read() as tx:
        nina = members.get(tx, anywhere.people["nina"])
        first = tx.execute(select(activity.c.id).where(activity.c.verb == "activated", activity.c.member_id == nina.id))
        assert len(first.all()) == 1
    assert nina.activated_at is not None


def test_the_first_card_is_private_even_when_it_publishes(here: Company) -> None:
    card = here.ask("publier bonjour", "nina", confirmed=True)

    assert card.done
    assert card.visibility is Visibility.PRIVATE


def test_a_verb_that_leaves_nothing_is_noted_as_a_use(here: Company) -> None:
    for line in ("fil", "xyz", "Q12", "chercher cuivre", "", "comment faire ?", "suivre", "publier bonjour"):
        here.ask(line)

    assert used(here) == ["feed", "unknown", "show", "search", "help", "unknown", "refused", "post"]


def test_a_verb_that_leaves_a_trace_is_not_noted_twice(here: Company) -> None:
    assert here.ask("suivre @ana").done
    assert here.ask("publier bonjour", confirmed=True).done
    assert here.press(here.ask("publier encore"), "Publier").done

    assert used(here) == ["post"]  # the preview


def test_the_same_event_twice_has_one_effect(anywhere: Company) -> None:
    once = anywhere.ask("publier bonjour", confirmed=True, key="E1")
    before = anywhere.rows("content", "activity", "inbox")
    again = anywhere.ask("publier bonjour", confirmed=True, key="E1")

    assert once.done
    assert not again.done
    assert again.title == "C’est déjà fait."
    assert anywhere.rows("content", "activity", "inbox") == before


def test_a_refusal_undoes_what_was_begun_and_gives_the_line_back(sqlite_network: Network) -> None:
    here = company(sqlite_network)
    here.commands = (plain("test", "essai", refuses),)
    card = here.ask("  essai quelque chose ")

    assert card.error == "E_TEST"
    assert card.blocks == (Quote("essai quelque chose"),)
    assert used(here) == ["refused"]


def test_whatever_breaks_is_said_without_a_trace_and_nothing_is_lost(
    sqlite_network: Network, capsys: pytest.CaptureFixture[str]
) -> None:
    here = company(sqlite_network)
    here.commands = (plain("test", "essai"),)
    card = here.ask("essai mon long texte")

    assert card.error == "E_STORE"
    assert card.blocks == (Quote("essai mon long texte"),)
    assert [button.line for button in card.buttons] == ["essai mon long texte"]
    assert "ZeroDivision" not in words(card)
    assert used(here) == []
    assert "mon long texte" not in "".join(capsys.readouterr())


def test_a_store_that_does_not_answer_gives_the_text_back(sqlite_network: Network) -> None:
    here = company(sqlite_network)
    with here.network.store.write() as tx:
        tx.connection.exec_driver_sql("ALTER TABLE inbox RENAME TO elsewhere")
    card = here.ask("publier un texte précieux")

    assert card.error == "E_STORE"
    assert card.blocks == (Quote("publier un texte précieux"),)


@pytest.mark.parametrize("status", [MemberStatus.LEFT, MemberStatus.BOT, MemberStatus.PLACEHOLDER])
def test_who_does_not_take_part_is_answered_nothing_and_stays_so(here: Company, status: MemberStatus) -> None:
    with here.network.store.write() as tx:
        tx.execute(update(member).where(member.c.id == here.people["lea"]).values(status=status))
    before = here.rows("activity")

    assert here.ask("fil").error == "E_NO_MEMBER"
    assert here.rows("activity") == before
    with here.network.store.read() as tx:
        assert members.get(tx, here.people["lea"]).status is status


def test_a_verb_of_another_role_is_refused_in_a_sentence_and_not_in_help(here: Company) -> None:
    here.commands = (*all_commands(), plain("test", "réservé", lambda request: Card("Secret"), Role.ADMINISTRATOR))
    refused = here.ask("réservé", "lea")
    assert refused.error == "E_PERMISSION"
    assert spaced(refused.title) == "« réservé » est réservé aux administrateurs du réseau. Demandez à Franck Morel."
    assert "reseau admin" not in refused.title
    assert "réservé" not in words(here.ask("aide tout"))

    with here.network.store.write() as tx:
        members.change(tx, [MemberChange(here.people["lea"], {"administrator": True})], CONSOLE)
    assert here.ask("réservé", "lea").title == "Secret"
    assert "réservé" in words(here.ask("aide tout"))


def test_an_unknown_verb_proposes_and_does_nothing(here: Company) -> None:
    before = here.rows("content", "draft")
    card = here.ask("demadner dans Veille : qui sait ?")

    assert card.error == "E_UNKNOWN_VERB"
    assert spaced(card.title) == "Je ne connais pas « demadner ». Vouliez-vous : « demander » ?"
    assert card.buttons[0].line == "demander dans Veille : qui sait ?"
    assert labels(card)[-1] == "Aide"
    assert here.rows("content", "draft") == before


def test_a_number_with_words_proposes_to_answer(here: Company) -> None:
    card = here.ask("Q12 merci beaucoup")

    assert labels(card) == ["Répondre à Q12", "Voir Q12", "Aide"]
    assert here.press(card, "Répondre à Q12").done


def test_a_question_without_a_verb_posts_nothing(here: Company) -> None:
    before = here.rows("content")
    card = here.ask("Dans quel atelier est le banc ?")

    assert labels(card) == ["Poser la question", "Chercher", "Qui sait\u202f?"]
    assert here.rows("content") == before
    result = here.press(card, "Poser la question")
    assert Quote("Dans quel atelier est le banc ?", "Léa Petit") in result.blocks


class Broken(dict[str, Command]):
    """A folder of verbs in which one cannot be loaded."""

    def __getitem__(self, name: str) -> Command:
        if name == "broken":
            raise ModuleNotFoundError("No module named 'nowhere'")
        return super().__getitem__(name)


def test_a_verb_that_cannot_be_loaded_stops_no_other() -> None:
    fine = plain("test", "essai")

    assert in_order(Broken(broken=fine, test=fine)) == (fine,)


@pytest.mark.parametrize(
    ("zone", "day"),
    [("Pacific/Kiritimati", "2 janvier 2026"), ("Nulle/Part", "1er janvier 2026"), ("../etc", "1er janvier 2026")],
)
def test_days_are_shown_in_the_persons_time_zone(here: Company, zone: str, day: str) -> None:
    noon = datetime(2026, 1, 1, 12, tzinfo=UTC)
    with here.network.store.write() as tx:
        members.change(tx, [MemberChange(here.people["lea"], {"timezone": zone})], CONSOLE)
        tx.execute(update(content).values(created_at=noon))

    assert day in card_text(here.ask("Q1"))


@pytest.mark.parametrize("line", ["\x00", "publier a\x00b", "publier \udcff", "aide \x1b[31m", "x" * 20_000])
def test_no_odd_line_makes_the_desk_fail(anywhere: Company, line: str) -> None:
    assert anywhere.ask(line).error != "E_STORE"


def test_a_demonstration_says_so_on_every_card(sqlite_network: Network) -> None:
    with sqlite_network.store.write() as tx:
        (ana,) = members.add(tx, [NewMember("Ana")], Acting("console"))
        set_notice(tx, "demonstration", {"name": "Essai"})
    handler = Handler(sqlite_network)
    cards = [
        handler.answer(Incoming(ana, line, EventKey("console", "", line))) for line in ("aide", "fil", "zut", "publier")
    ]

    assert all("Démonstration" in card.footer for card in cards)


@pytest.mark.parametrize("line", ["bonjour", "Salut à tous !", "hello", "coucou"])
def test_a_greeting_is_greeted(here: Company, line: str) -> None:
    card = here.ask(line)

    assert spaced(card.title) == "Bonjour Léa ! Que voulez-vous faire ?"
    assert [button.line for button in card.buttons] == ["fil", "demander", "expert"]


@pytest.mark.parametrize(
    ("line", "named"),
    [
        ("la pompe fuit encore ce matin", []),
        ("demain matin on parle de la nouvelle idée", ["Idée"]),
    ],
)
def test_a_plain_sentence_is_not_understood_and_nothing_is_done(here: Company, line: str, named: list[str]) -> None:
    before = here.rows("content", "draft", "follow")
    card = here.ask(line)

    assert (card.title, card.error) == ("Je n’ai pas compris.", "E_UNKNOWN_VERB")
    assert labels(card) == [*named, "Chercher ces mots", "Demander au réseau", "Aide"]
    assert here.rows("content", "draft", "follow") == before
    assert "E_" not in words(card)
