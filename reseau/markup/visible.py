"""Visible characters: texts without characters that control a terminal, turn the direction or cannot be seen."""

from __future__ import annotations

import re
import unicodedata

#: Controls except tab and line end; marks, embeddings, overrides and isolates of direction; characters without width or
#: shape: fillers, tags, selectors of rare forms. Joiners stay: emoji and some scripts need them, and renderers insert
#: them to prevent a mention. The tags of a flag stay too, since they are captured.
_UNSEEN = re.compile(
    "(\U0001f3f4[\U000e0030-\U000e0039\U000e0061-\U000e007a]{1,6}\U000e007f)"
    "|[\x00-\x08\x0b-\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b\u200e"
    "\u200f\u202a-\u202e\u2061-\u206f\u3164\ufe00-\ufe0d\ufeff\uffa0\ufff0-\ufffb\ud800-\udfff\U0001bca0-\U0001bca3"
    "\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)
#: More marks above and below a letter than any language uses: they would cover the lines around it.
_PILED = re.compile(
    "([\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]{4})[\u0300-\u036f"
    "\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]+"
)
_BREAK = re.compile("[\t\n\r\x85\u2028\u2029]")
SIGN = "\N{REPLACEMENT CHARACTER}"
_LINE_END = re.compile("\r\n?|[\x85\u2028\u2029]")
#: Spaces that must not break, as French sets them, stay as they are.
_GAPS = re.compile(r"[ \t\n\u1680\u2000-\u200a\u205f\u3000]+")
_TURNING = re.compile("[\u202a-\u202e\u2066-\u2069]")


def visible(text: str) -> str:
    """Return a text without invisible characters and piles of accents; line ends stay."""
    if text.isascii() and text.isprintable():
        return text
    return _PILED.sub(r"\1", _UNSEEN.sub(r"\1", _LINE_END.sub("\n", text)))


def marked(text: str) -> str:
    """Return a text on one line, with a replacement character for each invisible character and each line end."""
    if text.isprintable() and text.isascii():
        return text
    return _PILED.sub(r"\1", _BREAK.sub(SIGN, _UNSEEN.sub(lambda match: match[1] or SIGN, text)))


def one_line(text: str) -> str:
    """Return the visible characters of a short text on one line."""
    if text.isascii() and text.isprintable() and "  " not in text:
        return text.strip()
    return _GAPS.sub(" ", visible(text)).strip()


def straight(text: str) -> str:
    """Return a text without characters that turn the direction beyond a word."""
    return text if text.isascii() else _TURNING.sub("", text)


def alike(text: str) -> str:
    """Return a text as the eye reads it, with plain characters for those that only look like them."""
    return unicodedata.normalize("NFKC", visible(text)).translate(_LOOKS)


_LOOKS = str.maketrans({"\u3002": ".", "\uff61": ".", "\u2215": "/", "\u2044": "/", "\u29f8": "/", "\ua789": ":"})
