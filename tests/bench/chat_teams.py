"""``python -m tests.bench.chat_teams [SECONDS] [ROUNDS]``: a Teams message with its reply, ours beside Bot Framework's.

Both check the token of each message, and each message brings one reply to Teams' service. Ours keeps the message in
memory (what a store costs is measured elsewhere) and answers through its own courier, after the acknowledgement; bare
Bot Framework answers before it. Every server is a process of its own under uvicorn, on loopback; rounds take turns.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import uvicorn
from cryptography.hazmat.primitives import serialization
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from tests.simulators import teams as simulator
from tests.simulators.playground import free_port, until

CONNECTIONS = (1, 32)
SERVERS = ("bot framework", "bot framework, frozenset line", "reseau")


# -- the servers -------------------------------------------------------------------------------------------------------


def microsoft(port: int, keyfile: Path) -> Starlette:
    """Keys, tokens and the service, as cheap as they can be; counts the replies."""
    held = serialization.load_pem_private_key(keyfile.read_bytes(), None)
    simulator.private_key = lambda number: held  # type: ignore[assignment]
    side = simulator.TeamsSimulator()
    side.url = f"http://127.0.0.1:{port}"
    replies = 0

    async def reply(request: Request) -> Response:
        nonlocal replies
        await request.body()
        replies += 1
        return JSONResponse({"id": "1"}, 201)

    async def count(request: Request) -> Response:
        return JSONResponse(replies)

    place = "/v3/conversations/{conversation}/activities"
    own = [
        Route("/replies", count),
        Route(place, reply, methods=["POST"]),
        Route(f"{place}/{{message}}", reply, methods=["POST"]),
    ]
    return Starlette(routes=[*own, *side.app().routes])


def bare(url: str, *, frozen: bool) -> Starlette:
    """Bot Framework as its guide shows it, with an answer to each message."""
    from botbuilder.core import ActivityHandler, CloudAdapterBase, TurnContext
    from botbuilder.schema import Activity
    from botframework.connector.auth import (
        BotFrameworkAuthenticationFactory,
        ChannelValidation,
        PasswordServiceClientCredentialFactory,
    )
    from msrest.universal_http.requests import ClientRetryPolicy

    if frozen:
        ClientRetryPolicy.safe_codes = frozenset(ClientRetryPolicy.safe_codes)  # type: ignore[assignment]

    class Credentials(PasswordServiceClientCredentialFactory):  # type: ignore[misc]
        async def create_credentials(self, *args: Any, **named: Any) -> Any:
            made = await super().create_credentials(*args, **named)
            made.get_access_token = lambda force_refresh=False: "outbound"  # its own asks Microsoft
            return made

    class Adapter(CloudAdapterBase):  # type: ignore[misc]
        pass

    class Echo(ActivityHandler):  # type: ignore[misc]
        async def on_message_activity(self, turn_context: TurnContext) -> None:
            await turn_context.send_activity("Bonjour " + turn_context.activity.text)

    ChannelValidation.open_id_metadata_endpoint = f"{url}/.well-known/openidconfiguration"
    factory = Credentials(simulator.APP, simulator.SECRET)
    adapter = Adapter(BotFrameworkAuthenticationFactory.create(credential_factory=factory))
    echo = Echo()

    async def messages(request: Request) -> Response:
        activity = Activity().deserialize(await request.json())
        await adapter.process_activity(request.headers.get("authorization", ""), activity, echo.on_turn)
        return Response(status_code=201)

    return Starlette(routes=[Route("/api/messages", messages, methods=["POST"])])


def ours(url: str, folder: Path) -> Starlette:
    """Our door, a reception in memory, and a courier for its answers."""
    from bots.arrival import Arrival, Line
    from bots.card import Card
    from bots.platform import Address, Answer
    from bots.platforms.teams import platform
    from reseau.network import open_network
    from reseau.settings import load_settings
    from tests.bots.teams.receptions import MemoryReception, application

    side = simulator.TeamsSimulator()
    side.url = url
    network = open_network(load_settings(data=folder, **side.settings()))
    courier = platform.courier(network)
    assert courier is not None

    async def answer(arrival: Arrival) -> None:
        assert isinstance(arrival.body, Line)
        said = Answer(Card(f"Bonjour {arrival.body.text}"))
        await courier.show(said, Address(arrival.tenant, arrival.body.where, person=arrival.body.person))

    class Forgetful(MemoryReception):
        async def receive(self, arrival: Arrival) -> bool:
            self._keys.clear()  # the same messages are sent over and over
            self.arrivals.clear()
            return await super().receive(arrival)

    opened = platform.open(network, Forgetful(answer))
    assert opened is not None
    return application(opened, closing=courier.close)


def serve(name: str, port: int, url: str, folder: Path) -> None:
    """Be one of the servers until told to stop."""
    if name == "microsoft":
        app = microsoft(port, folder / "key.pem")
    elif name == "reseau":
        app = ours(url, folder / "data")
    else:
        app = bare(url, frozen="frozenset" in name)
    uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=port, log_level="error", access_log=False)).run()


@contextmanager
def server(name: str, url: str, folder: Path) -> Iterator[tuple[int, int]]:
    """A server in a process of its own: its port and its process."""
    port = free_port()
    command = [sys.executable, "-m", "tests.bench.chat_teams", "--serve", name, str(port), url, str(folder)]
    child = subprocess.Popen(command)
    try:
        until(lambda: child.poll() is not None or _listens(port), f"{name} does not start", 60)
        yield port, child.pid
    finally:
        child.send_signal(signal.SIGTERM)
        child.wait(timeout=20)


def _listens(port: int) -> bool:
    async def tried() -> bool:
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", port)
        except OSError:
            return False
        writer.close()
        return True

    return asyncio.run(tried())


# -- the load ----------------------------------------------------------------------------------------------------------


async def load(port: int, requests: list[bytes], connections: int, seconds: float) -> tuple[int, int, list[float]]:
    """Send the requests over and over on so many connections: how many were answered 2xx, how many were not, times."""
    end = time.perf_counter() + seconds
    good, bad, times = 0, 0, []

    async def one(offset: int) -> None:
        nonlocal good, bad
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        turn = offset
        while time.perf_counter() < end:
            began = time.perf_counter()
            writer.write(requests[turn % len(requests)])
            head = await reader.readuntil(b"\r\n\r\n")
            length = next(
                (int(line[15:]) for line in head.lower().split(b"\r\n") if line[:15] == b"content-length:"), 0
            )
            await reader.readexactly(length)
            times.append(time.perf_counter() - began)
            if head[9:10] == b"2":
                good += 1
            else:
                bad += 1
            turn += connections
        writer.close()

    await asyncio.gather(*(one(number) for number in range(connections)))
    return good, bad, times


def _length(head: bytes) -> int:
    named = b"content-length:"
    return next((int(part[len(named) :]) for part in head.lower().split(b"\r\n") if part.startswith(named)), 0)


def prepared(url: str) -> list[bytes]:
    """64 signed messages as bytes."""
    side = simulator.TeamsSimulator()
    side.url = url
    requests = []
    for number in range(64):
        body = json.dumps(side.message(f"bonjour {number}")).encode()
        head = (
            "POST /api/messages HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
            f"Authorization: Bearer {side.sign()}\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        requests.append(head.encode() + body)
    return requests


def cpu(process: int) -> float:
    """Seconds of CPU that a process has used."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def replies(port: int) -> int:
    from tests.served import Address

    return int(Address(port).get("/replies")[1])


def settled(port: int) -> int:
    """The replies that came, once no more come."""
    last = -1
    while (now := replies(port)) != last:
        last = now
        time.sleep(0.3)
    return now


def measure(name: str, url: str, folder: Path, seconds: float) -> Iterator[dict[str, Any]]:
    """A line for each number of connections."""
    requests = prepared(url)
    service = int(url.rpartition(":")[2])
    with server(name, url, folder) as (port, process):
        for connections in CONNECTIONS:
            asyncio.run(load(port, requests, connections, 1))
            before, used, began = settled(service), cpu(process), time.perf_counter()
            good, bad, times = asyncio.run(load(port, requests, connections, seconds))
            acknowledged = time.perf_counter() - began
            replied = settled(service) - before
            whole = time.perf_counter() - began - 0.3
            yield {
                "server": name,
                "connections": connections,
                # A message counts once its reply is out: whoever answers later may not win by that.
                "req_s": replied / max(whole, acknowledged),
                "p50_ms": statistics.median(times) * 1000,
                "p99_ms": statistics.quantiles(times, n=100)[98] * 1000,
                "cpu_ms": (cpu(process) - used) / max(1, good) * 1000,
                "bad": bad,
                "replies": replied / max(1, good),
            }


def bench(seconds: float = 4, rounds: int = 3) -> list[dict[str, Any]]:
    """Every server in turn, several times; the median of each."""
    rows: list[dict[str, Any]] = []
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        (folder / "key.pem").write_bytes(
            simulator.private_key(0).private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
        )
        with server("microsoft", "", folder) as (port, _):
            for _ in range(rounds):
                for name in SERVERS:
                    rows.extend(measure(name, f"http://127.0.0.1:{port}", folder, seconds))
    return list(_medians(rows))


def _medians(rows: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for name in SERVERS:
        for connections in CONNECTIONS:
            same = [row for row in rows if (row["server"], row["connections"]) == (name, connections)]
            numbers = [key for key in same[0] if key not in ("server", "connections")]
            middle = {key: round(statistics.median(row[key] for row in same), 3) for key in numbers}
            yield {"server": name, "connections": connections, **middle}


def line(row: dict[str, Any]) -> str:
    """A row as people read it."""
    return (
        f"{row['server']:32} {row['connections']:>3} connections {row['req_s']:8.0f} replies/s"
        f" {row['p50_ms']:8.2f} ms p50 {row['p99_ms']:8.2f} ms p99 {row['cpu_ms']:7.3f} ms CPU a message"
        f" {row['bad']:4.0f} refused {row['replies']:5.2f} replies a message"
    )


if __name__ == "__main__":
    if sys.argv[1:2] == ["--serve"]:
        serve(sys.argv[2], int(sys.argv[3]), sys.argv[4], Path(sys.argv[5]))
    else:
        given = [float(word) for word in sys.argv[1:]]
        for found in bench(given[0] if given else 4, int(given[1]) if len(given) > 1 else 3):
            print(line(found))
