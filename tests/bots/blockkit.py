"""Block Kit's rules as Slack documents them, kept by hand: what its models let pass, such as unknown fields."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from slack_sdk.models.blocks import Block

MOST_BLOCKS = 45
MOST_CHARACTERS = 12_000
#: Sequences that call or name somebody; those that we issue are allowed by a test that issues some.
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
    """What Slack would refuse in a message, and what would call somebody; empty for a good one."""
    found = list(_message(blocks))
    for block in blocks:
        found.extend(_element(block, "block"))
        found.extend(_modelled(block))
    return found


def _message(blocks: list[dict[str, Any]]) -> Iterator[str]:
    if not 1 <= len(blocks) <= MOST_BLOCKS:
        yield f"{len(blocks)} blocks"
    if (long := units(json.dumps(blocks, ensure_ascii=False))) > MOST_CHARACTERS:
        yield f"{long} characters in all"
    ids = [one["action_id"] for one in elements(blocks) if "action_id" in one]
    if len(ids) != len(set(ids)):
        yield f"two buttons of one name: {ids}"


def elements(found: Any) -> Iterator[dict[str, Any]]:
    """Every object in a message that has a type."""
    if isinstance(found, dict):
        if "type" in found:
            yield found
        for value in found.values():
            yield from elements(value)
    elif isinstance(found, list):
        for one in found:
            yield from elements(one)


def _element(one: dict[str, Any], inside: str) -> Iterator[str]:
    kind = one.get("type")
    if kind not in _ALLOWED:
        yield f"{inside}: unknown type {kind}"
        return
    keys = set(one) - {"type"}
    if unknown := keys - _ALLOWED[kind]:
        yield f"{kind}: unknown fields {unknown}"
    if missing := _REQUIRED[kind] - keys:
        yield f"{kind}: without {missing}"
    if kind == "section" and not keys & {"text", "fields"}:
        yield "section: without text and fields"
    name, most = _COUNTS.get(kind, ("", 0))
    if name in one and not 1 <= len(one[name]) <= most:
        yield f"{kind}: {len(one[name])} {name}"
    yield from _sizes(one, inside)
    for key, value in one.items():
        for inner in value if isinstance(value, list) else [value]:
            if isinstance(inner, dict):
                yield from _element(inner, f"{kind}.{key}")


def _sizes(one: dict[str, Any], inside: str) -> Iterator[str]:
    limits = {"header.text": 150, "section.fields": 2000, "context.elements": 2000, "button.text": 75}
    if one["type"] in ("mrkdwn", "plain_text"):
        text = one["text"]
        if not text.strip():
            yield f"{inside}: an empty text"
        if units(text) > limits.get(inside, 3000):
            yield f"{inside}: {units(text)} characters"
        if CALL.search(text):
            yield f"{inside}: calls somebody: {text[:80]}"
        if one["type"] != ("plain_text" if inside in ("header.text", "button.text") else "mrkdwn"):
            yield f"{inside}: is {one['type']}"
    for key, most in {"value": 2000, "action_id": 255, "accessibility_label": 75}.items():
        if key in one and not 1 <= units(one[key]) <= most:
            yield f"{key}: {units(one[key])} characters"
    if one.get("style", "primary") not in ("primary", "danger"):
        yield f"style: {one['style']}"


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
