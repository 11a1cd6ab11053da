"""A stopped program finishes the answers that it has begun, and exits with 0."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest

TOKEN = "a-token-of-this-test"
FORM = f"jeton={TOKEN}&token={TOKEN}".encode()
PATIENCE = 60.0
SAID = "said.txt"


def until(true: Callable[[], bool]) -> None:
    """Wait for a condition, as long as it takes on a busy machine, and fail after a minute."""
    end = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < end, "this never came true"
        time.sleep(0.05)


@pytest.fixture
def port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return int(listening.getsockname()[1])


@pytest.fixture
def server(tmp_path: Path, sqlite_template: Path, port: int) -> Iterator[subprocess.Popen[bytes]]:
    """``reseau serve``, as a container or systemd starts it, once it answers."""
    (tmp_path / "reseau.db").write_bytes(sqlite_template.read_bytes())
    chosen = {"RESEAU_DATA": str(tmp_path), "RESEAU_HTTP_PORT": str(port), "RESEAU_ACCESS_TOKEN": TOKEN}
    command = [sys.executable, "-m", "reseau", "serve"]
    # A suite that runs in the background hands Ctrl-C down as ignored.
    interruptible = partial(signal.signal, signal.SIGINT, signal.SIG_DFL)
    with (tmp_path / SAID).open("wb") as output:
        process = subprocess.Popen(
            command, cwd=tmp_path, env=os.environ | chosen, preexec_fn=interruptible, stdout=output, stderr=output
        )
    try:
        until(lambda: answers(port) or process.poll() is not None)
        yield process
    finally:
        process.kill()
        process.wait()


def answers(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=5).close()
    except OSError:
        return False
    return True


def ask_by_half(asking: socket.socket) -> None:
    """Send the head of a request without its body, so the application waits."""
    head = "POST /pilotage/entree HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\nExpect: 100-continue\r\n"
    head += f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(FORM)}\r\n\r\n"
    asking.sendall(head.encode())
    assert asking.recv(100).startswith(b"HTTP/1.1 100"), "the application now waits for the form"


def test_what_is_being_asked_is_answered_before_the_server_leaves(server: subprocess.Popen[bytes], port: int) -> None:
    with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE) as asking:
        ask_by_half(asking)
        server.send_signal(signal.SIGTERM)
        until(lambda: not answers(port))
        assert server.poll() is None, "it waits for us"
        asking.sendall(FORM)
        answer = b"".join(iter(lambda: asking.recv(4096), b""))

    assert answer.startswith(b"HTTP/1.1 303")
    assert b"reseau_pilotage=" in answer
    assert server.wait(PATIENCE) == 0


def test_a_server_that_nobody_asks_leaves_at_once(server: subprocess.Popen[bytes]) -> None:
    server.send_signal(signal.SIGTERM)

    assert server.wait(PATIENCE) == 0


def test_ctrl_c_is_told_from_being_asked_to_stop(server: subprocess.Popen[bytes]) -> None:
    server.send_signal(signal.SIGINT)

    assert server.wait(PATIENCE) == 130


def test_an_impatient_ctrl_c_shows_nothing_of_our_insides(
    server: subprocess.Popen[bytes], port: int, tmp_path: Path
) -> None:
    with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE) as asking:
        ask_by_half(asking)
        server.send_signal(signal.SIGINT)
        until(lambda: not answers(port))
        server.send_signal(signal.SIGINT)
        asking.sendall(FORM)
        answer = b"".join(iter(lambda: asking.recv(4096), b""))

    assert answer.startswith(b"HTTP/1.1 303")
    assert server.wait(PATIENCE) == 130
    assert "Traceback" not in (tmp_path / SAID).read_text()
