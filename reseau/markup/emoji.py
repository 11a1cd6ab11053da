"""Emoji by Slack's names: ``:tada:`` is 🎉 on every platform. A company's own emoji keep their name."""

from __future__ import annotations

import re
from functools import lru_cache
from importlib.resources import files
from typing import NamedTuple

_NAMED = re.compile(r":([a-z0-9_+'-]{1,60}):(?::skin-tone-([2-6]):)?")
_TONES = {str(number): chr(0x1F3F9 + number) for number in range(2, 7)}
_LONGEST = 12  # code points; at present, the longest emoji has ten
_WORDLIKE = 3  # characters; a shorter name may be part of a word
_VARIANT = "\ufe0f"


class _Emoji(NamedTuple):
    text: str
    toned: bool


def with_emoji(text: str) -> str:
    """Replace names of emoji in a text; unknown names stay as they were typed."""
    return _NAMED.sub(_replaced, text) if text.count(":") > 1 else text


def emoji(name: str, tone: str = "") -> str:
    """Return the emoji of a name, with a skin tone from ``2`` to ``6``; empty if it is unknown."""
    sign = _names().get(name)
    if sign is None:
        return ""
    shade = _TONES.get(tone, "") if sign.toned else ""
    return sign.text[0] + shade + sign.text[1:].removeprefix(_VARIANT) if shade else sign.text


def from_code_points(unicode: str) -> str:
    """Return the emoji of code points such as ``1f44d-1f3fd``; empty if they are not one."""
    points = unicode.split("-")
    try:
        numbers = [int(point, 16) for point in points]
    except ValueError:
        return ""
    if len(points) > _LONGEST or not all(0x23 <= number <= 0x10FFFF for number in numbers):
        return ""
    sign = "".join(map(chr, numbers))
    # Letters, marks and surrogates are not emoji, even if a message says so.
    return sign if ord(max(sign)) > 0x2000 and not any(0xD800 <= number < 0xE000 for number in numbers) else ""


def _replaced(match: re.Match[str]) -> str:
    name = match[1]
    if (len(name) < _WORDLIKE or name.isdigit()) and _within_word(match):
        return match[0]
    return emoji(name, match[2] or "") or match[0]


def _within_word(match: re.Match[str]) -> bool:
    """Whether ``:100:`` or ``:x:`` is between digits or letters, as in a time or a ratio."""
    text, start, end = match.string, match.start(), match.end()
    return text[start - 1 : start].isalnum() or text[end : end + 1].isalnum()


@lru_cache(maxsize=1)
def _names() -> dict[str, _Emoji]:
    names = {}
    for line in (files("reseau.markup") / "emoji.txt").read_text("utf-8").splitlines():
        if line.startswith("# ") or line == "#":
            continue
        name, points, *tone = line.split()
        names[name] = _Emoji("".join(chr(int(point, 16)) for point in points.split("-")), bool(tone))
    return names
