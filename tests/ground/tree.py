"""The files of the project that git would commit, found without git."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("reseau", "bots", "migration", "analytics", "dashboards")
_LEFT_OUT = {"var", "dist", "build", "bench-results", "node_modules", "__pycache__"}


def files(root: Path = ROOT) -> Iterator[Path]:
    """Yield every file under ``root`` that ``.gitignore`` does not exclude."""
    for folder, folders, names in os.walk(root):
        folders[:] = sorted(name for name in folders if _kept(name))
        yield from (Path(folder, name) for name in sorted(names) if not name.endswith(".pyc"))


def sources(*packages: str) -> list[Path]:
    """Return the Python files of the named packages, or of all five."""
    return [path for name in packages or PACKAGES for path in files(ROOT / name) if path.suffix == ".py"]


def texts() -> list[tuple[Path, str]]:
    """Return every text file of the project with its text, without the lock file."""
    pairs = []
    for path in files():
        try:
            pairs.append((path, path.read_text("utf-8")))
        except UnicodeDecodeError:
            continue
    return [(path, text) for path, text in pairs if path.name != "uv.lock"]


def _kept(name: str) -> bool:
    hidden = name.startswith(".") and name != ".ci"
    return not hidden and name not in _LEFT_OUT and not name.endswith(".egg-info")
