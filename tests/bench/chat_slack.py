"""Slack: commands to the complete application beside a bare echo in Bolt, and paced messages of a linked channel."""

from __future__ import annotations

import asyncio
import itertools
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from tests.bench.apart import Apart, apart, room, serve
from tests.bench.load import HOST, Load, load
from tests.simulators.slack import BOT_TOKEN, SECRET, TEAM, signed, simulated

CONNECTIONS = (1, 32)
LINES = {"aide": "aide", "post": "répondre Q12 oui, je connais ({number})"}
PACE = 50  # events a second
_PEOPLE = 500
_FASTEST = {"bolt": 6_000, "reseau": 2_500}  # requests a second; enough requests are signed in advance
_numbers = itertools.count(1)


# -- the servers -------------------------------------------------------------------------------------------------------


def bolt() -> Any:
    """Return a Bolt application as in its guide, with one command."""
    from slack_bolt.adapter.starlette.async_handler import AsyncSlackRequestHandler
    from slack_bolt.async_app import AsyncApp
    from slack_bolt.authorization import AuthorizeResult
    from starlette.applications import Starlette
    from starlette.routing import Route

    async def authorize() -> AuthorizeResult:
        return AuthorizeResult(
            enterprise_id=None, team_id=TEAM, bot_token=BOT_TOKEN, bot_id="B0BOT", bot_user_id="U0BOT"
        )

    app = AsyncApp(signing_secret=SECRET, authorize=authorize)

    @app.command("/rse")
    async def rse(ack: Any, command: Any) -> None:
        await ack(f"echo {command['text']}")

    return Starlette(routes=[Route("/slack/events", AsyncSlackRequestHandler(app).handle, methods=["POST"])])


def ours(api_url: str, folder: str) -> Any:
    """Return the complete application, with members who have accounts on Slack."""
    settings = {"slack_bot_token": BOT_TOKEN, "slack_signing_secret": SECRET, "slack_api_url": api_url}
    return room({**settings, "data": Path(folder)}, "slack", TEAM, _PEOPLE)


@contextmanager
def _server(name: str, api_url: str) -> Iterator[Apart]:
    with tempfile.TemporaryDirectory() as folder, apart(__name__, name, api_url, folder) as server:
        yield server


# -- the requests ------------------------------------------------------------------------------------------------------


def command(text: str, number: int) -> bytes:
    """Return a signed command of a member."""
    command = {"team_id": TEAM, "channel_id": "D1", "user_id": f"U{number % _PEOPLE}", "command": "/rse", "text": text}
    command |= {"api_app_id": "A1", "response_url": "http://127.0.0.1:9/x", "trigger_id": f"{number}.1.a"}
    return _posted(urlencode(command).encode(), "application/x-www-form-urlencoded")


def message(number: int) -> bytes:
    """Return a signed message of a member in a channel."""
    event = {"type": "message", "user": f"U{number % _PEOPLE}", "channel": "C1", "channel_type": "channel"}
    event |= {"text": "Bonjour à tous &amp; à <@U2>", "ts": f"1700000000.{number % 1_000_000:06d}"}
    envelope = {"type": "event_callback", "team_id": TEAM, "api_app_id": "A1", "event_id": f"Ev{number}"}
    return _posted(json.dumps({**envelope, "event": event}).encode(), "application/json")


def _posted(body: bytes, kind: str) -> bytes:
    headers = {"host": HOST, "content-type": kind, "content-length": str(len(body)), **signed(body)}
    head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    return f"POST /slack/events HTTP/1.1\r\n{head}\r\n".encode() + body


def _commands(line: str, count: int) -> list[bytes]:
    return [command(LINES[line].format(number=next(_numbers)), next(_numbers)) for _ in range(count)]


# -- commands ----------------------------------------------------------------------------------------------------------


def commands(api_url: str, seconds: float, rounds: int) -> list[dict[str, Any]]:
    """Return the median rates of Bolt and of the complete application, and the median CPU time of a request.

    Both servers run all the time and are measured in turns, since the speed of a machine varies.
    """
    rows: list[dict[str, Any]] = []
    with _server("bolt", api_url) as bare, _server("reseau", api_url) as whole:
        servers = {"bolt": bare, "reseau": whole}
        for line, connections in itertools.product(LINES, CONNECTIONS):
            for server in servers.values():
                load(server.port, iter(_commands(line, 400)), connections, 1.0)  # the first ones are slower
            came = [
                {name: _asked(server, name, line, connections, seconds) for name, server in servers.items()}
                for _ in range(rounds)
            ]
            rows.extend(_medians(line, connections, came))
    return rows


def _asked(server: Apart, name: str, line: str, connections: int, seconds: float) -> tuple[Load, float]:
    """Return the result of the load, and the CPU time of a request in milliseconds."""
    ready = _commands(line, int(_FASTEST[name] * seconds))
    before = server.cpu()
    result = load(server.port, iter(ready), connections, seconds)
    return result, (server.cpu() - before) / max(result.requests, 1) * 1000


def _medians(line: str, connections: int, came: Sequence[Mapping[str, tuple[Load, float]]]) -> Iterator[dict[str, Any]]:
    for name in came[0]:
        loads = [round_[name][0] for round_ in came]
        yield {
            "server": name,
            "line": line,
            "connections": connections,
            "rate": round(statistics.median(round_.rate for round_ in loads), 1),
            "of_bare": round(statistics.median(round_[name][0].rate / round_["bolt"][0].rate for round_ in came), 3),
            "p50_ms": round(statistics.median(round_.p50_ms for round_ in loads), 2),
            "p99_ms": round(statistics.median(round_.p99_ms for round_ in loads), 2),
            "cpu_ms": round(statistics.median(round_[name][1] for round_ in came), 3),
            "bad": sum(round_.bad for round_ in loads),
        }


# -- an even pace ------------------------------------------------------------------------------------------------------


def paced(api_url: str, seconds: float) -> dict[str, Any]:
    """Send messages of a linked channel at an even pace, and measure the time to acknowledge them."""
    with _server("reseau", api_url) as server:
        requests = [message(next(_numbers)) for _ in range(int(PACE * seconds) + 100)]
        asyncio.run(_send(server.port, requests[:100]))
        before = server.cpu()
        took, bad = asyncio.run(_send(server.port, requests[100:]))
        cpu_ms = (server.cpu() - before) / len(took) * 1000
    took.sort()
    return {
        "events": len(took),
        "p50_ms": round(took[len(took) // 2] * 1000, 2),
        "p99_ms": round(took[int(len(took) * 0.99)] * 1000, 2),
        "worst_ms": round(took[-1] * 1000, 2),
        "cpu_ms": round(cpu_ms, 3),
        "bad": bad,
    }


async def _send(port: int, requests: list[bytes]) -> tuple[list[float], int]:
    """Send each request when it is due, without waiting for earlier answers; times count from that moment."""
    began, took, bad = time.perf_counter() + 0.1, [], 0

    async def one(number: int, request: bytes) -> None:
        nonlocal bad
        due = began + number / PACE
        await asyncio.sleep(due - time.perf_counter())
        reader, writer = await asyncio.open_connection(HOST, port)
        writer.write(request)
        head = await reader.readuntil(b"\r\n\r\n")
        took.append(time.perf_counter() - due)
        bad += b" 200 " not in head[:20]
        writer.close()

    await asyncio.gather(*(one(number, request) for number, request in enumerate(requests)))
    return took, bad


# -- all of it ---------------------------------------------------------------------------------------------------------


def bench(seconds: float, rounds: int, minute: float) -> dict[str, Any]:
    """Measure commands in ``rounds`` rounds of ``seconds`` seconds, and paced events for ``minute`` seconds."""
    with simulated() as workspace:
        api_url = f"{workspace.url}/api/"
        return {"commands": commands(api_url, seconds, rounds), "paced": paced(api_url, minute)}


def lines(medians: dict[str, Any]) -> Iterator[str]:
    """Yield the results as lines of text."""
    for row in medians["commands"]:
        yield (
            f"slack  {row['server']:14}{row['line']:5} c={row['connections']:<3}{row['rate']:8.0f}/s"
            f" {row['p50_ms']:8.2f} ms p50 {row['p99_ms']:8.2f} ms p99 {row['cpu_ms']:7.3f} ms CPU {row['bad']:3} bad"
            f" {row['of_bare']:6.2f} of bare Bolt"
        )
    even = medians["paced"]
    yield (
        f"slack  {PACE} messages a second in a linked channel, {even['events']} of them: acknowledged in"
        f" {even['p50_ms']} ms p50, {even['p99_ms']} ms p99, {even['worst_ms']} ms at worst,"
        f" {even['cpu_ms']} ms CPU each, {even['bad']} bad"
    )


if __name__ == "__main__":
    _, _, server_name, api, data = sys.argv
    serve(bolt() if server_name == "bolt" else ours(api, data))
