"""``python -m tests.faults``: cause each fault in a real installation and print its outcome.

Mounting small and read-only disks needs root; if that is refused, the line says that the fault was not tried.
"""

from __future__ import annotations

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from reseau.exchange import outbox
from reseau.exchange.outbox import Delivery
from reseau.store import open_store
from tests.faults.installation import Installation, installed, records

GARBAGE = b"\x00\xff nothing of ours " * 50
POSTS = 20_000


@dataclass(frozen=True, slots=True)
class Outcome:
    """The outcome of a fault."""

    fault: str
    lost: str
    sentence: str
    mended: str
    well: bool


def kill_in_an_import(folder: Path) -> Iterator[Outcome]:
    """Kill the program three times while it imports. The next run ends with every content once."""
    installation, file = Installation(folder / "data"), records(folder / "records.jsonl", POSTS)
    for pause in (1.5, 2.5, 3.5):
        with subprocess.Popen(
            installation.command("migrate", "run", str(file)), stdout=subprocess.DEVNULL
        ) as importing:
            time.sleep(pause)
            importing.send_signal(signal.SIGKILL)
    ran = installation.run("migrate", "run", str(file))
    lost = POSTS - installation.contents()
    yield Outcome(
        "kill -9 in an import, three times", f"{lost} of {POSTS}", "", "run again", lost == 0 and not ran.code
    )


@contextmanager
def mounted(folder: Path, *options: str) -> Iterator[bool]:
    """Mount a small disk at a folder; yield whether this account may mount."""
    folder.mkdir(parents=True, exist_ok=True)
    is_mounted = subprocess.run(["mount", *options, str(folder)], capture_output=True, check=False).returncode == 0
    try:
        yield is_mounted
    finally:
        if is_mounted:
            subprocess.run(["umount", "-l", str(folder)], check=False)


def full_disk(folder: Path) -> Iterator[Outcome]:
    """Fill the disk during an import; with more space the same command completes it."""
    disk, file = folder / "disk", records(folder / "records.jsonl", POSTS)
    with mounted(disk, "-t", "tmpfs", "-o", "size=8m", "tmpfs") as is_mounted:
        if not is_mounted:
            yield Outcome("disk full", "not tried", "mounting was refused", "", True)
            return
        installation = Installation(disk / "data")
        ran = installation.run("migrate", "run", str(file))
        examined = installation.run("doctor")
        subprocess.run(["mount", "-o", "remount,size=300m", str(disk)], check=True)
        second = installation.run("migrate", "run", str(file))
        lost = POSTS - installation.contents()
        well = lost == 0 and ran.code == 2 and not second.code and "Traceback" not in ran.output + examined.output
        yield Outcome("disk full in an import", f"{lost} of {POSTS}", ran.first_line, "room, run again", well)


def read_only(folder: Path) -> Iterator[Outcome]:
    """Make the disk of the data folder read-only."""
    installation = installed(folder)
    before = installation.contents()
    with mounted(installation.folder, "--bind", str(installation.folder)) as is_mounted:
        if not is_mounted:
            yield Outcome("read-only folder", "not tried", "mounting was refused", "", True)
            return
        subprocess.run(["mount", "-o", "remount,bind,ro", str(installation.folder)], check=True)
        ran = installation.run("chat", "--as", "m1@example.org", "--yes", "publier dans Atelier : perdu ?")
        subprocess.run(["mount", "-o", "remount,bind,rw", str(installation.folder)], check=True)
    well = installation.contents() == before and ran.code != 0 and "Traceback" not in ran.output
    yield Outcome("read-only folder", str(before - installation.contents()), ran.first_line, "rights", well)


def held_store(folder: Path) -> Iterator[Outcome]:
    """Let another program lock the store for longer than a command waits."""
    installation = installed(folder)
    before = installation.contents()
    with closing(sqlite3.connect(installation.folder / "reseau.db", isolation_level=None)) as holder:
        holder.execute("BEGIN IMMEDIATE")
        ran = installation.run("chat", "--as", "m1@example.org", "--yes", "publier dans Atelier : trop tôt")
    second = installation.run("chat", "--as", "m1@example.org", "--yes", "publier dans Atelier : maintenant")
    well = installation.contents() == before + 1 and not second.code and "Traceback" not in ran.output
    yield Outcome("store held by another program", "0", ran.first_line, "end that program", well)


def clock_set_back(folder: Path) -> Iterator[Outcome]:
    """Set the clock back a day while a delivery waits for a retry, then queue another."""
    store = open_store(f"sqlite:///{folder}/reseau.db")
    now = store.clock()
    store.clock = lambda: now
    with store.write() as tx:
        outbox.queue(tx, [Delivery("before", "reply", "slack:T1:ana")])
    with store.write() as tx:
        (taken,) = outbox.take(tx, ["reply"])
        outbox.again(tx, taken.id, now + timedelta(seconds=5), "asked to wait")
    store.clock = lambda: now - timedelta(days=1)
    sent: list[str] = []
    with store.write() as tx:
        outbox.queue(tx, [Delivery("after", "reply", "slack:T1:ana")])
    for _ in range(2):
        with store.write() as tx:
            for delivery in outbox.take(tx, ["reply"]):
                sent.append(delivery.key)
                outbox.confirm(tx, delivery.id)
    store.close()
    yield Outcome("clock back a day", str(2 - len(sent)), "", "nothing to do", sent == ["before", "after"])


def damaged_files(folder: Path) -> Iterator[Outcome]:
    """Overwrite, then remove, each file of a data folder: doctor names it, a command or a backup repairs it."""
    intact = installed(folder)
    healthy = _state(intact)
    for name in sorted(str(file.relative_to(intact.folder)) for file in intact.folder.rglob("*") if file.is_file()):
        for how, spoil in _SPOILS.items():
            # Each fault gets a new copy, since repairs rename and rewrite other files.
            damaged = Installation(folder / "damaged")
            shutil.copytree(intact.folder, damaged.folder)
            spoil(damaged.folder / name)
            yield _repair(f"{how}: {name}", name, damaged, intact, healthy)
            shutil.rmtree(damaged.folder)


@dataclass(frozen=True, slots=True)
class State:
    """The number of contents of an installation, and a figure for every period."""

    contents: int
    figures: str


def _state(installation: Installation) -> State:
    figures = installation.run("metrics", "show", "activation_rate", "--format", "csv")
    return State(installation.contents(), figures.output)


def _repair(fault: str, name: str, damaged: Installation, intact: Installation, healthy: State) -> Outcome:
    """Repair a damaged installation by a new build or from a backup, and return the outcome with doctor's sentence."""
    examined = damaged.run("doctor")
    needs_backup = "backup" in examined.output  # asked before the build, which may hide the damage
    built = damaged.run("facts", "build")
    mended = "facts build"
    if built.code or needs_backup:
        shutil.copyfile(intact.folder / name, damaged.folder / name)
        for journal in damaged.folder.glob("reseau.db-*"):
            journal.unlink()
        mended = "backup" if not damaged.run("facts", "build").code else "nothing"
    state = _state(damaged)
    clean = "Traceback" not in examined.output + built.output
    well = clean and mended != "nothing" and state == healthy
    lost = healthy.contents - state.contents
    return Outcome(fault, str(lost), _problem(examined.output), mended, well)


def _problem(examined: str) -> str:
    """Return the first line of doctor's output that reports a problem."""
    return next((line for line in examined.splitlines() if line[:1] in "✗!"), "")


_SPOILS: dict[str, Callable[[Path], object]] = {
    "overwritten": lambda file: file.write_bytes(GARBAGE),
    "removed": lambda file: file.unlink(missing_ok=True),
}
FAULTS = (kill_in_an_import, full_disk, read_only, held_store, clock_set_back, damaged_files)


def main(names: list[str]) -> int:
    """Cause the named faults, or all; return 1 if something was lost or badly explained."""
    failures = 0
    with tempfile.TemporaryDirectory(dir=os.environ.get("RESEAU_FAULTS_FOLDER")) as place:
        for fault in FAULTS:
            if names and fault.__name__ not in names:
                continue
            work = Path(place) / fault.__name__
            work.mkdir()
            for outcome in fault(work):
                failures += not outcome.well
                mark = "well" if outcome.well else "BAD "
                print(
                    f"{mark} | {outcome.fault} | lost {outcome.lost} | {outcome.sentence} | mended by {outcome.mended}",
                    flush=True,
                )
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
