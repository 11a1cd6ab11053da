"""Socket Mode: several envelopes at once, acknowledged when kept, over a connection that comes back and ends well."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path

import pytest
import structlog
from structlog.testing import LogCapture

from bots.arrival import Message
from bots.platforms.slack.adapter import Slack
from reseau.network import Network
from reseau.services import Opened
from reseau.settings import load_settings
from tests import looped
from tests.simulators.reception import MemoryReception, out_of_order
from tests.simulators.slack import TEAM
from tests.simulators.slack_socket import SocketSlack, socket_slack


@pytest.fixture
def slack() -> Iterator[SocketSlack]:
    with socket_slack() as socket:
        yield socket


@pytest.fixture
def log() -> Iterator[LogCapture]:
    capture, before = LogCapture(), structlog.get_config()["processors"]
    structlog.configure(processors=[capture])
    yield capture
    structlog.configure(processors=before)


def ours(slack: SocketSlack, network: Network, reception: MemoryReception) -> Opened:
    settings = load_settings(
        data=Path(network.settings.data), slack_bot_token="xoxb-1", slack_app_token="xapp-1", slack_api_url=slack.url
    )
    opened = Slack().open(Network(settings, network.store), reception)
    assert opened is not None
    return opened


def meanwhile(opened: Opened, work: Callable[[], None], *, within: Callable[[], Awaitable[None]] | None = None) -> None:
    """Do something while our side runs."""

    async def whole() -> None:
        assert opened.running is not None
        async with opened.running():
            await asyncio.to_thread(work)
            if within is not None:
                await within()

    looped.run(whole())


def event(number: int) -> dict[str, object]:
    event = {"type": "message", "user": "U01", "channel": "C01", "text": f"n{number}", "ts": f"1.00000{number}"}
    return {"type": "event_callback", "event_id": f"Ev{number}", "team_id": TEAM, "event": event}


def command(number: int) -> dict[str, object]:
    command = {"command": "/rse", "text": f"aide {number}", "user_id": "U01", "channel_id": "C01"}
    return {**command, "trigger_id": f"t{number}", "team_id": TEAM, "response_url": "https://hooks.slack.com/1"}


def test_several_envelopes_are_answered_at_once(slack: SocketSlack, sqlite_network: Network) -> None:
    reception = MemoryReception()
    reception.together = 3

    def work() -> None:
        slack.connected()
        sent = [slack.send("slash_commands", command(number)) for number in range(3)]
        slack.wait("every answer", lambda: all(message in slack.acknowledged for message in sent))

    meanwhile(ours(slack, sqlite_network, reception), work)

    # One after the other, the first would get "a moment" before the second arrives.
    assert {answer["text"] for answer in slack.acknowledged.values()} == {f"echo aide {n}" for n in range(3)}


def test_what_cannot_be_kept_is_not_acknowledged(slack: SocketSlack, sqlite_network: Network) -> None:
    reception = MemoryReception()
    sent: list[str] = []

    def work() -> None:
        slack.connected()
        with out_of_order(reception):
            sent.append(slack.send("events_api", event(1)))
            sent.append(slack.send("slash_commands", command(2)))  # after the first one, which had its turn
            slack.wait("the second answer", lambda: sent[1] in slack.acknowledged)
        sent.append(slack.send("events_api", event(1)))  # as Slack does, with another envelope
        slack.wait("the third answer", lambda: sent[2] in slack.acknowledged)

    meanwhile(ours(slack, sqlite_network, reception), work)

    assert sent[0] not in slack.acknowledged
    assert [body.text for body in reception.bodies(Message)] == ["n1"]


@pytest.mark.parametrize("how", ["hang up", "ask to come again"])
def test_a_connection_that_ends_is_made_again(slack: SocketSlack, sqlite_network: Network, how: str) -> None:
    reception = MemoryReception()

    def work() -> None:
        slack.connected()
        if how == "hang up":
            slack.hang_up()
        else:
            slack.tell({"type": "disconnect", "reason": "refresh_requested"})
        slack.connected(2)
        slack.send("events_api", event(1))
        reception.wait_for(Message)

    meanwhile(ours(slack, sqlite_network, reception), work)

    assert slack.connections == 2


def test_what_was_begun_is_finished_at_the_end(slack: SocketSlack, sqlite_network: Network) -> None:
    reception = MemoryReception()
    reception.slow = 0.4
    sent: list[str] = []

    def work() -> None:
        slack.connected()
        sent.append(slack.send("slash_commands", command(1)))
        deadline = time.monotonic() + 60
        while not reception.arrivals and time.monotonic() < deadline:
            time.sleep(0.01)

    meanwhile(ours(slack, sqlite_network, reception), work)

    slack.wait("the answer", lambda: sent[0] in slack.acknowledged)
    assert slack.acknowledged[sent[0]]["text"] == "echo aide 1"


def test_slack_that_is_away_holds_nothing_up_and_is_named_without_tokens(
    sqlite_network: Network, log: LogCapture
) -> None:
    nowhere = SocketSlack()
    nowhere.url = "http://127.0.0.1:9/api/"
    opened = ours(nowhere, sqlite_network, MemoryReception())
    started = time.monotonic()

    async def until_said() -> None:
        while not any(entry.get("event") == "socket mode" for entry in log.entries):
            await asyncio.sleep(0.02)

    meanwhile(opened, lambda: None, within=until_said)

    assert time.monotonic() - started < 60
    assert "xapp-1" not in str(log.entries)
    assert "xoxb-1" not in str(log.entries)
