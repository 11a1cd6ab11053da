"""Reading a Slack message, live or from an export."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, NamedTuple

from reseau.foreign import dicts, part, word
from reseau.i18n import N_
from reseau.markup.locator import without_secrets_in
from reseau.markup.markdown import plain, stacked, without_control
from reseau.markup.slack import SlackMarkup
from reseau.markup.slack_blocks import SlackBlocks
from reseau.markup.slack_files import SlackFiles, files_of
from reseau.markup.slack_json import texts_in

#: Shown instead of a message that has blocks or cards but no words.
WORDLESS = N_("This message holds nothing that can be shown here.")
_GROUPS = re.compile(r"<!subteam\^(\w+)\|([^<>\n]+)>")
_FORMED = ("blocks", "attachments", "files", "file")

#: Codes of notes on what was lost of a message.
BLOCK_WORDLESS = "block_wordless"
FORM_LOST = "form_lost"


class Reading(NamedTuple):
    """The text of a message.

    Attributes:
        text: Markdown, with its files named below; empty for a message without anything.
        losses: codes of unreadable parts.
    """

    text: str
    losses: tuple[str, ...] = ()


class SlackReader:
    """Reads the messages of a workspace. Never raises.

    Blocks with words win over ``text``: a person saw them in the composer, and an app sends its message in them while
    ``text`` is the notification. Forwarded messages are quoted, link previews are left out, and files are named.

    Args:
        markup: the markup of the workspace; it learns the names of groups from messages.
    """

    def __init__(self, markup: SlackMarkup) -> None:
        self._markup = markup
        self._blocks = SlackBlocks(markup)
        self._files = SlackFiles(markup)

    def read(self, message: Mapping[str, Any]) -> Reading:
        """Return the text of a message."""
        try:
            return self._read(dict(message))
        except Exception:  # noqa: BLE001  (the words of a message are kept even if its form cannot be read)
            words = stacked(plain(without_secrets_in(without_control(text))) for text in texts_in(_worded(message)))
            return Reading(words or self._markup.words(WORDLESS), (FORM_LOST,))

    def _read(self, message: dict[str, Any]) -> Reading:
        text = _text(message)
        blocks = message.get("blocks")
        beside = message.get("attachments") or message.get("files") or message.get("file")
        if not blocks and not beside:
            return Reading(_acted(message, self._markup.text(text)))
        self._markup.groups = dict(_GROUPS.findall(text)) if "<!subteam" in text else {}
        body = self._blocks.body(blocks)
        typed = body.text if body.speaks else stacked([self._markup.text(text), body.text])
        if body.speaks and not beside and not body.silent:
            return Reading(_acted(message, typed))
        cards = self._blocks.attachments(message.get("attachments"), previews=not typed.strip())
        files = files_of(message)
        comments = self._files.comments(message, text)
        parts = (_acted(message, typed), comments, cards, self._files.text(files))
        whole = "\n\n".join(part for part in parts if part.strip())
        return Reading(
            whole or (self._markup.words(WORDLESS) if body.silent or _says_something(message) else ""),
            (BLOCK_WORDLESS,) if _lost(body.silent, files) else (),
        )


def _text(message: dict[str, Any]) -> str:
    if message.get("subtype") == "file_comment":
        return word(part(message, "comment"), "comment") or word(message, "text")
    return word(message, "text")


def _acted(message: dict[str, Any], text: str) -> str:
    """Return the text of a ``/me`` message in italics, as Slack shows it."""
    if message.get("subtype") != "me_message" or "\n" in text or not text.strip():
        return text
    return f"_{text.strip()}_"


def _lost(silent: tuple[str, ...], files: list[Any]) -> bool:
    """Whether a part had no words; the block of a file that is named below does not count."""
    return any(kind != "file" or not files for kind in silent)


def _says_something(message: dict[str, Any]) -> bool:
    return bool(dicts(message.get("attachments")) or files_of(message))


def _worded(message: Mapping[str, Any]) -> list[Any]:
    return [message.get(name) for name in ("text", *_FORMED)]
