"""Programs that nobody here wrote, running for the length of a test. ``make counterparts`` installs them."""

from __future__ import annotations

import http.client
import json
import re
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

PROGRAMS = Path(__file__).parent / "counterparts" / "node_modules"
LOCAL_SLACK = PROGRAMS / "local-slack-linux-x64" / "bin" / "local-slack"
_STARTED = re.compile(r"Web UI:\s+http://127\.0\.0\.1:(\d+)")
Fields = dict[str, Any]


@dataclass(frozen=True)
class LocalSlack:
    """A workspace of one company, with one app.

    Attributes:
        port: where its Web API, its pages and its controls are.
    """

    port: int

    @property
    def api_url(self) -> str:
        return f"http://127.0.0.1:{self.port}/api/"

    def control(self, what: str, **values: Any) -> Fields:
        """Let someone do something; return when the app has acknowledged its event."""
        return self._ask("POST", what, json.dumps(values).encode())

    def messages(self, channel: str) -> list[Fields]:
        """Return the messages of a channel, those that one person alone sees among them."""
        messages: list[Fields] = self._ask("GET", f"messages/{channel}")["messages"]
        return messages

    def api(self, method: str, **values: Any) -> Fields:
        """Call a method of the Web API as the app does."""
        return self._asked("POST", f"/api/{method}", json.dumps(values).encode())

    def log(self) -> list[Fields]:
        """Return the journal of requests and responses."""
        entries: list[Fields] = self._ask("GET", "log")["log"]
        return entries

    def _ask(self, method: str, what: str, body: bytes = b"") -> Fields:
        return self._asked(method, f"/_control/{what}", body)

    def _asked(self, method: str, path: str, body: bytes) -> Fields:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            connection.request(method, path, body, {"content-type": "application/json"})
            answer: Fields = json.loads(connection.getresponse().read())
        finally:
            connection.close()
        assert answer.get("ok", True), answer
        return answer


@contextmanager
def local_slack(folder: Path, workspace: Fields) -> Iterator[LocalSlack]:
    """Run local-slack on a free port until the block ends.

    Args:
        folder: for its configuration and the files of its people.
        workspace: its configuration.
    """
    if not LOCAL_SLACK.is_file():
        pytest.fail("local-slack is not installed: run `make counterparts`")
    config = folder / "workspace.json"
    config.write_text(json.dumps(workspace), encoding="utf-8")
    command = [LOCAL_SLACK, "--config", config, "--port", "0", "--base-host", "127.0.0.1", "--files-dir", folder]
    with subprocess.Popen(
        [str(part) for part in command], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as program:
        try:
            yield LocalSlack(_port(program))
        finally:
            program.terminate()


def _port(program: subprocess.Popen[str]) -> int:
    assert program.stdout is not None
    lines = []
    for line in program.stdout:
        lines.append(line)
        if match := _STARTED.search(line):
            # Nobody reads the rest; without this it would stop once the pipe is full.
            threading.Thread(target=program.stdout.read, daemon=True).start()
            return int(match[1])
    pytest.fail(f"local-slack did not start: {''.join(lines)}")
