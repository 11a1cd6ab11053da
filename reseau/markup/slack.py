"""Slack's message text ("mrkdwn") as the network's own text.

Source of the rules: Slack's formatting reference and the export format; mentions name people by provenance key,
broadcasts (``<!channel>``) become plain words that call nobody.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime

from reseau.locator import TOKEN, without_secrets
from reseau.markup.markdown import code, fence, link, plain, quote, reference, without_control

#: A text without any of this says the same in both markups, bullets apart: most do, and they cost one search.
_SPECIAL = re.compile(r"[&<>*_~`\\\]\r\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
#: A text without any of this holds no more than mentions, addresses and escaped signs: most of the others do.
_MARKED = re.compile(r"[*_~`\\\]\r\n\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_BULLETS = "•◦▪‣●○"
_FIRST = frozenset(f" \t-=+#0123456789{_BULLETS}")
_is_bulleted = re.compile(f"[{_BULLETS}]").search  # apart: what is beyond Latin makes a search twice as long
_FENCE = re.compile(r"```(.*?)```", re.DOTALL)
_ALL_QUOTED = re.compile(r"^(?:&gt;|>){3}[ \t]?", re.MULTILINE)
_QUOTED = re.compile(r"^(?:&gt;|>) ?")
_QUOTES = frozenset("&>")
_BLOCKS = frozenset(f"&> \t{_BULLETS}")  # what a line of a quote or a list begins with
_BULLET = re.compile(rf"^([ \t]*)[{_BULLETS}]\ufe0e?[ \t]+")
_ANGLE = re.compile(r"<([^<>\n]*)>")
_ATOM = re.compile(r"`([^`\n]+)`|<([^<>\n]*)>")
_STYLED = re.compile(
    r"(?<![\w*_~@])([*_~])(?=\S)((?:(?!\1)[^\n]|(?<=\w)\1(?=\w))+?)(?<=\S)\1(?![\w*_~])",
)
_MARKS = {"*": "**", "_": "_", "~": "~~"}
_ENDS = frozenset("!<]")
_HOLE = "\x1a"  # stands for an atom while styles are sought; control characters of the input are gone by then
_SCHEME = re.compile(r"^(?:https?|ftp|mailto|tel):", re.IGNORECASE)


def unescape(text: str) -> str:
    """The three characters that Slack escapes; ``&amp;lt;`` is ``&lt;``, decoded once."""
    if "&" not in text:
        return text
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


class SlackMarkup:
    """Converts the texts of one workspace.

    Args:
        people: names to show, by the user's or bot's id.
        places: names of the channels that may be named, by id. A channel that is not here stays without a reference,
            and one with an empty name without its name, whatever its label says.
        person_key: provenance key of a user's id.
        place_key: provenance key of a channel's id.
    """

    def __init__(
        self,
        people: Mapping[str, str],
        places: Mapping[str, str],
        person_key: Callable[[str], str],
        place_key: Callable[[str], str],
    ) -> None:
        self._people = people
        self._places = places
        self._person_key = person_key
        self._place_key = place_key
        self._mentions: dict[str, str] = {}

    def text(self, text: str) -> str:
        """Markdown of a message's ``text``. Never raises; code comes out as it was typed."""
        if "xox" in text or "xapp" in text:
            text = TOKEN.sub("…", text)
        if not _SPECIAL.search(text):
            if "\n" not in text and text[:1] not in _FIRST:
                return text
            if not _is_bulleted(text):
                return plain(text)
        elif text[:1] not in _BLOCKS and not _MARKED.search(text):
            first, *others = _ANGLE.split(text)
            return _filled([first, *others[1::2]], iter([self._angle(one) for one in others[::2]]))
        if not text.isprintable():  # line ends are not, nor are control characters
            text = without_control(text.replace("\r\n", "\n").replace("\r", "\n"))
        if text[:1] not in _QUOTES and "\n>" not in text and "\n&gt;" not in text:
            return self._pieces(text)
        for found in _ALL_QUOTED.finditer(text):
            if text.count("```", 0, found.start()) % 2 == 0:
                before = self._pieces(text[: found.start()].rstrip("\n")) if found.start() else ""
                rest = quote(self._pieces(text[found.end() :]))
                return f"{before}\n{rest}" if before else rest
        return self._pieces(text)

    def mention(self, user: str, label: str = "") -> str:
        """The neutral reference to somebody."""
        known = self._mentions.get(user)
        if known is None:
            name = self._people.get(user) or label.lstrip("@") or user
            known = self._mentions[user] = reference(f"@{name}", self._person_key(user))
        return known

    def place(self, channel: str, label: str = "") -> str:
        """The neutral reference to a channel, or its name alone when it was not brought in."""
        name = self._places.get(channel)
        if not name:
            return plain(f"#{label or '…'}") if name is None else "#…"
        return reference(f"#{name}", self._place_key(channel))

    # -- blocks of lines -----------------------------------------------------------------------------------------------

    def _pieces(self, text: str) -> str:
        if "```" not in text:
            return self._lines(text) if "\n" in text else self._line(text)[0]
        pieces: list[str] = []
        for number, piece in enumerate(_FENCE.split(text)):
            if number % 2:
                pieces.append(fence(self._verbatim(piece.strip("\n"))))
            elif piece.strip():
                pieces.append(self._lines(piece.removeprefix("\n").removesuffix("\n")))
        return "\n".join(pieces)

    def _lines(self, text: str) -> str:
        return "\n".join(self._parted(text.split("\n")))

    def _parted(self, lines: list[str]) -> Iterator[str]:
        """Lines, with an empty one where CommonMark would take plain text for the end of a quote or a list."""
        block = False
        for line in lines:
            shown, is_block = self._line(line)
            if block and not is_block and shown:
                yield ""
            block = is_block
            yield shown

    def _line(self, line: str) -> tuple[str, bool]:
        if line[:1] not in _BLOCKS:
            return self._inline(line), False
        if found := _QUOTED.match(line):
            return f"> {self._item(line[found.end() :])[0]}".rstrip(), True
        return self._item(line)

    def _item(self, line: str) -> tuple[str, bool]:
        if found := _BULLET.match(line):
            depth = len(found[1].expandtabs(4)) // 4
            return f"{'  ' * depth}- {self._inline(line[found.end() :])}", True
        return self._inline(line), False

    # -- inside a line -------------------------------------------------------------------------------------------------

    def _inline(self, line: str) -> str:
        if "<" not in line and "`" not in line:
            return self._styled(line, iter(()))
        pieces = _ATOM.split(line)
        atoms = iter([self._atom(typed, angle) for typed, angle in zip(pieces[1::3], pieces[2::3], strict=True)])
        return self._styled(_HOLE.join(pieces[::3]), atoms)

    def _styled(self, text: str, atoms: Iterator[str]) -> str:
        if not ("*" in text or "_" in text or "~" in text):
            return _filled(text.split(_HOLE), atoms)
        parts: list[str] = []
        start = 0
        for found in _STYLED.finditer(text):
            parts.append(_filled(text[start : found.start()].split(_HOLE), atoms))
            mark = _MARKS[found[1]]
            parts.append(f"{mark}{self._styled(found[2], atoms)}{mark}")
            start = found.end()
        parts.append(_filled(text[start:].split(_HOLE), atoms))
        return "".join(parts)

    def _atom(self, typed: str | None, angle: str) -> str:
        return self._angle(angle) if typed is None else code(self._verbatim(typed))

    def _angle(self, angle: str) -> str:
        inner, _, label = angle.partition("|")
        sign = inner[:1]
        if sign == "@":
            return self.mention(inner[1:], unescape(label))
        if sign == "#":
            return self.place(inner[1:], unescape(label).lstrip("#"))
        if sign == "!":
            return plain(special(inner[1:], unescape(label)))
        return address(unescape(inner), unescape(label))

    def _verbatim(self, text: str) -> str:
        """What a person typed inside code: Slack still wraps addresses and mentions there."""
        return unescape(_ATOM.sub(self._typed, text) if "<" in text else text)

    def _typed(self, found: re.Match[str]) -> str:
        if found[1] is not None:
            return f"`{self._verbatim(found[1])}`"
        inner, _, label = found[2].partition("|")
        sign, rest = inner[:1], inner[1:]
        if sign == "@":
            return f"@{self._people.get(rest) or label.lstrip('@') or rest}"
        if sign == "#":
            name = self._places.get(rest)
            return f"#{label or '…'}" if name is None else f"#{name or '…'}"
        return special(rest, label) if sign == "!" else without_secrets(label or inner)


def _filled(texts: list[str], atoms: Iterator[str]) -> str:
    """Plain texts with an atom after each but the last."""
    shown = _plain(texts[0])
    for text in texts[1:]:
        shown = _joined(_joined(shown, next(atoms)), _plain(text))
    return shown


def _joined(left: str, right: str) -> str:
    """Two pieces side by side, where CommonMark would make an image, a tag or a link of what meets there."""
    end = left[-1:]
    if end in _ENDS and (start := right[:1]):
        if start == "[" if end == "!" else end == "<" and start.isalpha():
            return f"{left[:-1]}\\{end}{right}"
        if start in "!@#/?" if end == "<" else end == "]" and start in "(:":
            return f"{left}\\{right}"
    return left + right


def _plain(text: str) -> str:
    return plain(unescape(text)) if text else ""


def special(inner: str, label: str) -> str:
    """The plain words of ``<!here>``, ``<!subteam^S1|@ventes>`` or ``<!date^1700000000^…|14 novembre>``."""
    word, _, rest = inner.partition("^")
    if word == "date":
        return label or _moment(rest.partition("^")[0])
    if word == "subteam":
        return label or f"@{rest}"
    return f"@{word}" if word in ("here", "channel", "everyone") else label or word


def _moment(seconds: str) -> str:
    try:
        return datetime.fromtimestamp(int(seconds), UTC).strftime("%Y-%m-%d %H:%M UTC")
    except (ValueError, OverflowError, OSError):
        return seconds


def address(url: str, label: str) -> str:
    """A link as Markdown, its secrets gone; an address that no reader should open stays text."""
    url = without_secrets(url)
    if not _SCHEME.match(url):
        return plain(f"{label} ({url})" if label and label != url else url)
    if url.lower().startswith("mailto:") and label in ("", url[7:]):
        return link("", url) if not label else link(plain(label), url)
    if label in ("", url) or url in (f"https://{label}", f"http://{label}"):
        return link("", url)
    return link(plain(label.replace("\n", " ")), url)
