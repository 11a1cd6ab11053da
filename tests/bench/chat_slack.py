"""Slack's commands and events: our adapter beside a bare echo in Bolt, and beside no Slack at all.

``python -m tests.bench.chat_slack [SECONDS] [ROUNDS]``. The reception is in memory: what the store costs is measured
elsewhere. Rounds take turns, so that a busy machine is busy for all of them; compare rates, not times.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from bots.arrival import Arrival, Line
from bots.card import Card, Text
from bots.platform import Answer
from tests.bench.load import Load, load
from tests.simulators.slack import BOT_TOKEN, SECRET, TEAM, signed, simulated

SERVERS = ("plain", "bolt", "ours")
CONNECTIONS = (1, 32)
KINDS = ("command", "event")
_FASTEST = 15_000  # requests a second; as many are signed ahead as could be needed
_PROJECT = Path(__file__).parents[2]


class EchoReception:
    """Keeps nothing but the keys, and says every line again."""

    def __init__(self) -> None:
        self._keys: set[str] = set()

    async def receive(self, arrival: Arrival) -> bool:
        new = arrival.event_key not in self._keys
        self._keys.add(arrival.event_key)
        return new

    async def answer(self, arrival: Arrival, within: float) -> Answer | None:
        assert isinstance(arrival.body, Line)
        if not await self.receive(arrival):
            return None
        return Answer(Card(f"echo {arrival.body.text}", (Text("bonjour"),)))


# -- servers -----------------------------------------------------------------------------------------------------------


def plain() -> Any:
    """An address that answers without looking: what the server and the load themselves allow."""

    async def app(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            return
        while (await receive()).get("more_body"):
            pass
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"4")]})
        await send({"type": "http.response.body", "body": b"echo"})

    return app


def bolt() -> Any:
    """Bolt as its guide shows it, with one command and one event."""
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

    @app.event("message")
    async def message() -> None:
        return None

    return Starlette(routes=[Route("/slack/events", AsyncSlackRequestHandler(app).handle, methods=["POST"])])


def ours(api_url: str) -> Any:
    """Our platform with the reception in memory."""
    from bots.platforms.slack.adapter import Slack
    from reseau.network import open_network
    from reseau.settings import load_settings
    from tests.simulators.opened import application

    settings = load_settings(
        data=Path(tempfile.mkdtemp()), slack_bot_token=BOT_TOKEN, slack_signing_secret=SECRET, slack_api_url=api_url
    )
    opened = Slack().open(open_network(settings), EchoReception())
    assert opened is not None
    return application(opened)


def serve(name: str, api_url: str) -> None:
    """Serve one of them on a free port, which is said on the first line."""
    import uvicorn

    from tests.simulators.opened import listen

    app = {"plain": plain, "bolt": bolt}[name]() if name != "ours" else ours(api_url)
    listening = listen()
    print(listening.getsockname()[1], flush=True)
    config = uvicorn.Config(app, log_level="error", access_log=False, server_header=False, proxy_headers=False)
    uvicorn.Server(config).run(sockets=[listening])


# -- load --------------------------------------------------------------------------------------------------------------


def requests(kind: str, count: int) -> list[bytes]:
    """So many signed requests, each with its own id."""
    return [_request(kind, number) for number in range(count)]


def _request(kind: str, number: int) -> bytes:
    return command("bonjour", number) if kind == "command" else message(number)


def command(text: str, number: int) -> bytes:
    """A signed command of somebody."""
    told = {"team_id": TEAM, "channel_id": "D1", "user_id": f"U{number % 500}", "command": "/rse", "text": text}
    told |= {"api_app_id": "A1", "response_url": "http://127.0.0.1:9/x", "trigger_id": f"{number}.1.a"}
    return _posted(urlencode(told).encode(), "application/x-www-form-urlencoded")


def message(number: int) -> bytes:
    """A signed message of somebody in a channel."""
    event = {"type": "message", "user": f"U{number % 500}", "channel": "C1", "channel_type": "channel"}
    event |= {"text": "Bonjour à tous &amp; à <@U2>", "ts": f"1700000000.{number % 1_000_000:06d}"}
    envelope = {"type": "event_callback", "team_id": TEAM, "api_app_id": "A1", "event_id": f"Ev{number}"}
    return _posted(json.dumps({**envelope, "event": event}).encode(), "application/json")


def _posted(body: bytes, shown: str) -> bytes:
    headers = {"host": "127.0.0.1", "content-type": shown, "content-length": str(len(body)), **signed(body)}
    head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    return f"POST /slack/events HTTP/1.1\r\n{head}\r\n".encode() + body


def measure(name: str, api_url: str, seconds: float) -> Iterator[tuple[str, int, Load, float]]:
    """Every kind of request at each number of connections: what came of it, and the server's CPU a request in ms."""
    with _served(name, api_url) as (process, port):
        for kind in KINDS:
            for connections in CONNECTIONS:
                count = int(_FASTEST * seconds) if connections > 1 else int(_FASTEST * seconds / 3)
                load(port, iter(requests(kind, 300)), connections, 1.0)  # the first ones are slower
                ready = requests(kind, count)
                before = _cpu(process.pid)
                came = load(port, iter(ready), connections, seconds)
                yield kind, connections, came, (_cpu(process.pid) - before) / max(came.requests, 1) * 1000


@contextmanager
def _served(name: str, api_url: str) -> Iterator[tuple[subprocess.Popen[str], int]]:
    command = [sys.executable, "-m", "tests.bench.chat_slack", "serve", name, api_url]
    with subprocess.Popen(command, cwd=_PROJECT, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            yield process, int(process.stdout.readline())
        finally:
            process.terminate()


def _cpu(pid: int) -> float:
    """Seconds of CPU that a process has used."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def bench(seconds: float = 4.0, rounds: int = 3) -> list[dict[str, Any]]:
    """The median of the rounds for each server, kind and number of connections."""
    came: dict[tuple[str, str, int], list[tuple[Load, float]]] = {}
    with simulated() as workspace:
        for _ in range(rounds):
            for name in SERVERS:
                for kind, connections, result, cpu in measure(name, f"{workspace.url}/api/", seconds):
                    came.setdefault((name, kind, connections), []).append((result, cpu))
    return [
        {
            "server": name,
            "kind": kind,
            "connections": connections,
            "rate": round(statistics.median(one.rate for one, _ in results), 1),
            "p50_ms": round(statistics.median(one.p50_ms for one, _ in results), 2),
            "p99_ms": round(statistics.median(one.p99_ms for one, _ in results), 2),
            "cpu_ms": round(min(cpu for _, cpu in results), 3),
            "bad": sum(one.bad for one, _ in results),
        }
        for (name, kind, connections), results in came.items()
    ]


def lines(rows: list[dict[str, Any]]) -> Iterator[str]:
    """A table, with our rate as a share of bare Bolt's."""
    rates = {(row["server"], row["kind"], row["connections"]): row["rate"] for row in rows}
    yield f"{'':22}{'req/s':>9}{'p50 ms':>9}{'p99 ms':>9}{'CPU ms':>9}{'bad':>5}{'of Bolt':>9}"
    for row in sorted(rows, key=lambda row: (row["kind"], row["connections"])):
        share = row["rate"] / rates["bolt", row["kind"], row["connections"]]
        label = f"{row['server']} {row['kind']} c={row['connections']}"
        figures = f"{row['rate']:9.0f}{row['p50_ms']:9.2f}{row['p99_ms']:9.2f}{row['cpu_ms']:9.3f}{row['bad']:5d}"
        yield f"{label:22}{figures}{share:9.2f}"


if __name__ == "__main__":
    if sys.argv[1:2] == ["serve"]:
        serve(*sys.argv[2:4])
    else:
        given = [*sys.argv[1:], "4", "3"][:2] if len(sys.argv) != 2 else [sys.argv[1], "3"]
        for line in lines(bench(float(given[0]), int(given[1]))):
            print(line)
