"""``docs/verbs.md`` describes the verbs as they are."""

from __future__ import annotations

from pathlib import Path

import pytest

from bots.command import COMMANDS
from bots.tools.guide import guide

GUIDE = (Path(__file__).parents[2] / "docs" / "verbs.md").read_text("utf-8")
HOW = "run: .venv/bin/python -m bots.tools.guide > docs/verbs.md"


@pytest.mark.parametrize("name", COMMANDS)
def test_every_verb_has_its_section(name: str) -> None:
    command = COMMANDS[name]

    assert f"\n## {command.name('fr')} · {command.name('en')}\n" in GUIDE, HOW
    for form in command.all_forms():
        assert form in GUIDE, HOW


def test_the_page_is_up_to_date() -> None:
    assert guide() == GUIDE, HOW
