"""Summaries: a person's news, at the beginning of the working day, once, never empty, and never during an absence."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from bots.card import Card
from bots.platform import DoubtError
from bots.sending.summaries import Planner
from bots.speech.dates import return_of
from reseau.acting import Acting
from reseau.communities import belonging
from reseau.communities.belonging import Joining
from reseau.contents import publishing
from reseau.contents.kinds.answer import ANSWER
from reseau.contents.kinds.discussion import DISCUSSION
from reseau.contents.kinds.question import QUESTION
from reseau.contents.publishing import NewContent
from reseau.exchange.notices import Cadence, Notice
from reseau.kinds import FollowKind
from reseau.people import follows, identities, members, preferences, summaries
from reseau.people.follows import NewFollow
from reseau.people.identities import NewIdentity
from reseau.people.members import MemberChange, NewMember
from reseau.store.tables import outbox
from tests import looped
from tests.bots.company import CONSOLE, Company, card_text, labels
from tests.bots.memory import TENANT, Room, room

TUESDAY = datetime(2031, 3, 4, 10, 0, tzinfo=UTC)  # eleven in Paris
MORNING = datetime(2031, 3, 5, 8, 0, tzinfo=UTC)  # nine in Paris, the day after
MONDAY = datetime(2031, 3, 10, 8, 0, tzinfo=UTC)


def run(company: Company, story: Callable[[Room], Awaitable[None]]) -> None:
    async def telling() -> None:
        async with room(company.network) as bot:
            at(company, TUESDAY)
            await bot.plan()
            bot.slack.shown.clear()
            bot.teams.shown.clear()
            await story(bot)

    looped.run(telling())


def at(company: Company, moment: datetime) -> None:
    company.network.store.clock = lambda: moment


def write(company: Company, who: str, text: str, place: str | None = "veille", root: int | None = None) -> int:
    with company.network.store.write() as tx:
        place_id = company.places[place] if place is not None and root is None else None
        kind = DISCUSSION if root is None else ANSWER
        new = NewContent(kind, company.people[who], text, place_id, root_id=root)
        return publishing.publish(tx, [new], CONSOLE)[0].id


def follow(company: Company, who: str, whom: str) -> None:
    with company.network.store.write() as tx:
        follows.follow(tx, [NewFollow(company.people[who], FollowKind.MEMBER, company.people[whom])], CONSOLE)


def choose(company: Company, who: str, notice: Notice, cadence: Cadence) -> None:
    with company.network.store.write() as tx:
        preferences.choose(tx, company.people[who], notice, cadence)


def cards(bot: Room, person: str) -> list[Card]:
    every = [*bot.slack.shown, *bot.teams.shown]
    return [answer.card for answer, to in every if to.where.personal and to.person == person]


def test_the_summary_of_the_day_tells_once_of_those_whom_one_follows_and_of_what_one_wants_daily(
    linked: Company,
) -> None:
    follow(linked, "lea", "franck")
    choose(linked, "lea", Notice.REPLY, Cadence.DAILY)

    async def story(bot: Room) -> None:
        mine = write(linked, "lea", "Le four est froid.", None)
        write(linked, "franck", "La pompe est réparée.")
        write(linked, "franck", "Secret.", "rachat")
        for text in ("Je regarde.", "C’est fait."):
            write(linked, "ana", text, root=mine)
        await bot.plan()
        assert cards(bot, "ULEA") == []

        at(linked, MORNING - timedelta(minutes=1))
        await bot.plan()
        assert cards(bot, "ULEA") == []
        for minutes in (0, 5, 60):
            at(linked, MORNING + timedelta(minutes=minutes))
            await bot.plan()
        (card,) = cards(bot, "ULEA")
        text = card_text(card)
        assert "La pompe est réparée" in text
        assert "2 réponses pour vous · Ana Roux" in text
        assert "Secret" not in text
        assert text.index("four") < text.index("pompe"), "what concerns oneself comes first"
        assert "Moins de ces avis" in labels(card)

        at(linked, MORNING + timedelta(days=1))
        await bot.plan()
        assert len(cards(bot, "ULEA")) == 1, "nothing is told twice, and nothing is no summary"
        assert cards(bot, "UANA") == []

    run(linked, story)


def test_the_summary_of_the_week_tells_of_communities_on_its_first_working_day(reachable: Company) -> None:
    async def story(bot: Room) -> None:
        for number in range(12):
            write(reachable, "franck", f"Nouvelle {number} de la semaine")
        write(reachable, "franck", "Secret.", "rachat")
        at(reachable, MORNING)
        await bot.plan()
        assert cards(bot, "UANA") == []
        at(reachable, MONDAY)
        await bot.plan()
        (card,) = cards(bot, "UANA")
        assert card.title == "Votre semaine"
        assert len(card.blocks[0].items) == 10  # type: ignore[union-attr]
        assert "Secret" not in card_text(card)

        assert reachable.ask(next(b.line for b in card.buttons if b.label == "Moins de ces avis"), "ana").done
        at(reachable, MONDAY + timedelta(hours=1))
        write(reachable, "franck", "Et encore une nouvelle")
        at(reachable, MONDAY + timedelta(days=7))
        await bot.plan()
        assert len(cards(bot, "UANA")) == 2, "people and expertise may still be in it"

    run(reachable, story)


def test_a_summary_typed_by_oneself_is_not_sent_again(reachable: Company) -> None:
    choose(reachable, "lea", Notice.MENTION, Cadence.WEEKLY)

    async def story(bot: Room) -> None:
        write(reachable, "ana", "Bonjour @lea")
        await bot.rest()
        assert cards(bot, "ULEA") == []
        assert "on vous mentionne · Ana Roux" in card_text(reachable.ask("résumé", "lea"))
        assert "Rien de nouveau" in reachable.ask("résumé", "lea").title
        assert "Bonjour" in card_text(reachable.ask("digest since yesterday", "lea"))
        at(reachable, MONDAY)
        await bot.plan()
        assert cards(bot, "ULEA") == []

    run(reachable, story)


def test_who_is_away_gets_nothing_then_one_message(linked: Company) -> None:
    follow(linked, "lea", "franck")

    async def story(bot: Room) -> None:
        assert "6 mars" not in linked.ask("absent jusqu’au 9 mars", "lea").title
        at(linked, TUESDAY + timedelta(minutes=5))
        write(linked, "franck", "La pompe est réparée, @lea")
        write(linked, "franck", "Merci à tous.")
        for days in range(6):
            at(linked, MORNING + timedelta(days=days, minutes=-1))
            await bot.plan()
        assert cards(bot, "ULEA") == []
        for minutes in (0, 10):
            at(linked, MONDAY + timedelta(minutes=minutes))
            await bot.plan()
        (card,) = cards(bot, "ULEA")
        assert card.title.startswith("Bon retour")
        assert "on vous mentionne" in card_text(card)
        assert "Merci à tous" in card_text(card)

    run(linked, story)


def test_who_comes_back_early_reads_it_at_once(reachable: Company) -> None:
    async def story(bot: Room) -> None:
        reachable.ask("away for 2 weeks", "lea", language="en")
        write(reachable, "franck", "La pompe est réparée, @lea")
        await bot.rest()
        assert cards(bot, "ULEA") == []
        assert "on vous mentionne" in card_text(reachable.ask("absent retour", "lea"))
        at(reachable, TUESDAY + timedelta(minutes=30))
        write(reachable, "franck", "Et le four, @lea")
        await bot.rest()
        assert len(cards(bot, "ULEA")) == 1

    run(reachable, story)


def test_what_somebody_may_no_longer_read_is_in_no_summary(reachable: Company) -> None:
    choose(reachable, "ana", Notice.MENTION, Cadence.DAILY)
    joining = [Joining(reachable.places["direction"], reachable.people["ana"])]

    async def story(bot: Room) -> None:
        with reachable.network.store.write() as tx:
            belonging.join(tx, joining, CONSOLE)
        write(reachable, "franck", "Entre nous, @ana : la vente est proche", "direction")
        write(reachable, "franck", "Bonjour @ana")
        await bot.rest()
        with reachable.network.store.write() as tx:
            belonging.leave(tx, joining, CONSOLE)
        at(reachable, MORNING)
        await bot.plan()
        (card,) = cards(bot, "UANA")
        assert "Bonjour" in card_text(card)
        assert "vente" not in card_text(card)

    run(reachable, story)


def test_a_summary_that_may_have_been_sent_is_not_sent_again_and_loses_nothing(reachable: Company) -> None:
    choose(reachable, "lea", Notice.MENTION, Cadence.DAILY)

    async def story(bot: Room) -> None:
        write(reachable, "ana", "Bonjour @lea", None)
        await bot.rest()
        at(reachable, MORNING)
        for courier in (bot.slack, bot.teams):
            courier.failures = [DoubtError("the connection ended")]
        await bot.plan()
        bot.slack.failures.clear()
        bot.teams.failures.clear()
        at(reachable, MORNING + timedelta(minutes=30))
        await bot.rest()
        assert cards(bot, "ULEA") == []
        at(reachable, MORNING + timedelta(days=1))
        await bot.plan()
        assert len(cards(bot, "ULEA")) == 1

    run(reachable, story)


def test_new_questions_on_what_one_knows_are_in_the_summary_unless_answered(reachable: Company) -> None:
    def ask(text: str) -> int:
        with reachable.network.store.write() as tx:
            new = NewContent(QUESTION, reachable.people["lea"], text)
            return publishing.publish(tx, [new], CONSOLE)[0].id

    async def story(bot: Room) -> None:
        asked = ask("Quelle soudure pour l’étain ?")
        await bot.rest()
        at(reachable, TUESDAY + timedelta(hours=5))
        await bot.rest()
        assert [card.code for card in cards(bot, "UANA")] == ["Q13"], asked
        bot.slack.shown.clear()
        bot.teams.shown.clear()
        at(reachable, MORNING - timedelta(hours=1))
        ask("Quelle soudure pour le laiton ?")
        answered = ask("Quelle soudure pour le zinc ?")
        await bot.rest()
        assert cards(bot, "UANA") == []
        write(reachable, "franck", "À l’étain.", root=answered)
        at(reachable, MORNING)
        await bot.plan()
        texts = [card_text(card) for card in cards(bot, "UANA")]
        assert sum("laiton" in text for text in texts) == len(texts) == 1, texts
        assert "zinc" not in texts[0]
        assert "étain" not in texts[0], "she was asked that yesterday"

    run(reachable, story)


def test_each_zone_has_its_own_morning(reachable: Company) -> None:
    follow(reachable, "lea", "franck")
    with reachable.network.store.write() as tx:
        members.change(tx, [MemberChange(reachable.people["lea"], {"timezone": "America/Montreal"})], CONSOLE)

    async def story(bot: Room) -> None:
        write(reachable, "franck", "La pompe est réparée.")
        at(reachable, MORNING)
        await bot.plan()
        assert cards(bot, "ULEA") == []
        at(reachable, datetime(2031, 3, 5, 14, 0, tzinfo=UTC))
        await bot.plan()
        assert len(cards(bot, "ULEA")) == 1

    run(reachable, story)


def test_a_plan_that_dies_half_way_is_finished_and_nobody_gets_two(
    reachable: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(summaries, "_AT_ONCE", 1)
    for who in ("ana", "lea"):
        follow(reachable, who, "franck")

    async def story(bot: Room) -> None:
        write(reachable, "franck", "La pompe est réparée.")
        at(reachable, MORNING)
        with reachable.network.store.write() as tx:  # the first batch alone: then the process died
            summaries.plan(tx, "", date(2031, 3, 5), 0, weekly=False)
        await bot.plan()
        await bot.plan()
        with reachable.network.store.read() as tx:
            keys = tx.execute(select(outbox.c.dedupe_key).where(outbox.c.topic == summaries.TOPIC)).scalars().all()
        assert len([key for key in keys if key.endswith("2031-03-05")]) == 2
        assert (len(cards(bot, "ULEA")), len(cards(bot, "UANA"))) == (1, 1)

    run(reachable, story)


def test_the_feed_says_what_is_new_since_the_last_visit(here: Company) -> None:
    moment = here.network.store.clock()
    assert "Nouveau depuis" not in card_text(here.ask("fil", "lea"))
    at(here, moment + timedelta(hours=3))
    write(here, "ana", "Une nouvelle fraîche")
    write(here, "lea", "La mienne")
    text = card_text(here.ask("fil", "lea"))
    assert text.index("Nouveau depuis votre dernière visite, il y a 3 heures") < text.index("fraîche")
    assert text.index("fraîche") < text.index("Avant") < text.index("La mienne")
    assert "Nouveau depuis" not in card_text(here.ask("fil", "lea"))


@pytest.mark.parametrize(
    ("text", "back"),
    [
        ("12 mars", date(2031, 3, 13)),
        ("12 march", date(2031, 3, 13)),
        ("le 12/3", date(2031, 3, 13)),
        ("2031-04-01", date(2031, 4, 2)),
        ("2 février", date(2032, 2, 3)),
        ("lundi", date(2031, 3, 10)),
        ("mardi prochain", date(2031, 3, 11)),
        ("next monday", date(2031, 3, 10)),
        ("2 semaines", date(2031, 3, 18)),
        ("demain", date(2031, 3, 5)),
        ("1999-01-01", None),
        ("la saint-glinglin", None),
        ("", None),
    ],
)
def test_the_day_of_a_return_is_read(text: str, back: date | None) -> None:
    assert return_of(text, TUESDAY.date()) == back


def test_everything_else_goes_before_a_morning_of_summaries(linked: Company) -> None:
    names = [f"Membre {number}" for number in range(60)]
    with linked.network.store.write() as tx:
        ids = members.add(tx, [NewMember(name, f"m{number}") for number, name in enumerate(names)], CONSOLE)
        members.activate(tx, ids, CONSOLE)
        accounts = [NewIdentity(id_, "slack", TENANT, f"U{id_}", "email") for id_ in ids]
        identities.add(tx, accounts, Acting("slack"))
        wishes = [NewFollow(id_, FollowKind.MEMBER, linked.people["franck"]) for id_ in ids]
        follows.follow(tx, wishes, CONSOLE)

    async def story(bot: Room) -> None:
        write(linked, "franck", "La pompe est réparée.")
        await bot.rest()
        at(linked, MORNING)
        await Planner(linked.network, bot.writing).plan()
        at(linked, MORNING + timedelta(minutes=5))
        write(linked, "franck", "Et le four, @lea ?")
        assert await bot.delivering.once() <= 24, "twenty summaries, the notice, and copies for three channels"
        await bot.delivering.settle()
        assert any("vous mentionne" in card.title for card in cards(bot, "ULEA"))
        await bot.rest()
        assert all(len(cards(bot, f"U{id_}")) == 1 for id_ in ids)

    run(linked, story)
