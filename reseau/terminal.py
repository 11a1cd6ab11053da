"""Foreign text on a terminal: plain, on one line, and without characters that control it."""

from __future__ import annotations

from reseau.markup.visible import marked

LONGEST = 200


def printable(text: str, most: int = LONGEST) -> str:
    """Return a text for one line: invisible characters are replaced, and a long text is cut."""
    text = marked(text)
    return text if len(text) <= most else f"{text[: most - 1]}…"


def printable_lines(text: str) -> str:
    """Return our own lines that contain foreign text, line by line."""
    return "\n".join(printable(line, len(line)) for line in text.split("\n"))
