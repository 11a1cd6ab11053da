"""What people wrote in Slack as the network's own text."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from bots.markup.tree import read
from bots.markup.wording import typed_words
from bots.platforms.slack.names import Names
from reseau import keys
from reseau.markup.markdown import SCHEME, plain, without_control
from reseau.markup.slack import SlackMarkup, unescape
from reseau.markup.slack_blocks import SlackBlocks

_LABELLED = re.compile(r"<#(\w+)\|([^<>\n]+)>")
_LINKED = re.compile(r"<[a-z][a-z0-9+.-]*:[^<>|]*\|([^<>]*)>")
_ADDRESSED = re.compile(r"\[([^\[\]\s]+)\]\(mailto:([^()\s]+)\)")


def markdown(message: Mapping[str, Any], names: Names) -> str:
    """A message's text in Markdown, the names of its files below. Never raises.

    ``rich_text`` is what the person saw in the composer, and wins over ``text``, which Slack writes from it.
    """
    text = _word(message, "text")
    markup = _markup(text, names)
    blocks = SlackBlocks(markup)
    rich = [block for block in _dicts(message.get("blocks")) if block.get("type") == "rich_text"]
    shown = blocks.blocks(rich) if rich else ""
    shown = shown or markup.text(text) or blocks.blocks(message.get("blocks"))
    if message.get("attachments"):
        cards = blocks.attachments(message["attachments"], previews=not shown)
        shown = "\n\n".join(part for part in (shown, cards) if part)
    files = "\n".join(f"📎 {plain(name)}" for name in _files(message))
    return "\n\n".join(part for part in (shown, files) if part.strip())


def line(message: Mapping[str, Any], names: Names, ours: str) -> str:
    """What somebody typed to us: our own name is taken away, and an e-mail address is what was typed.

    Args:
        message: a message, or the fields of a command.
        names: of people and channels.
        ours: the id of our own user.
    """
    text = markdown({**message, "files": None, "attachments": None}, names)
    if ours and ours in text:
        called = rf"\[@(?:[^\[\]\\]|\\.)*\]\(<?{re.escape(SCHEME + keys.slack_person(ours))}>?\)"
        text = re.sub(rf"^\s*{called}[\s:,]*|\s*{called}", "", text)
    if "mailto:" in text:
        text = _ADDRESSED.sub(_typed, text)
    return text.strip()


def spoken(message: Mapping[str, Any], names: Names, ours: str) -> tuple[str, str]:
    """What somebody typed to us, in Markdown and in plain words; these are empty where they are the same.

    What Slack made a link of by itself (``draw.io``) is a word again; people stay references.
    """
    text = line(message, names, ours)
    if text.isalnum():
        return text, ""
    bare = {**message, "text": _LINKED.sub(r"\1", _word(message, "text")), "blocks": _unlinked(message.get("blocks"))}
    words = typed_words(read(line(bare, names, ours)))
    return text, "" if words == text else words


def _unlinked(found: object) -> object:
    """Blocks whose links that say their own words are those words."""
    if isinstance(found, list):
        return [_unlinked(one) for one in found]
    if not isinstance(found, dict):
        return found
    if found.get("type") == "link" and _word(found, "text"):
        return {"type": "text", "text": _word(found, "text")}
    return {name: _unlinked(value) if name in ("elements", "blocks") else value for name, value in found.items()}


def begins_with(message: Mapping[str, Any], user: str) -> bool:
    """Whether a message begins with a mention of somebody."""
    text = _word(message, "text").lstrip()
    return bool(user) and text.startswith((f"<@{user}>", f"<@{user}|"))


def _markup(text: str, names: Names) -> SlackMarkup:
    # What the event itself says of a channel; of private ones it says nothing.
    labels = {id_: without_control(unescape(label)) for id_, label in _LABELLED.findall(text)} if "<#" in text else {}
    places = {**labels, **names.places} if labels else names.places
    return SlackMarkup(names.people, places, keys.slack_person, keys.slack_place)


def _typed(found: re.Match[str]) -> str:
    label, address = found[1].replace("\\", ""), found[2]
    return address if label == address else found[0]


def _files(message: Mapping[str, Any]) -> Iterator[str]:
    for file in _dicts(message.get("files")):
        name = _word(file, "title") or _word(file, "name")
        if name.strip() and file.get("mode") != "tombstone":
            yield " ".join(without_control(name).split())


def _word(values: Mapping[str, Any], name: str) -> str:
    found = values.get(name)
    return found if isinstance(found, str) else ""


def _dicts(found: object) -> list[dict[str, Any]]:
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []
