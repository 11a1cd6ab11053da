"""The loop: a newcomer asks in Slack, is answered from Teams and at the console, and nobody types a number.

What the counterparts cannot show: local-slack has no shortcuts; Microsoft's client opens no dialog, so invokes as Teams
documents them go to our door, and its journal does not say to whom a message went. So all of Teams counts as one
account, and only the chat of Ana, who sits before it, is seen alone.
"""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from sqlalchemy import select

from analytics.facts import facts
from analytics.facts.manifest import part_files
from bots.answers.handling import Handler
from bots.card import Card, words
from bots.platforms.console import Console, Look
from bots.sending.summaries import Planner
from bots.tools.conversation import Conversation
from reseau.acting import Acting
from reseau.channels import links
from reseau.channels.links import NewLink
from reseau.communities import belonging, opening
from reseau.communities.belonging import Joining
from reseau.communities.opening import NewCommunity
from reseau.contents import publishing
from reseau.contents.kinds.question import QUESTION
from reseau.contents.publishing import NewContent
from reseau.kinds import CommunityKind
from reseau.network import Network
from reseau.people import identities, members
from reseau.people.identities import NewIdentity
from reseau.people.members import NewMember, ProfileItems
from reseau.serve import application
from reseau.settings import load_settings
from reseau.store import Store, open_store
from reseau.store.grouping import Grouping
from reseau.store.tables import outbox
from tests import looped
from tests.bots.blockkit import elements
from tests.bots.company import spaced
from tests.bots.conftest import during_work
from tests.bots.web.browsing import browsing
from tests.counterparts_running import LocalSlack, local_slack
from tests.journeys.doors import APP, SLACK_CHANNELS, SLACK_TENANT, TEAMS_CHANNELS, TeamsDoor, Typed, open_chats
from tests.journeys.forms import fill_modal, fill_on_teams
from tests.journeys.sides import PlaygroundClient, SlackSide, Standing, TeamsSide, read
from tests.served import served
from tests.simulators import playground as client
from tests.simulators.heard import card, listening
from tests.simulators.opened import listen
from tests.simulators.playground import until

Fields = dict[str, Any]
#: From a Wednesday morning on: half past eight in the evening, past one at night, half past nine, a while later.
EVENING, NIGHT, MORNING = timedelta(hours=10), timedelta(hours=15), timedelta(hours=23)
LATER, NEXT_DAY = MORNING + timedelta(minutes=20), MORNING + timedelta(days=1)
#: Everyone by handle, on both tools. Ana, who alone says that she knows welding, sits before Microsoft's client; Nina
#: is new; Zoé and Omar are not members of Veille.
NAMES = {
    "ana": "Ana Roux",
    "lea": "Léa Petit",
    "franck": "Franck Morel",
    "nina": "Nina Neuf",
    "zoe": "Zoé Brun",
    "omar": "Omar Diallo",
}
SLACK = {handle: f"U0{number}{handle.upper()}" for number, handle in enumerate(NAMES)}
TEAMS = {handle: client.person(number, name) for number, (handle, name) in enumerate(NAMES.items())}
INSIDE = ("franck", "lea", "ana")
ASKED = "Quel poste de soudure pour l’aluminium ? #soudure"
CONSOLE = Acting("console")


@dataclass
class Clock:
    """A working day's clock; it runs, and a test turns it on."""

    running: Callable[[], datetime] = field(default_factory=lambda: during_work(25))
    ahead: timedelta = timedelta()

    def __call__(self) -> datetime:
        return self.running() + self.ahead


@dataclass(frozen=True)
class House:
    """The program between the counterparts; ``people`` are ids of members by handle."""

    network: Network
    clock: Clock
    people: Mapping[str, int]
    slack: LocalSlack
    teams: TeamsDoor
    chats: Mapping[str, str]  # everyone's own chat with us in Slack

    @property
    def channels(self) -> tuple[SlackSide, TeamsSide]:
        """The linked channels of both tools."""
        playground = PlaygroundClient(self.teams.client, self.teams.heard)
        there = TeamsSide(playground, client.TENANT, TEAMS_CHANNELS["linked"], client.TEAM, "bot-id")
        return SlackSide(self.slack, SLACK_CHANNELS["linked"]), there

    def in_slack(self, who: str) -> list[Fields]:
        """What we wrote to somebody alone in Slack."""
        return [message for message in self.slack.messages(self.chats[who]) if message.get("bot_id")]

    def in_teams(self) -> list[Fields]:
        """What we wrote to Ana alone in Teams: cards."""
        return [card(message) for message in self.teams.heard.shown() if message["place"] == client.CHAT]

    def page(self, who: str, path: str) -> str:
        """A page as somebody sees it who has just opened a session."""
        return spaced(browsing(self.network, self.people[who]).get(path).page)

    def told(self, sentence: str) -> Mapping[str, int]:
        """How often a sentence was told, by account; Microsoft's journal does not say to whom, so Teams is one."""
        texts = {who: "\n".join(read(message["blocks"]) for message in self.in_slack(who)) for who in NAMES}
        texts["Teams"] = "\n".join(read(card(message)) for message in self.teams.heard.sent())
        texts |= {f"page of {who}": self.page(who, "/chat/news?after=0") for who in NAMES}
        counted = {account: spaced(text).count(sentence) for account, text in texts.items()}
        return {account: count for account, count in counted.items() if count}

    def queued(self, topic: str) -> int:
        """How many deliveries of a topic there are."""
        with self.network.store.read() as tx:
            rows = select(outbox.c.id).where(outbox.c.topic == topic)
            return len(tx.execute(rows).all())

    @property
    def sent(self) -> bool:
        """Whether nothing that is due waits any more."""
        with self.network.store.read() as tx:
            open_ones = outbox.c.state.not_in(("confirmed", "dead")) & (outbox.c.due_at <= tx.now)
            return tx.execute(select(outbox.c.id).where(open_ones)).first() is None

    def plan(self) -> None:
        """Plan the summaries at once; the worker looks once a minute whether some are due."""

        async def planned() -> None:
            with closing(Grouping(self.network.store)) as writing:
                await Planner(self.network, writing).plan()

        looped.run(planned())

    def at_console(self, who: str) -> Conversation:
        console = Console(io.StringIO(), Look(language="fr"))
        return Conversation(Handler(self.network), self.people[who], console, name="here", fills=True)


def company(store: Store) -> dict[str, int]:
    """The people, the community that fits, and its links; a question there has shown what is talked of."""
    with store.write() as tx:
        batch = [
            NewMember(name, handle, email=f"{handle}@example.org", language="fr", administrator=handle == "franck")
            for handle, name in NAMES.items()
        ]
        people = dict(zip(NAMES, members.add(tx, batch, CONSOLE), strict=True))
        members.activate(tx, [id_ for who, id_ in people.items() if who != "nina"], CONSOLE, tx.now - timedelta(30))
        members.set_profile(tx, [ProfileItems(people["ana"], "expertise", ("soudure",))], CONSOLE)
        (veille,) = opening.add(tx, [NewCommunity("Veille", CommunityKind.PRACTICE, slug="veille")], CONSOLE)
        belonging.join(tx, [Joining(veille, people[who]) for who in INSIDE], CONSOLE)
        earlier = NewContent(QUESTION, people["lea"], "Qui a déjà posé des bancs d’essai ? #soudure", veille)
        publishing.publish(tx, [earlier], CONSOLE)
        slack = [NewIdentity(people[who], "slack", SLACK_TENANT, SLACK[who], "email") for who in NAMES]
        teams = [NewIdentity(people[who], "teams", client.TENANT, TEAMS[who]["aadObjectId"], "email") for who in NAMES]
        identities.add(tx, [*slack, *teams], CONSOLE)
        for platform, tenant, channels in (
            ("slack", SLACK_TENANT, SLACK_CHANNELS),
            ("teams", client.TENANT, TEAMS_CHANNELS),
        ):
            links.add(tx, NewLink(veille, platform, tenant, channels["linked"], "veille", people["franck"]))
    return people


def workspace(url: str) -> Fields:
    people = [
        {"id": SLACK[handle], "name": handle, "real_name": name, "email": f"{handle}@example.org"}
        for handle, name in NAMES.items()
    ]
    channel = {"id": SLACK_CHANNELS["linked"], "name": "veille", "members": [*SLACK.values(), APP["botUserId"]]}
    return {
        "workspace": {"name": "Exemple SA", "domain": "exemple", "teamId": SLACK_TENANT},
        "app": {**APP, "mode": "events", "requestUrl": url},
        "users": people,
        "channels": [channel],
    }


@contextmanager
def open_house(folder: Path, template: Path) -> Iterator[House]:
    """The program, served between local-slack and Microsoft's client."""
    file, clock, port = folder / "reseau.db", Clock(), listen()
    file.write_bytes(template.read_bytes())
    with (
        closing(open_store(f"sqlite:///{file}", make=False)) as store,
        local_slack(folder, workspace(f"http://127.0.0.1:{port.getsockname()[1]}/slack/events")) as slack,
    ):
        store.clock = clock
        people = company(store)
        settings = load_settings(
            data=folder,
            join="directory",
            slack_bot_token=APP["botToken"],
            slack_api_url=slack.api_url,
            slack_signing_secret=APP["signingSecret"],
            teams_dev_unauthenticated=True,
        )
        network = Network(settings, store)
        with (
            served(application(network, ("bots", "worker")), port) as address,
            client.playground(folder, address.url, list(TEAMS.values())) as playground,
            listening(playground) as heard,
        ):
            teams = TeamsDoor(playground, heard, "fr-FR", open_chats(playground, TEAMS), address.url, TEAMS)
            opened = {who: slack.api("conversations.open", users=id_)["channel"]["id"] for who, id_ in SLACK.items()}
            yield House(network, clock, people, slack, teams, opened)


def pressed(message: Fields, begins: str) -> Fields:
    """The action of a button in Slack whose line begins so."""
    elements = [element for block in message["blocks"] for element in block.get("elements", ()) if "value" in element]
    button = next(element for element in elements if element["value"].startswith(begins))
    return {name: button[name] for name in ("type", "action_id", "value")}


def find(side: SlackSide | TeamsSide, text: str) -> Standing:
    """The one message of ours in a channel that says something, once it stands."""
    until(lambda: any(text in message.text for message in side.standing()), f"“{text}” does not stand there")
    (message,) = [message for message in side.standing() if text in message.text]
    return message


def write(house: House, who: str, text: str) -> Fields:
    """Somebody writes to us in Slack; the card that answers."""
    before = len(house.in_slack(who))
    house.slack.control("message", channel=house.chats[who], user=SLACK[who], text=text)
    return shown(house, who, before)


def fill(house: House, who: str, message: Fields, begins: str, values: Mapping[str, str]) -> Fields:
    """Somebody presses a button in Slack that opens a form, and fills it in; the card that answers."""
    before = len(house.in_slack(who))
    press = {"channel": house.chats[who], "messageTs": message["ts"], "user": SLACK[who]}
    fill_modal(house.slack.port, {**press, "action": pressed(message, begins)}, values)
    return shown(house, who, before)


def press(house: House, who: str, message: Fields, begins: str) -> None:
    SlackSide(house.slack, house.chats[who]).press(SLACK[who], message, begins)


def shown(house: House, who: str, before: int) -> Fields:
    until(lambda: len(house.in_slack(who)) > before, f"nothing is shown to {who}")
    return house.in_slack(who)[before]


def told_in_slack(house: House, who: str, sentence: str) -> Fields:
    """The notice in somebody's own chat in Slack that says something, once it is there."""

    def notices() -> list[Fields]:
        return [message for message in house.in_slack(who) if sentence in spaced(read(message["blocks"]))]

    until(lambda: bool(notices()), f"{who} is not told: {sentence}", 30)
    return notices()[0]


def told_in_teams(house: House, sentence: str) -> Fields:
    """The notice in Ana's own chat in Teams that says something, once it is there."""

    def notices() -> list[Fields]:
        return [drawn for drawn in house.in_teams() if sentence in spaced(read(drawn))]

    until(lambda: bool(notices()), f"Ana is not told: {sentence}", 30)
    return notices()[0]


def line_of(drawn: Fields, begins: str) -> str:
    """The line of a button in Teams."""
    lines = [str(element["data"]["line"]) for element in elements(drawn) if "line" in element.get("data", {})]
    return next(line for line in lines if line.startswith(begins))


def asked_in_the_evening(house: House) -> None:
    """Nina greets the bot, presses a button, fills in a form, takes the place that is proposed, and asks."""
    slack, teams = house.channels
    house.clock.ahead = EVENING
    preview = fill(house, "nina", write(house, "nina", "bonjour"), "demander", {"text": ASKED})
    assert "Plutôt dans « Veille »" in spaced(read(preview["blocks"])), "the community that fits is proposed"
    press(house, "nina", preview, "demander dans")
    press(house, "nina", told_in_slack(house, "nina", "Dans « Veille », lisible"), "confirmer")
    assert find(slack, ASKED).by == "Nina Neuf"
    find(teams, ASKED)
    house.clock.ahead = NIGHT
    until(lambda: house.queued("asked") == 2 and house.sent, "nobody is asked")
    assert house.told("pose une question") == {}, "it is night"


def answered_from_the_notice(house: House) -> None:
    """Ana presses « Répondre » on what she was sent in Teams. Microsoft's client opens no dialog: invokes do."""
    slack, teams = house.channels
    house.clock.ahead = MORNING
    house.plan()
    notice = told_in_teams(house, "pose une question")
    told_in_slack(house, "lea", "pose une question")
    until(lambda: house.told("Ce qui est nouveau pour vous") == {"Teams": 1}, "Franck has no summary")
    fill_on_teams(house.teams, "ana", line_of(notice, "répondre"), {"text": "Un TIG, en courant alternatif."}, 1)
    for side in (slack, teams):
        assert find(side, "courant alternatif").thread == find(side, ASKED).id


def answered_at_the_console(house: House) -> None:
    """Franck finds it in his feed at the console, and presses the numbers of buttons."""
    talk = house.at_console("franck")
    feed = talk.say("fil")
    question = talk.say(number(feed, "Voir"))
    talk.say(number(question, "Répondre"))
    assert talk.say("Avec de l’argon pur.").done
    for side in house.channels:
        find(side, "argon pur")


def number(shown: Card, begins: str) -> str:
    """What is typed at the console to press a button."""
    return str(next(at for at, button in enumerate(shown.buttons, 1) if button.label.startswith(begins)))


def reacted_in_the_channel(house: House) -> None:
    """Léa reacts below the copy in Slack; it stands in Teams, and Nina learns of it a quarter of an hour later."""
    slack, teams = house.channels
    slack.react(SLACK["lea"], find(slack, ASKED).id, "eyes")
    until(lambda: "👀 Léa Petit" in find(teams, ASKED).text, "the reaction does not stand in Teams")
    house.clock.ahead = LATER
    told_in_slack(house, "nina", "Des collègues réagissent")
    told_in_slack(house, "nina", "argon pur")


def acts(house: House) -> Counter[tuple[str, str]]:
    """What was done about the question, as the facts have it: the act and its platform."""
    facts.build(house.network)
    parts = [pq.ParquetFile(file).read() for file in part_files(house.network.settings.folder)]
    rows = [row for part in parts for row in part.to_pylist()]
    return Counter((row["verb"], row["platform"]) for row in rows if row["root"] == 2)


def says_the_same_everywhere(house: House) -> None:
    """The feed and the thread, on the pages and at the console."""
    assert 'href="/contents/Q2"' in house.page("lea", "/")
    pages = house.page("zoe", "/contents/Q2")
    talk = house.at_console("franck")
    console = spaced(words(talk.say(number(talk.say("fil"), "Voir"))))
    for drawn in (pages, console):
        for part in ("👀 Léa Petit", "2 réponses", "courant alternatif", "argon pur", "c’est la réponse"):
            assert drawn.count(part) == 1, part


def asked_on_the_page(house: House) -> None:
    """Omar asks something that fits nowhere, in the box of his page: it stands in the feed of everybody."""
    browser = browsing(house.network, house.people["omar"])
    form = {**browser.get("/").fields(back="/"), "line": "demander :", "text": "Qui prête une échelle ?"}
    preview = browser.post("/say", {**form, "label": "", "pressed": ""}, x_reseau_in_page="1")
    asked = browser.post("/say", preview.fields(pressed="1"), x_reseau_in_page="1")
    assert "Q3" in asked.page
    assert 'href="/contents/Q3"' in house.page("zoe", "/")
    assert "Qui prête une échelle" in words(house.at_console("franck").say("fil"))


def told_once(house: House) -> None:
    """Nobody was told of anything twice, on whatever account, the next day's summaries among it."""
    assert house.told("Ce qui est nouveau pour vous") == {"Teams": 1}
    house.clock.ahead = NEXT_DAY
    house.plan()
    until(lambda: house.sent, "something is still on its way")
    assert house.told("pose une question") == {"lea": 1, "Teams": 1}
    assert house.told("Ana Roux vous a répondu") == {}, "that notice now says that the answer was kept"
    assert house.told("Franck Morel vous a répondu") == {"nina": 1}
    assert house.told("Des collègues réagissent") == {"nina": 1}
    assert house.told("Nina Neuf a retenu votre réponse") == {"Teams": 1}
    assert house.told("Ce qui est nouveau pour vous") == {"Teams": 2}, "the thread moved since"
    assert house.told("1 nouvelle réponse") == {"Teams": 1}
    assert [house.in_slack(who) for who in ("zoe", "omar")] == [[], []]


@pytest.mark.timeout(300)
def test_a_newcomer_asks_is_answered_and_keeps_the_answer_and_each_is_told_once(
    tmp_path: Path, sqlite_template: Path
) -> None:
    with open_house(tmp_path, sqlite_template) as house:
        for who, wish in (("ana", "expertise oui"), ("ana", "dans Teams"), ("franck", "communautés chaque jour")):
            house.teams.ask(Typed(who, f"réglages {wish}"), "message")
        asked_in_the_evening(house)
        answered_from_the_notice(house)
        notice = told_in_slack(house, "nina", "Ana Roux vous a répondu")
        answered_at_the_console(house)
        reacted_in_the_channel(house)
        assert house.told("Ana Roux vous a répondu") == {"nina": 1}
        press(house, "nina", notice, "retenir")
        told_in_teams(house, "Nina Neuf a retenu votre réponse à Q2")

        says_the_same_everywhere(house)
        assert acts(house) == {
            ("published", "slack"): 1,
            ("replied", "teams"): 1,
            ("replied", "console"): 1,
            ("reacted", "slack"): 1,
            ("accepted", "slack"): 1,
        }
        told_once(house)
        asked_on_the_page(house)
