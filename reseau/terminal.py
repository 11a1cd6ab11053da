"""Foreign text on a terminal: plain, on one line, and nothing that the terminal would obey."""

from __future__ import annotations

from reseau.markup.visible import marked

LONGEST = 200


def printable(text: str, most: int = LONGEST) -> str:
    """Return a text for one line: a sign for each invisible character, cut if it is too long."""
    text = marked(text)
    return text if len(text) <= most else f"{text[: most - 1]}…"


def printable_lines(text: str) -> str:
    """Return our own lines that contain foreign text, line by line."""
    return "\n".join(printable(line, len(line)) for line in text.split("\n"))
