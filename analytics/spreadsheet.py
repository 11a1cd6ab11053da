"""Figures as a spreadsheet opens them: the separators of the reader's language, and no cell that runs as a formula."""

from __future__ import annotations

import re

import pandas as pd

_BOM = "\ufeff"  # by which a spreadsheet knows UTF-8
_SIGNS = "=+\\-@\N{FULLWIDTH EQUALS SIGN}\N{FULLWIDTH PLUS SIGN}\N{FULLWIDTH HYPHEN-MINUS}\N{FULLWIDTH COMMERCIAL AT}"
_SIGNS += "\N{SMALL PLUS SIGN}\N{SMALL HYPHEN-MINUS}\N{SMALL EQUALS SIGN}\N{SMALL COMMERCIAL AT}\N{MINUS SIGN}"
#: Blanks that a spreadsheet passes over before a formula: spaces, controls, signs of no width or of direction.
_BLANK = "\\s\\x00-\\x1f\\x7f-\\x9f\\xad\u180e\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff"
#: A formula may stand at the beginning of a text, or after what another spreadsheet takes for the end of a cell.
#: What stands before its sign is taken whole, with or without a sign behind it, so that it is looked through once.
_FORMULA = re.compile(f'(^|[;,|"])([{_BLANK}"\']*+)([{_SIGNS}]?)')
_CONTROL = re.compile("[\\x00-\\x1f\\x7f-\\x9f\u2028\u2029]+")  # tabs and line ends begin a cell or a line elsewhere


def as_csv(cells: pd.DataFrame, language: str) -> str:
    """One line a cell, with the columns' own names; what is not shown is empty.

    Args:
        cells: published ones.
        language: in French, semicolons part the columns and a comma the decimals, as a French spreadsheet expects.
    """
    safe = cells.copy()
    for name in safe.columns:
        safe[name] = [harmless(value) if isinstance(value, str) else value for value in safe[name]]
    french = language == "fr"
    text = safe.to_csv(index=False, sep=";" if french else ",", decimal="," if french else ".")
    return _BOM + text if french or not text.isascii() else text


def harmless(text: str) -> str:
    """The text on one line, as a cell that no spreadsheet takes for a formula: what could begin one has an apostrophe.

    A text that begins with a tab or a line end gets one as well, for some spreadsheets take it away first.
    """
    begun = "'" if _CONTROL.match(text) else ""
    return begun + _FORMULA.sub(_marked, _CONTROL.sub(" ", text))


def _marked(beginning: re.Match[str]) -> str:
    """The beginning of a formula with an apostrophe behind whatever could be the beginning of its cell."""
    before = beginning[2].replace('"', "\"'")
    return f"{beginning[1]}'{before}{beginning[3]}" if beginning[3] else beginning[0]
