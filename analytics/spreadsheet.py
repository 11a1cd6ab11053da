"""Figures as CSV for spreadsheets, with the separators of the reader's language and no cell that runs as a formula."""

from __future__ import annotations

import re

import pandas as pd

_BOM = "\ufeff"  # a spreadsheet recognises UTF-8 by it
_SIGNS = "=+\\-@\N{FULLWIDTH EQUALS SIGN}\N{FULLWIDTH PLUS SIGN}\N{FULLWIDTH HYPHEN-MINUS}\N{FULLWIDTH COMMERCIAL AT}"
_SIGNS += "\N{SMALL PLUS SIGN}\N{SMALL HYPHEN-MINUS}\N{SMALL EQUALS SIGN}\N{SMALL COMMERCIAL AT}\N{MINUS SIGN}"
#: Characters that a spreadsheet skips before a formula: spaces, controls, and signs of zero width or of direction.
_BLANK = "\\s\\x00-\\x1f\\x7f-\\x9f\\xad\u180e\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff"
#: A formula may stand at the beginning of a text, or after what another spreadsheet takes for the end of a cell. The
#: possessive ``*+`` matches all blanks before the sign at once, so that no text is scanned twice.
_FORMULA = re.compile(f'(^|[;,|"])([{_BLANK}"\']*+)([{_SIGNS}]?)')
_CONTROL = re.compile("[\\x00-\\x1f\\x7f-\\x9f\u2028\u2029]+")  # tabs and line ends begin a cell or a line elsewhere


def as_csv(cells: pd.DataFrame, language: str) -> str:
    """Return one line for each cell, below the columns' names; hidden values are empty.

    Args:
        cells: published cells.
        language: for French, columns are separated by semicolons and decimals by a comma, as a French spreadsheet
            expects.
    """
    safe = cells.copy()
    for name in safe.columns:
        safe[name] = [harmless(value) if isinstance(value, str) else value for value in safe[name]]
    french = language == "fr"
    text = safe.to_csv(index=False, sep=";" if french else ",", decimal="," if french else ".")
    return _BOM + text if french or not text.isascii() else text


def harmless(text: str) -> str:
    """Return the text on one line, with an apostrophe before everything that a spreadsheet could take for a formula.

    A text that begins with a tab or a line end gets one as well, because some spreadsheets strip them first.
    """
    apostrophe = "'" if _CONTROL.match(text) else ""
    return apostrophe + _FORMULA.sub(_escaped, _CONTROL.sub(" ", text))


def _escaped(beginning: re.Match[str]) -> str:
    """Return the beginning of a formula with an apostrophe at each place where its cell could begin."""
    before = beginning[2].replace('"', "\"'")
    return f"{beginning[1]}'{before}{beginning[3]}" if beginning[3] else beginning[0]
