"""Notices go to each person once, about contents that he or she may read, and never about unwanted ones."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

import pytest

from bots.card import Card, words
from bots.platform import Audience
from reseau.acting import Acting
from reseau.contents import changing, mentions, publishing, reactions
from reseau.contents.changing import Withdrawal
from reseau.contents.kinds.comment import COMMENT
from reseau.contents.kinds.discussion import DISCUSSION
from reseau.contents.publishing import NewContent
from reseau.contents.reactions import NewReaction
from reseau.exchange.notices import CLASSES, Cadence, Notice
from reseau.kinds import FollowKind, Origin
from reseau.people import follows, preferences
from reseau.people.follows import NewFollow
from tests import looped
from tests.bots.company import Company, labels
from tests.bots.memory import MemoryCourier, Room, chat_message, room
from tests.conftest import PROJECT

CONSOLE = Acting("console")
WEDNESDAY = datetime(2026, 3, 4, 9, 30, tzinfo=UTC)  # half past ten in Paris
INSIDE = Audience("veille", False, False, ("ULEA", "UANA", "UFRANCK"))


def run(company: Company, story: Callable[[Room], Awaitable[None]]) -> None:
    async def telling() -> None:
        async with room(company.network, MemoryCourier(audiences={"C9": INSIDE})) as bot:
            await bot.rest()  # the company's own notices
            bot.slack.shown.clear()
            bot.teams.shown.clear()
            bot.teams.audiences["C9"] = INSIDE
            await story(bot)

    at(company, WEDNESDAY)
    looped.run(telling())


def at(company: Company, moment: datetime) -> None:
    company.network.store.clock = lambda: moment


def write(company: Company, who: str, text: str, place: str | None = "veille", root: int | None = None) -> int:
    with company.network.store.write() as tx:
        place_id = company.places[place] if place is not None and root is None else None
        kind = DISCUSSION if root is None else COMMENT
        new = NewContent(kind, company.people[who], text, place_id, root_id=root)
        return publishing.publish(tx, [new], CONSOLE)[0].id


def notices(bot: Room) -> list[tuple[str, Card]]:
    """Return the direct messages of each person, whatever the platform."""
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


def test_a_burst_in_a_thread_is_one_notice_then_one_for_a_while_and_writing_there_ends_the_while(
    linked: Company,
) -> None:
    async def story(bot: Room) -> None:
        root = write(linked, "lea", "Quel joint tient à 90 degrés ?", None)
        with linked.network.store.write() as tx:
            follows.follow(tx, [NewFollow(linked.people["ana"], FollowKind.CONTENT, root)], CONSOLE)
        for number in range(9):
            write(linked, "franck", f"Réponse {number}", root=root)
        await bot.rest()
        assert len(titles(bot, "UANA")) == 1

        at(linked, WEDNESDAY + timedelta(minutes=9))
        write(linked, "franck", "Encore une.", root=root)
        await bot.rest()
        assert len(titles(bot, "UANA")) == 1
        at(linked, WEDNESDAY + timedelta(minutes=11))
        await bot.rest()
        assert len(titles(bot, "UANA")) == 2
        gathered = [card for whom, card in notices(bot) if whom == "UANA"][-1]
        assert "9 réponses" in words(gathered)
        assert "Franck Morel" in words(gathered)

        write(linked, "ana", "Merci, le rouge alors ?", root=root)
        write(linked, "franck", "Oui.", root=root)
        at(linked, WEDNESDAY + timedelta(minutes=12))
        await bot.rest()
        assert len(titles(bot, "UANA")) == 3, "who talks in a thread is told at once"

    run(linked, story)


def test_many_threads_are_five_notices_then_one_at_the_end_of_the_hour(reachable: Company) -> None:
    async def story(bot: Room) -> None:
        for number in range(8):
            write(reachable, "franck", "Le bleu.", root=write(reachable, "lea", f"Et la couleur {number} ?", None))
        await bot.rest()
        assert len(titles(bot, "ULEA")) == 5

        at(reachable, WEDNESDAY + timedelta(hours=1))
        await bot.rest()
        assert len(titles(bot, "ULEA")) == 6
        assert len(notices(bot)[-1][1].blocks[0].items) == 3  # type: ignore[union-attr]

    run(reachable, story)


# -- reactions ---------------------------------------------------------------------------------------------------------


def react(company: Company, content_id: int, *people: str, emoji: str = "+1") -> None:
    with company.network.store.write() as tx:
        new = [NewReaction(content_id, company.people[who], emoji) for who in people]
        reactions.react(tx, new, CONSOLE)


def test_reactions_are_told_together_after_a_while_and_those_taken_back_are_not(linked: Company) -> None:
    store, started = linked.network.store, WEDNESDAY

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
            assert preferences.chosen(tx, linked.people["lea"])[notice] is Cadence.DAILY
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
        ("réglages mentions toujours", Notice.MENTION, Cadence.ALWAYS),
        ("réglages réponses une fois par jour", Notice.REPLY, Cadence.DAILY),
        ("settings reactions: weekly", Notice.REACTION, Cadence.WEEKLY),
        ("réglages communautés chaque jour", Notice.COMMUNITY, Cadence.DAILY),
        ("réglages communautés tout de suite", Notice.COMMUNITY, Cadence.WEEKLY),
        ("réglages tout oui", Notice.EXPERTISE, Cadence.DAILY),
        ("réglages la nuit oui", Notice.MENTION, Cadence.ALWAYS),
        ("réglages la nuit oui", Notice.PERSON, Cadence.DAILY),
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
        assert preferences.chosen(tx, here.people["ana"])[notice] is CLASSES[notice].default


@pytest.mark.parametrize("line", ["réglages couleur bleu", "réglages licornes non", "réglages dans telegram"])
def test_a_setting_that_there_is_not_is_said_with_an_example(here: Company, line: str) -> None:
    card = here.ask(line, "lea")

    assert card.error == "E_SETTING"
    assert "réactions non" in card.title or "reactions off" in card.title


def test_settings_show_every_class_and_make_it_rarer_by_a_press(here: Company) -> None:
    listed = here.ask("réglages", "lea")
    items = [item for block in listed.blocks for item in getattr(block, "items", ())]

    assert len(items) == len(Notice) - 1, "whoever does not run the network lets nobody in"
    assert {item.reason for item in items} == {"tout de suite", "une fois par jour", "une fois par semaine"}
    for _ in range(3):
        for item in items:
            here.ask(item.line, "lea")
        card = here.ask("réglages", "lea")
        items = [item for block in card.blocks for item in getattr(block, "items", ())]
    with here.network.store.read() as tx:
        chosen = preferences.chosen(tx, here.people["lea"])
    assert chosen[Notice.MENTION] is Cadence.NEVER
    assert chosen[Notice.PERSON] is Cadence.DAILY, "behind never comes what is usual"


def test_one_class_is_shown_with_all_that_may_be_chosen_for_it(here: Company) -> None:
    card = here.ask("réglages mentions", "lea")

    assert labels(card) == ["À toute heure", "Tout de suite", "Une fois par jour", "Une fois par semaine", "Jamais"]
    here.press(card, "Une fois par semaine", "lea")
    with here.network.store.read() as tx:
        assert preferences.cadence(tx, here.people["lea"], Notice.MENTION) is Cadence.WEEKLY


# -- times and places -------------------------------------------------------------------------------------------------


def test_at_night_a_notice_waits_for_the_morning_unless_the_person_wants_it_at_any_hour(linked: Company) -> None:
    evening, morning = datetime(2026, 3, 6, 20, 0, tzinfo=UTC), datetime(2026, 3, 9, 8, 0, tzinfo=UTC)
    linked.ask("réglages mentions toujours", "franck")

    async def story(bot: Room) -> None:
        at(linked, evening)
        write(linked, "lea", "@ana et @franck, la pompe est en panne")
        await bot.rest()
        assert [whom for whom, _ in notices(bot)] == ["UFRANCK"]
        at(linked, morning - timedelta(minutes=1))
        await bot.rest()
        assert [whom for whom, _ in notices(bot)] == ["UFRANCK"]
        at(linked, morning)
        await bot.rest()
        assert [whom for whom, _ in notices(bot)] == ["UFRANCK", "UANA"]
        assert "vous mentionne" in titles(bot, "UANA")[0]

    run(linked, story)


def test_what_waits_for_the_morning_is_judged_again_then(reachable: Company) -> None:
    evening = datetime(2026, 3, 5, 20, 0, tzinfo=UTC)

    async def story(bot: Room) -> None:
        at(reachable, evening)
        root = write(reachable, "lea", "@ana, @franck : la pompe est en panne")
        await bot.rest()
        with reachable.network.store.write() as tx:
            preferences.choose(tx, reachable.people["franck"], Notice.MENTION, Cadence.NEVER)
            changing.withdraw(tx, [Withdrawal(root, reachable.people["lea"])], CONSOLE)
        at(reachable, evening + timedelta(hours=13))
        await bot.rest()

        assert notices(bot) == []

    run(reachable, story)


def test_a_person_chooses_the_platform_for_everything_or_for_a_class(reachable: Company) -> None:
    for line in ("réglages dans slack", "réglages mentions dans Teams"):
        assert reachable.ask(line, "ana").done, line

    async def story(bot: Room) -> None:
        write(reachable, "lea", "Et toi, @ana ?")
        root = write(reachable, "ana", "Le four est froid.", None)
        write(reachable, "lea", "Je regarde.", root=root)
        await bot.rest()

        assert [answer.card.title[:20] for answer, to in bot.teams.shown] == ["Léa Petit vous menti"]
        assert [answer.card.title[:20] for answer, to in bot.slack.shown] == ["Léa Petit vous a rép"]

    run(reachable, story)


def test_the_page_of_notices_says_what_the_table_says() -> None:
    page = (PROJECT / "docs" / "notices.md").read_text("utf-8")
    for notice, row in CLASSES.items():
        when = [row.default.value, *(["by thread"] if row.by_thread else []), *(["only read"] if row.only_read else [])]
        assert f"| `{notice}` | {row.title} | {row.reaches} | {', '.join(when)} |" in page
