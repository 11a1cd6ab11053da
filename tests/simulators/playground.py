"""Microsoft's own client for trying a Teams app, run on this machine without a browser."""

from __future__ import annotations

import http.client
import json
import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

_HERE = Path(__file__).parent.parent / "counterparts" / "node_modules" / "@microsoft" / "m365agentsplayground"
TENANT = "00000000-0000-4000-8000-000000000001"
CHAT, CHANNEL, TEAM = "personal-chat-id", "channel-annonces-id", "team-id"


def person(number: int, name: str) -> dict[str, str]:
    """Someone of the home tenant, as the client's file describes people."""
    first, _, family = name.partition(" ")
    email = f"{first}.{family}@Exemple.fr"
    return {
        "id": f"user-id-{number}",
        "name": name,
        "userPrincipleName": email.lower(),
        "aadObjectId": f"00000000-0000-4000-8000-00000000002{number}",
        "givenName": first,
        "surname": family,
        "email": email,
    }


PEOPLE = [person(n, name) for n, name in enumerate(["Ana Costa", "Léa Martin", "Omar Diallo", "Eva Roux"])]
PEOPLE += [person(4, "Marc Petit"), person(5, "Nina Faure")]


@dataclass(frozen=True)
class Playground:
    """The client.

    Attributes:
        port: its port on this machine.
        heard: its log of calls and messages.
    """

    port: int
    heard: Path

    @property
    def service(self) -> str:
        """The address that it gives as the service of its conversations."""
        return f"http://localhost:{self.port}/_connector"

    def say(self, text: str, conversation: str = CHAT, mentions: list[dict[str, Any]] | None = None) -> dict[str, Any]:
        """Write as the first person."""
        message = {"from": {"id": "user-id-0"}, "text": text, "textFormat": "xml" if mentions else "plain"}
        response = self.call(
            "POST", f"/_conversation/v1/conversations/{conversation}/messages", message | _named(mentions)
        )
        assert isinstance(response, dict)
        return response

    def press(self, card: str, value: dict[str, Any], conversation: str = CHAT) -> None:
        """Press a button of a card."""
        where = {"conversation": {"id": conversation}, "from": {"id": "user-id-0"}, "replyToId": card}
        self.call("POST", "/_conversation/v1/submit", {**where, "value": value})

    def custom(self, activity: dict[str, Any]) -> None:
        """Send an activity unchanged."""
        self.call("POST", "/_internal/v1/customActivities", activity)

    def template(self, kind: str, conversation: str) -> dict[str, Any]:
        """An activity of a kind that the client knows how to make (``botAdded``, ``userAdded``…)."""
        path = f"/_internal/v1/customActivities/template?conversationId={conversation}&type={kind}"
        response = self.call("GET", path)
        assert isinstance(response, dict)
        return response

    def call(self, method: str, path: str, body: object = None) -> object:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            data = None if body is None else json.dumps(body).encode()
            connection.request(method, path, data, {"Content-Type": "application/json"})
            answer = connection.getresponse()
            text = answer.read().decode()
            if answer.status >= 300:
                raise RuntimeError(f"{method} {path}: {answer.status} {text[:300]}")
            return json.loads(text) if text.startswith(("{", "[")) else text
        finally:
            connection.close()


def _named(mentions: list[dict[str, Any]] | None) -> dict[str, Any]:
    return {"mentions": mentions} if mentions else {}


def until(true: Callable[[], bool], what: str, seconds: float = 20) -> None:
    """Wait until a condition is true."""
    end = time.monotonic() + seconds
    while not true():
        if time.monotonic() > end:
            raise TimeoutError(what)
        time.sleep(0.02)


def free_port() -> int:
    with socket.socket() as probing:
        probing.bind(("127.0.0.1", 0))
        return int(probing.getsockname()[1])


def _answers(port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=1)
    try:
        connection.request("GET", "/_debug/ping")
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()


@contextmanager
def playground(folder: Path, bot: str, people: Sequence[dict[str, str]] = PEOPLE) -> Iterator[Playground]:
    """The client, talking to a bot's address, until the block ends. Nothing is sent anywhere else.

    Args:
        folder: for its files.
        bot: our endpoint.
        people: six of them; the first one uses the client.
    """
    users = {"currentUser": people[0], "users": people[1:]}
    team = {"id": TEAM, "name": "Équipe", "aadGroupId": TENANT, "channels": [{"id": CHANNEL, "name": "Annonces"}]}
    chats = {"personalChat": {"id": CHAT}, "groupChat": {"id": "group-chat-id", "name": "Groupe"}, "team": team}
    configuration = {"version": "0.1.1", "tenantId": TENANT, "bot": {"id": "bot-id", "name": "RSE"}, **users, **chats}
    (folder / "playground.yml").write_text(yaml.safe_dump(configuration, allow_unicode=True), encoding="utf-8")
    port = free_port()
    command = ["node", str(_HERE / "cli.js"), "start", "-e", f"{bot}/api/messages", "-c", "msteams"]
    settings = {"M365_AGENTS_PLAYGROUND_CONFIG_PATH": "playground.yml", "TEAMSAPPTESTER_BROWSER": "none"}
    with (folder / "output.txt").open("wb") as output:
        child = subprocess.Popen(
            [*command, "-p", str(port), "--disable-telemetry"],
            cwd=folder,
            env={**os.environ, **settings, "HOME": str(folder)},
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
        try:
            until(lambda: child.poll() is not None or _answers(port), "the playground does not answer", 60)
            if child.poll() is not None:
                raise RuntimeError((folder / "output.txt").read_text(errors="replace")[-1000:])
            yield Playground(port, folder / "devTools" / "m365agentsplayground.log")
        finally:
            os.killpg(child.pid, signal.SIGTERM)
            try:
                child.wait(timeout=10)
            except subprocess.TimeoutExpired:
                os.killpg(child.pid, signal.SIGKILL)
                child.wait(timeout=10)
