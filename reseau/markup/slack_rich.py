"""Slack's rich text, which the composer writes, as the network's own text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from reseau.foreign import dicts, number, part, word
from reseau.markup.emoji import emoji, from_code_points
from reseau.markup.locator import without_secrets_in
from reseau.markup.markdown import DEEPEST, code, escaped, fence, line as whole_line, quote, stacked, without_control
from reseau.markup.runs import BOLD, ITALIC, NO_STYLES, STRIKE, Run, marked
from reseau.markup.slack import MAY_BEGIN_ITEM, SlackMarkup, address, special
from reseau.markup.slack_json import Fields, texts_in

_STYLES = (BOLD, ITALIC, STRIKE)
_REST = "\x1a"  # replaces the rest of a line after the plain words at its start


class RichText:
    """Converts rich text with the markup (people, channels) of a workspace. Never raises."""

    def __init__(self, markup: SlackMarkup) -> None:
        self._markup = markup
        self.silent: list[str] = []  # kinds of elements without words

    def text(self, block: Fields) -> str:
        """Return the Markdown of a ``rich_text`` block."""
        elements = dicts(block.get("elements"))
        words = _only_words(elements)
        if words is not None:
            words = without_secrets_in(without_control(words))
            if "\n" not in words and words[:1] not in MAY_BEGIN_ITEM:
                return whole_line(words)  # a short cut: the code below gives the same
        return stacked(self._parts(elements))

    def _parts(self, elements: Iterable[Fields]) -> Iterator[str]:
        columns: list[int] = []  # the column of the words of an item, by its depth
        quoted: list[str] = []  # the texts of a quotation that may go on
        bordered = False
        for element in elements:
            border = number(element, "border") > 0
            within = border or element.get("type") == "rich_text_quote"
            if any(quoted) and not (border or (within and bordered)):
                yield quote(stacked(quoted))
                quoted = []
            bordered = border
            text = self._list(element, columns) if _is_list(element) else self._element(element)
            if not _is_list(element):
                columns.clear()
            if within:
                quoted.append(text)
            else:
                yield text
        if any(quoted):
            yield quote(stacked(quoted))

    def _element(self, element: Fields) -> str:
        leaves = dicts(element.get("elements"))
        match element.get("type"):
            case "rich_text_preformatted":
                return fence(without_control("".join(map(self._typed, leaves))).strip("\n"))
            case "rich_text_quote" | "rich_text_section":
                return self._lines(leaves)
        return self._words(element)

    def _list(self, element: Fields, columns: list[int]) -> str:
        depth = min(number(element, "indent"), DEEPEST - 1, len(columns))
        del columns[depth + 1 :]
        inset = columns[depth - 1] if depth else 0
        lines = []
        mark = "-"
        for position, item in enumerate(dicts(element.get("elements")), number(element, "offset") + 1):
            if element.get("style") == "ordered":
                mark = f"{position}." if position < 10**9 else "-"
            column = inset + len(mark) + 1
            text = self._element(item)
            text = quote(text) if item.get("type") == "rich_text_quote" else text
            text = text.replace("\n", "\n" + " " * column)
            lines.append(f"{' ' * inset}{mark} {text}")
        del columns[depth:]
        columns.append(inset + len(mark) + 1)
        return "\n".join(lines)

    # -- lines ---------------------------------------------------------------------------------------------------------

    def _lines(self, leaves: Iterable[Fields]) -> str:
        lines: list[list[Run]] = [[]]
        for leaf in leaves:
            first, *others = self._runs(leaf)
            lines[-1] += first
            lines += others
        return self._outlined(lines).strip("\n")

    def _outlined(self, lines: list[list[Run]]) -> str:
        """Return lines of runs with the lists that were typed in them."""
        rests: list[list[Run]] = []
        typed = []
        for runs in lines:
            start = 0
            while start < len(runs) and not runs[start].styles and not runs[start].atom:
                start += 1
            words = "".join(run.text for run in runs[:start])
            typed.append(words + _REST if runs[start:] else words)
            rests.append(runs[start:])
        following = iter(rests)
        return self._markup.outlined(typed, lambda words: marked([Run(words.removesuffix(_REST)), *next(following)]))

    # -- leaves of a line ----------------------------------------------------------------------------------------------

    def _runs(self, leaf: Fields) -> list[list[Run]]:
        """Return a leaf as runs, by line."""
        styles = _styles(leaf)
        if leaf.get("type") != "text":
            return [[Run(" ".join(self._leaf(leaf).split("\n")), styles, atom=True)]]
        lines = without_secrets_in(without_control(word(leaf, "text"))).split("\n")
        if part(leaf, "style").get("code"):
            return [_coded(line, styles) for line in lines]
        return [[Run(line, styles)] for line in lines]

    def _leaf(self, leaf: Fields) -> str:
        markup = self._markup
        match leaf.get("type"):
            case "link":
                return address(word(leaf, "url"), without_control(word(leaf, "text")))
            case "user" if word(leaf, "user_id"):
                return markup.mention(word(leaf, "user_id"))
            case "channel":
                return markup.place(word(leaf, "channel_id"))
            case "emoji":
                return escaped(_emoji(leaf))
            case "broadcast":
                return escaped(f"@{word(leaf, 'range')}")
            case "usergroup":
                return markup.group(word(leaf, "usergroup_id"))
            case "color":
                return escaped(word(leaf, "value"))
            case "date":
                url = word(leaf, "url")
                return address(url, _date(leaf)) if url else escaped(_date(leaf))
        return self._words(leaf)

    def _typed(self, leaf: Fields) -> str:
        """Return a leaf as plain text, for code."""
        typed = word(leaf, "text") or word(leaf, "url")
        match leaf.get("type"):
            case "date":
                return _date(leaf)
            case "emoji":
                return _emoji(leaf)
            case "user" if word(leaf, "user_id"):
                return self._markup.verbatim(f"<@{leaf['user_id']}>")
            case "channel" if word(leaf, "channel_id"):
                return self._markup.verbatim(f"<#{leaf['channel_id']}>")
            case "broadcast":
                return f"@{word(leaf, 'range')}"
            case "usergroup":
                return self._markup.group_name(word(leaf, "usergroup_id"))
        return without_secrets_in(typed or " ".join(texts_in(leaf)))

    def _words(self, value: Fields) -> str:
        """Return the text of an element of an unknown kind."""
        words = escaped(" ".join(without_secrets_in(without_control(text)) for text in texts_in(value)))
        if not words.strip():
            self.silent.append(word(value, "type"))
        return words


def _only_words(elements: list[Fields]) -> str | None:
    """Return the text of a block that is a single section of plain text, as most are; ``None`` for any other."""
    if len(elements) != 1 or elements[0].get("type") != "rich_text_section" or "border" in elements[0]:
        return None
    leaves = elements[0].get("elements")
    if not isinstance(leaves, list) or len(leaves) != 1 or not isinstance(leaves[0], dict):
        return None
    leaf = leaves[0]
    if leaf.get("type") != "text" or leaf.get("style"):
        return None
    return word(leaf, "text")


def _coded(line: str, styles: frozenset[str]) -> list[Run]:
    """Return code as runs, with the spaces at its edges outside of it."""
    bare = line.strip()
    if not bare:
        return [Run(line)]
    start = line.index(bare)
    return [Run(line[:start]), Run(code(bare), styles, atom=True), Run(line[start + len(bare) :])]


def _is_list(element: Fields) -> bool:
    return element.get("type") == "rich_text_list"


def _styles(leaf: Fields) -> frozenset[str]:
    style = part(leaf, "style")
    return frozenset(name for name in _STYLES if style.get(name)) if style else NO_STYLES


def _emoji(leaf: Fields) -> str:
    """Return an emoji; a company's own keeps its name."""
    name, _, tone = word(leaf, "name").partition("::skin-tone-")
    tone = tone or str(number(leaf, "skin_tone") or "")
    sign = from_code_points(word(leaf, "unicode"))
    toned = emoji(name, tone) if tone else ""
    # Some clients give the skin tone only beside the emoji.
    return toned if len(toned) > len(sign) else sign or emoji(name) or f":{name}:"


def _date(leaf: Fields) -> str:
    moment = leaf.get("timestamp")
    digits = f"{moment:.0f}" if isinstance(moment, int | float) else word(leaf, "timestamp")
    return special(f"date^{digits}", word(leaf, "fallback"))
