"""The verbs that correct: their previews, their effects, their answers, and their notices."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest

from bots.card import Card, Quote
from bots.platform import Audience
from reseau.channels import links
from reseau.channels.links import NewLink
from reseau.communities import belonging
from reseau.communities.belonging import Appointment, Joining
from reseau.contents import changing, moderation, moving, publishing
from reseau.contents.changing import Edit
from reseau.contents.kinds.answer import ANSWER
from reseau.contents.kinds.question import QUESTION
from reseau.contents.moderation import Decision
from reseau.contents.moving import Merger, Move
from reseau.contents.publishing import NewContent, Published
from reseau.store import Transaction
from tests import looped
from tests.bots.company import CONSOLE, Company, card_text, labels, spaced
from tests.bots.memory import TENANT, MemoryCourier, Room, chat_message, room
from tests.bots.test_writing import age, texts

INSIDE = Audience("veille", False, False, ("ULEA", "UANA", "UFRANCK"))


def test_an_edit_keeps_its_colons_and_numbers_and_readers_find_what_was_there(anywhere: Company) -> None:
    card = anywhere.ask("modifier Q12 : 3 bancs : à 18:30, qui les pose ?")

    assert spaced(card.title) == "Q12 a son nouveau texte."
    assert "3 bancs : à 18:30, qui les pose ?" in texts(anywhere)
    assert not anywhere.ask("modifier Q12 : 3 bancs : à 18:30, qui les pose ?").done
    before = anywhere.press(card, "Historique", "ana")
    assert spaced(before.title) == "Ce que disait Q12 auparavant"
    assert "Qui a déjà posé des bancs d’essai ?" in card_text(before)
    assert "Historique" in labels(anywhere.ask("Q12", "guy"))

    assert anywhere.ask("modifier Q12 1 : Moi, à Brest.", "ana").done
    assert "Moi, à Brest." in card_text(anywhere.ask("Q12"))
    assert anywhere.ask("modifier Q12 1 : Pas moi.").error == "E_PERMISSION"
    assert anywhere.ask("modifier Q12 2 : Pas moi.").error == "E_NUMBER_MISSING"
    assert anywhere.ask("modifier Q12").error == "E_TEXT_MISSING"
    assert anywhere.ask("modifier Q12 : 2").done
    assert "2" in texts(anywhere)


def test_what_is_old_is_taken_back_once_confirmed_and_can_be_brought_back(here: Company) -> None:
    age(here, 60)
    late = here.ask("annuler Q12")
    assert late.error == "E_UNDO_LATE"
    card = here.press(late, "Retirer")
    assert spaced(card.title) == "Retirer Q12 ? Plus personne ne le verra."
    assert "1 réponse" in card_text(card)
    assert not card.done

    gone = here.press(card, "Retirer")
    assert here.ask("Q12", "ana").error == "E_PRIVATE_GONE"
    assert here.press(gone, "Remettre", "ana").error == "E_PRIVATE_GONE"
    assert here.press(gone, "Remettre").done
    assert here.ask("Q12", "ana").error == ""
    own = here.ask("retirer Q12 1", "ana", confirmed=True)
    assert here.press(own, "Remettre", "ana").done
    assert "Moi, à **Lyon**" in card_text(here.ask("Q12"))


def test_a_thread_goes_where_no_more_people_read_it_at_once_and_elsewhere_once_they_are_counted(here: Company) -> None:
    with here.network.store.write() as tx:
        belonging.join(tx, [Joining(here.places["direction"], here.people["lea"])], CONSOLE)
    moved = here.ask("déplacer Q12 dans Direction", "lea")
    assert moved.error == "E_AUTHOR_OUTSIDE" or moved.done
    code = moved.code
    assert spaced(moved.title) == f"{code} est maintenant dans « Direction »."
    assert "Q12 y mène aussi" in card_text(moved)
    assert here.ask("Q12", "ana").error == here.ask("Q99", "ana").error == "E_PRIVATE_GONE"
    assert here.ask("Q12", "franck").code == code
    assert here.ask(f"déplacer {code} vers Veille").error == "E_REPLIES_STAY"

    with here.network.store.write() as tx:
        asked = NewContent(QUESTION, here.people["lea"], "Quel budget ?", here.places["direction"])
        alone = publishing.publish(tx, [asked], CONSOLE)[0].code or ""
    card = here.ask(f"déplacer {alone} Veille")
    assert spaced(card.title) == f"Déplacer {alone} dans « Veille » ?"
    assert "3 personnes de plus pourront le lire" in card_text(card)
    assert here.press(card, "Déplacer").code == "Q13"


def test_two_questions_are_shown_merged_and_parted_again(here: Company) -> None:
    why = here.ask("fusionner Q10 avec Q9")
    assert why.error == "E_REASON_MISSING"
    card = here.ask("fusionner Q10 et Q9 : la même")
    assert "prix numéro 9" in card_text(card)
    assert "prix numéro 10" in card_text(card)
    merged = here.press(card, "Fusionner")
    assert spaced(merged.title) == "Q10 fait maintenant partie de Q9."
    assert here.ask("Q10", "guy").code == "Q9"
    assert "Q10 en fait partie." in spaced(here.ask("Q9", "guy").footer)
    assert here.press(merged, "Les séparer", "ana").error == "E_UNDO_LATE"
    assert here.press(merged, "Les séparer").done
    assert here.ask("Q10", "guy").code == "Q10"
    assert here.ask("fusionner Q10 avec Q9 : pareil", "franck").error == "E_PERMISSION"
    assert here.ask(f"fusionner Q12 avec {here.closed[0]}").error == "E_PRIVATE_GONE"


def test_what_was_merged_in_a_closed_place_is_not_named_elsewhere(here: Company) -> None:
    franck, rachat, veille = here.people["franck"], here.places["rachat"], here.places["veille"]
    with here.network.store.write() as tx:
        asked = [NewContent(QUESTION, franck, f"Qui sait {word} ?", rachat) for word in ("souder", "braser")]
        merged, survivor = publishing.publish(tx, asked, CONSOLE)
        moving.merge(tx, [Merger(merged.id, survivor.id, franck)], CONSOLE)
    assert f"{merged.code} en fait partie." in spaced(here.ask(survivor.code or "", "franck").footer)
    with here.network.store.write() as tx:
        (code,) = moving.move(tx, [Move(survivor.id, veille, franck)], CONSOLE)

    assert (merged.code or "").partition("-")[2] not in card_text(here.ask(code))


def test_a_question_is_reopened_by_its_asker(here: Company) -> None:
    here.ask("retenir Q12 1")
    assert "Rouvrir" in labels(here.ask("Q12"))
    assert here.ask("rouvrir Q12", "ana").error == "E_PERMISSION"
    card = here.press(here.ask("Q12"), "Rouvrir")
    assert spaced(card.title) == "Q12 est rouverte."
    assert "La réponse 1 m’a aidé" in labels(here.ask("Q12"))
    assert not here.ask("rouvrir Q12").done


def test_what_is_hidden_says_so_to_readers_and_nothing_to_strangers(here: Company) -> None:
    assert here.ask("masquer Q11").error == "E_REASON_MISSING"
    hidden = here.ask("masquer Q11 : déjà posée")
    assert spaced(hidden.title) == "Q11 est masqué : seul Ana Roux le voit encore."
    for_guest = here.ask("Q11", "guy")
    assert spaced(for_guest.title) == "Q11 a été masqué par un animateur."
    assert "prix numéro 11" not in card_text(for_guest)
    assert "prix numéro 11" in card_text(here.ask("Q11", "ana"))
    assert here.press(hidden, "Montrer de nouveau").done
    assert "prix numéro 11" in card_text(here.ask("Q11", "guy"))

    reply = here.ask("masquer Q12 1 : courtoisie")
    assert "1 réponse a été masquée par un animateur." in spaced(here.ask("Q12", "guy").footer)
    assert "Moi, à **Lyon**" in card_text(here.ask("Q12", "ana"))
    assert here.press(reply, "Montrer de nouveau").done
    assert here.ask("masquer Q12 1 : non", "ana").error == "E_PERMISSION"

    here.ask(f"masquer {here.closed[1]} : non", "franck")  # nobody animates that community
    assert card_text(here.ask(here.closed[1])).replace(here.closed[1], "X") == card_text(here.ask("Q9-zzzzz")).replace(
        "Q9-zzzzz", "X"
    )


def test_the_log_is_for_those_who_decide(here: Company) -> None:
    assert here.ask("modération", "ana").error == "E_PERMISSION"
    here.ask("signaler Q1 : de la publicité", "guy")
    here.ask("masquer Q11 : déjà posée")
    log = here.ask("modération")
    assert spaced(log.title) == "1 signalement vous attend."
    assert "masqué par Léa Petit" in card_text(log)
    assert "Guy" not in card_text(log)
    assert here.ask("garder Q1").done
    assert here.ask("modération", "franck").error == ""


# -- on platforms ------------------------------------------------------------------------------------------------------


def run(company: Company, story: Callable[[Room], Awaitable[None]]) -> None:
    async def telling() -> None:
        async with room(company.network, MemoryCourier(audiences={"C9": INSIDE, "C8": INSIDE})) as bot:
            bot.teams.audiences["C9"] = INSIDE
            await bot.rest()
            await story(bot)

    looped.run(telling())


def told(bot: Room, person: str) -> list[Card]:
    return [answer.card for answer, to in [*bot.slack.shown, *bot.teams.shown] if to.person == person]


def test_the_animateurs_are_asked_and_the_author_gets_the_reason_and_no_name_of_whoever_reported(
    linked: Company,
) -> None:
    async def story(bot: Room) -> None:
        linked.ask("signaler Q12 1 : ce n’est pas vrai", "franck")
        await bot.rest()
        (asked,) = told(bot, "ULEA")
        assert spaced(asked.title) == "On signale ce que Ana Roux a écrit dans Q12."
        assert "ce n’est pas vrai" in card_text(asked)
        assert "Franck" not in card_text(asked)
        assert labels(asked) == ["Masquer", "Garder", "Voir Q12"]
        assert linked.press(asked, "Masquer").error == "E_REASON_MISSING"
        assert linked.ask(f"{asked.buttons[0].line} : vérifions d’abord").done
        await bot.rest()
        (decided,) = told(bot, "UANA")
        assert (
            spaced(decided.title) == "Léa Petit a masqué ce que vous avez écrit dans Q12 : vous seul le voyez encore."
        )
        assert Quote("vérifions d’abord", "Léa Petit") in decided.blocks
        assert linked.press(asked, "Garder").error == "E_NUMBER_MISSING"

        linked.ask("supprimer Q1 : un mot de passe", "franck", confirmed=True)
        await bot.rest()
        removed = told(bot, "UANA")[-1]
        assert spaced(removed.title) == "Franck Morel a supprimé ce que vous avez écrit dans Q1."
        assert "prix numéro 1" not in card_text(removed)
        assert labels(removed) == []

        linked.ask("fusionner Q10 avec Q9 : la même", confirmed=True)
        linked.ask("masquer Q9 : à revoir")
        assert linked.ask("supprimer Q9 : un mot de passe", "franck", confirmed=True).done
        await bot.rest()
        assert "a fusionné Q10 avec un autre échange" in spaced(told(bot, "UANA")[-3].title)

    run(linked, story)


def standing(bot: Room, where: str) -> list[tuple[str, str]]:
    """Return the messages of a Slack channel, each with the text of its parent."""
    posts = {id_: message.post.text for id_, message in bot.slack.messages.items()}
    there = [message for message in bot.slack.messages.values() if message.to.where.conversation == where]
    return sorted((message.post.text, posts.get(message.to.where.thread, "")) for message in there)


def write(company: Company, text: str, root: Published | None = None) -> int:
    with company.network.store.write() as tx:
        place = company.places["veille"] if root is None else None
        kind, author = (QUESTION, "ana") if root is None else (ANSWER, "franck")
        new = NewContent(kind, company.people[author], text, place, root_id=root.id if root else None)
        return publishing.publish(tx, [new], CONSOLE)[0].id


@pytest.fixture
def two_channels(linked: Company) -> Company:
    """The company with Veille linked to C9 of both platforms, and Vélo to C8 of Slack's."""
    with linked.network.store.write() as tx:
        links.add(tx, NewLink(linked.places["velo"], "slack", TENANT, "C8", "velo", linked.people["franck"]))
    return linked


def test_the_copies_in_linked_channels_follow_every_correction(two_channels: Company) -> None:
    company, people, places = two_channels, two_channels.people, two_channels.places
    ana, lea, franck = people["ana"], people["lea"], people["franck"]

    async def done(bot: Room, *acts: Callable[[Transaction], object]) -> None:
        for act in acts:
            with company.network.store.write() as tx:
                act(tx)
        await bot.rest()

    async def story(bot: Room) -> None:
        first, second = write(company, "Quel gaz ?"), write(company, "Un gaz ?")
        answer = write(company, "L’argon", Published(second, second, None))
        await bot.rest()
        assert standing(bot, "C9") == [("L’argon", "Un gaz ?"), ("Quel gaz ?", ""), ("Un gaz ?", "")]

        await done(
            bot,
            lambda tx: changing.edit(tx, [Edit(first, ana, "Quel gaz prendre ?")], CONSOLE),
            lambda tx: moving.merge(tx, [Merger(second, first, ana)], CONSOLE),
        )
        assert standing(bot, "C9") == [("L’argon", "Quel gaz prendre ?"), ("Quel gaz prendre ?", "")]

        await done(bot, lambda tx: moderation.hide(tx, [Decision(answer, lea, "courtoisie")], CONSOLE))
        assert standing(bot, "C9") == [("Quel gaz prendre ?", "")]

        await done(
            bot,
            lambda tx: moderation.show_again(tx, [Decision(answer, lea, "")], CONSOLE),
            lambda tx: moving.move(tx, [Move(first, places["velo"], ana)], CONSOLE),
        )
        assert standing(bot, "C9") == []
        assert standing(bot, "C8") == [("L’argon", "Quel gaz prendre ?"), ("Quel gaz prendre ?", "")]
        assert bot.teams.messages == {}

        await done(bot, lambda tx: moderation.remove(tx, [Decision(answer, franck, "secret")], CONSOLE))
        assert standing(bot, "C8") == [("Quel gaz prendre ?", "")]

        await done(bot, lambda tx: moving.move(tx, [Move(first, places["veille"], ana)], CONSOLE))
        assert standing(bot, "C8") == []
        assert standing(bot, "C9") == [("Quel gaz prendre ?", "")]

    run(company, story)


def test_what_somebody_wrote_in_a_channel_stays_there_and_that_is_said(linked: Company) -> None:
    async def story(bot: Room) -> None:
        await bot.tell(chat_message("Un banc dehors", "1.1", "UANA"))
        card = linked.ask("masquer D1 : ailleurs")
        assert card.done
        assert "ce qui a été écrit dans #veille y reste" in card_text(card)
        assert [message.post.text for message in bot.teams.messages.values()] == ["Un banc dehors"]
        await bot.rest()
        assert bot.teams.messages == {}

    run(linked, story)


@pytest.mark.parametrize("verb", ["masquer", "signaler", "garder", "historique", "rétablir", "modifier", "retirer"])
def test_a_stranger_to_a_place_learns_nothing(here: Company, verb: str) -> None:
    here.ask(f"modifier {here.closed[1]} : autre chose", "franck")
    closed, absent = here.ask(f"{verb} {here.closed[1]} : x"), here.ask(f"{verb} Q99-zzzzz : x")

    assert (closed.title, closed.error, labels(closed)) == (absent.title, absent.error, labels(absent))
    assert closed.error == "E_PRIVATE_GONE"


def test_the_undo_of_a_merger_ends_after_ten_minutes(here: Company) -> None:
    here.ask("fusionner Q10 avec Q9 : la même", confirmed=True)
    moment = here.network.store.clock()
    here.network.store.clock = lambda: moment + timedelta(minutes=11)

    assert here.ask("séparer Q10").error == "E_UNDO_LATE"
    with here.network.store.write() as tx:
        belonging.appoint(tx, [Appointment(here.places["veille"], here.people["ana"])], CONSOLE)
    assert here.ask("séparer Q10", "ana").error == "E_UNDO_LATE"
