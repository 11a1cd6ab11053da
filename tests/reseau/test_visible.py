"""Invisible characters: names drop them, and a terminal marks their places."""

from __future__ import annotations

from unicodedata import category

import pytest
from hypothesis import given, strategies as st

from reseau.markup.visible import SIGN, one_line, visible
from reseau.terminal import printable

UNSEEN = [
    "\x1b",
    "\x00",
    "\x9b",
    "\u202e",
    "\u2066",
    "\u3164",
    "\u115f",
    "\u034f",
    "\ufeff",
    "\U000e0041",
    "\ud800",
    "\ufe00",
]
#: Characters that join letters and emoji, or select a coloured sign.
SEEN = list("\u200c\u200d\ufe0f\u00a0\u202fé\u0600")


@pytest.mark.parametrize("letter", UNSEEN, ids=ascii)
def test_what_nobody_sees_is_dropped_from_a_name_and_marked_on_a_terminal(letter: str) -> None:
    assert one_line(f"a{letter}b") == "ab"
    assert printable(f"a{letter}b") == f"a{SIGN}b"


@pytest.mark.parametrize("letter", SEEN, ids=ascii)
def test_what_is_seen_or_joins_stays_in_both(letter: str) -> None:
    assert visible(f"a{letter}b") == f"a{letter}b"
    assert printable(f"a{letter}b") == f"a{letter}b"


def test_a_flag_stays_whole_and_marks_do_not_pile_up() -> None:
    flag = "\U0001f3f4\U000e0067\U000e0062\U000e007f"

    assert visible(flag) == printable(flag) == flag
    assert printable("e" + "\u0301" * 50) == visible("e" + "\u0301" * 50) == "e" + "\u0301" * 4


@given(st.text(max_size=40))
def test_a_terminal_gets_one_line_that_it_does_not_obey(text: str) -> None:
    line = printable(text)

    assert not {letter for letter in line if category(letter) in ("Cc", "Cs", "Zl", "Zp")}
    assert visible(line) == line
