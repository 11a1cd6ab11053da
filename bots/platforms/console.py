"""The console: the network in a terminal or a pipe, with plain text, colour where it helps, and numbered buttons."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TextIO

from bots.card import Block, Button, Card, Field, Fields, Item, Items, Quote, Text
from reseau.folding import fold

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
_BOLD = re.compile(r"\*\*(.+?)\*\*", re.DOTALL)
_CODE = re.compile(r"`([^`]+)`")
_LINK = re.compile(r"(?<!!)\[([^\]\n]+)\]\((https?://[^)\s]+)\)")
_NARROWEST = 20


@dataclass(frozen=True, slots=True)
class Look:
    """How a card is drawn.

    Attributes:
        width: columns.
        colour: whether the terminal shows any.
        language: of the reader, for the space before a French colon.
        numbered: whether a button is pressed by its number; else the line to type instead is shown.
    """

    width: int = 80
    colour: bool = False
    language: str = "fr"
    numbered: bool = True

    def bold(self, text: str) -> str:
        return f"\x1b[1m{text}\x1b[0m" if self.colour and text else text

    def dim(self, text: str) -> str:
        return f"\x1b[2m{text}\x1b[0m" if self.colour and text else text

    def key(self, text: str) -> str:
        """What can be typed: numbers of contents and of buttons."""
        return f"\x1b[36m{text}\x1b[0m" if self.colour and text else text

    @property
    def colon(self) -> str:
        return "\N{NO-BREAK SPACE}: " if self.language == "fr" else ": "


class Console:
    """A terminal. Everything that it shows is private: one person sits before it."""

    name = "console"

    def __init__(self, out: TextIO, look: Look) -> None:
        self._out = out
        self._look = look
        self._shown = 0

    def show(self, card: Card) -> str:
        """Write the card; a line of its own parts it from the one before."""
        if self._shown:
            self._out.write("\n")
        self._shown += 1
        self._out.write(render(card, self._look) + "\n")
        self._out.flush()
        return str(self._shown)

    def change_language(self, language: str) -> None:
        self._look = replace(self._look, language=language)


def pressed(line: str, buttons: tuple[Button, ...]) -> str:
    """The line that a number stands for among the buttons last shown; any other line as it is."""
    number = line.strip()
    if number.isdecimal() and len(number) < 4 and 1 <= int(number) <= len(buttons):
        return buttons[int(number) - 1].line
    return line


def render(card: Card, look: Look) -> str:
    """The card as text: nothing in it can move the cursor or change the terminal."""
    parts = [[look.bold(line) for line in _wrapped(card.title, look)]]
    parts.extend(list(_block(block, look)) for block in card.blocks)
    if card.buttons:
        parts.append([_button(number, button, look) for number, button in enumerate(card.buttons, 1)])
    if card.footer:
        parts.append([look.dim(line) for line in _wrapped(card.footer, look)])
    return "\n".join("\n".join(lines) for lines in parts if lines)


def _block(block: Block, look: Look) -> Iterator[str]:
    match block:
        case Text(markdown):
            yield from _marked(_wrapped(_linked(markdown), look), look)
        case Fields(fields):
            for field in fields:
                yield from _field(field, look)
        case Items(items, heading):
            if heading:
                yield look.bold(clean(heading)) + look.colon.rstrip()
            for item in items:
                yield from _item(item, look)
        case Quote(text, author):
            name = f"{clean(author)}{look.colon.rstrip()}" if author else ""
            if name:
                yield look.dim(name)
            yield from (look.dim("│ ") + line for line in _wrapped(text, look, indent=2))


def _field(field: Field, look: Look) -> Iterator[str]:
    label = clean(field.label) + look.colon
    lines = _wrapped(label + field.value, look, indent=2)
    yield look.dim(label) + lines[0][len(label) :] if lines[0].startswith(label) else lines[0]
    yield from ("  " + line for line in lines[1:])


def _item(item: Item, look: Look) -> Iterator[str]:
    code = clean(item.code)
    lead = f"{code} " if code else ""
    wrapped = _wrapped(lead + _linked(item.text), look, indent=4)
    first, *others = _marked([wrapped[0].removeprefix(lead), *wrapped[1:]], look)
    yield f"  {look.key(lead)}{first}"
    yield from ("    " + line for line in others)
    if item.reason:
        yield from ("    " + look.dim(line) for line in _wrapped(item.reason, look, indent=4))


def _button(number: int, button: Button, look: Look) -> str:
    label = clean(button.label)
    if look.numbered:
        return f"{look.key(f'[{number}]')} {label}"
    line = " ".join(clean(button.line).split())
    return look.key(line) if fold(label) == fold(line) else f"{label}{look.colon}{look.key(line)}"


def _linked(text: str) -> str:
    """Links as words with their address behind them."""
    return _LINK.sub(r"\1 (\2)", text)


def _marked(lines: list[str], look: Look) -> list[str]:
    """Markdown's strong words and code as the terminal shows them, also where they go on in the next line."""
    text = _CODE.sub(lambda found: look.key(found.group(1)), "\n".join(lines))
    return _BOLD.sub(lambda found: look.bold(found.group(1)), text).split("\n")


def _wrapped(text: str, look: Look, indent: int = 0) -> list[str]:
    """The lines of a text, those that were typed kept apart, none wider than the terminal."""
    width = max(look.width - indent, _NARROWEST)
    lines: list[str] = []
    for line in clean(text).split("\n"):
        lines.extend(textwrap.wrap(line, width, break_on_hyphens=False, replace_whitespace=False) or [""])
    return lines


def clean(text: str) -> str:
    """The text without what a terminal obeys: escape sequences and marks that turn the writing around."""
    return _CONTROL.sub("", text.replace("\r\n", "\n").expandtabs(4))
