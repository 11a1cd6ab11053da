"""A card in plain words: for notifications, screen readers, and clients that show no cards."""

from __future__ import annotations

from bots.card import Block, Card, Fields, Item, Items, Quote, Text
from bots.markup.tree import Cited, read
from bots.markup.wording import worded

LONGEST = 3000  # characters that a platform shows of a notification at most
_MARKED = 4  # characters of Markdown for one visible character, in a text full of marks


def of_card(card: Card, most: int = LONGEST) -> str:
    """The words of a card without its buttons, a line each, with at least ``most`` characters of each text."""
    lines = [card.title, *(_block(block, most) for block in card.blocks), card.footer]
    return "\n".join(line for line in lines if line.strip())


def of_text(markdown: str, most: int = LONGEST) -> str:
    """The beginning of a text without its markup, as of :func:`of_card`."""
    return worded(read(markdown[: most * _MARKED]))


def _item(item: Item, most: int) -> str:
    words = of_text(item.text, most)
    named = (item.code, item.reason, words) if item.whole else (item.code, words, item.reason)
    return " ".join(part for part in named if part)


def _block(block: Block, most: int) -> str:
    match block:
        case Text():
            return of_text(block.markdown, most)
        case Fields(fields):
            return "\n".join(f"{field.label} – {field.value}" for field in fields)
        case Items(items, heading):
            lines = [_item(item, most) for item in items]
            return "\n".join((heading, *lines)).strip()
        case Quote(text, author):
            return f"{author}\n{worded((Cited(read(text[: most * _MARKED])),))}".strip()
