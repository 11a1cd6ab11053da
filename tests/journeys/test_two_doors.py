"""An export is brought in, a community is linked to a channel of Slack and to one of Teams, and people talk."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from reseau.acting import Acting
from reseau.network import open_network
from reseau.people import members
from reseau.people.members import NewMember
from reseau.serve import application
from reseau.settings import load_settings
from tests.counterparts_running import local_slack
from tests.journeys.sides import PlaygroundClient, SimulatedClient, SlackSide, TeamsSide, read
from tests.migration.sample import sample
from tests.served import served
from tests.simulators import playground as client, teams as microsoft
from tests.simulators.heard import listening
from tests.simulators.opened import listen
from tests.simulators.playground import until

SERVICES = ("bots", "worker")
FRANCK, LEA = client.person(0, "Franck Morel"), client.person(1, "Léa Petit")
_OTHERS = ("Omar Diallo", "Eva Roux", "Marc Petit", "Nina Faure")
PEOPLE = [FRANCK, LEA, *(client.person(number, name) for number, name in enumerate(_OTHERS, 2))]
FRANCK_THERE, BOT = "U0FRANCK", "U0BOT"
_APP = {
    "appId": "A01APP",
    "botUserId": BOT,
    "botName": "rsebot",
    "botToken": "xoxb-test-token",
    "appToken": "xapp-test-token",
    "signingSecret": "test-signing-secret",
    "mode": "events",
}


#: The workspace of the sample export, a public channel of it, and someone who wrote in it.
WORKSPACE, CHANNEL, COMMUNITY = "T0LAMBERT", "C0GENERAL", "general"
HUGO_THERE, HUGO = "U0HUGO", "hugo"


@dataclass(frozen=True)
class House:
    """The program with the sample in it, between Slack and Teams; ``own_chat`` is Franck's with us in Teams."""

    data: Path
    slack: SlackSide
    teams: TeamsSide
    own_chat: str

    def chat(self, line: str) -> Mapping[str, Any]:
        """Franck at the console: ``reseau chat`` as someone runs it."""
        output = reseau(self.data, "chat", "--as", FRANCK["email"].lower(), "--json", line)
        card: Mapping[str, Any] = json.loads(output)
        return card


def reseau(data: Path, *arguments: str) -> str:
    """Run a command as a person does, and return its output."""
    command = [sys.executable, "-m", "reseau", "--data", str(data), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=True, cwd=data).stdout


def brought(folder: Path) -> Path:
    """A data folder with the sample in it, by ``reseau migrate``, and the people of the directory."""
    data = folder / "data"
    data.mkdir()
    reseau(data, "migrate", "run", str(sample("slack_export")), "--json")
    network = open_network(load_settings(data=data))
    with network.store.write() as tx:
        people = [
            NewMember(person["name"], email=person["email"].lower(), language="fr", administrator=person is FRANCK)
            for person in PEOPLE
        ]
        members.add(tx, people, Acting("directory"))
    network.store.close()
    return data


def workspace(url: str) -> dict[str, Any]:
    """The workspace that the sample was exported from, as far as it is needed."""
    people = [
        {"id": HUGO_THERE, "name": HUGO, "real_name": HUGO},
        {"id": FRANCK_THERE, "name": "franck", "real_name": FRANCK["name"], "email": FRANCK["email"]},
    ]
    channel = {"id": CHANNEL, "name": COMMUNITY, "members": [HUGO_THERE, FRANCK_THERE, BOT]}
    return {
        "workspace": {"name": "Exemple SA", "domain": "exemple", "teamId": WORKSPACE},
        "app": {**_APP, "requestUrl": url},
        "users": people,
        "channels": [channel],
    }


@contextmanager
def slack_of(folder: Path) -> Iterator[tuple[SlackSide, dict[str, Any], Any]]:
    """Slack, the settings that lead to it, and the port at which it calls us."""
    port = listen()
    url = f"http://127.0.0.1:{port.getsockname()[1]}/slack/events"
    with local_slack(folder, workspace(url)) as slack:
        settings = {
            "slack_bot_token": _APP["botToken"],
            "slack_signing_secret": _APP["signingSecret"],
            "slack_api_url": slack.api_url,
        }
        yield SlackSide(slack, CHANNEL), settings, port


@contextmanager
def open_house(data: Path, settings: Mapping[str, Any], port: Any) -> Iterator[str]:
    """The program, served; its address."""
    network = open_network(load_settings(data=data, **settings))
    with served(application(network, SERVICES), port) as address:
        yield address.url
    network.store.close()


@contextmanager
def with_playground(folder: Path) -> Iterator[House]:
    """The house between local-slack and Microsoft's client."""
    data = brought(folder)
    with (
        slack_of(folder) as (slack, settings, port),
        open_house(data, {**settings, "teams_dev_unauthenticated": True}, port) as url,
        client.playground(folder, url, PEOPLE) as playground,
        listening(playground) as heard,
    ):
        teams = TeamsSide(PlaygroundClient(playground, heard), client.TENANT, client.CHANNEL, client.TEAM, "bot-id")
        yield House(data, slack, teams, client.CHAT)


@contextmanager
def with_simulator(folder: Path) -> Iterator[House]:
    """The house between local-slack and Teams simulated, which can delete."""
    data = brought(folder)
    with microsoft.teams_simulator() as playground, slack_of(folder) as (slack, settings, port):
        roster = [
            {
                **person,
                "userPrincipalName": person["userPrincipleName"],
                "tenantId": microsoft.TENANT,
                "userRole": "user",
            }
            for person in PEOPLE
        ]
        playground.members = {microsoft.CHANNEL: roster, "a:franck": roster[:1]}
        with open_house(data, {**settings, **playground.settings(teams_targeted=False)}, port) as url:
            simulated = SimulatedClient(playground, lambda: url)
            teams = TeamsSide(simulated, microsoft.TENANT, microsoft.CHANNEL, "team", microsoft.US)
            yield House(data, slack, teams, "a:franck")


def linked(house: House) -> None:
    """The administrator links a channel of each tool to the imported community."""
    house.slack.command(FRANCK_THERE, f"relier {COMMUNITY}")
    house.teams.mention(FRANCK, f"relier {COMMUNITY}")
    until(
        lambda: any("relié" in message.text for message in house.teams.standing()), "the channel of Teams is not linked"
    )
    items = house.chat("liens")["blocks"][0]["items"]
    assert len(items) == 2


def find(house: House, side: SlackSide | TeamsSide, text: str) -> Any:
    """Our only message there with a text, once it is posted."""
    until(lambda: any(text in message.text for message in side.standing()), f"“{text}” does not stand there", 30)
    (message,) = [message for message in side.standing() if text in message.text]
    return message


def gone(side: SlackSide | TeamsSide, text: str) -> None:
    until(lambda: not any(text in message.text for message in side.standing()), f"“{text}” still stands there", 30)


def replies(house: House, code: str) -> list[str]:
    """The replies of a thread as the console shows them."""
    lists = [block for block in house.chat(f"voir {code}")["blocks"] if block["type"] == "list"]
    return [item["text"] for block in lists for item in block["items"]]


QUESTION = "Qui a déjà branché une girouette sur le nouveau pupitre ?"


def asked_in_slack(house: House) -> str:
    """A person from the export asks in Slack, looks at the preview and publishes; return the question's number."""
    preview = house.slack.command(HUGO_THERE, f"demander {QUESTION}")
    assert QUESTION in read(preview["blocks"])
    assert not any(QUESTION in message.text for message in house.teams.standing())
    house.slack.press(HUGO_THERE, preview, "confirmer")
    playground = find(house, house.teams, QUESTION)
    code = next(word for word in playground.text.split() if word.startswith("Q") and word[1:].isdigit())
    return str(code)


def searched_in_teams(house: House, code: str) -> None:
    """Someone types ``chercher`` in their own chat with us, and finds the question."""
    card = house.teams.type(FRANCK, house.own_chat, "chercher girouette pupitre")
    assert f"**{code}**" in read(card)


@pytest.mark.timeout(600)
def test_a_question_of_slack_is_found_and_answered_in_teams_and_stands_everywhere(tmp_path: Path) -> None:
    with with_playground(tmp_path) as house:
        slack, teams = house.slack, house.teams
        linked(house)
        code = asked_in_slack(house)
        searched_in_teams(house, code)

        # Léa answers in the channel of Teams, below the question; it appears in Slack's thread and in the network.
        question = find(house, teams, QUESTION)
        answer = teams.write(LEA, "Moi, avec un câble blindé.", question.id)
        message = find(house, slack, "câble blindé")
        assert (message.thread, message.by) == (find(house, slack, QUESTION).id, "Léa Petit")
        assert replies(house, code) == ["Moi, avec un câble blindé."]

        # Reactions appear below the copy on the other side, in both directions. A partner belongs to the
        # community, so that those who do not are counted and not named.
        slack.react(HUGO_THERE, find(house, slack, QUESTION).id, "eyes")
        until(lambda: f"👀 {HUGO}" in find(house, teams, QUESTION).text, "the reaction does not stand in Teams", 30)
        teams.react(LEA, question.id, "like")
        until(lambda: f"👀 👍 {HUGO} et 1 autre" in find(house, slack, QUESTION).text, "nor in Slack", 30)
        slack.react(HUGO_THERE, find(house, slack, QUESTION).id, "eyes", present=False)
        until(lambda: "👍 1" in find(house, teams, QUESTION).text, "it still stands in Teams", 30)

        # An edit goes from Teams to Slack …
        teams.change(LEA, answer, "Moi, avec un câble torsadé.", question.id)
        assert find(house, slack, "câble torsadé").id == message.id
        assert replies(house, code) == ["Moi, avec un câble torsadé."]

        # … and from Slack to Teams.
        thanks = slack.write(HUGO_THERE, "Merci, essayé ce matin", find(house, slack, QUESTION).id)
        copy = find(house, teams, "essayé ce matin")
        assert copy.thread == question.id
        slack.change(HUGO_THERE, thanks, "Merci, essayé ce midi")
        assert find(house, teams, "essayé ce midi").id == copy.id

        # What is taken away in Teams goes from Slack too.
        teams.take_away(LEA, answer, question.id)
        gone(slack, "câble torsadé")
        assert replies(house, code) == ["Merci, essayé ce midi"]


@pytest.mark.timeout(600)
def test_what_is_taken_away_in_slack_goes_from_teams_too(tmp_path: Path) -> None:
    with with_simulator(tmp_path) as house:
        linked(house)
        code = asked_in_slack(house)
        searched_in_teams(house, code)
        reply = house.slack.write(HUGO_THERE, "J’ai trouvé tout seul", find(house, house.slack, QUESTION).id)
        assert find(house, house.teams, "trouvé tout seul").thread == find(house, house.teams, QUESTION).id
        assert replies(house, code) == ["J’ai trouvé tout seul"]

        house.slack.take_away(HUGO_THERE, reply)

        gone(house.teams, "trouvé tout seul")
        assert replies(house, code) == []
