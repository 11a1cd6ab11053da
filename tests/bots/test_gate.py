"""Requests of people go through the read gate."""

from __future__ import annotations

import ast
from pathlib import Path

ROOT = Path(__file__).parents[2]
#: Commands of the machine itself, for whoever may open its store anyway.
OPERATORS = {"bots/tools/administrators.py", "bots/tools/conversation.py", "migration/kits/cli.py"}


def test_only_the_commands_of_the_machine_look_for_people_past_the_gate() -> None:
    ungated = {
        str(path.relative_to(ROOT))
        for room in ("reseau", "bots", "migration", "analytics", "dashboards")
        for path in (ROOT / room).rglob("*.py")
        if any(_looks_past(node) for node in ast.walk(ast.parse(path.read_text("utf-8"))))
    }

    assert ungated == OPERATORS


def _looks_past(node: ast.AST) -> bool:
    """Whether it is ``members.find(…)`` without ``among``."""
    called = isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "find"
    if not called or not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
        return False
    owner = node.func.value
    on_members = isinstance(owner, ast.Name) and owner.id == "members"
    return on_members and all(keyword.arg != "among" for keyword in node.keywords)
