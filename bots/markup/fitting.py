"""Lengths as the platforms count them, and shortening of cards that would be too long."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from bots.card import Button, Card, Items, Quote, Text
from reseau.i18n import Words
from reseau.markup.visible import one_line, visible

LONGEST_LINE = 2000  # of a button, in units: Slack's limit, and more than anyone would type
_SHOWN = 60
_FRAME = 150  # units of a button besides its words
_MOST_BUTTONS = 25
_MOST_TYPED = 3

_SHORT = 4000  # characters that are drawn in a few milliseconds

Element = dict[str, Any]
Made = TypeVar("Made")


@dataclass(frozen=True, slots=True)
class Group:
    """Elements of a card that are shown together or not at all.

    Attributes:
        counted: whether it is an item of a list, which « … and 3 more » counts.
        endless: whether it stands for the rest of a text that fits on no card.
    """

    elements: tuple[Element, ...]
    counted: bool = False
    endless: bool = False


def units(text: str) -> int:
    """Return the length as JavaScript counts it: an emoji is two units."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def shortened(text: str, most: int) -> str:
    """Shorten to at most ``most`` units, between words if possible, and end a shortened text with an ellipsis."""
    text = visible(text)
    if units(text) <= most:
        return text
    cut = text[: most - 1]
    while units(cut) > most - 1:
        cut = cut[: most - 1 - units(cut)]
    gap = max(cut.rfind(" "), cut.rfind("\n"))
    return (cut[:gap] if gap > len(cut) // 2 else cut).rstrip(" \n,;:.") + "…"


def kept(groups: Sequence[Group], fits: Callable[[Sequence[Group]], bool]) -> tuple[list[Group], int, bool]:
    """Return the first groups that fit.

    Args:
        groups: the groups of a card.
        fits: whether these groups fit, with the notes that must be added.

    Returns:
        The groups that fit, the number of list items left out, and whether anything else is left out.
    """
    least, most = 0, next((at for at, group in enumerate(groups) if group.endless), len(groups))
    if most == len(groups) and fits(groups):  # nearly every card
        return list(groups), 0, False
    while least < most:
        middle = (least + most + 1) // 2
        if fits(groups[:middle]):
            least = middle
        else:
            most = middle - 1
    left = groups[least:]
    return list(groups[:least]), sum(group.counted for group in left), any(not group.counted for group in left)


def left_out(t: Words, counted: int, others: bool) -> str:
    """The note about blocks that do not fit on a card, in its longest form if there are ``others``."""
    if counted and not others:
        return t.plural("… and {count} more", "… and {count} more", counted)
    return t("… The rest is not shown here.")


def laid_out(buttons: Sequence[Button], most: int) -> tuple[list[Button], list[Button]]:
    """The buttons that can be pressed, and the first of those that must be typed instead.

    Args:
        buttons: those of a card.
        most: the greatest total of units of their lines.
    """
    pressed: list[Button] = []
    typed: list[Button] = []
    for button in buttons:
        most -= units(json.dumps([button.label, button.line], ensure_ascii=False)) + _FRAME
        fits = most >= 0 and len(pressed) < _MOST_BUTTONS and pressable(button)
        (pressed if fits else typed).append(button)
    return [candidate for candidate in pressed if candidate.line.strip()], typed[:_MOST_TYPED]


async def beside(make: Callable[[], Made], texts: Sequence[str]) -> Made:
    """The result of ``make``: called at once for short texts, else in a thread, so that the event loop goes on."""
    return make() if sum(map(len, texts)) < _SHORT else await asyncio.to_thread(make)


def texts_of(card: Card) -> list[str]:
    """The texts of a card that may be long."""
    texts: list[str] = []
    for block in card.blocks:
        match block:
            case Text():
                texts.append(block.markdown)
            case Quote(text):
                texts.append(text)
            case Items(items):
                texts.extend(item.text for item in items)
            case _:
                pass
    return texts


def pressable(button: Button) -> bool:
    """Whether a platform can carry the line of a button."""
    return units(button.line) <= LONGEST_LINE


def to_type(t: Words, button: Button) -> str:
    """The words in place of a button that cannot be pressed."""
    label, line = (shortened(one_line(words), _SHOWN) for words in (button.label, button.line))
    return t("“{label}” is too long for a button. Type: {line}", label=label, line=line)
