"""Block Kit's rules as Slack documents them, kept by hand: what its models let pass, such as unknown fields."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from slack_sdk.models.blocks import Block

MOST_BLOCKS = 45
MOST_CHARACTERS = 12_000
#: Sequences that call or name someone; those that we issue are allowed by a test that issues some.
CALL = re.compile(r"<[!@#]")
_REQUIRED = {
    "header": {"text"},
    "section": set[str](),
    "context": {"elements"},
    "actions": {"elements"},
    "button": {"text", "action_id", "value"},
    "mrkdwn": {"text"},
    "plain_text": {"text"},
}
_ALLOWED = {
    "header": {"text"},
    "section": {"text", "fields", "accessory"},
    "context": {"elements"},
    "actions": {"elements"},
    "button": {"text", "action_id", "value", "style", "accessibility_label"},
    "mrkdwn": {"text", "verbatim"},
    "plain_text": {"text", "emoji"},
}
_COUNTS = {"section": ("fields", 10), "context": ("elements", 10), "actions": ("elements", 25)}


def units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def faults(blocks: list[dict[str, Any]]) -> list[str]:
    """What Slack would refuse in a message, and what would call someone; empty for a good one."""
    faults_ = list(_message(blocks))
    for block in blocks:
        faults_.extend(_element(block, "block"))
        faults_.extend(_modelled(block))
    return faults_


def _message(blocks: list[dict[str, Any]]) -> Iterator[str]:
    if not 1 <= len(blocks) <= MOST_BLOCKS:
        yield f"{len(blocks)} blocks"
    if (long := units(json.dumps(blocks, ensure_ascii=False))) > MOST_CHARACTERS:
        yield f"{long} characters in all"
    ids = [element["action_id"] for element in elements(blocks) if "action_id" in element]
    if len(ids) != len(set(ids)):
        yield f"two buttons of one name: {ids}"


def elements(tree: Any) -> Iterator[dict[str, Any]]:
    """Every object in a message that has a type."""
    if isinstance(tree, dict):
        if "type" in tree:
            yield tree
        for value in tree.values():
            yield from elements(value)
    elif isinstance(tree, list):
        for child in tree:
            yield from elements(child)


def _element(element: dict[str, Any], inside: str) -> Iterator[str]:
    kind = element.get("type")
    if kind not in _ALLOWED:
        yield f"{inside}: unknown type {kind}"
        return
    keys = set(element) - {"type"}
    if unknown := keys - _ALLOWED[kind]:
        yield f"{kind}: unknown fields {unknown}"
    if missing := _REQUIRED[kind] - keys:
        yield f"{kind}: without {missing}"
    if kind == "section" and not keys & {"text", "fields"}:
        yield "section: without text and fields"
    name, most = _COUNTS.get(kind, ("", 0))
    if name in element and not 1 <= len(element[name]) <= most:
        yield f"{kind}: {len(element[name])} {name}"
    yield from _sizes(element, inside)
    for key, value in element.items():
        for inner in value if isinstance(value, list) else [value]:
            if isinstance(inner, dict):
                yield from _element(inner, f"{kind}.{key}")


def _sizes(element: dict[str, Any], inside: str) -> Iterator[str]:
    limits = {"header.text": 150, "section.fields": 2000, "context.elements": 2000, "button.text": 75}
    if element["type"] in ("mrkdwn", "plain_text"):
        text = element["text"]
        if not text.strip():
            yield f"{inside}: an empty text"
        if units(text) > limits.get(inside, 3000):
            yield f"{inside}: {units(text)} characters"
        if CALL.search(text):
            yield f"{inside}: calls somebody: {text[:80]}"
        if element["type"] != ("plain_text" if inside in ("header.text", "button.text") else "mrkdwn"):
            yield f"{inside}: is {element['type']}"
    for key, most in {"value": 2000, "action_id": 255, "accessibility_label": 75}.items():
        if key in element and not 1 <= units(element[key]) <= most:
            yield f"{key}: {units(element[key])} characters"
    if element.get("style", "primary") not in ("primary", "danger"):
        yield f"style: {element['style']}"


def _modelled(block: dict[str, Any]) -> Iterator[str]:
    """What Slack's own models say, and whether they keep every field."""
    try:
        parsed = Block.parse(block)
        kept = parsed.to_dict() if parsed is not None else {}
    except Exception as error:  # noqa: BLE001  (a refusal is what is asked for, whatever its class)
        yield f"{block.get('type')}: {error}"
        return
    if {key for key in block if key not in kept}:
        yield f"{block.get('type')}: the model lost a field of {sorted(block)}"
