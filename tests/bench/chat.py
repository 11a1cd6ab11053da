"""``python -m tests.bench.chat [SECONDS] [ROUNDS]``: the whole way of a line, beside the bare libraries.

Signature or token proved, de-duplicated, stored on the disk (SQLite, ``synchronous=FULL``), answered: Slack's commands
beside a bare echo in Bolt, a Teams message with its reply beside bare Bot Framework. Then fifty messages a second in a
linked channel: how long the acknowledgement takes. Rounds take turns; compare rates, not times.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.bench import chat_slack, chat_teams
from tests.bench.load import HOST, Load, load
from tests.simulators.slack import BOT_TOKEN, SECRET, TEAM, simulated

CONNECTIONS = (1, 32)
LINES = {"aide": "aide", "post": "répondre Q12 oui, je connais ({number})"}
PACE = 50  # events a second
_USERS = 500
_FASTEST = {"bolt": 6_000, "reseau": 2_500}
_numbers = itertools.count(1)


# -- the whole room, served --------------------------------------------------------------------------------------------


def serve(name: str, api_url: str, folder: str) -> None:
    """Serve bare Bolt or the whole room on a free port, which is said on the first line."""
    import uvicorn

    from tests.simulators.opened import listen

    app = chat_slack.bolt() if name == "bolt" else room(api_url, Path(folder))
    listening = listen()
    print(listening.getsockname()[1], flush=True)
    config = uvicorn.Config(app, log_level="error", access_log=False, server_header=False, proxy_headers=False)
    uvicorn.Server(config).run(sockets=[listening])


def room(api_url: str, folder: Path) -> Any:
    """What ``reseau serve`` serves, without the dashboard: a small company whose people are known to Slack."""
    from reseau import identities, links
    from reseau.acting import Acting
    from reseau.identities import NewIdentity
    from reseau.links import NewLink
    from reseau.network import open_network
    from reseau.serve import application
    from reseau.settings import load_settings
    from tests.bots.company import company

    settings = load_settings(data=folder, slack_bot_token=BOT_TOKEN, slack_signing_secret=SECRET, slack_api_url=api_url)
    network = open_network(settings)
    here = company(network)
    with network.store.write() as tx:
        known = [NewIdentity(here.people["lea"], "slack", TEAM, f"U{number}", "email") for number in range(_USERS)]
        identities.add(tx, known, Acting("slack"))
        links.add(tx, NewLink(here.places["velo"], "slack", TEAM, "C1", "vélo", here.people["franck"]))
    return application(network, ("bots", "worker"))


@contextmanager
def served(name: str, api_url: str) -> Iterator[tuple[int, int]]:
    """A server in a process of its own: its process and its port."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "tests.bench.chat", "serve", name, api_url, folder]
        with subprocess.Popen(command, cwd=chat_slack._PROJECT, stdout=subprocess.PIPE, text=True) as process:
            try:
                assert process.stdout is not None
                yield process.pid, int(process.stdout.readline())
            finally:
                process.terminate()


# -- Slack's commands --------------------------------------------------------------------------------------------------


def commands(kind: str, count: int) -> list[bytes]:
    """So many signed commands, each with its own id and text."""
    return [chat_slack.command(LINES[kind].format(number=next(_numbers)), next(_numbers)) for _ in range(count)]


def slack(api_url: str, seconds: float, rounds: int) -> list[dict[str, Any]]:
    """The median of the rounds: what Bolt and the whole room do in a second, and the CPU of one request."""
    came: dict[tuple[str, str, int], list[tuple[Load, float]]] = {}
    for _ in range(rounds):
        for name in ("bolt", "reseau"):
            with served(name, api_url) as (process, port):
                for kind, connections in itertools.product(LINES, CONNECTIONS):
                    load(port, iter(commands(kind, 200)), connections, 1.0)
                    ready = commands(kind, int(_FASTEST[name] * seconds))
                    before = chat_slack._cpu(process)
                    result = load(port, iter(ready), connections, seconds)
                    cpu = (chat_slack._cpu(process) - before) / max(result.requests, 1) * 1000
                    came.setdefault((name, kind, connections), []).append((result, cpu))
    return [
        {
            "server": name,
            "line": kind,
            "connections": connections,
            "rate": round(statistics.median(one.rate for one, _ in results), 1),
            "p50_ms": round(statistics.median(one.p50_ms for one, _ in results), 2),
            "p99_ms": round(statistics.median(one.p99_ms for one, _ in results), 2),
            "cpu_ms": round(statistics.median(cpu for _, cpu in results), 3),
            "bad": sum(one.bad for one, _ in results),
        }
        for (name, kind, connections), results in came.items()
    ]


# -- fifty events a second ---------------------------------------------------------------------------------------------


def paced(api_url: str, seconds: float) -> dict[str, Any]:
    """Messages of a linked channel at an even pace: how long their acknowledgement takes."""
    with served("reseau", api_url) as (process, port):
        requests = [chat_slack.message(next(_numbers)) for _ in range(int(PACE * seconds) + 100)]
        asyncio.run(_send(port, requests[:100]))
        before = chat_slack._cpu(process)
        took, bad = asyncio.run(_send(port, requests[100:]))
        cpu = (chat_slack._cpu(process) - before) / len(took) * 1000
    took.sort()
    return {
        "events": len(took),
        "p50_ms": round(took[len(took) // 2] * 1000, 2),
        "p99_ms": round(took[int(len(took) * 0.99)] * 1000, 2),
        "worst_ms": round(took[-1] * 1000, 2),
        "cpu_ms": round(cpu, 3),
        "bad": bad,
    }


async def _send(port: int, requests: list[bytes]) -> tuple[list[float], int]:
    """Send each at its time, whether those before are answered or not; a time counts from when it was due."""
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


def bench(seconds: float = 4.0, rounds: int = 3, minute: float = 60.0) -> dict[str, Any]:
    """Everything, in one run."""
    with simulated() as workspace:
        api_url = f"{workspace.url}/api/"
        rows = slack(api_url, seconds, rounds)
        even = paced(api_url, minute)
    return {"slack": rows, "paced": even, "teams": chat_teams.bench(seconds, rounds)}


def lines(found: dict[str, Any]) -> Iterator[str]:
    """What was found, as people read it."""
    rates = {(row["server"], row["line"], row["connections"]): row["rate"] for row in found["slack"]}
    for row in sorted(found["slack"], key=lambda row: (row["line"], row["connections"])):
        share = row["rate"] / rates["bolt", row["line"], row["connections"]]
        yield (
            f"slack {row['server']:7}{row['line']:5} c={row['connections']:<3}{row['rate']:8.0f}/s"
            f" {row['p50_ms']:8.2f} ms p50 {row['p99_ms']:8.2f} ms p99 {row['cpu_ms']:7.3f} ms CPU {row['bad']:3} bad"
            f" {share:6.2f} of bare Bolt"
        )
    even = found["paced"]
    yield (
        f"slack {PACE} messages a second in a linked channel, {even['events']} of them: acknowledged in"
        f" {even['p50_ms']} ms p50, {even['p99_ms']} ms p99, {even['worst_ms']} ms at worst,"
        f" {even['cpu_ms']} ms CPU each, {even['bad']} bad"
    )
    bare = {row["connections"]: row["req_s"] for row in found["teams"] if row["server"] == "bot framework"}
    for row in found["teams"]:
        share = row["req_s"] / bare[row["connections"]]
        yield f"teams {chat_teams.line(row)} {share:6.2f} of bare Bot Framework"


if __name__ == "__main__":
    if sys.argv[1:2] == ["serve"]:
        serve(*sys.argv[2:5])
    else:
        seconds, rounds, minute = [*map(float, sys.argv[1:]), *(4.0, 3.0, 60.0)[len(sys.argv) - 1 :]]
        found = bench(seconds, int(rounds), minute)
        print(json.dumps(found))
        for line in lines(found):
            print(line)
