"""Block Kit's rules as Slack documents them, kept by hand: faults that its models let pass, such as unknown fields."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View

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


def modal_faults(view: dict[str, Any]) -> list[str]:
    """Return the faults that Slack would refuse in a modal or a Home tab."""
    faults_ = []
    if view["type"] == "modal":
        faults_ += [
            f"{name}: {view[name]['text']}" for name in ("title", "submit", "close") if units(view[name]["text"]) > 24
        ]
        faults_ += ["private_metadata"] if units(view["private_metadata"]) > 3000 else []
    if not 1 <= len(view["blocks"]) <= 100:
        faults_.append(f"{len(view['blocks'])} blocks")
    ids = [block["block_id"] for block in view["blocks"] if "block_id" in block]
    faults_ += ["two blocks of one name"] if len(ids) != len(set(ids)) else []
    for block in view["blocks"]:
        faults_ += list(_field(block)) if block["type"] == "input" else [*_element(block, "block"), *_modelled(block)]
    try:
        View(**{name: value for name, value in view.items() if name != "blocks"}, blocks=view["blocks"]).validate_json()
    except Exception as error:  # noqa: BLE001  (a refusal is what is asked for, whatever its class)
        faults_.append(str(error))
    return faults_


_FIELD_KEYS = {
    "plain_text_input": {"action_id", "multiline", "max_length", "initial_value"},
    "static_select": {"action_id", "options", "initial_option"},
    "external_select": {"action_id", "min_query_length", "initial_option"},
    "users_select": {"action_id", "initial_user"},
    "datepicker": {"action_id", "initial_date"},
}


def _field(block: dict[str, Any]) -> Iterator[str]:
    """Return the faults that Slack would refuse in a field of a modal."""
    element = block["element"]
    if unknown := set(block) - {"type", "block_id", "optional", "label", "hint", "element"}:
        yield f"input: unknown fields {unknown}"
    if unknown := set(element) - {"type"} - _FIELD_KEYS.get(element["type"], set()):
        yield f"{element['type']}: unknown fields {unknown}"
    for name, most in (("label", 2000), ("hint", 2000)):
        if name in block and not 1 <= units(block[name]["text"]) <= most:
            yield f"{name}: {block[name]['text']}"
    if not 1 <= element.get("max_length", 1) <= 3000 or units(element.get("initial_value", "")) > element.get(
        "max_length", 3000
    ):
        yield f"{block['block_id']}: a text that is too long"
    options = element.get("options", [])
    if element["type"] == "static_select" and not 1 <= len(options) <= 100:
        yield f"{len(options)} options"
    for option in [*options, *([element["initial_option"]] if "initial_option" in element else [])]:
        if not 1 <= units(option["text"]["text"]) <= 75 or not 1 <= units(option["value"]) <= 150:
            yield f"an option that is too long: {option}"
    if options and "initial_option" in element and element["initial_option"] not in options:
        yield "an option that is not offered"
    yield from _modelled(block)


def faults(blocks: list[dict[str, Any]]) -> list[str]:
    """Return the faults that Slack would refuse in a message, and mentions that would notify someone."""
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
    """Return the errors of Slack's own models, and any field that they drop."""
    try:
        parsed = Block.parse(block)
        read_back = parsed.to_dict() if parsed is not None else {}
    except Exception as error:  # noqa: BLE001  (a refusal is what is asked for, whatever its class)
        yield f"{block.get('type')}: {error}"
        return
    if {key for key in block if key not in read_back}:
        yield f"{block.get('type')}: the model lost a field of {sorted(block)}"
