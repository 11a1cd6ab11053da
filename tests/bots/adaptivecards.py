"""Faults of an Adaptive Card that Teams refuses though Microsoft's renderer draws it: sizes, rows, words."""

from __future__ import annotations

import json
from typing import Any

from tests.bots import blockkit
from tests.bots.renderers import as_utf8

MOST_BYTES = 28_000


def _means_something(data: dict[str, Any]) -> bool:
    """Whether a button types a line, which may open a form, or sends a form."""
    if set(data) == {"form"}:
        return set(data["form"]) == {"verb", "step", "about"}
    return set(data) == {"line"} or (set(data) == {"line", "msteams"} and data["msteams"] == {"type": "task/fetch"})


def faults(card: dict[str, Any]) -> list[str]:
    """Return the faults that Teams would refuse though the renderer draws the card."""
    faults_ = [] if as_utf8(card) <= MOST_BYTES else [f"{as_utf8(card)} bytes"]
    faults_ += [] if len(json.dumps(card, ensure_ascii=False).encode("utf-16-le")) <= 100 * 1024 else ["over 100 KB"]
    for element in blockkit.elements(card):
        match element["type"]:
            case "ActionSet" if not 1 <= len(element["actions"]) <= 6:
                faults_.append(f"{len(element['actions'])} buttons in a row")
            case "TextBlock" if not element["text"].strip() or element.get("wrap") is not True:
                faults_.append(f"an empty text, or one that is clipped: {element}")
            case "Action.Submit" if not element["title"].strip() or not _means_something(element["data"]):
                faults_.append(f"a button without words or line: {element}")
            case "Input.Text" | "Input.ChoiceSet" | "Input.Date" if not (element["id"] and element["label"].strip()):
                faults_.append(f"a field without a name: {element}")
            case "Image" if not element.get("altText"):
                faults_.append("a picture without words")
    if card["version"] != "1.5" or not card["fallbackText"].strip():
        faults_.append("no version 1.5, or nothing to fall back on")
    return faults_
