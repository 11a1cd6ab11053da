"""Slack's structured messages (blocks and attachments) as the network's own text; unknown kinds are read too."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from html import unescape
from typing import NamedTuple

from reseau.foreign import dicts, items, part, word
from reseau.markup.emoji import with_emoji
from reseau.markup.locator import without_secrets, without_secrets_in
from reseau.markup.markdown import SCHEME, link, plain, quote, stacked, without_control
from reseau.markup.slack import SlackMarkup, address
from reseau.markup.slack_files import SlackFiles, files_of
from reseau.markup.slack_json import Fields, parts_in, texts_in
from reseau.markup.slack_rich import RichText

_NESTED = 3  # levels of forwarded messages; deeper ones lose their form and keep their words
_WEB = ("https://", "http://")
_TEXTS = frozenset(("mrkdwn", "plain_text", "rich_text"))
#: A fence at the margin (one in a list or a quotation ends with that). It closes an earlier one if nothing follows it.
_FENCE = re.compile(r"^( {0,3})(`{3,}|~{3,})(.*)$", re.MULTILINE)
#: The address of a Markdown link, after its label or on a line of its own.
_LEADS = re.compile(r"\]([(:])(\s*<?)([^\s<>()]*)")


class Body(NamedTuple):
    """The text of blocks.

    Attributes:
        text: Markdown.
        speaks: whether it has more text than the labels of buttons and menus.
        silent: the kinds of blocks without words.
    """

    text: str
    speaks: bool
    silent: tuple[str, ...]


class SlackBlocks:
    """Converts blocks and attachments with the markup (people, channels) of a workspace. Never raises."""

    def __init__(self, markup: SlackMarkup) -> None:
        self._markup = markup
        self._rich = RichText(markup)
        self._files = SlackFiles(markup)
        self._kinds: dict[str, Callable[[Fields], str]] = {
            "rich_text": self._rich.text,
            "header": self._header,
            "section": self._section,
            "context": self._elements,
            "actions": self._elements,
            "image": self._image,
            "video": self._video,
            "markdown": self._markdown,
            "table": self._table,
            "divider": lambda _block: "",
        }

    def blocks(self, blocks: object) -> str:
        """Return the Markdown of a message's ``blocks``: rich text, and the texts and labels of app messages."""
        return self.body(blocks).text

    def body(self, blocks: object) -> Body:
        """Read a message's ``blocks``."""
        texts, silent, speaks = [], [], False
        self._rich.silent.clear()
        for block in dicts(blocks):
            kind = word(block, "type")
            text = self._kinds.get(kind, self._unknown)(block)
            texts.append(text)
            speaks = speaks or (bool(text.strip()) and kind != "actions")
            if not text.strip() and kind not in ("divider", "rich_text"):
                silent.append(kind)
        return Body(stacked(texts).rstrip("\n"), speaks, (*silent, *self._rich.silent))

    def attachments(self, attachments: object, *, previews: bool) -> str:
        """Return the Markdown of attachments: forwarded messages, app cards and, with ``previews``, link previews."""
        return "\n\n".join(filter(None, self._attached(attachments, previews, 0)))

    def _attached(self, attachments: object, previews: bool, depth: int) -> Iterator[str]:
        for card in dicts(attachments):
            if is_forwarded(card):
                yield self._forwarded(card, depth)
            elif previews or not _is_preview(card):
                yield self._card(card)

    # -- blocks --------------------------------------------------------------------------------------------------------

    def _header(self, block: Fields) -> str:
        text = self._object(block.get("text")).strip()
        return f"**{text}**" if text and "\n" not in text else text

    def _section(self, block: Fields) -> str:
        texts = [self._object(block.get("text")), *map(self._object, dicts(block.get("fields")))]
        accessory = part(block, "accessory")
        beside = self._element(accessory) if accessory else ""
        return stacked([*texts, "" if any(beside in text for text in texts) else beside])

    def _elements(self, block: Fields) -> str:
        return stacked(map(self._element, dicts(block.get("elements"))))

    def _element(self, element: Fields) -> str:
        """Return the Markdown of a text, a picture, a button or a menu."""
        kind = element.get("type")
        if kind in ("mrkdwn", "plain_text"):
            return self._object(element)
        if kind == "image":
            return self._image(element)
        options = dicts(element.get("options"))
        for group in dicts(element.get("option_groups")):
            options += dicts(group.get("options"))
        if kind == "button" or options:
            labels = [self._label(element)]
            for option in options:
                labels += [self._label(option), self._object(option.get("description"))]
            return stacked(labels)
        return self._unknown(element)

    def _label(self, pressed: Fields) -> str:
        """Return the label of a button or an option, with the address that it leads to."""
        label, url = self._object(pressed.get("text")), without_secrets(word(pressed, "url"))
        return link(label, url) if label and "\n" not in label and "](" not in label and url.startswith(_WEB) else label

    def _image(self, block: Fields) -> str:
        title, description = self._object(block.get("title")), self._plain(word(block, "alt_text"))
        return title if description in ("", title) else stacked([title, description])

    def _video(self, block: Fields) -> str:
        title = self._object(block.get("title"))
        url = without_secrets(word(block, "title_url"))
        if title and "\n" not in title and url.startswith(_WEB):
            title = link(title, url)
        description = self._plain(word(block, "alt_text"))
        names = (self._plain(word(block, name)) for name in ("author_name", "provider_name"))
        about = self._object(block.get("description"))
        return stacked([title, *names, about, "" if title and description in title else description])

    def _markdown(self, block: Fields) -> str:
        """Return the Markdown that an app wrote, but without references of our own kind, which apps may not make."""
        text = without_secrets_in(without_control(word(block, "text"))).strip("\n")
        text = _LEADS.sub(_without_reference, text).replace(f"<{SCHEME}", f"\\<{SCHEME}")
        return f"{_closed(text)}\n" if text.strip() else ""

    def _table(self, block: Fields) -> str:
        cells = [[self._cell(cell) for cell in dicts(row)] for row in items(block.get("rows"))]
        table = "\n".join(" | ".join(row) for row in cells if any(row))
        return table or self._unknown(block)

    def _cell(self, cell: Fields) -> str:
        text = self._rich.text(cell) if cell.get("type") == "rich_text" else self._object(cell)
        return " ".join((text or self._unknown(cell)).split("\n"))

    def _unknown(self, block: Fields) -> str:
        """Return the texts of a block of an unknown kind."""
        return stacked(map(self._part_text, parts_in(block, _TEXTS)))

    def _part_text(self, piece: str | Fields) -> str:
        if isinstance(piece, str):
            return self._plain(piece)
        return self._rich.text(piece) if piece.get("type") == "rich_text" else self._object(piece)

    def _object(self, text: object) -> str:
        if isinstance(text, str):
            return self._markup.text(text)
        if not isinstance(text, dict):
            return ""
        words = text.get("text")
        if not isinstance(words, str):
            return self._unknown(text)
        return self._markup.text(words) if text.get("type") == "mrkdwn" else self._plain(words)

    def _plain(self, text: str) -> str:
        lines = with_emoji(without_secrets_in(without_control(text))).split("\n")
        return self._markup.outlined(lines, plain).strip("\n")

    # -- attachments ---------------------------------------------------------------------------------------------------

    def _card(self, card: Fields) -> str:
        convert = self._markup.text
        title, url = word(card, "title"), word(card, "title_link")
        parts = [convert(word(card, "pretext")), self._plain(word(card, "author_name"))]
        parts.append(address(url, title) if url and title else convert(title))
        parts.append(self._card_text(card))
        for field in dicts(card.get("fields")):
            parts.append(": ".join(filter(None, (self._plain(word(field, "title")), convert(word(field, "value"))))))
        parts += [self._element({"type": "button", **action}) for action in dicts(card.get("actions"))]
        parts.append(self._files.text(files_of(card)))
        text = stacked(parts) or convert(word(card, "fallback"))
        footer = self._plain(word(card, "footer"))
        return stacked([text, footer]) or self._unknown(card)

    def _card_text(self, card: Fields) -> str:
        """Return the text of a card: that of its blocks if it has any, as in Slack."""
        body = self.body(card.get("blocks") or _message_blocks(card))
        words = "" if body.speaks else self._markup.text(word(card, "text"))
        return stacked([words, body.text])

    def _forwarded(self, card: Fields, depth: int) -> str:
        """Return a forwarded message as a quotation, with its author and place."""
        shared = [part(message, "message") for message in dicts(card.get("message_blocks"))]
        files = forwarded_files(card)
        inner = [attached for holder in (card, *shared) for attached in dicts(holder.get("attachments"))]
        if depth < _NESTED:
            further = "\n\n".join(filter(None, self._attached(inner, False, depth + 1)))
        else:
            further = stacked(map(self._plain, texts_in(inner)))
        text = stacked([self._card_text(card) or self._markup.text(word(card, "fallback"))])
        below = "\n\n".join(filter(None, (text, further, self._files.text(files))))
        return quote(stacked([self._head(card), below]))

    def _head(self, card: Fields) -> str:
        name = self._markup.name(word(card, "author_id")) or word(card, "author_subname") or word(card, "author_name")
        author = " ".join(without_control(name).split())
        url = word(card, "from_url") or word(card, "original_url")
        if url.startswith(_WEB):
            return address(url, author)
        return f"**{plain(author)}**" if author else ""


def _closed(text: str) -> str:
    """Return Markdown with its last block of code closed, so that it does not swallow what follows."""
    mark = ""
    for match in _FENCE.finditer(text):
        inset, signs, rest = match.groups()
        if mark:
            mark = "" if signs.startswith(mark) and not rest.strip() else mark
        elif not inset and (signs[0] == "~" or "`" not in rest):
            mark = signs
    return f"{text}\n{mark}" if mark else text


def _without_reference(match: re.Match[str]) -> str:
    """Return a link as it is, unless it would read as one of our references."""
    sign, _, url = match.groups()
    ours = unescape(url).replace("\\", "").lower().startswith(SCHEME)
    return f"]\\{sign}{match[0][2:]}" if ours else match[0]


def is_forwarded(card: Fields) -> bool:
    """Whether an attachment is a message that a person forwarded."""
    return card.get("is_share") is True


def forwarded_files(card: Fields) -> list[Fields]:
    """Return the files of a forwarded message."""
    shared = (part(message, "message") for message in dicts(card.get("message_blocks")))
    return files_of(card) or [file for message in shared for file in files_of(message)]


def _is_preview(card: Fields) -> bool:
    """Whether Slack attached a preview by itself, because the message names the address."""
    return any(map(card.get, ("from_url", "original_url", "is_msg_unfurl", "is_app_unfurl", "app_unfurl_url")))


def _message_blocks(card: Fields) -> list[Fields]:
    """Return the blocks of a message that was shared into another."""
    shared = (part(block, "message") for block in dicts(card.get("message_blocks")))
    return [block for message in shared for block in dicts(message.get("blocks"))]
