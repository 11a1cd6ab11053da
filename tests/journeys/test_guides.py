"""The trials that the guides describe, done with the very files they give: up to the first answered line."""

from __future__ import annotations

import asyncio
import http.client
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import aiohttp
import pytest
import yaml

from tests import looped
from tests.counterparts_running import PROGRAMS, local_slack

DOCS = Path(__file__).parents[2] / "docs"
PATIENCE = 90.0
pytestmark = pytest.mark.timeout(600)  # three programs start one after the other
ANSWER = {"slack": "Ce que vous pouvez faire ici", "teams": "What you can do here"}  # the playground reads English


def block(page: str, language: str, holding: str) -> str:
    """The block of code of a guide that holds something."""
    blocks: list[str] = re.findall(rf"```{language}\n(.*?)```", (DOCS / page).read_text("utf-8"), re.DOTALL)
    (matching,) = [block for block in blocks if holding in block]
    return matching


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return int(listening.getsockname()[1])


def until(true: Callable[[], bool]) -> None:
    """Wait for a condition, as long as it takes on a busy machine, and fail after a minute."""
    end = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < end, "this never came true"
        time.sleep(0.1)


def answers(port: int) -> bool:
    """Whether a server speaks there: the playground opens its port once to see that it is free, and shuts it again."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", "/")
        connection.getresponse()
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
    return True


def environment() -> dict[str, str]:
    """This process's, without settings of an installation: a guide's reader has none yet."""
    return {
        name: value for name, value in os.environ.items() if not name.startswith(("RESEAU_", "SLACK_", "Microsoft"))
    }


def doctor(folder: Path, platform: str) -> tuple[int, str]:
    command = [sys.executable, "-m", "reseau", "doctor", platform]
    done = subprocess.run(command, cwd=folder, env=environment(), capture_output=True, text=True, check=False)
    return done.returncode, done.stdout


@contextmanager
def started(command: list[str], folder: Path, port: int, **more: str) -> Iterator[subprocess.Popen[bytes]]:
    """A program that runs until the block ends, once it listens."""
    with subprocess.Popen(command, cwd=folder, env=environment() | more, start_new_session=True) as process:
        try:
            until(lambda: answers(port) or process.poll() is not None)
            assert process.poll() is None, "it ended at once"
            yield process
        finally:
            os.killpg(process.pid, signal.SIGTERM)  # and its child processes


def serving(folder: Path, port: int) -> list[str]:
    text = (folder / "reseau.toml").read_text("utf-8")
    (folder / "reseau.toml").write_text(re.sub(r"http_port = \d+", f"http_port = {port}", text), "utf-8")
    (folder / "reseau.toml").chmod(0o600)
    return [sys.executable, "-m", "reseau", "serve"]


@pytest.mark.parametrize("page", ["setup-slack.md", "setup-slack.fr.md"])
def test_the_trial_of_slack_ends_in_an_answer(page: str, tmp_path: Path) -> None:
    port = free_port()
    with local_slack(tmp_path, yaml.safe_load(block(page, "yaml", "workspace:"))) as slack:
        settings = block(page, "toml", "slack_api_url").replace("http://127.0.0.1:4020/api/", slack.api_url)
        (tmp_path / "reseau.toml").write_text(settings, "utf-8")
        command = serving(tmp_path, port)

        assert doctor(tmp_path, "slack")[0] == 0
        with started(command, tmp_path, port):
            until(lambda: is_answered(slack.control, lambda: slack.messages("C01GENERAL")))


def is_answered(control: Callable[..., object], messages: Callable[[], list[dict[str, object]]]) -> bool:
    """Say ``/rse aide`` once more; whether it has been answered. Until the socket is open, nobody hears it."""
    try:
        control("command", channel="C01GENERAL", user="U01ELODIE", command="/rse", text="aide")
    except AssertionError:
        return False
    return any(ANSWER["slack"] in str(message["text"]) for message in messages())


def test_the_trial_of_teams_ends_in_an_answer(tmp_path: Path) -> None:
    page, ours, theirs = "setup-teams.md", free_port(), free_port()
    (tmp_path / "playground.yml").write_text(block(page, "yaml", "tenantId"), "utf-8")
    (tmp_path / "reseau.toml").write_text(block(page, "toml", "teams_dev_unauthenticated"), "utf-8")
    command = serving(tmp_path, ours)
    last_line = block(page, "console", "agentsplayground").splitlines()[-1]
    options = (
        last_line.partition("agentsplayground ")[2].replace("8061", str(ours)).replace("56150", str(theirs)).split()
    )
    playground = [str(PROGRAMS / ".bin" / "agentsplayground"), *options]
    # The guide's reader has a browser that opens; a test has none.
    more = {
        "M365_AGENTS_PLAYGROUND_CONFIG_PATH": "playground.yml",
        "TEAMSAPPTESTER_BROWSER": "none",
        "HOME": str(tmp_path),
    }

    assert doctor(tmp_path, "teams")[0] == 1, "the door of trials is a warning"
    with started(command, tmp_path, ours), started(playground, tmp_path, theirs, **more):
        assert ANSWER["teams"] in looped.run(heard(theirs))


async def heard(port: int) -> str:
    """Say « aide » in the personal chat of the playground; return the page's messages until an answer arrives."""
    async with (
        aiohttp.ClientSession(f"http://127.0.0.1:{port}") as session,
        session.ws_connect("/_ws_conversation/v1/conversations/stream") as response,
    ):
        line = {"from": {"id": "user-0"}, "text": "aide", "textFormat": "plain", "mentions": []}
        await session.post("/_conversation/v1/conversations/personal-chat/messages", json=line)
        async with asyncio.timeout(PATIENCE):
            async for message in response:
                if "createMessage" in message.data:
                    return str(json.loads(message.data))
    return ""
