"""The console: the network in a terminal or a pipe, with plain text, colour if possible, and numbered buttons."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TextIO

from bots.card import Block, Button, Card, Field, Fields, Item, Items, Quote, Text
from bots.markup.tree import BOLD, CODE, Run, read
from bots.markup.wording import worded
from reseau.folding import fold
from reseau.markup.visible import visible

_NARROWEST = 20
#: Placeholders around bold text and code until the lines are wrapped; texts never contain these characters.
_STYLES = {BOLD: ("\x01", "\x02"), CODE: ("\x03", "\x04")}
_STYLED = re.compile("([\x01\x03])([^\x01-\x04]*)[\x02\x04]")


@dataclass(frozen=True, slots=True)
class Look:
    """The style in which a card is drawn.

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
        """Highlight text that can be typed: numbers of contents and of buttons."""
        return f"\x1b[36m{text}\x1b[0m" if self.colour and text else text

    @property
    def colon(self) -> str:
        return "\N{NO-BREAK SPACE}: " if self.language == "fr" else ": "


class Console:
    """A terminal. Everything that it shows is private to the person who uses it."""

    name = "console"

    def __init__(self, out: TextIO, look: Look) -> None:
        self._out = out
        self._look = look
        self._shown = 0

    def show(self, card: Card) -> str:
        """Write the card, after an empty line if it is not the first."""
        if self._shown:
            self._out.write("\n")
        self._shown += 1
        self._out.write(render(card, self._look) + "\n")
        self._out.flush()
        return str(self._shown)

    def change_language(self, language: str) -> None:
        self._look = replace(self._look, language=language)


def pressed(line: str, buttons: tuple[Button, ...]) -> str:
    """The line of a numbered button among those last shown; any other line as it is."""
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
        case Text():
            yield from _read(block.markdown, look)
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
            yield from (look.dim("│ ") + line for line in _read(text, look, indent=2))


def _field(field: Field, look: Look) -> Iterator[str]:
    label = clean(field.label) + look.colon
    lines = _wrapped(label + field.value, look, indent=2)
    yield look.dim(label) + lines[0][len(label) :] if lines[0].startswith(label) else lines[0]
    yield from ("  " + line for line in lines[1:])


def _item(item: Item, look: Look) -> Iterator[str]:
    code = clean(item.code)
    lead = f"{code} " if code else ""
    # What pressing does other than showing the item has to be typed here.
    pressing = f"{item.label}{look.colon}{item.line}" if item.label and item.line else ""
    notes = " · ".join(part for part in (item.reason, pressing) if part)
    reason = [look.dim(line) for line in _wrapped(notes, look, indent=4)] if notes else []
    if item.whole:
        first, *others = [*reason, *_read(item.text, look, indent=4)]
    else:
        first, *others = [*_read(item.text, look, indent=4, lead=len(lead)), *reason]
    yield f"  {look.key(lead)}{first}"
    yield from ("    " + line for line in others)


def _button(number: int, button: Button, look: Look) -> str:
    label = clean(button.label)
    if look.numbered:
        return f"{look.key(f'[{number}]')} {label}"
    line = " ".join(clean(button.line).split())
    return look.key(line) if fold(label) == fold(line) else f"{label}{look.colon}{look.key(line)}"


def _read(markdown: str, look: Look, indent: int = 0, lead: int = 0) -> list[str]:
    """A text in wrapped lines, with bold text and code styled, also across line ends.

    Args:
        lead: characters before the first line.
    """

    def dressed(run: Run) -> str:
        text = clean(run.text)
        style = next((style for style in _STYLES if style in run.styles), "")
        return f"{_STYLES[style][0]}{text}{_STYLES[style][1]}" if style and look.colour and text else text

    # The lead is filled with a character that is not a space: wrapping would leave its line empty before a long word.
    lines = _cut("\x05" * lead + worded(read(markdown), dressed), look, indent)
    text = "\n".join([lines[0][lead:], *lines[1:]])

    def painted(match: re.Match[str]) -> str:
        return look.bold(match[2]) if match[1] == _STYLES[BOLD][0] else look.key(match[2])

    return _STYLED.sub(painted, text).split("\n")


def _wrapped(text: str, look: Look, indent: int = 0) -> list[str]:
    """The lines of a text, wrapped to the terminal; typed line ends are kept."""
    return _cut(clean(text), look, indent)


def _cut(text: str, look: Look, indent: int) -> list[str]:
    width = max(look.width - indent, _NARROWEST)
    lines: list[str] = []
    for line in text.split("\n"):
        lines.extend(textwrap.wrap(line, width, break_on_hyphens=False, replace_whitespace=False) or [""])
    return lines


def clean(text: str) -> str:
    """The text without escape sequences and marks that change the direction of writing."""
    return visible(text).expandtabs(4)
