"""Who is told of what: each person once, of what he or she may read, and of nothing that he or she does not want."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

import pytest

from bots.card import Card, words
from bots.platform import Audience
from reseau.acting import Acting
from reseau.contents import mentions, publishing, reactions
from reseau.contents.kinds.comment import COMMENT
from reseau.contents.kinds.discussion import DISCUSSION
from reseau.contents.publishing import NewContent
from reseau.contents.reactions import NewReaction
from reseau.kinds import FollowKind, Origin
from reseau.people import follows, preferences
from reseau.people.follows import NewFollow
from reseau.people.preferences import Cadence, Notice
from tests import looped
from tests.bots.company import Company
from tests.bots.memory import MemoryCourier, Room, chat_message, room

CONSOLE = Acting("console")
WEDNESDAY = datetime(2026, 3, 4, 9, 30, tzinfo=UTC)  # half past ten in Paris
INSIDE = Audience("veille", False, False, ("ULEA", "UANA", "UFRANCK"))


def run(company: Company, story: Callable[[Room], Awaitable[None]]) -> None:
    async def telling() -> None:
        async with room(company.network, MemoryCourier(audiences={"C9": INSIDE})) as bot:
            bot.teams.audiences["C9"] = INSIDE
            await story(bot)

    looped.run(telling())


def write(company: Company, who: str, text: str, place: str | None = "veille", root: int | None = None) -> int:
    with company.network.store.write() as tx:
        place_id = company.places[place] if place is not None and root is None else None
        kind = DISCUSSION if root is None else COMMENT
        new = NewContent(kind, company.people[who], text, place_id, root_id=root)
        return publishing.publish(tx, [new], CONSOLE)[0].id


def notices(bot: Room) -> list[tuple[str, Card]]:
    """Who was shown what in person, whatever the platform."""
    every = [*bot.slack.shown, *bot.teams.shown]
    return [(to.person, answer.card) for answer, to in every if to.where.personal]


def titles(bot: Room, person: str) -> list[str]:
    return [card.title for whom, card in notices(bot) if whom == person]


# -- mentions ----------------------------------------------------------------------------------------------------------


def test_whoever_is_mentioned_is_told_once(linked: Company) -> None:
    async def story(bot: Room) -> None:
        write(linked, "lea", "Bonjour @ana, et encore @ana : tu connais ces joints ?")
        await bot.rest()

        (title,) = titles(bot, "UANA")
        assert "Léa Petit vous mentionne" in title
        assert titles(bot, "UFRANCK") == []

    run(linked, story)


@pytest.mark.parametrize("text", ["écrivez à joints@ana.example", "@lea parle d’elle-même", "@nobody.here ?", "ana"])
def test_an_address_oneself_and_nobody_are_no_mention(linked: Company, text: str) -> None:
    async def story(bot: Room) -> None:
        write(linked, "lea", text)
        await bot.rest()

        assert notices(bot) == []

    run(linked, story)


def test_who_may_not_read_it_is_not_told_that_he_or_she_is_mentioned(linked: Company) -> None:
    async def story(bot: Room) -> None:
        write(linked, "franck", "Que dirait @ana de ce rachat ?", "direction")
        await bot.rest()

        assert notices(bot) == []

    run(linked, story)


def test_slack_tells_those_whom_its_own_mention_names(linked: Company) -> None:
    async def story(bot: Room) -> None:
        await bot.tell(chat_message("[@Ana](reseau:slack/-/person/UANA) et @franck, un avis ?", "1.1"))

        assert titles(bot, "UANA") == []
        assert len(titles(bot, "UFRANCK")) == 1

    run(linked, story)


def test_who_names_half_the_company_mentions_nobody(linked: Company) -> None:
    crowd = " ".join(f"@membre.{number}" for number in range(mentions.MOST + 1))

    async def story(bot: Room) -> None:
        write(linked, "lea", f"@ana {crowd}")
        await bot.rest()

        assert notices(bot) == []

    run(linked, story)


# -- threads -----------------------------------------------------------------------------------------------------------


def test_a_reply_reaches_each_person_once_by_what_concerns_him_or_her_most(linked: Company) -> None:
    async def story(bot: Room) -> None:
        root = write(linked, "lea", "Quel joint tient à 90 degrés ?", None)
        with linked.network.store.write() as tx:
            followers = [NewFollow(linked.people[who], FollowKind.CONTENT, root) for who in ("ana", "franck", "lea")]
            follows.follow(tx, followers, CONSOLE)
        write(linked, "franck", "Le rouge, demande à @ana.", root=root)
        await bot.rest()

        assert [whom for whom, _ in notices(bot)] == ["UANA", "ULEA"]
        assert "vous mentionne" in titles(bot, "UANA")[0]
        assert "vous a répondu" in titles(bot, "ULEA")[0]

        write(linked, "ana", "Oui, le rouge.", root=root)
        await bot.rest()
        (title,) = titles(bot, "UFRANCK")
        assert "que vous suivez" in title

    run(linked, story)


def test_many_replies_in_followed_threads_are_told_together(linked: Company) -> None:
    store = linked.network.store
    started = store.clock()

    async def story(bot: Room) -> None:
        root = write(linked, "lea", "Quel joint tient à 90 degrés ?", None)
        with store.write() as tx:
            follows.follow(tx, [NewFollow(linked.people["ana"], FollowKind.CONTENT, root)], CONSOLE)
        for number in range(9):
            write(linked, "franck", f"Réponse {number}", root=root)
        await bot.rest()
        alone = len(titles(bot, "UANA"))
        store.clock = lambda: started + timedelta(hours=2)
        await bot.rest()

        assert alone == 5
        assert len(titles(bot, "UANA")) == 6
        assert "d’autres réponses" in titles(bot, "UANA")[-1]

    run(linked, story)


# -- reactions ---------------------------------------------------------------------------------------------------------


def react(company: Company, content_id: int, *people: str, emoji: str = "+1") -> None:
    with company.network.store.write() as tx:
        new = [NewReaction(content_id, company.people[who], emoji) for who in people]
        reactions.react(tx, new, CONSOLE)


def test_reactions_are_told_together_after_a_while_and_those_taken_back_are_not(linked: Company) -> None:
    store, started = linked.network.store, WEDNESDAY
    store.clock = lambda: started

    async def story(bot: Room) -> None:
        first, second = write(linked, "lea", "La pompe est réparée."), write(linked, "lea", "Le four aussi.")
        react(linked, first, "ana", "franck", "lea")
        react(linked, second, "ana", emoji="tada")
        third = write(linked, "ana", "Merci !")
        react(linked, third, "franck")
        with store.write() as tx:
            reactions.unreact(tx, [NewReaction(third, linked.people["franck"], "+1")], CONSOLE)
        await bot.rest()
        assert notices(bot) == []

        store.clock = lambda: started + timedelta(minutes=20)
        await bot.rest()
        ((whom, card),) = notices(bot)
        assert whom == "ULEA"
        assert "👍 Ana Roux, Franck Morel" in words(card)
        assert "🎉 Ana Roux" in words(card)

    run(linked, story)


def test_nobody_is_told_of_reactions_at_night_nor_at_the_weekend(linked: Company) -> None:
    store = linked.network.store
    friday_evening = datetime(2026, 3, 6, 18, 30, tzinfo=UTC)
    store.clock = lambda: friday_evening

    async def story(bot: Room) -> None:
        react(linked, write(linked, "lea", "La pompe est réparée."), "ana")
        for moment in (friday_evening + timedelta(hours=1), friday_evening + timedelta(days=1)):
            store.clock = lambda moment=moment: moment  # type: ignore[misc]
            await bot.rest()
            assert notices(bot) == []
        react(linked, write(linked, "lea", "Le four aussi."), "ana")
        store.clock = lambda: datetime(2026, 3, 9, 8, 1, tzinfo=UTC)
        await bot.rest()

        ((whom, card),) = notices(bot)
        assert whom == "ULEA"
        assert len([item for block in card.blocks for item in getattr(block, "items", ())]) == 2

    run(linked, story)


# -- wishes ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("notice", [Notice.MENTION, Notice.REPLY, Notice.FOLLOWED, Notice.REACTION, Notice.THANKS])
def test_what_somebody_does_not_want_to_be_told_is_not(linked: Company, notice: Notice) -> None:
    store, started = linked.network.store, WEDNESDAY
    store.clock = lambda: started
    cause: dict[Notice, Callable[[int], object]] = {
        Notice.MENTION: lambda root: write(linked, "ana", "Et toi, @lea ?"),
        Notice.REPLY: lambda root: write(linked, "ana", "Le rouge.", root=root),
        Notice.FOLLOWED: lambda root: write(linked, "franck", "Le bleu.", root=others),
        Notice.REACTION: lambda root: react(linked, root, "ana"),
        Notice.THANKS: lambda root: linked.ask("merci @lea : pour la pompe", "ana"),
    }
    others = write(linked, "ana", "Qui vient à pied ?", None)
    with store.write() as tx:
        follows.follow(tx, [NewFollow(linked.people["lea"], FollowKind.CONTENT, others)], CONSOLE)

    async def story(bot: Room) -> None:
        root = write(linked, "lea", "Quel joint tient à 90 degrés ?", None)
        await bot.rest()
        cause[notice](root)
        await bot.rest()
        store.clock = lambda: started + timedelta(minutes=20)
        await bot.rest()
        before = len(titles(bot, "ULEA"))
        assert before == 1

        buttons = [button for whom, card in notices(bot) if whom == "ULEA" for button in card.buttons]
        less = next(button for button in buttons if button.label == "Moins de ces avis")
        assert not (await bot.ask(less.line)).card.error
        with store.read() as tx:
            assert preferences.chosen(tx, linked.people["lea"])[notice] is Cadence.NEVER
        before = len(titles(bot, "ULEA"))
        cause[notice](write(linked, "lea", "Et à 120 degrés ?", None))
        await bot.rest()
        store.clock = lambda: started + timedelta(hours=3)
        await bot.rest()
        assert len(titles(bot, "ULEA")) == before

    run(linked, story)


def test_what_an_import_brings_is_nobodys_news(linked: Company) -> None:
    async def story(bot: Room) -> None:
        with linked.network.store.write() as tx:
            seeded = Acting("import", Origin.SEEDED)
            new = NewContent(DISCUSSION, linked.people["lea"], "Bonjour @ana", linked.places["veille"])
            published = publishing.publish(tx, [new], seeded)[0]
            reactions.react(tx, [NewReaction(published.id, linked.people["ana"], "+1")], seeded)
        await bot.rest()

        assert notices(bot) == []

    run(linked, story)


@pytest.mark.parametrize(
    ("line", "notice", "cadence"),
    [
        ("réglages réactions non", Notice.REACTION, Cadence.NEVER),
        ("alertes mentions jamais", Notice.MENTION, Cadence.NEVER),
        ("settings replies off", Notice.REPLY, Cadence.NEVER),
        ("réglages : suivis couper", Notice.FOLLOWED, Cadence.NEVER),
        ("settings thanks on", Notice.THANKS, Cadence.NOW),
        ("réglages tout non", Notice.ACCEPTED, Cadence.NEVER),
    ],
)
def test_a_line_chooses_what_one_is_told(here: Company, line: str, notice: Notice, cadence: Cadence) -> None:
    card = here.ask(line, "lea")

    assert card.done, card.title
    with here.network.store.read() as tx:
        assert preferences.chosen(tx, here.people["lea"])[notice] is cadence
        assert preferences.chosen(tx, here.people["ana"])[notice] is Cadence.NOW


@pytest.mark.parametrize("line", ["réglages couleur bleu", "settings reactions", "réglages licornes non"])
def test_a_setting_that_there_is_not_is_said_with_an_example(here: Company, line: str) -> None:
    card = here.ask(line, "lea")

    assert card.error == "E_SETTING"
    assert "réactions non" in card.title or "reactions off" in card.title


def test_settings_show_every_class_and_change_it_by_a_press(here: Company) -> None:
    listed = here.ask("réglages", "lea")
    items = [item for block in listed.blocks for item in getattr(block, "items", ())]

    assert len(items) == len(Notice) - 1, "whoever does not run the network lets nobody in"
    assert {item.reason for item in items} == {"oui"}
    for item in items:
        here.ask(item.line, "lea")
    again = [item for block in here.ask("réglages", "lea").blocks for item in getattr(block, "items", ())]
    assert {item.reason for item in again} == {"non"}
