"""A small Slack export, built in code, with sensible defaults for everything that a test does not set."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

Message = dict[str, Any]


def user(id_: str, name: str, **more: Any) -> dict[str, Any]:
    """Return an entry of users.json; ``email``, ``title`` and ``bot_id`` go into its ``profile``."""
    profile = {key: more.pop(key) for key in ("email", "title", "bot_id", "display_name") if key in more}
    return {"id": id_, "name": name.lower().replace(" ", "."), "profile": {"real_name": name, **profile}, **more}


def channel(id_: str, name: str, members: Sequence[str] = (), **more: Any) -> dict[str, Any]:
    return {"id": id_, "name": name, "created": 1_700_000_000, "members": list(members), **more}


def message(ts: str, user_id: str | None, text: str, **more: Any) -> Message:
    """Return a message; ``user_id=None`` leaves the author out."""
    fields = {"type": "message", "ts": ts, "text": text, **more}
    return fields if user_id is None else {**fields, "user": user_id}


LEA, HUGO, ROBOT = (
    user("U1", "Léa Martin", email="lea@exemple.fr"),
    user("U2", "Hugo Petit"),
    user("U3", "Veilleur", bot_id="B3", is_bot=True),
)
GENERAL = channel("C1", "general", ["U1", "U2"], is_general=True, creator="U1")


class Export:
    """Entries of an export by name; :meth:`zip` and :meth:`folder` write it."""

    def __init__(self, *users: dict[str, Any]) -> None:
        self.entries: dict[str, bytes] = {}
        self.put("users.json", list(users) or [LEA, HUGO, ROBOT])
        self.put("channels.json", [GENERAL])

    def put(self, name: str, content: object) -> Export:
        """Add an entry: bytes unchanged, anything else as JSON."""
        self.entries[name] = content if isinstance(content, bytes) else json.dumps(content).encode()
        return self

    def day(self, *messages: object, folder: str = "general", day: str = "2024-03-04") -> Export:
        return self.put(f"{folder}/{day}.json", list(messages))

    def zip(self, folder: Path, name: str = "export.zip") -> Path:
        path = folder / name
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for entry, content in self.entries.items():
                archive.writestr(entry, content)
        return path

    def folder(self, folder: Path, name: str = "export") -> Path:
        for entry, content in self.entries.items():
            path = folder / name / entry
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        return folder / name
