"""Foreign text on a terminal: plain, on one line, and nothing that the terminal would obey."""

from __future__ import annotations

from reseau.markup.visible import marked

LONGEST = 200


def printable(text: str, most: int = LONGEST) -> str:
    """Return a name, a path or a detail as a line shows it: a sign for each unseen character, cut where it is long."""
    text = marked(text)
    return text if len(text) <= most else f"{text[: most - 1]}…"


def printable_lines(text: str) -> str:
    """Return lines of ours that hold text of others."""
    return "\n".join(printable(line, len(line)) for line in text.split("\n"))
