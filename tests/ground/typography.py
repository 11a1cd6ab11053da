"""French typography: what a text for readers must not have."""

from __future__ import annotations

import re

NARROW, WIDE = "\N{NARROW NO-BREAK SPACE}", "\N{NO-BREAK SPACE}"

# What French typography refuses: mark, the pattern of a fault, what should stand there.
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
    """The faults in a French text; code between backquotes and the name of an emoji are not French."""
    prose = re.sub(r"`[^`]*`|\{[^}]*\}|:[a-z_]+:", "x", text)
    percents = FAULTS["no no-break space before %"].search(text)
    return [name for name, fault in FAULTS.items() if fault.search(prose) or (name.endswith("%") and percents)]
