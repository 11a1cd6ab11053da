"""French texts for people follow French typography."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.ground.typography import NARROW, WIDE, faults


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("l'idée", "a straight apostrophe"),
        ('la page "Aide" est là', "straight quotes"),
        ("Quoi ?", "no narrow space before ; ? !"),
        ("Quoi?", "no narrow space before ; ? !"),
        ("Voici :", "no no-break space before :"),
        ("Voici:", "no no-break space before :"),
        (f"Voici{NARROW}: a", "no no-break space before :"),
        ("« mot »", "no no-break space inside « »"),
        ("10 %", "no no-break space before %"),
        ("{part} %", "no no-break space before %"),
        ("Attendez...", "three points for an ellipsis"),
    ],
)
def test_a_fault_of_typography_is_seen(text: str, fault: str) -> None:
    assert fault in faults(text)


@pytest.mark.parametrize(
    "text",
    [
        f"Quoi{NARROW}? L’idée{WIDE}: «{WIDE}mot{WIDE}», «{NARROW}mot{NARROW}»{NARROW}; 10{NARROW}%",
        "https://example.org/?a=b:c à 14:05, :tada: et `reseau chat --as ana`",
    ],
)
def test_good_typography_is_left_alone(text: str) -> None:
    assert faults(text) == []


@pytest.mark.parametrize(
    "name", ["README.fr.md", *(f"docs/{page}.fr.md" for page in ("serving", "setup-slack", "setup-teams"))]
)
def test_a_page_in_french_is_well_set(project: Path, name: str) -> None:
    page = (project / name).read_text("utf-8")
    prose = re.sub(r"```.*?```|<[^>]*>|\]\([^)]*\)|^\|[-|]+$", "", page, flags=re.DOTALL | re.MULTILINE)

    assert [(line, faults(line)) for line in prose.splitlines() if faults(line)] == []
