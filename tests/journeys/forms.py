"""Forms at the doors of a small company, filled in on programs that others wrote.

local-slack opens our modals and sends them back. Microsoft's client opens no dialog: what Teams would send is sent to
the door as invokes of the shape that Microsoft documents.
"""

from __future__ import annotations

import asyncio
import http.client
import json
import time
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import aiohttp

from tests import looped
from tests.bots.blockkit import elements
from tests.journeys.doors import SLACK, SLACK_CHANNELS, Shown, SlackDoor, TeamsDoor
from tests.simulators.playground import TENANT, until

Fields = dict[str, Any]
_PATIENCE = 60.0


def fill_on_slack(door: SlackDoor, who: str, line: str, values: Mapping[str, str], steps: int) -> Shown:
    """Press a button that opens a form, fill it in, and wait for the answer."""
    place = SLACK_CHANNELS["everybody"]
    before = len(_ours(door, place))
    button = {"type": "button", "action_id": "line:1", "value": line}
    press = {"channel": place, "messageTs": "1.1", "user": SLACK[who], "action": button}
    fill_modal(door.slack.port, press, values, steps)
    until(lambda: len(_ours(door, place)) > before, f"nothing was shown for the form of “{line}”")
    message = _ours(door, place)[before]
    return Shown({"blocks": message["blocks"], "text": message["text"]}, "ephemeral_to" in message)


def _ours(door: SlackDoor, place: str) -> list[Fields]:
    return [message for message in door.slack.messages(place) if message.get("bot_id")]


def fill_modal(port: int, press: Mapping[str, Any], values: Mapping[str, str], steps: int = 1) -> None:
    """Before local-slack's page: press a button, and fill the modal in as often as there are steps.

    Args:
        press: the channel, the message, the user and the action of the button.
    """
    looped.run(_filled(port, press, values, steps))


async def _filled(port: int, press: Mapping[str, Any], values: Mapping[str, str], steps: int) -> None:
    async with (
        aiohttp.ClientSession() as session,
        session.ws_connect(f"ws://127.0.0.1:{port}/ui", max_msg_size=0) as page,
        asyncio.timeout(_PATIENCE),
    ):
        await page.send_json({"t": "block_action", **press})
        for _ in range(steps):
            view = await _modal(page)
            await page.send_json({"t": "view_submit", "user": press["user"], "values": _state(view, values)})


async def _modal(page: aiohttp.ClientWebSocketResponse) -> Fields:
    """The modal that opens next, or its next step."""
    async for message in page:
        message_data = json.loads(message.data)
        assert message_data["t"] != "view_errors", message_data
        if message_data["t"] == "view" and message_data["stack"]:
            view: Fields = message_data["stack"][-1]
            return view
    raise AssertionError("local-slack closed its page")


def _state(view: Fields, values: Mapping[str, str]) -> Fields:
    return {
        block["block_id"]: {block["element"]["action_id"]: _value(block["element"], values.get(block["block_id"], ""))}
        for block in view["blocks"]
        if block["type"] == "input"
    }


def _value(element: Fields, value: str) -> Fields:
    kind = element["type"]
    match kind:
        case "users_select":
            return {"type": kind, "selected_user": SLACK[value.removeprefix("@")] if value else None}
        case "static_select":
            return {"type": kind, "selected_option": {"value": value} if value else None}
        case _:
            return {"type": kind, "value": value or None}


def fill_on_teams(door: TeamsDoor, who: str, line: str, values: Mapping[str, str], steps: int) -> Shown:
    """The same by invokes: the last card in the dialog."""
    data: Fields = {"line": line, "msteams": {"type": "task/fetch"}}
    card = _invoked(door, who, "task/fetch", data)
    for _ in range(steps):
        inputs = [element for element in elements(card) if "id" in element]
        filled = {element["id"]: element["value"] for element in inputs if element.get("value")}
        held = filled | {element["id"]: values[element["id"]] for element in inputs if element["id"] in values}
        card = _invoked(door, who, "task/submit", {**card["actions"][0]["data"], **held})
    return Shown({"card": card}, True)


def _invoked(door: TeamsDoor, who: str, name: str, data: Fields) -> Fields:
    """The card of the dialog that answers an invoke."""
    person = door.people[who]
    activity = {
        "type": "invoke",
        "name": name,
        "id": f"f:{time.time_ns()}",
        "channelId": "msteams",
        "serviceUrl": door.client.service,
        "from": {"id": person["id"], "name": person["name"], "aadObjectId": person["aadObjectId"]},
        "recipient": {"id": "bot-id", "name": "RSE"},
        "conversation": {"conversationType": "personal", "tenantId": TENANT, "id": door.chats[who]},
        "channelData": {"tenant": {"id": TENANT}},
        "locale": door.locale,
        "value": {"data": data, "context": {"theme": "default"}},
    }
    connection = http.client.HTTPConnection(urlsplit(door.address).netloc, timeout=_PATIENCE)
    try:
        connection.request("POST", "/api/messages", json.dumps(activity), {"content-type": "application/json"})
        answer = connection.getresponse()
        body = answer.read()
    finally:
        connection.close()
    assert answer.status == 200, (answer.status, body)
    content: Fields = json.loads(body)["task"]["value"]["card"]["content"]
    return content
