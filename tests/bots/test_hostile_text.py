"""No text of a person's choosing takes more than linear work to understand, and none breaks a verb."""

from __future__ import annotations

import sys
from types import FrameType
from typing import Any

import pytest

from bots.command import all_commands
from bots.commands import expert, thanks
from bots.speech import dates, everyday, grammar, parser
from bots.speech.parser import parse
from reseau.search import spelling
from tests.bots.company import Company

COMMANDS = all_commands()
PIECES = (
    *("dans ", "dans x : ", 'dans "', "« ", '"', "'", "(“", "pour ", "tag:x ", "en fr ", "anonyme ", "depuis ", "Q1 "),
    *("avant ", "_", "@", "@a.", "#a-", ": ", ":", "?", " ", "1", "à ", "la ", "l'", "é", "you ", "beaucoup ", "\n"),
)
HEADS = ("", "demander ", "demander dans ", "publier : ", "fil ", "merci ", "suivre ", "répondre ", "@rse ", "i ")
READERS = {module.__file__ for module in (dates, everyday, grammar, parser, spelling)}


class Steps:
    """Counts the lines of the readers' code that are run: a measure that no other program on the machine moves."""

    def __init__(self) -> None:
        self.count = 0

    def trace(self, frame: FrameType, event: str, _argument: Any) -> Any:
        if frame.f_code.co_filename not in READERS:
            return None
        self.count += event == "line"
        return self.trace

    def of(self, line: str) -> int:
        before = sys.gettrace()
        sys.settrace(self.trace)
        try:
            parse(line, COMMANDS)
        finally:
            sys.settrace(before)
        return self.count


def long(head: str, piece: str, size: int) -> str:
    return head + piece * (size // len(piece)) + "z"


@pytest.mark.parametrize("head", HEADS)
def test_the_work_of_understanding_grows_no_faster_than_the_text(head: str) -> None:
    for piece in PIECES:
        small, large = (Steps().of(long(head, piece, size)) for size in (4_000, 8_000))

        assert large <= 2.5 * small + 100, (head, piece, small, large)


@pytest.mark.parametrize("head", HEADS)
def test_a_long_text_is_looked_at_for_options_only_at_its_beginning(head: str) -> None:
    """The cost of a look grows with the text, so the number of looks is limited."""
    for piece in PIECES:
        assert Steps().of(long(head, piece, 40_000)) < 60_000, (head, piece)


@pytest.mark.parametrize("verb", [command.name("fr") for command in COMMANDS])
def test_no_long_text_breaks_a_verb(verb: str, here: Company) -> None:
    for piece in ("a ", "x y ", "dans ", "é", "Q1 ", "@a "):
        assert here.ask(long(f"{verb} ", piece, 12_000)).error != "E_STORE", piece


@pytest.mark.parametrize("gap", [" ", ", ", "\N{NO-BREAK SPACE}"])
def test_thanks_are_parted_from_their_reason_wherever_it_begins(gap: str) -> None:
    assert thanks._REASON.split(f"Ana{gap * 3}pour le plan", maxsplit=1) == ["Ana", "pour le plan"]
    assert thanks._REASON.split("Ana  :  le plan", maxsplit=1) == ["Ana", "le plan"]
    assert expert._topic("qui " * 20 + "soudure").endswith("soudure")
