"""Slack's message text ("mrkdwn") as the network's own text.

The rules come from Slack's formatting reference and the export format. Mentions name people by provenance key;
broadcasts (``<!channel>``) become plain words that notify nobody.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, datetime
from itertools import groupby

from reseau.i18n import N_, Words
from reseau.markup.emoji import with_emoji
from reseau.markup.locator import without_secrets, without_secrets_in
from reseau.markup.markdown import (
    Outline,
    below,
    code,
    escaped,
    fence,
    line as whole_line,
    link,
    plain,
    quote,
    reference,
    stacked,
    without_control,
)
from reseau.markup.runs import BOLD, ITALIC, MARKS, STRIKE, Assembly, can_stand

#: A text without any of these is the same in both markups, except for bullets and emoji. Most texts are.
_SPECIAL = re.compile(r"[&<>*_~`\\\]\r\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
#: A text without any of these holds only mentions, addresses and escaped characters. Most other texts are such.
_MARKED = re.compile(r"[*_~`\\\]\r\n\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_BULLETS = "•◦▪‣●○"
#: First characters of lines that may be items of a list, headings, rules or indented.
MAY_BEGIN_ITEM = frozenset(f" \t-=+#0123456789{_BULLETS}")
_is_bulleted = re.compile(f"[{_BULLETS}]").search  # a pattern of its own: characters beyond Latin halve the speed
_FENCE = re.compile(r"```(.*?)```", re.DOTALL)
_ALL_QUOTED = re.compile(r"^(?:&gt;|>){3}[ \t]?", re.MULTILINE)
_QUOTED = re.compile(r"^(?:&gt;|>) ?")
_QUOTES = frozenset("&>")
_BLOCKS = frozenset(f"&> \t-0123456789{_BULLETS}")  # first characters of a line of a quote or a list
_ANGLE = re.compile(r"<([^<>\n]*)>")
_ATOM = re.compile(r"`([^`\n]+)`|<([^<>\n]*)>")
_STYLES = {"*": BOLD, "_": ITALIC, "~": STRIKE}
_MARK = re.compile(r"[*_~]")
_HOLE = "\x1a"  # replaces an atom while styles are parsed; the control characters of the input are gone by then
_CODE = "\x1b"  # replaces a block of code while lines are split
_AROUND = frozenset("*_~@")
_BESIDE = frozenset("*_~")
_SCHEME = re.compile(r"^(?:https?|ftp|mailto|tel):", re.IGNORECASE)
_FRENCH = Words("fr")
#: The name of a user group of which only the id is known.
GROUP = N_("group")


def unescape(text: str) -> str:
    """Unescape the three characters that Slack escapes, once: ``&amp;lt;`` is ``&lt;``."""
    if "&" not in text:
        return text
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


class SlackMarkup:
    """Converts the texts of a workspace.

    Args:
        people: names to show, by the user's or bot's id.
        places: names of the channels that may be named, by id. Channels that are missing get no reference. Channels
            with an empty name get no name either, whatever their label says.
        person_key: returns the provenance key of a user's id.
        place_key: returns the provenance key of a channel's id.
        words: the network's own language, for the few words that a conversion adds.
    """

    def __init__(
        self,
        people: Mapping[str, str],
        places: Mapping[str, str],
        person_key: Callable[[str], str],
        place_key: Callable[[str], str],
        words: Words = _FRENCH,
    ) -> None:
        self.words = words
        self.groups: Mapping[str, str] = {}  # names of user groups, if the present message gives them
        self._people = people
        self._places = places
        self._person_key = person_key
        self._place_key = place_key
        self._mentions: dict[str, str] = {}

    def text(self, text: str) -> str:
        """Return the Markdown of a message's ``text``. Never raises; code stays as it was typed."""
        text = without_secrets_in(text)
        if not _SPECIAL.search(text):
            text = with_emoji(text)
            if "\n" not in text and text[:1] not in MAY_BEGIN_ITEM:
                return text
            if not _is_bulleted(text):
                return plain(text)
        elif text[:1] not in _BLOCKS and not _MARKED.search(text):
            first, *others = _ANGLE.split(text)
            texts = [with_emoji(piece) for piece in (first, *others[1::2])]
            return _filled(texts, iter([self._angle(angle) for angle in others[::2]]), begins=True)
        if not text.isprintable():  # it has line ends or control characters
            text = without_control(text.replace("\r\n", "\n").replace("\r", "\n"))
        if text[:1] not in _QUOTES and "\n>" not in text and "\n&gt;" not in text:
            return self._pieces(text)
        return stacked(self._quoted(text))

    def _quoted(self, text: str) -> Iterator[str]:
        """Yield the text before a mark that quotes all the rest, and that quotation."""
        fences, counted = 0, 0
        for match in _ALL_QUOTED.finditer(text):
            fences += text.count("```", counted, match.start())
            counted = match.start()
            if fences % 2 == 0:
                yield self._pieces(text[: match.start()].rstrip("\n")) if match.start() else ""
                yield quote(self._pieces(text[match.end() :]))
                return
        yield self._pieces(text)

    def name(self, user: str) -> str:
        """Return the name of a user; empty if it is unknown."""
        return self._people.get(user, "")

    def mention(self, user: str, label: str = "") -> str:
        """Return the neutral reference to a user."""
        mention = self._mentions.get(user)
        if mention is None:
            name = self._people.get(user) or label.lstrip("@") or user
            mention = self._mentions[user] = reference(f"@{name}", self._person_key(user))
        return mention

    def place(self, channel: str, label: str = "") -> str:
        """Return the neutral reference to a channel, or its name alone if it was not imported."""
        name = self._places.get(channel)
        if not name:
            return plain(f"#{label or '…'}") if name is None else "#…"
        return reference(f"#{name}", self._place_key(channel))

    def group(self, group: str, label: str = "") -> str:
        """Return the name of a user group, or the word for one if only its id is known: it notifies nobody."""
        return escaped(self.group_name(group, label))

    def group_name(self, group: str, label: str = "") -> str:
        """Return the name of a user group as plain text."""
        return f"@{(label or self.groups.get(group, '')).lstrip('@') or self.words(GROUP)}"

    # -- blocks of lines -----------------------------------------------------------------------------------------------

    def _pieces(self, text: str) -> str:
        if "```" not in text:
            return self._lines(text, ()) if "\n" in text or text[:1] in _BLOCKS else self._inline(text)
        codes = _FENCE.findall(text)
        return self._lines(_FENCE.sub(_CODE, text), codes) if codes else self._lines(text, ())

    def _lines(self, text: str, codes: Iterable[str]) -> str:
        """Return lines with their quotations; a block of code belongs to the quotation in whose line it begins."""
        remaining = iter(codes)
        parts = (
            quote(self._section(map(_unquoted, lines), remaining, quoted=True))
            if quoted
            else self._section(lines, remaining)
            for quoted, lines in groupby(text.split("\n"), key=_is_quoted)
        )
        return below(parts)

    def _section(self, lines: Iterable[str], codes: Iterator[str], *, quoted: bool = False) -> str:
        text = "\n".join(lines)
        return self._coded(text, codes, quoted) if _CODE in text else self.outlined(text.split("\n"), self._inline)

    def _coded(self, text: str, codes: Iterator[str], quoted: bool) -> str:
        pieces: list[str] = []
        for number, piece in enumerate(text.split(_CODE)):
            if number:
                typed = next(codes)
                pieces.append(fence(self.verbatim((_uncited(typed) if quoted else typed).strip("\n"))))
            if piece.strip():
                lines = piece.removeprefix("\n").removesuffix("\n").split("\n")
                pieces.append(self.outlined(lines, self._inline))
        return stacked(pieces)

    def outlined(self, lines: Iterable[str], inline: Callable[[str], str]) -> str:
        """Return typed lines with their lists as Markdown; ``inline`` converts a line."""
        return "\n".join(Outline(inline, _BULLETS).lines(lines))

    # -- inside a line -------------------------------------------------------------------------------------------------

    def _inline(self, line: str) -> str:
        if "<" not in line and "`" not in line:
            return self._styled(with_emoji(line), iter(()), frozenset(_STYLES), begins=True)
        pieces = _ATOM.split(line)
        atoms = iter([self._atom(typed, angle) for typed, angle in zip(pieces[1::3], pieces[2::3], strict=True)])
        return self._styled(with_emoji(_HOLE.join(pieces[::3])), atoms, frozenset(_STYLES), begins=True)

    def _styled(self, text: str, atoms: Iterator[str], marks: frozenset[str], *, begins: bool) -> str:
        """Return a text with its styles. A style may contain the others but not itself, so at most three are nested."""
        line = Assembly()
        start = 0
        for first, last in _pairs(text, marks):
            line.add(_filled(text[start:first].split(_HOLE), atoms, begins=begins and not start))
            mark = _mark(text, first, last)
            line.add(mark)
            line.add(self._styled(text[first + 1 : last], atoms, marks - {text[first]}, begins=False))
            line.add(mark)
            start = last + 1
        line.add(_filled(text[start:].split(_HOLE), atoms, begins=begins and not start))
        return line.text()

    def _atom(self, typed: str | None, angle: str) -> str:
        return self._angle(angle) if typed is None else code(self.verbatim(typed))

    def _angle(self, angle: str) -> str:
        inner, _, label = angle.partition("|")
        sign = inner[:1]
        if sign == "@":
            return self.mention(inner[1:], unescape(label))
        if sign == "#":
            return self.place(inner[1:], unescape(label).lstrip("#"))
        if sign == "!":
            words = self._special(inner[1:], unescape(label))
            url = _linked(inner)
            return address(unescape(url), words) if url else escaped(words)
        return address(unescape(inner), unescape(label))

    def verbatim(self, text: str) -> str:
        """Return code as a person typed it: Slack wraps addresses and mentions even there."""
        return unescape(_ATOM.sub(self._typed, text) if "<" in text else text)

    def _typed(self, match: re.Match[str]) -> str:
        if match[1] is not None:
            return f"`{self.verbatim(match[1])}`"
        inner, _, label = match[2].partition("|")
        sign, rest = inner[:1], inner[1:]
        if sign == "@":
            return f"@{self._people.get(rest) or label.lstrip('@') or rest}"
        if sign == "#":
            name = self._places.get(rest)
            return f"#{label or '…'}" if name is None else f"#{name or '…'}"
        return self._special(rest, label) if sign == "!" else without_secrets(label or inner)

    def _special(self, inner: str, label: str) -> str:
        return label or f"@{self.words(GROUP)}" if inner.startswith("subteam^") else special(inner, label)


def _is_quoted(line: str) -> bool:
    return line[:1] in _QUOTES and _QUOTED.match(line) is not None


def _unquoted(line: str) -> str:
    return _QUOTED.sub("", line, count=1)


def _uncited(code: str) -> str:
    """Return code in a quotation without the quotation marks of its lines, if each line has one."""
    first, *others = code.split("\n")
    return "\n".join([first, *map(_unquoted, others)]) if all(map(_is_quoted, filter(str.strip, others))) else code


def _pairs(text: str, marks: frozenset[str]) -> Iterator[tuple[int, int]]:
    """Yield the positions at which Slack opens and closes the outermost styles."""
    positions = [match.start() for match in _MARK.finditer(text)] if any(map(text.__contains__, marks)) else []
    edges = {mark: iter([at for at in positions if text[at] == mark and not _is_within(text, at)]) for mark in marks}
    ahead = dict.fromkeys(marks, -1)
    end = -1
    for first in positions:
        mark = text[first]
        if first <= end or mark not in marks or not _opens(text, first):
            continue
        # Only the next mark of the same kind may close it, as in Slack.
        while ahead[mark] <= first:
            ahead[mark] = next(edges[mark], len(text))
        last = ahead[mark]
        if last < len(text) and last > first + 1 and _closes(text, last):
            yield first, last
            end = last


def _is_within(text: str, at: int) -> bool:
    return 0 < at < len(text) - 1 and _is_word(text[at - 1]) and _is_word(text[at + 1])


def _opens(text: str, at: int) -> bool:
    before, after = text[at - 1 : at], text[at + 1 : at + 2]
    return not (_is_word(before) or before in _AROUND or after in ("", text[at]) or after.isspace())


def _closes(text: str, at: int) -> bool:
    before, after = text[at - 1], text[at + 1 : at + 2]
    return not (before.isspace() or before == text[at] or _is_word(after) or after in _BESIDE)


def _is_word(character: str) -> bool:
    return character.isalnum() or character == "_"


def _mark(text: str, first: int, last: int) -> str:
    """Return the mark of a style, or an empty text if CommonMark would show the mark."""
    around = text[first - 1 : first] or " ", text[last + 1 : last + 2] or " "
    before, after = ("a" if character == _HOLE else character for character in around)  # atoms count as words
    opening, closing = text[first + 1], text[last - 1]
    style = _STYLES[text[first]]
    return MARKS[style] if can_stand(style, before, opening, closing, after) else ""


def _filled(texts: list[str], atoms: Iterator[str], *, begins: bool) -> str:
    """Join plain texts with an atom after each but the last."""
    line = Assembly()
    line.add((whole_line if begins else escaped)(unescape(texts[0])))
    for text in texts[1:]:
        line.add(next(atoms))
        line.add(escaped(unescape(text)))
    return line.text()


def _linked(inner: str) -> str:
    """Return the address of a date (``!date^1700000000^{date}^https://…``); empty if it has none."""
    parts = inner.split("^", 3) if inner.startswith("!date^") else []
    return parts[3] if len(parts) > 3 and _SCHEME.match(parts[3]) else ""


def special(inner: str, label: str) -> str:
    """Return the plain words of ``<!here>`` or ``<!date^1700000000^…|14 novembre>``."""
    word, _, rest = inner.partition("^")
    if word == "date":
        return label or _moment(rest.partition("^")[0])
    return f"@{word}" if word in ("here", "channel", "everyone") else label or word


def _moment(seconds: str) -> str:
    try:
        return datetime.fromtimestamp(int(seconds), UTC).strftime("%Y-%m-%d %H:%M UTC")
    except (ValueError, OverflowError, OSError):
        return seconds


def address(url: str, label: str) -> str:
    """Return a link as Markdown without secrets; an address that is unsafe to open stays text."""
    url = without_secrets(url)
    if not _SCHEME.match(url):
        return plain(f"{label} ({url})" if label and label != url else url)
    if url.lower().startswith("mailto:") and label in ("", url[7:]):
        return link("", url) if not label else link(plain(label), url)
    if label in ("", url) or url in (f"https://{label}", f"http://{label}"):
        return link("", url)
    return link(plain(label.replace("\n", " ")), url)
