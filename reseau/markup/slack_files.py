"""The files of a Slack message as text: their names, and their contents if Slack gives them."""

from __future__ import annotations

from collections.abc import Iterator

from reseau.foreign import dicts, part, word
from reseau.i18n import N_
from reseau.markup.locator import without_secrets_in
from reseau.markup.markdown import fence, plain, quote, stacked, without_control
from reseau.markup.slack import SlackMarkup
from reseau.markup.slack_json import Fields
from reseau.markup.teams import TeamsMarkup

HIDDEN = N_("a file that can no longer be seen")
NAMELESS = N_("a file")
_GONE = frozenset(("tombstone", "hidden_by_limit"))
_CLOSED = frozenset(("access_denied", "file_not_found", "check_file_info"))
_HTML = TeamsMarkup(lambda _number, name: plain(name))  # canvases and posts have a preview in HTML


def files_of(message: Fields) -> list[Fields]:
    """Return the files of a message; old messages have a single one."""
    return dicts(message.get("files")) or dicts([message.get("file")])


def is_visible(file: Fields) -> bool:
    """Whether Slack still shows a file and describes it."""
    return file.get("mode") not in _GONE and file.get("file_access") not in _CLOSED


def name_of(file: Fields) -> str:
    """Return the name of a file on one line; empty if it has none."""
    named = word(file, "title").strip() or word(file, "name")
    return " ".join(without_control(named).split())


class SlackFiles:
    """Describes files in the network's own language. Never raises."""

    def __init__(self, markup: SlackMarkup) -> None:
        self._markup = markup

    def text(self, files: list[Fields]) -> str:
        """Return Markdown: each file on a line of its own, with its contents quoted below."""
        return stacked(part for file in files for part in self._parts(file))

    def comments(self, message: Fields, text: str) -> str:
        """Return the author's comments on the files, unless ``text`` has them already."""
        comments = [part(file, "initial_comment") for file in files_of(message)]
        own = [word(comment, "comment") for comment in comments if comment.get("user") in (None, message.get("user"))]
        return stacked(self._markup.text(comment) for comment in own if comment and comment not in text)

    def _parts(self, file: Fields) -> Iterator[str]:
        words = self._markup.words
        if not is_visible(file):
            yield f"📎 {words(HIDDEN)}"
            return
        name = name_of(file) or words(NAMELESS)
        beside = " ".join(without_control(_sender(file) or word(file, "alt_txt")).split())
        yield "📎 " + plain(f"{name} — {beside}" if beside and beside != name else name)
        inside = _inside(file)
        if inside.strip():
            yield quote(inside)


def _sender(file: Fields) -> str:
    """Return the sender of an e-mail that was sent to a channel."""
    senders = (
        word(sender, "original") or word(sender, "name") or word(sender, "address")
        for sender in dicts(file.get("from"))
    )
    return ", ".join(filter(None, senders))


def _inside(file: Fields) -> str:
    """Return the Markdown of the contents of a file, if the message gives them."""
    text = word(file, "plain_text") or word(file, "preview_plain_text") or word(file, "preview")
    text = text or word(part(part(file, "transcription"), "preview"), "content")
    text = without_secrets_in(without_control(text.replace("\r\n", "\n").replace("\r", "\n"))).strip("\n")
    if word(file, "mode") == "snippet":
        return fence(text) if text.strip() else ""
    return _HTML.text(text) if text.lstrip().startswith("<") else plain(text)
