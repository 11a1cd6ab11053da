"""Text that somebody else chose, on a terminal: plain, on one line, and nothing that the terminal would obey."""

from __future__ import annotations

from unicodedata import category

#: Categories of what is not seen but acts: controls, marks that turn the writing round, halves of pairs, line ends.
_ACTING = frozenset(("Cc", "Cf", "Cs", "Zl", "Zp"))
_JOINING = "\u200c\u200d"  # they join letters and emoji, and do nothing else
LONGEST = 200


def shown(text: str, most: int = LONGEST) -> str:
    """A name, a path or a detail as a line shows it: a sign for each character that acts, cut where it is long."""
    if not text.isprintable():
        text = "".join("\ufffd" if _acts(letter) else letter for letter in text)
    return text if len(text) <= most else f"{text[: most - 1]}…"


def shown_lines(text: str) -> str:
    """Lines of ours that hold text of others."""
    return "\n".join(shown(line, len(line)) for line in text.split("\n"))


def _acts(letter: str) -> bool:
    return category(letter) in _ACTING and letter not in _JOINING
