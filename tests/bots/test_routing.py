"""A question that nobody answers reaches people who may know: in their hours, not too often, and nobody else."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, strategies as st

from bots.card import Card, words
from reseau.acting import Acting
from reseau.contents import publishing
from reseau.contents.kinds.answer import ANSWER
from reseau.contents.kinds.question import QUESTION
from reseau.contents.publishing import NewContent
from reseau.hours import next_opening
from reseau.kinds import Origin
from reseau.people import members, preferences
from reseau.people.members import MemberChange, ProfileItems
from reseau.people.preferences import Cadence, Notice
from tests import looped
from tests.bots.company import Company, spaced
from tests.bots.memory import Room, room

CONSOLE = Acting("console")
WEDNESDAY = datetime(2026, 3, 4, 9, 30, tzinfo=UTC)  # half past ten in Paris


def run(company: Company, story: Callable[[Room], Awaitable[None]]) -> None:
    async def telling() -> None:
        async with room(company.network) as bot:
            await bot.rest()
            await story(bot)

    at(company, WEDNESDAY)
    looped.run(telling())


def at(company: Company, moment: datetime) -> None:
    company.network.store.clock = lambda: moment


def ask(company: Company, text: str = "Qui sait régler la soudure de l’inox ?", place: str | None = None) -> int:
    with company.network.store.write() as tx:
        new = NewContent(QUESTION, company.people["lea"], text, company.places[place] if place else None)
        return publishing.publish(tx, [new], CONSOLE)[0].id


def asked_people(bot: Room) -> list[tuple[str, Card]]:
    every = [*bot.slack.shown, *bot.teams.shown]
    return [
        (to.person, answer.card) for answer, to in every if "à laquelle vous pourriez répondre" in answer.card.title
    ]


def test_after_some_hours_who_may_know_is_asked_once(linked: Company) -> None:
    async def story(bot: Room) -> None:
        ask(linked)
        at(linked, WEDNESDAY + timedelta(hours=3))
        await bot.rest()
        assert asked_people(bot) == []

        for hours in (4, 5, 30):
            at(linked, WEDNESDAY + timedelta(hours=hours, minutes=1))
            await bot.rest()
        ((whom, card),) = asked_people(bot)
        assert whom == "UANA"
        assert "Qui sait régler la soudure" in words(card)

    run(linked, story)


def test_who_knows_and_is_asked_of_the_night_is_told_once_in_the_morning(linked: Company) -> None:
    evening = datetime(2026, 3, 4, 19, 0, tzinfo=UTC)
    with linked.network.store.write() as tx:
        preferences.choose(tx, linked.people["ana"], Notice.EXPERTISE, Cadence.NOW)

    async def story(bot: Room) -> None:
        at(linked, evening)
        ask(linked)
        for moment in (evening, evening + timedelta(hours=5), datetime(2026, 3, 5, 8, 1, tzinfo=UTC)):
            at(linked, moment)
            await bot.rest()
        told = [to.person for answer, to in [*bot.slack.shown, *bot.teams.shown] if "Qui sait" in words(answer.card)]
        assert [person for person in told if person == "UANA"] == ["UANA"]

    run(linked, story)


def test_a_question_that_was_answered_is_asked_to_nobody(linked: Company) -> None:
    async def story(bot: Room) -> None:
        question = ask(linked)
        with linked.network.store.write() as tx:
            reply = NewContent(ANSWER, linked.people["franck"], "Moi.", root_id=question)
            publishing.publish(tx, [reply], CONSOLE)
        at(linked, WEDNESDAY + timedelta(hours=5))
        await bot.rest()

        assert asked_people(bot) == []

    run(linked, story)


def test_nobody_is_asked_at_night_nor_at_the_weekend(linked: Company) -> None:
    friday_evening = datetime(2026, 3, 6, 19, 0, tzinfo=UTC)

    async def story(bot: Room) -> None:
        at(linked, friday_evening)
        ask(linked)
        for hours in (5, 20, 60):
            at(linked, friday_evening + timedelta(hours=hours))
            await bot.rest()
            assert asked_people(bot) == []
        at(linked, datetime(2026, 3, 9, 8, 1, tzinfo=UTC))
        await bot.rest()
        assert [whom for whom, _ in asked_people(bot)] == ["UANA"]

    run(linked, story)


def test_who_may_not_read_a_question_is_not_asked(linked: Company) -> None:
    with linked.network.store.write() as tx:
        members.set_profile(tx, [ProfileItems(linked.people["franck"], "expertise", ("soudure",))], CONSOLE)

    async def story(bot: Room) -> None:
        with linked.network.store.write() as tx:
            text = "Qui sait régler la soudure de l’inox ?"
            new = NewContent(QUESTION, linked.people["franck"], text, linked.places["direction"])
            publishing.publish(tx, [new], CONSOLE)
        at(linked, WEDNESDAY + timedelta(hours=5))
        await bot.rest()

        assert asked_people(bot) == []

    run(linked, story)


def test_who_does_not_want_to_be_asked_is_not(linked: Company) -> None:
    with linked.network.store.write() as tx:
        preferences.choose(tx, linked.people["ana"], Notice.ASKED, Cadence.NEVER)

    async def story(bot: Room) -> None:
        ask(linked)
        at(linked, WEDNESDAY + timedelta(hours=5))
        await bot.rest()

        assert asked_people(bot) == []

    run(linked, story)


def test_nobody_is_asked_more_than_three_questions_a_week(linked: Company) -> None:
    async def story(bot: Room) -> None:
        for number in range(5):
            at(linked, WEDNESDAY + timedelta(minutes=number))
            ask(linked, f"Quelle soudure pour la pièce {number} ?")
        at(linked, WEDNESDAY + timedelta(hours=5))
        await bot.rest()
        assert len(asked_people(bot)) == 3

        at(linked, WEDNESDAY + timedelta(days=8))
        ask(linked, "Et quelle soudure pour la dernière ?")
        at(linked, WEDNESDAY + timedelta(days=8, hours=5))
        await bot.rest()
        assert len(asked_people(bot)) == 4

    run(linked, story)


def test_who_passes_has_somebody_else_asked(linked: Company) -> None:
    with linked.network.store.write() as tx:
        members.set_profile(tx, [ProfileItems(linked.people["franck"], "expertise", ("soudure",))], CONSOLE)
        preferences.choose(tx, linked.people["franck"], Notice.ASKED, Cadence.NEVER)

    async def story(bot: Room) -> None:
        ask(linked)
        at(linked, WEDNESDAY + timedelta(hours=5))
        await bot.rest()
        ((whom, card),) = asked_people(bot)
        assert whom == "UANA"
        with linked.network.store.write() as tx:
            preferences.choose(tx, linked.people["franck"], Notice.ASKED, Cadence.NOW)

        pass_on = next(button for button in card.buttons if button.label == "Quelqu’un d’autre saura mieux")
        assert not (await bot.ask(pass_on.line, "UANA")).card.error
        await bot.rest()
        assert [whom for whom, _ in asked_people(bot)] == ["UANA", "UFRANCK"]
        last = await bot.ask(pass_on.line, "UFRANCK")
        assert spaced(last.card.title).startswith("Entendu. Je ne connais personne d’autre à qui demander")
        linked.ask(f"répondre {card.code} : de l’argon", "ana")
        answered = await bot.ask(pass_on.line, "UFRANCK")
        assert spaced(answered.card.title).startswith("Entendu. Elle a déjà une réponse")

    run(linked, story)


def test_only_who_was_asked_passes_a_question_on(here: Company) -> None:
    assert here.ask("passer la main Q12", "franck").error == "E_NOT_ASKED"


def test_who_hands_on_a_question_without_its_number_is_asked_for_it(here: Company) -> None:
    card = here.ask("passer la main", "franck")

    assert card.error == "E_TEXT_MISSING"
    assert "passer la main Q" in card.title


def test_questions_of_an_import_are_asked_to_nobody(linked: Company) -> None:
    async def story(bot: Room) -> None:
        with linked.network.store.write() as tx:
            new = NewContent(QUESTION, linked.people["lea"], "Qui sait régler la soudure ?", linked.places["veille"])
            publishing.publish(tx, [new], Acting("import", Origin.SEEDED))
        at(linked, WEDNESDAY + timedelta(hours=5))
        await bot.rest()

        assert asked_people(bot) == []

    run(linked, story)


def test_an_old_question_that_is_brought_in_is_asked_to_nobody(linked: Company) -> None:
    async def story(bot: Room) -> None:
        with linked.network.store.write() as tx:
            before = WEDNESDAY - timedelta(days=30)
            new = NewContent(QUESTION, linked.people["lea"], "Qui sait régler la soudure ?", created_at=before)
            publishing.publish(tx, [new], CONSOLE)
        at(linked, WEDNESDAY + timedelta(hours=5))
        await bot.rest()

        assert asked_people(bot) == []

    run(linked, story)


def test_hours_are_those_of_the_person(linked: Company) -> None:
    with linked.network.store.write() as tx:
        members.change(tx, [MemberChange(linked.people["ana"], {"timezone": "America/Montreal"})], CONSOLE)

    async def story(bot: Room) -> None:
        at(linked, datetime(2026, 3, 4, 5, 0, tzinfo=UTC))
        ask(linked)
        at(linked, datetime(2026, 3, 4, 10, 0, tzinfo=UTC))
        await bot.rest()
        assert asked_people(bot) == [], "it is five in the morning in Montréal"
        at(linked, datetime(2026, 3, 4, 14, 1, tzinfo=UTC))
        await bot.rest()
        assert len(asked_people(bot)) == 1

    run(linked, story)


@given(
    minutes=st.integers(0, 2 * 365 * 24 * 60),
    zone=st.sampled_from(["Europe/Paris", "Indian/Reunion", "America/Montreal", "UTC"]),
)
def test_the_next_opening_is_within_hours_and_no_later_than_needed(minutes: int, zone: str) -> None:
    moment = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
    opening = next_opening(moment, ZoneInfo(zone))
    local = opening.astimezone(ZoneInfo(zone))

    assert moment <= opening < moment + timedelta(days=3, hours=16)
    assert local.weekday() < 5
    assert 9 <= local.hour < 18
    assert opening == moment or (local.hour, local.minute, local.second) == (9, 0, 0)
    assert next_opening(opening, ZoneInfo(zone)) == opening


@pytest.mark.parametrize("language", ["fr", "en"])
def test_an_employee_reads_why_it_is_asked(linked: Company, language: str) -> None:
    with linked.network.store.write() as tx:
        members.change(tx, [MemberChange(linked.people["ana"], {"language": language})], CONSOLE)

    async def story(bot: Room) -> None:
        ask(linked)
        at(linked, WEDNESDAY + timedelta(hours=5))
        await bot.rest()
        titles = [answer.card.title for answer, to in [*bot.slack.shown, *bot.teams.shown] if to.person == "UANA"]
        assert len(titles) == 1
        assert ("vous pourriez" if language == "fr" else "you may be able") in titles[0]

    run(linked, story)
