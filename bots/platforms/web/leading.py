"""Links from the lines of a card: a button that only shows something becomes a link to its own page."""

from __future__ import annotations

from bots.card import Card, Items
from bots.platforms.web.visit import Visit
from bots.speech import grammar
from bots.speech.parser import Numbered, Understood, parse
from reseau.settings.addresses import Addresses

_pages = Addresses()


def leads(visit: Visit, card: Card) -> dict[str, str]:
    """The pages that the lines of a card would show, by line; other lines are missing."""
    lines = [button.line for button in card.buttons]
    for block in card.blocks:
        if isinstance(block, Items):
            lines += [item.line for item in block.items]
    return {line: path for line in lines if line and (path := _path(visit, line))}


def _path(visit: Visit, line: str) -> str:
    parsed = parse(line, visit.commands, visit.settings.roots)
    if isinstance(parsed, Numbered):
        return _pages.content(parsed.code)
    if not isinstance(parsed, Understood):
        return ""
    text = parsed.arguments.text.strip()
    match parsed.command.id:
        case "show":
            code, _ = grammar.first_number(text)
            return _pages.content(code) if code else ""
        case "profile":
            return _pages.person(text[1:]) if text.startswith("@") else "" if text else _pages.person(visit.me.handle)
        case "feed":
            return "" if text or parsed.arguments.options else _pages.home
        case "communities":
            return "" if text else _pages.communities
        case _:
            return ""
