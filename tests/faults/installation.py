"""A small installation in a folder, run by the real command in separate processes."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

PEOPLE = 40


@dataclass(frozen=True, slots=True)
class Ran:
    """The exit code and the output (both streams) of a command."""

    code: int
    output: str

    @property
    def first_line(self) -> str:
        return next((line.strip() for line in self.output.splitlines() if line.strip()), "")


@dataclass(frozen=True, slots=True)
class Installation:
    """A data folder, and the command that works on it."""

    folder: Path

    def command(self, *arguments: str) -> list[str]:
        return [sys.executable, "-m", "reseau", "--data", str(self.folder), "-l", "en", *arguments]

    def run(self, *arguments: str) -> Ran:
        """Run ``reseau …`` to its end, for at most two minutes."""
        ended = subprocess.run(self.command(*arguments), capture_output=True, text=True, timeout=120, check=False)
        return Ran(ended.returncode, ended.stdout + ended.stderr)

    def contents(self) -> int:
        """Return the number of contents in the store."""
        with closing(sqlite3.connect(self.folder / "reseau.db")) as store:
            return int(store.execute("SELECT count(*) FROM content").fetchone()[0])


def records(file: Path, posts: int) -> Path:
    """Write seed records of a company of forty people with ``posts`` posts."""
    src = {"system": "faults", "instance": "-"}
    lines = [
        {"record": "person", "src": {**src, "id": f"p{n}"}, "name": f"Membre {n}", "email": f"m{n}@example.org"}
        for n in range(PEOPLE)
    ]
    lines.append({"record": "place", "src": {**src, "id": "atelier"}, "name": "Atelier", "kind": "practice"})
    for n in range(posts):
        at = f"2026-{1 + n % 9:02}-{1 + n % 27:02}T09:00:{n % 60:02}+01:00"
        text = f"Message {n} sur la pompe {n % 97} " + "et son joint " * 8
        post = {"src": {**src, "id": f"m{n}"}, "place": "atelier", "author": f"p{n % PEOPLE}", "text": text}
        lines.append({"record": "post", **post, "created": at})
    file.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    return file


def installed(folder: Path, posts: int = 200) -> Installation:
    """Make an installation with contents, an active member and published figures."""
    installation = Installation(folder / "data")
    file = records(folder / "records.jsonl", posts)
    for arguments in (
        ("migrate", "run", str(file)),
        ("chat", "--as", "m1@example.org", "--yes", "publier dans Atelier : la pompe est réparée"),
        ("facts", "build"),
    ):
        ran = installation.run(*arguments)
        if ran.code:
            raise RuntimeError(f"reseau {arguments[0]} left with {ran.code}: {ran.output}")
    return installation
