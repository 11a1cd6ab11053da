"""The platform against local-slack, a workspace that nobody here wrote, in both ways that Slack reaches us.

What local-slack cannot do is tested elsewhere, from payloads written after Slack's documentation: it sends text without
escapes and without ``rich_text``, tells nobody of link previews and repeats nothing that failed; it keeps no metadata,
so that a post cannot be found by its key, and calls every card one that all see.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import pytest

from bots.arrival import Changed, Line, Message, Removed, Where
from bots.card import Card
from bots.platform import Address, Answer, Post
from bots.platforms.slack.adapter import Slack
from bots.platforms.slack.courier import SlackCourier
from reseau.network import Network
from reseau.people.accounts import Standing
from reseau.settings import load_settings
from tests import looped
from tests.counterparts_running import LocalSlack, local_slack
from tests.simulators.opened import listen, running
from tests.simulators.reception import MemoryReception, out_of_order

T = TypeVar("T")
GENERAL = "C01GEN"
APP = {
    "appId": "A01APP",
    "botUserId": "U0BOT",
    "botName": "rsebot",
    "botToken": "xoxb-test-token",
    "appToken": "xapp-test-token",
    "signingSecret": "test-signing-secret",
}
USERS = [
    {"id": "U01ELODIE", "name": "elodie", "real_name": "Élodie Martin", "email": "elodie@exemple.fr"},
    {"id": "U02MARC", "name": "marc", "real_name": "Marc Petit", "email": "marc@exemple.fr"},
]


@dataclass(frozen=True)
class Conversation:
    """Both sides: Slack and ours."""

    slack: LocalSlack
    reception: MemoryReception
    platform: Slack
    network: Network

    def say(self, text: str, channel: str = GENERAL, **more: str) -> str:
        """Élodie writes; returns the message's id."""
        message = self.slack.control("message", channel=channel, user="U01ELODIE", text=text, **more)
        return str(message["message"]["ts"])

    def carry(self, work: Callable[[SlackCourier], Awaitable[T]]) -> T:
        """Let a courier do something."""

        async def whole() -> T:
            courier = self.platform.courier(self.network)
            assert isinstance(courier, SlackCourier)
            try:
                return await work(courier)
            finally:
                await courier.close()

        return looped.run(whole())


@pytest.fixture(params=["events", "socket"])
def here(request: pytest.FixtureRequest, tmp_path: Path, sqlite_network: Network) -> Iterator[Conversation]:
    """Slack calls our endpoint, or we call Slack."""
    listening = listen()
    url = f"http://127.0.0.1:{listening.getsockname()[1]}/slack/events"
    workspace = {
        "workspace": {"name": "Exemple SA", "domain": "exemple", "teamId": "T01TEST"},
        "app": {**APP, "mode": request.param, "requestUrl": url},
        "users": USERS,
        "channels": [{"id": GENERAL, "name": "general", "members": ["U01ELODIE", "U02MARC", "U0BOT"]}],
    }
    with local_slack(tmp_path, workspace) as slack:
        way = {
            "events": {"slack_signing_secret": APP["signingSecret"]},
            "socket": {"slack_app_token": APP["appToken"]},
        }
        settings = load_settings(
            data=tmp_path, slack_bot_token=APP["botToken"], slack_api_url=slack.api_url, **way[request.param]
        )
        network, platform, reception = Network(settings, sqlite_network.store), Slack(), MemoryReception()
        opened = platform.open(network, reception)
        assert opened is not None
        with running(opened, listening):
            conversation = Conversation(slack, reception, platform, network)
            if request.param == "socket":
                connected(conversation)
            yield conversation


def connected(conversation: Conversation) -> None:
    """Wait until we are connected: Slack says hello then."""
    waited = asyncio.Event()

    async def until() -> None:
        while not any("socket connected" in str(entry["summary"]) for entry in conversation.slack.log()):
            await asyncio.sleep(0.02)
        waited.set()

    looped.run(asyncio.wait_for(until(), 15))


def test_a_command_is_answered_in_the_acknowledgement(here: Conversation) -> None:
    here.slack.control("command", channel=GENERAL, user="U01ELODIE", command="/rse", text="aide")

    (line,) = here.reception.wait_for(Line)
    assert (line.person, line.text, line.where) == ("U01ELODIE", "aide", Where(GENERAL))
    (messages,) = here.slack.messages(GENERAL)
    assert (messages["text"], messages["subtype"], messages["ephemeral_to"]) == ("echo aide", "ephemeral", "U01ELODIE")
    assert messages["blocks"][-1]["elements"][0]["value"] == "more aide"


def test_an_answer_that_took_longer_is_shown_at_its_address(here: Conversation) -> None:
    here.reception.answers = lambda _line: None
    here.slack.control("command", channel=GENERAL, user="U01ELODIE", command="/rse", text="aide")
    (line,) = here.reception.wait_for(Line)
    assert here.slack.messages(GENERAL) == []

    to = Address("T01TEST", line.where, line.person, line.answer_at)
    here.carry(lambda courier: courier.show(Answer(Card("Voilà")), to))

    (messages,) = here.slack.messages(GENERAL)
    assert (messages["text"], messages["ephemeral_to"]) == ("Voilà", "U01ELODIE")


def test_a_mention_is_one_line_and_nothing_else(here: Conversation) -> None:
    ts = here.say("<@U0BOT> demander Qui connaît la maison ?")

    (line,) = here.reception.wait_for(Line)
    assert (line.text, line.message) == ("demander Qui connaît la maison ?", ts)
    assert here.reception.bodies(Message) == []


def test_a_mention_in_a_thread_knows_its_thread(here: Conversation) -> None:
    root = here.say("Bonjour")
    here.say("<@U0BOT> suivre", thread_ts=root)

    (line,) = here.reception.wait_for(Line)
    assert line.where == Where(GENERAL, root)


def test_a_personal_message_is_a_line_and_its_answer_stays(here: Conversation) -> None:
    here.say("aide", channel=dm(here))
    (line,) = here.reception.wait_for(Line)
    assert (line.text, line.where.personal) == ("aide", True)

    here.carry(lambda courier: courier.show(Answer(Card("Voilà")), Address("T01TEST", line.where, line.person)))

    assert [message["text"] for message in here.slack.messages(line.where.conversation)] == ["aide", "Voilà"]


def dm(here: Conversation) -> str:
    """Élodie's chat with us."""
    opened = here.carry(lambda courier: courier.api.write("conversations.open", users="U01ELODIE"))
    return str(opened["channel"]["id"])


def test_a_button_is_the_line_that_it_stands_for(here: Conversation) -> None:
    post = Post("p1", "Marc Petit", "Bonjour")
    (ts,) = here.carry(lambda courier: courier.post(post, Address("T01TEST", Where(GENERAL))))
    action = {"type": "button", "action_id": "line:0", "block_id": "b", "value": "more aide"}

    here.slack.control("interact", channel=GENERAL, messageTs=ts, user="U01ELODIE", action=action)

    (line,) = here.reception.wait_for(Line)
    assert (line.text, line.pressed, line.message, line.person) == ("more aide", True, ts, "U01ELODIE")
    assert line.answer_at.startswith("http://127.0.0.1:")


def test_a_private_answer_to_a_public_card_leaves_the_card_alone(here: Conversation) -> None:
    (ts,) = here.carry(lambda courier: courier.post(Post("p1", "Marc", "Bonjour"), Address("T01TEST", Where(GENERAL))))
    action = {"type": "button", "action_id": "line:0", "value": "suivre"}
    here.slack.control("interact", channel=GENERAL, messageTs=ts, user="U01ELODIE", action=action)
    (line,) = here.reception.wait_for(Line)

    to = Address("T01TEST", line.where, line.person, line.answer_at, line.message)
    here.carry(lambda courier: courier.show(Answer(Card("Pour vous seule"), replaces=True), to))

    public, private = here.slack.messages(GENERAL)
    assert public["text"] == "Bonjour"
    assert (private["text"], private["ephemeral_to"]) == ("Pour vous seule", "U01ELODIE")


def test_what_people_say_change_and_take_away_arrives_in_order(here: Conversation) -> None:
    ts = here.say("Bonjour à tous")
    here.slack.control("edit-message", channel=GENERAL, ts=ts, user="U01ELODIE", text="Bonsoir à tous")
    here.slack.control("delete-message", channel=GENERAL, ts=ts, user="U01ELODIE")

    (removed,) = here.reception.wait_for(Removed)
    (message,), (changed,) = here.reception.bodies(Message), here.reception.bodies(Changed)
    assert (message.text, message.message, message.person) == ("Bonjour à tous", ts, "U01ELODIE")
    assert (changed.text, changed.message) == ("Bonsoir à tous", ts)
    assert (removed.message, removed.version > changed.version) == (ts, True)


def test_a_post_is_shown_changed_and_taken_away(here: Conversation) -> None:
    to, post = Address("T01TEST", Where(GENERAL)), Post("p1", "Marc Petit", "Bonjour")
    parts = here.carry(lambda courier: courier.post(post, to))
    (messages,) = here.slack.messages(GENERAL)
    assert (messages["text"], messages["username"], (messages["ts"],)) == ("Bonjour", "Marc Petit", parts)

    edited = here.carry(lambda courier: courier.edit(parts, Post("p1", "Marc Petit", "Bonsoir"), to))
    assert edited == parts
    assert [message["text"] for message in here.slack.messages(GENERAL)] == ["Bonsoir"]

    here.carry(lambda courier: courier.remove(parts, to))
    here.carry(lambda courier: courier.remove(parts, to))
    assert here.slack.messages(GENERAL) == []
    assert here.reception.arrivals == []


def test_people_and_channels_are_read(here: Conversation) -> None:
    account = here.carry(lambda courier: courier.account("T01TEST", "U01ELODIE", Where(GENERAL)))
    audience = here.carry(lambda courier: courier.audience("T01TEST", Where(GENERAL)))

    assert (account.name, account.email, account.standing) == ("Élodie Martin", "elodie@exemple.fr", Standing.HOME)
    assert (audience.name, audience.everybody, audience.people) == ("general", True, ("U01ELODIE", "U02MARC"))


def test_nothing_is_acknowledged_that_could_not_be_kept(here: Conversation) -> None:
    with out_of_order(here.reception):
        here.say("perdu ?")

    assert here.reception.arrivals == []
    answers = [entry for entry in here.slack.log() if entry["summary"] == "HTTP 200" or entry["kind"] == "ack"]
    assert answers == []


def test_nothing_is_missing(here: Conversation) -> None:
    assert looped.run(here.platform.missing(here.network)) == []
