"""Teams: messages and their replies through the complete application, beside bare Bot Framework.

Both verify the token of each message and send one reply to Teams' service. A message counts when its reply has been
sent, since our application acknowledges before and bare Bot Framework after replying.
"""

from __future__ import annotations

import itertools
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives import serialization
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from tests.bench.apart import Apart, apart, room, serve
from tests.bench.load import HOST, load
from tests.served import Address
from tests.simulators import teams as simulator

CONNECTIONS = (1, 32)
LINES = {"aide": "aide", "post": "répondre Q12 oui, je connais ({number})"}
SERVERS = ("bot framework", "bot framework, frozenset line", "reseau")
_FASTEST = {"bot framework": 150, "bot framework, frozenset line": 800, "reseau": 1_500}  # messages a second
_TOKENS = 16  # each serves many messages, as Teams' own do
_PEOPLE = 32  # each in a personal chat
_numbers = itertools.count(1)


# -- the servers -------------------------------------------------------------------------------------------------------


def microsoft(url: str, folder: Path) -> Starlette:
    """Serve keys, tokens and Teams' service at the least cost, and count the replies."""
    held = serialization.load_pem_private_key((folder / "key.pem").read_bytes(), None)
    simulator.private_key = lambda number: held  # type: ignore[assignment]
    side = simulator.TeamsSimulator()
    side.members = {_chat(number): [_person(number)] for number in range(_PEOPLE)}
    replies = 0

    async def reply(request: Request) -> Response:
        nonlocal replies
        await request.body()
        replies += 1
        return JSONResponse({"id": "1"}, 201)

    async def count(request: Request) -> Response:
        return JSONResponse(replies)

    async def openid(request: Request) -> Response:
        here = f"http://{request.url.netloc}"
        return JSONResponse({"issuer": simulator.ISSUER, "jwks_uri": f"{here}/keys"})

    place = "/v3/conversations/{conversation}/activities"
    own = [
        Route("/replies", count),
        Route("/.well-known/openidconfiguration", openid),
        Route(place, reply, methods=["POST"]),
        Route(f"{place}/{{message}}", reply, methods=["POST"]),
    ]
    return Starlette(routes=[*own, *side.app().routes])


def bare(url: str, *, frozen: bool) -> Starlette:
    """Return a Bot Framework application as in its guide, which answers each message."""
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
            credentials = await super().create_credentials(*args, **named)
            credentials.get_access_token = lambda force_refresh=False: "outbound"  # the original asks Microsoft
            return credentials

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


def ours(url: str, folder: Path) -> Any:
    """Return the complete application, in which authors become members with their first message."""
    side = simulator.TeamsSimulator()
    side.url = url
    return room({**side.settings(), "data": folder})


def application(name: str, url: str, folder: Path) -> Any:
    """Return the application of a server by name."""
    if name == "microsoft":
        return microsoft(url, folder)
    return ours(url, folder / "data") if name == "reseau" else bare(url, frozen="frozenset" in name)


def _person(number: int) -> dict[str, str]:
    named = {"id": f"29:{number}", "aadObjectId": f"aaaaaaaa-0000-4000-8000-{number:012}", "name": f"Ana {number}"}
    return (
        simulator.ANA | named | {"email": f"ana{number}@example.com", "userPrincipalName": f"ana{number}@example.com"}
    )


def _chat(number: int) -> str:
    return f"a:chat-{number}"


# -- the load ----------------------------------------------------------------------------------------------------------


def _messages(url: str, line: str, count: int) -> list[bytes]:
    """Return signed messages, each with its own id and text."""
    side = simulator.TeamsSimulator()
    side.url = url
    tokens = [side.sign() for _ in range(_TOKENS)]
    return [_request(side, LINES[line], tokens[number % _TOKENS]) for number in range(count)]


def _request(side: simulator.TeamsSimulator, line: str, token: str) -> bytes:
    number = next(_numbers)
    person, chat = _person(number % _PEOPLE), _chat(number % _PEOPLE)
    sender = {key: person[key] for key in ("id", "aadObjectId", "name")}
    message = side.message(line.format(number=number), where=chat, id=f"1:{number}") | {"from": sender}
    body = json.dumps(message).encode()
    head = (
        f"POST /api/messages HTTP/1.1\r\nHost: {HOST}\r\nContent-Type: application/json\r\n"
        f"Authorization: Bearer {token}\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


def _replies(service: Address) -> int:
    return int(service.get("/replies")[1])


def _replied(service: Address, before: int, expected: int) -> int:
    """Wait until the expected replies have come, or none comes for a while; return their number."""
    now, since = before, time.perf_counter()
    while now - before < expected and time.perf_counter() - since < _PATIENCE:
        time.sleep(_LOOK)
        last, now = now, _replies(service)
        since = time.perf_counter() if now != last else since
    return now - before


_LOOK = 0.05  # seconds
_PATIENCE = 5.0


def measure(name: str, server: Apart, service: Address, line: str, connections: int, seconds: float) -> dict[str, Any]:
    """Measure a server under load; bare Bot Framework gives the same answer to every line."""
    ready = _messages(service.url, line, int(_FASTEST[name] * seconds))
    before, used, began = _replies(service), server.cpu(), time.perf_counter()
    result = load(server.port, iter(ready), connections, seconds)
    replied = _replied(service, before, result.requests)
    return {
        "rate": replied / (time.perf_counter() - began),
        "p50_ms": result.p50_ms,
        "p99_ms": result.p99_ms,
        "cpu_ms": (server.cpu() - used) / max(1, result.requests) * 1000,
        "bad": result.bad,
        "replies": replied / max(1, result.requests),
    }


def bench(seconds: float, rounds: int) -> list[dict[str, Any]]:
    """Measure the servers in turns, ``rounds`` times, and return the median of each."""
    with tempfile.TemporaryDirectory() as scratch, ExitStack() as stack:
        folder = Path(scratch)
        (folder / "key.pem").write_bytes(
            simulator.private_key(0).private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
        )
        service = Address(stack.enter_context(apart(__name__, "microsoft", "-", folder)).port)
        servers = {name: stack.enter_context(apart(__name__, name, service.url, folder)) for name in SERVERS}
        return [
            row for line in LINES for c in CONNECTIONS for row in _rounds(servers, service, line, c, seconds, rounds)
        ]


def _rounds(
    servers: Mapping[str, Apart], service: Address, line: str, connections: int, seconds: float, rounds: int
) -> Iterator[dict[str, Any]]:
    for server in servers.values():
        before = _replies(service)
        _replied(service, before, load(server.port, iter(_messages(service.url, line, 300)), connections, 2.0).requests)
    came = [
        {name: measure(name, server, service, line, connections, seconds) for name, server in servers.items()}
        for _ in range(rounds)
    ]
    for name in servers:
        middle = {key: round(statistics.median(round_[name][key] for round_ in came), 3) for key in came[0][name]}
        shares = [round_[name]["rate"] / round_["bot framework"]["rate"] for round_ in came]
        label = {"server": name, "line": line, "connections": connections}
        yield {**label, **middle, "of_bare": round(statistics.median(shares), 2)}


def lines(rows: list[dict[str, Any]]) -> Iterator[str]:
    """Yield the results as lines of text."""
    for row in rows:
        yield (
            f"teams  {row['server']:30}{row['line']:5} c={row['connections']:<3}{row['rate']:8.0f} replies/s"
            f" {row['p50_ms']:8.2f} ms p50 {row['p99_ms']:8.2f} ms p99 {row['cpu_ms']:7.3f} ms CPU"
            f" {row['bad']:4.0f} bad {row['replies']:5.2f} replies each {row['of_bare']:6.2f} of bare Bot Framework"
        )


if __name__ == "__main__":
    _, _, server_name, service_url, data_folder = sys.argv
    serve(application(server_name, service_url, Path(data_folder)))
