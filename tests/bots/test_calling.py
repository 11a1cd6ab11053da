"""A person who is mentioned, given a role or greeted is notified once. Only leaders may notify a crowd."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bots.arrival import AccountChanged, Line, Where
from bots.platforms.slack.events import Events
from bots.platforms.slack.home import Team
from bots.platforms.slack.names import Names
from bots.platforms.teams.text import Speech, mentioned
from reseau.communities import belonging
from reseau.communities.belonging import Appointment, Joining
from reseau.contents import calls
from reseau.people import members
from reseau.people.accounts import Account, Standing
from reseau.people.members import MemberChange, NewMember
from tests import looped
from tests.bots.company import CONSOLE, Company, card_text, spaced
from tests.bots.memory import TENANT, MemoryCourier, Room, chat_message, room
from tests.bots.test_told import at, notices, run, titles

WEDNESDAY = datetime(2026, 3, 4, 9, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "is_call"),
    [
        ("@tous : réunion à 9 h", True),
        ("Bonjour @Tout le monde !", True),
        ("hi @all, and @everyone.", True),
        ("<@channel>", True),
        ("@toussaint arrive", False),
        ("écrivez à joints@all.example", False),
        ("@all.access", False),
        ("bonjour à tous", False),
    ],
)
def test_a_call_is_told_from_a_name(text: str, is_call: bool) -> None:
    assert calls.is_called(text) is is_call


def test_a_call_is_counted_first_and_reaches_each_member_of_the_community_once(linked: Company) -> None:
    async def story(bot: Room) -> None:
        preview = linked.ask("publier dans Veille : @tous, réunion à 9 h", "lea")
        assert "3 personnes seront prévenues" in card_text(preview)
        await bot.rest()
        assert notices(bot) == []
        assert linked.press(preview, "Publier", "lea").done
        await bot.rest()
        assert sorted(whom for whom, _ in notices(bot)) == ["UANA", "UFRANCK"], "Guy has no account; Nina is not inside"
        assert spaced(titles(bot, "UANA")[0]).startswith("Léa Petit appelle tout le monde dans « Veille »")

        again = linked.ask("publier dans Veille : @tous encore", "lea")
        assert again.error == "E_CALL_AGAIN"
        at(linked, WEDNESDAY + timedelta(days=1, minutes=1))
        assert not linked.ask("publier dans Veille : @tous encore", "lea").error

    run(linked, story)


def test_a_crowd_is_called_by_its_animateurs_alone(reachable: Company) -> None:
    with reachable.network.store.write() as tx:
        crowd = members.add(tx, [NewMember(f"Membre {number}", f"m{number}") for number in range(calls.FEW)], CONSOLE)
        belonging.join(tx, [Joining(reachable.places["veille"], id_) for id_ in crowd], CONSOLE)
    line = "publier dans Veille : @all, come"
    refused = reachable.ask(line, "ana")
    assert refused.error == "E_CALL"
    assert "53" in refused.title
    with reachable.network.store.write() as tx:
        belonging.appoint(tx, [Appointment(reachable.places["veille"], reachable.people["ana"])], CONSOLE)
    assert not reachable.ask(line, "ana").error
    assert not reachable.ask(line, "franck").error, "an administrator"


def test_a_thread_that_is_moved_calls_only_those_who_were_counted(linked: Company) -> None:
    async def story(bot: Room) -> None:
        with linked.network.store.write() as tx:
            belonging.join(tx, [Joining(linked.places["velo"], linked.people[who]) for who in ("lea", "ana")], CONSOLE)
        code = linked.ask("publier dans Vélo : @tous, on roule ?", "lea", confirmed=True).code
        assert linked.ask(f"déplacer {code} dans Veille", "lea", confirmed=True).done
        await bot.rest()
        assert [whom for whom, _ in notices(bot)] == ["UANA"], "Franck belongs to Veille alone"

    run(linked, story)


def test_a_call_in_a_channel_calls_nobody_elsewhere(linked: Company) -> None:
    async def story(bot: Room) -> None:
        await bot.tell(chat_message("@channel réunion à 9 h", "1.1"))

        assert notices(bot) == []
        assert bot.teams.texts() == ["@channel réunion à 9 h"]

    run(linked, story)


def test_a_role_is_told_to_whom_it_is_given(reachable: Company) -> None:
    async def story(bot: Room) -> None:
        with reachable.network.store.write() as tx:
            belonging.appoint(tx, [Appointment(reachable.places["velo"], reachable.people["lea"])], CONSOLE)
        for minutes in range(2):
            at(reachable, WEDNESDAY + timedelta(minutes=minutes))
            with reachable.network.store.write() as tx:
                members.change(tx, [MemberChange(reachable.people["ana"], {"administrator": True})], CONSOLE)
        await bot.rest()

        assert titles(bot, "ULEA") == ["Vous animez désormais «\N{NO-BREAK SPACE}Vélo\N{NO-BREAK SPACE}»."]
        assert titles(bot, "UANA") == ["Vous administrez désormais le réseau."]

    run(reachable, story)


# -- newcomers ---------------------------------------------------------------------------------------------------------

ZOE = Account("slack", TENANT, "UZOE", Standing.HOME, "Zoé Neuve", "zoe@example.org", timezone="Europe/Paris")


def opens(person: str) -> Line:
    return Line(person, Where(f"D-{person}", personal=True), "", opening=True)


def test_a_newcomer_of_the_workspace_is_greeted_once_in_working_hours_whatever_the_platform(reachable: Company) -> None:
    evening = datetime(2026, 3, 4, 20, 0, tzinfo=UTC)

    async def story(bot: Room) -> None:
        at(reachable, evening)
        bot.teams.accounts["TZOE"] = Account("teams", TENANT, "TZOE", Standing.HOME, "Zoé Neuve", "zoe@example.org")
        for person in (ZOE, Account("slack", TENANT, "UINV", Standing.GUEST, "Invité")):
            await bot.tell(AccountChanged(person, new=True))
        assert notices(bot) == []
        at(reachable, evening + timedelta(hours=24))  # the worker was down all day
        await bot.rest()
        assert notices(bot) == []
        at(reachable, evening + timedelta(hours=36))
        await bot.rest()
        ((whom, card),) = notices(bot)
        assert (whom, card.title) == ("UZOE", "Bienvenue, Zoé Neuve\N{NARROW NO-BREAK SPACE}!")

        await bot.tell(opens("UZOE"))
        assert len(notices(bot)) == 1
        hello = await bot.ask("bonjour", "UZOE", "D-UZOE")
        assert "Bienvenue" not in hello.card.title
        await bot.tell(opens("TZOE"), "teams")
        await bot.tell(opens("TZOE"), "teams")
        assert len(titles(bot, "TZOE")) <= 1, "an account that nobody knew yet is asked for first"

    run(reachable, story)


def test_who_opens_the_chat_first_is_greeted_at_once_and_not_again(reachable: Company) -> None:
    async def story() -> None:
        async with room(reachable.network, MemoryCourier(accounts={"UZOE": ZOE})) as bot:
            at(reachable, WEDNESDAY)
            await bot.rest()
            bot.slack.shown.clear()
            bot.teams.shown.clear()
            await bot.tell(opens("UZOE"))
            assert [card.title[:9] for _, card in notices(bot)] == ["Bienvenue"]
            await bot.tell(AccountChanged(ZOE, new=True))
            await bot.tell(opens("ULEA"))
            assert len(notices(bot)) == 1, "Léa has spoken with the bot elsewhere"

    looped.run(story())


def test_the_mention_of_a_channel_of_teams_calls_everybody_in_a_line_for_us_alone() -> None:
    channel = {
        "type": "mention",
        "text": "<at>Général</at>",
        "mentioned": {"id": "19:x", "type": "channel", "name": "Général"},
    }
    activity = {"text": "publier <at>Général</at> : réunion", "entities": [channel]}
    speech = Speech(activity, mentioned(activity, {}), "28:us")

    assert calls.is_called(speech.line())
    assert speech.markdown() == "publier @Général : réunion"


def test_slack_says_who_joins_the_workspace() -> None:
    events = Events(Team("T1", "UBOT", "BBOT"), Names())
    user = {"id": "UZOE", "team_id": "T1", "real_name": "Zoé Neuve"}
    for kind, new in (("team_join", True), ("user_change", False)):
        body = {"type": "event_callback", "event_id": "Ev1", "event": {"type": kind, "user": user}}
        arrival = events.arrival(body)
        assert arrival is not None
        assert isinstance(arrival.body, AccountChanged)
        assert arrival.body.new is new
