"""Attachments of a Teams message: files, pictures, cards, forwarded messages. They are named, never fetched."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from bots.markup.tree import read
from bots.markup.wording import worded
from reseau.foreign import dicts, fields, part, texts, word
from reseau.i18n import N_, Words
from reseau.markup.html import tree
from reseau.markup.markdown import fence, plain, quote, without_control, word as named
from reseau.markup.teams import TeamsMarkup, is_nameless

_SAID = "text/html"
_REFERENCE = "messageReference"  # a quotation, whose words the message itself holds in most clients
_FORWARDED = "forwardedMessageReference"
_CARD = re.compile(r"application/vnd\.microsoft\.(?:\w+\.)?card\.")
_SNIPPET = "application/vnd.microsoft.card.codesnippet"
_ATTACHMENT, _PICTURE = N_("an attachment"), N_("a picture")
_A_CARD, _A_FORWARDED = N_("a card"), N_("a forwarded message")
_MOST = 20  # attachments that are named
_DEEPEST = 8  # a card's own depth is three or four
_LONGEST = 300  # characters of a card's first words
_LONG = 20_000  # characters of a forwarded message
_TEXTS = frozenset(("TextBlock", "TextRun"))
#: What a card says beside its texts, in the order in which it is read.
_WORDS = ("title", "name", "text", "value", "altText", "fallbackText")


def quoted(activity: Mapping[str, Any], html: str) -> str:
    """The messages that a message answers, as quotations, unless its own words hold them."""
    if "<blockquote" in html.lower():
        return ""
    answered = (
        attachment
        for attachment in dicts(activity.get("attachments"))[:_MOST]
        if word(attachment, "contentType") == _REFERENCE
    )
    return "\n\n".join(filter(None, map(_answered, answered)))


def _answered(attachment: Mapping[str, Any]) -> str:
    content = _content(attachment)
    words = _read(word(content, "messagePreview"))
    author = named(_author(content))
    return quote("\n\n".join(filter(None, (f"**{author}**" if author else "", words)))) if words else ""


def notes(activity: Mapping[str, Any], html: str, t: Words) -> str:
    """Return the attachments in Markdown, a line for most; empty if there are none.

    Args:
        activity: as Teams sent it.
        html: the message as Teams' own clients show it.
        t: the language.
    """
    pictures = any(is_nameless(attachment) for attachment in tree(html).elements())
    lines = [_picture(t)] if pictures else []
    lines += [line for attachment in dicts(activity.get("attachments"))[:_MOST] if (line := _note(attachment, t))]
    return "\n".join(dict.fromkeys(lines))


def instead_of_words(activity: Mapping[str, Any], t: Words) -> str:
    """Describe a message without words and without anything that has a name; empty if nothing was sent at all."""
    return f"📎 {named(t(_ATTACHMENT))}" if dicts(activity.get("attachments")) else ""


def _picture(t: Words) -> str:
    return f"🖼️ {named(t(_PICTURE))}"


def _note(attachment: Mapping[str, Any], t: Words) -> str:
    kind, name = word(attachment, "contentType"), named(word(attachment, "name"))
    if kind in (_SAID, _REFERENCE):
        return ""
    if kind == _FORWARDED:
        return _forwarded(attachment, t)
    if kind == _SNIPPET and (code := _code(_content(attachment))):
        return f"{fence(code)}\n"
    if _CARD.match(kind):
        return f"🗂️ {named(_first_words(_content(attachment))[:_LONGEST]) or name or named(t(_A_CARD))}"
    if name:
        return f"📎 {name}"
    return _picture(t) if kind.startswith("image/") else f"📎 {named(t(_ATTACHMENT))}"


def _forwarded(attachment: Mapping[str, Any], t: Words) -> str:
    """A forwarded message: whose, and the words of it that Teams gives along."""
    content = _content(attachment)
    words = _read(word(content, "originalMessageContent")) or _read(word(content, "messagePreview"))
    head = f"↪️ {named(_author(content)) or named(t(_A_FORWARDED))}"
    return f"{head}\n\n{quote(words)}\n" if words else head


def _author(content: Mapping[str, Any]) -> str:
    """Return the author of a quoted message: a person, or an application."""
    for name in ("messageSender", "originalMessageSender"):
        for kind in ("user", "application"):
            if display_name := word(part(part(content, name), kind), "displayName"):
                return display_name
    return ""


def _read(html: str) -> str:
    return TeamsMarkup(lambda _number, name: plain(f"@{name}" if name else "")).text(html[:_LONG])


def _code(content: Mapping[str, Any]) -> str:
    """The lines of a snippet of code."""
    lines = ("".join(word(run, "text") for run in dicts(line.get("textRuns"))) for line in dicts(content.get("lines")))
    return without_control("\n".join(lines))[:_LONG].strip("\n")


def _content(attachment: Mapping[str, Any]) -> dict[str, Any]:
    content = attachment.get("content")
    if isinstance(content, str):
        try:
            content = json.loads(content[:100_000])
        except (ValueError, RecursionError):
            return {}
    return fields(content)


def _first_words(card: Mapping[str, Any]) -> str:
    """The title of a card, else the first words in it. The texts of cards are Markdown."""
    title = next((text for key in ("title", "subtitle", "summary", "text") if (text := word(card, key))), "")
    words = title or next(_texts(card, 0), "") or next(_others(card, 0), "")
    return worded(read(words[:_LONG])) if words else ""


def _texts(value: object, depth: int) -> Iterator[str]:
    """The texts of an adaptive card, in order."""
    for inner in _within(value, depth):
        if word(inner, "type") in _TEXTS and word(inner, "text").strip():
            yield word(inner, "text")
        elif isinstance(inner, dict):
            yield from (text for text in texts(inner.get("inlines")) if text.strip())


def _others(value: object, depth: int) -> Iterator[str]:
    """Describe a card without texts: its facts, its pictures' words, its fallback text."""
    for inner in _within(value, depth):
        values = [word(inner, name).strip() for name in _WORDS]
        if line := " : ".join(dict.fromkeys(filter(None, values))):
            yield line


def _within(value: object, depth: int) -> Iterator[object]:
    """A JSON object and its parts, not too deep."""
    if depth > _DEEPEST:
        return
    yield value
    inner = value.values() if isinstance(value, dict) else value[:_MOST] if isinstance(value, list) else ()
    for item in inner:
        if isinstance(item, dict | list):
            yield from _within(item, depth + 1)
