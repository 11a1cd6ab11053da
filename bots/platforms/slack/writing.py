"""Slack's messages as the network's own text."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from bots.markup.tree import read
from bots.markup.wording import typed_words
from bots.platforms.slack.names import Names
from reseau import keys, logs
from reseau.foreign import word
from reseau.i18n import Words
from reseau.markup.markdown import SCHEME, without_control
from reseau.markup.slack import SlackMarkup, unescape
from reseau.markup.slack_message import SlackReader

_log = logs.get("slack")
_LABELLED = re.compile(r"<#(\w+)\|([^<>\n]+)>")
_LINKED = re.compile(r"<[a-z][a-z0-9+.-]*:[^<>|]*\|([^<>]*)>")
#: Words without any mark: in Markdown they are what was typed.
_PLAIN = re.compile(r"(?:[^\W_]++[ ’'?!,-]{0,2})++").fullmatch
_ADDRESSED = re.compile(r"\[([^\[\]\s]+)\]\(mailto:([^()\s]+)\)")


def markdown(message: Mapping[str, Any], names: Names, language: str = "fr") -> str:
    """Return a message in Markdown, as an import of it would (:mod:`reseau.markup.slack_message`). Never raises.

    Args:
        message: as Slack sends it.
        names: of people and channels.
        language: the network's own, for the few words that a reading adds.
    """
    reading = SlackReader(_markup(word(message, "text"), names, language)).read(message)
    if reading.losses:
        _log.warning("message read in part", lost=", ".join(reading.losses), message=word(message, "ts"))
    return reading.text


def line(message: Mapping[str, Any], names: Names, ours: str, language: str = "fr") -> str:
    """A line typed to the bot, without the bot's own name, and with e-mail addresses as typed.

    Args:
        message: a message, or the fields of a command.
        names: of people and channels.
        ours: the id of our own user.
        language: the network's own.
    """
    text = markdown({**message, "files": None, "attachments": None}, names, language)
    if ours and ours in text:
        called = rf"\[@(?:[^\[\]\\]|\\.){{0,500}}+\]\(<?{re.escape(SCHEME + keys.slack_person(ours))}>?\)"
        text = re.sub(rf"^\s*+{called}[\s:,]*|(?<!\s)\s*+{called}", "", text)
    if "mailto:" in text:
        text = _ADDRESSED.sub(_typed, text)
    return text.strip()


def spoken(message: Mapping[str, Any], names: Names, ours: str, language: str = "fr") -> tuple[str, str]:
    """A line typed to the bot, in Markdown and in plain words, which are empty if they are the same.

    Links that Slack made by itself (``draw.io``) become words again; people stay references.
    """
    text = line(message, names, ours, language)
    if _PLAIN(text):
        return text, ""
    bare = {**message, "text": _LINKED.sub(r"\1", word(message, "text")), "blocks": _unlinked(message.get("blocks"))}
    same = bare["text"] == word(message, "text") and bare["blocks"] == message.get("blocks")
    words = typed_words(read(text if same else line(bare, names, ours, language)))
    return text, "" if words == text else words


def _unlinked(blocks: object) -> object:
    """Return blocks in which links whose label is their address are plain words."""
    if isinstance(blocks, list):
        return [_unlinked(item) for item in blocks]
    if not isinstance(blocks, dict):
        return blocks
    if blocks.get("type") == "link" and word(blocks, "text"):
        return {"type": "text", "text": word(blocks, "text")}
    return {name: _unlinked(value) if name in ("elements", "blocks") else value for name, value in blocks.items()}


def begins_with(message: Mapping[str, Any], user: str) -> bool:
    """Whether a message begins with a mention of a user."""
    text = word(message, "text").lstrip()
    return bool(user) and text.startswith((f"<@{user}>", f"<@{user}|"))


def _markup(text: str, names: Names, language: str) -> SlackMarkup:
    # The event's own data of a channel; it has none of private ones.
    labels = {id_: without_control(unescape(label)) for id_, label in _LABELLED.findall(text)} if "<#" in text else {}
    places = {**labels, **names.places} if labels else names.places
    return SlackMarkup(names.people, places, keys.slack_person, keys.slack_place, Words(language))


def _typed(match: re.Match[str]) -> str:
    label, address = match[1].replace("\\", ""), match[2]
    return address if label == address else match[0]
