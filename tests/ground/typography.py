"""Faults of French typography."""

from __future__ import annotations

import re

NARROW, WIDE = "\N{NARROW NO-BREAK SPACE}", "\N{NO-BREAK SPACE}"

# Faults of French typography: mark, pattern, correction.
FAULTS = {
    "a straight apostrophe": re.compile(r"\w'\w"),
    "straight quotes": re.compile(r'(?<![=\\])"\w[^"]*\w"'),
    "no narrow space before ; ? !": re.compile(rf"(?<=[A-Za-zÀ-ÿ»)…])[;?!](?=\s|$)|[ {WIDE}][;?!](?=\s|$)"),
    "no no-break space before :": re.compile(rf"[\w»)] ?:(?=\s|$)|{NARROW}:(?=\s)"),
    "no no-break space inside « »": re.compile(rf"«[^{NARROW}{WIDE}]|[^{NARROW}{WIDE}]»"),
    "no no-break space before %": re.compile(r"[\d}] ?%"),
    "three points for an ellipsis": re.compile(r"\.\.\."),
}


def faults(text: str) -> list[str]:
    """Return the faults in a French text, except in code between backquotes and names of emoji."""
    prose = re.sub(r"`[^`]*`|\{[^}]*\}|:[a-z_]+:", "x", text)
    percents = FAULTS["no no-break space before %"].search(text)
    return [name for name, fault in FAULTS.items() if fault.search(prose) or (name.endswith("%") and percents)]
