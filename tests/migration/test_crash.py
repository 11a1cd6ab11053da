"""A run that is killed at any moment and run again ends in the same network as an uninterrupted one."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import select

from migration.loading import run as runs
from migration.loading.run import Run
from reseau.network import Network
from reseau.settings import load_settings
from reseau.store import open_store
from reseau.store.tables import import_run
from tests.migration.conftest import brought
from tests.migration.dump import dump
from tests.migration.export import Export, message

# Small batches give many moments for a kill; the command itself is the one that people use.
COMMAND = "from migration.loading import run; run.BATCH = 200; from reseau.cli import main; main({arguments!r})"


def long_export() -> Export:
    export = Export()
    address = "https://equipe.slack.com/archives/C1/p"
    for day in range(1, 29):
        base = 1_709_200_000 + day * 86_400
        root = f"{base}.000000"
        messages = [message(root, "U1", f"question {day}", thread_ts=root, reactions=[{"name": "+1", "users": ["U2"]}])]
        for number in range(1, 80):
            more = {"thread_ts": root} if number % 3 == 0 else {}
            text = f"message {number} <{address}{base + 86_400}000000>" if number % 11 == 0 else f"message {number}"
            messages.append(message(f"{base + number}.000001", "U2", text, **more))
        messages.append(message(f"{base + 90}.000001", "U1", "orphelin", thread_ts=f"{base}.999999"))
        export.day(*messages, day=f"2024-02-{day:02d}")
    return export


def start(path: Path, data: Path) -> subprocess.Popen[bytes]:
    arguments = ["--data", str(data), "migrate", "run", str(path), "--json"]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("RESEAU_")}
    return subprocess.Popen(
        [sys.executable, "-c", COMMAND.format(arguments=arguments)],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


def kill_after(process: subprocess.Popen[bytes], data: Path, position: int) -> None:
    """Kill a run as soon as its checkpoint has reached a position."""
    store = open_store(f"sqlite:///{data / 'reseau.db'}")
    deadline = time.monotonic() + 60
    while process.poll() is None and time.monotonic() < deadline:
        with store.read() as tx:
            reached = tx.execute(select(import_run.c.position)).scalar() or 0
        if reached >= position:
            break
        time.sleep(0.002)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    store.close()


def index_names(data: Path) -> set[str]:
    with closing(sqlite3.connect(data / "reseau.db")) as connection:
        return {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'index'")}


@pytest.mark.parametrize("positions", [(1,), (600, 1_600)])
def test_a_killed_run_ends_in_the_same_network(
    tmp_path: Path,
    sqlite_template: Path,
    sqlite_network: Network,
    positions: tuple[int, ...],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(runs, "BATCH", 200)
    path = long_export().zip(tmp_path)
    brought(sqlite_network, path)
    data = tmp_path / "killed"
    data.mkdir()
    (data / "reseau.db").write_bytes(sqlite_template.read_bytes())
    complete = index_names(data)
    for position in positions:
        kill_after(start(path, data), data, position)
        if position == positions[0]:
            assert index_names(data) < complete  # the first import into an empty store drops indexes meanwhile
    killed = Network(load_settings(data=data), open_store(f"sqlite:///{data / 'reseau.db'}"))
    with killed.store.read() as tx:
        at = tx.execute(select(import_run.c.position)).scalar_one()
        finished = tx.execute(select(import_run.c.finished_at)).scalar_one()
    done: Run = brought(killed, path)

    assert index_names(data) == complete
    assert at >= positions[-1]
    assert finished is None
    with killed.store.read() as tx, sqlite_network.store.read() as alone:
        assert dump(tx) == dump(alone)
        assert len(tx.execute(select(import_run)).all()) == 1
    assert done.tally.as_dict()["inserted"]["post"] == 28 * 81
    killed.store.close()


def test_two_networks_that_differ_by_one_word_give_different_dumps(tmp_path: Path, sqlite_network: Network) -> None:
    dumps = []
    for text in ("un", "deux"):
        path = Export().day(message("1709550000.000001", "U1", text)).zip(tmp_path, f"{text}.zip")
        brought(sqlite_network, path)
        with sqlite_network.store.read() as tx:
            dumps.append(dump(tx))

    assert dumps[0] != dumps[1]
