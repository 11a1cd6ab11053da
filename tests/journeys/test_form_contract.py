"""Every form has the same effect and answer at every door as its line at the console."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from bots.answers.handling import Handler, Turn
from bots.arrival import Filled, Where
from bots.card import Visibility
from bots.command import Command, Role, all_commands
from bots.form import Kind
from bots.platform import OWN_CHAT, Answer, Audience, Channel, Incoming
from reseau.errors import ReseauError
from reseau.folding import slug
from reseau.keys import EventKey
from reseau.network import Network
from reseau.settings import load_settings
from tests.bots.filled import WITH_FORM, filling
from tests.journeys.doors import SLACK_CHANNELS, Shown, SlackDoor, TeamsDoor
from tests.journeys.forms import fill_on_slack, fill_on_teams
from tests.journeys.test_contract import DOORS, Stage, model, plainly

#: Both languages and both ways of Slack's, in pairs; Teams asks who reads a channel before it links one, and so
#: that card comes by the courier, as in ``test_contract.py``.
_LANGUAGE = {"slack events": "fr", "slack socket": "en", "teams": "fr"}
_NOT_IN_A_DIALOG = ("link",)


def told(command: Command, language: str) -> dict[str, str]:
    """Return the values of the form; communities as they are chosen from a list."""
    _, values = filling(command, language)
    assert command.form is not None
    kinds = {entry.name: entry.kind for entry in command.form.entries}
    chosen = (name for name in values if kinds.get(name) is Kind.COMMUNITY)
    return values | {name: f"#{slug(values[name].lstrip('#'))}" for name in chosen if values[name]}


def opener(command: Command, language: str) -> str:
    assert command.form is not None
    return " ".join(part for part in (command.name(language), command.form.opener.get(language, "")) if part)


def expected(handler: Handler, stage: Stage, incoming: Incoming, steps: int) -> Answer:
    """Return the console's answers to the form, step by step."""
    turn: Turn | None = None
    for step in range(steps):
        assert incoming.filled is not None
        form = Filled(incoming.filled.verb, incoming.filled.values, step)
        asked = Incoming(
            incoming.member_id,
            "",
            EventKey(incoming.event.platform, incoming.event.tenant, f"step {step}"),
            channel=incoming.channel,
            conversation=incoming.conversation,
            pressed=True,
            filled=form,
        )
        try:
            with stage.store.write() as tx:
                turn = handler.turn(tx, asked)
        except ReseauError as error:
            with stage.store.write() as tx:
                turn = handler.refuse(tx, asked, error)
    assert turn is not None
    private = turn.card.visibility is Visibility.PRIVATE or turn.card.shared is not None
    return Answer(turn.card, private, language=turn.language)


def filled_in(door: Any, who: str, line: str, values: dict[str, str], steps: int) -> Shown:
    if isinstance(door, SlackDoor):
        return fill_on_slack(door, who, line, values, steps)
    assert isinstance(door, TeamsDoor)
    return fill_on_teams(door, who, line, values, steps)


@pytest.mark.timeout(300)
@pytest.mark.parametrize("name", _LANGUAGE)
def test_every_form_says_and_does_at_every_door_what_it_does_at_the_console(
    name: str, tmp_path: Path, sqlite_template: Path, subtests: pytest.Subtests
) -> None:
    language, platform = _LANGUAGE[name], name.split()[0]
    made = model(tmp_path, sqlite_template, language)
    with made.stage(tmp_path / "console") as at_console, made.stage(tmp_path / "door") as stage:
        settings = load_settings(data=tmp_path, language=language)
        handler = Handler(Network(settings, at_console.store), all_commands())
        with DOORS[name](tmp_path / "door", stage.store, language) as door:
            for command in WITH_FORM:
                if platform == "teams" and command.id in _NOT_IN_A_DIALOG:
                    continue
                who = "franck" if command.role is Role.ADMINISTRATOR else "lea"
                values, steps = told(command, language), len(command.form.steps) if command.form else 1
                audience: Audience = door.audience
                channel = Channel(Where(SLACK_CHANNELS["everybody"]), None, audience) if platform == "slack" else None
                incoming = Incoming(
                    made.people[who],
                    "",
                    EventKey(platform, "", ""),
                    channel=channel,
                    conversation=OWN_CHAT if channel is None else channel.where.conversation,
                    filled=Filled(command.id, values),
                )
                at_console.again()
                answer = expected(handler, at_console, incoming, steps)
                with subtests.test(command.id):
                    stage.again()
                    card = filled_in(door, who, opener(command, language), values, steps)
                    drawn = {key: door.drawing(answer)[key] for key in card.drawn}
                    assert plainly(card) == plainly(Shown(drawn, answer.private))
                    assert stage.left() == at_console.left()
