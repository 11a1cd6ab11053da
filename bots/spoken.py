"""A card in plain words: for notifications, readers aloud, and clients that show no card."""

from __future__ import annotations

from bots.card import Block, Card, Fields, Item, Items, Quote, Text
from bots.markup.tree import Cited, read
from bots.markup.wording import worded

_READ = 12_000  # characters of a text that are looked at: platforms show a notification's first 3,000 at most


def of_card(card: Card) -> str:
    """Everything a card says but its buttons, a line each."""
    lines = [card.title, *(_block(block) for block in card.blocks), card.footer]
    return "\n".join(line for line in lines if line.strip())


def of_text(markdown: str) -> str:
    """The beginning of a text without its markup."""
    return worded(read(markdown[:_READ]))


def _item(item: Item) -> str:
    words = of_text(item.text)
    named = (item.code, item.reason, words) if item.whole else (item.code, words, item.reason)
    return " ".join(part for part in named if part)


def _block(block: Block) -> str:
    match block:
        case Text():
            return of_text(block.markdown)
        case Fields(fields):
            return "\n".join(f"{one.label} – {one.value}" for one in fields)
        case Items(items, heading):
            lines = [_item(item) for item in items]
            return "\n".join((heading, *lines)).strip()
        case Quote(text, author):
            return f"{author}\n{worded((Cited(read(text[:_READ])),))}".strip()
