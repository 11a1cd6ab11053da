"""The page of requirements is complete, and an existing test shows each requirement that is done."""

from __future__ import annotations

import re
from collections import Counter
from functools import cache
from itertools import pairwise
from pathlib import Path

import pytest

from tests.ground.tree import ROOT, texts

PAGE = "docs/requirements.md"
LAST = 182  # numbers never change
STATES = ("done", "thin", "none")
ROW = re.compile(r"^\| R(\d{3}) \| ([^|]+) \| ([^|]*) \| ([^|]*) \|$")
TEST = re.compile(r"`(tests/[\w/.]+\.py)(?:::(\w+))?`")
COUNTS = re.compile(r"^Today (\d+) are done, (\d+) are thin and (\d+) are none\.", re.MULTILINE)
LINK = re.compile(r"\[(R\d{3})\]\((?:docs/)?requirements\.md#([\w-]+)\)")

# Numbers and pages of design notes that no clone holds. A number of the page above is named by a link to its part.
FOREIGN = re.compile(
    r"\bR\d{3}\b|\bF\d (?:\d|\()|\bF\d['’]s\b|, F\d\b|\(F\d\)|\bC2 is\b"
    r"|\b[Pp]rivacy rule \d\b|\b[Gg]rammar, [A-Z]|\bsection [A-Z]\b"
    r"|\b(?:analytics|catalogue|grammar|stack|launch|house) design\b"
)
# Names of Markdown pages in code; each page must exist.
NAMED = re.compile(r"(?<![\w/{}*.-])((?:[\w-]+/)*[\w-]+\.md)\b")


def page() -> str:
    return (ROOT / PAGE).read_text("utf-8")


def faults(text: str) -> list[str]:
    """Return the faults of a page of requirements, a sentence each."""
    rows = [
        (number, state, paths)
        for line in lines(text)
        if (row := ROW.match(line))
        for number, _, state, paths in [row.groups()]
    ]
    malformed = [line[:60] for line in lines(text) if not ROW.match(line)]
    return [
        *(f"This row does not read | R000 | sentence | state | shown by |: {line}" for line in malformed),
        *misnumbered(text, [int(number) for number, _, _ in rows]),
        *(f"R{number} is “{state}”; it can be done, thin or none." for number, state, _ in rows if state not in STATES),
        *(fault for number, state, paths in rows if state == "done" for fault in unshown(number, paths)),
        *miscounted(text, Counter(state for _, state, _ in rows)),
    ]


def lines(text: str) -> list[str]:
    return [line for line in text.splitlines() if re.match(r"\|\s*R\d", line)]


def misnumbered(text: str, numbers: list[int]) -> list[str]:
    """Return the faults of numbering: each number occurs once, and numbers ascend within a part."""
    times = Counter(numbers)
    parts = [
        [int(number) for number in re.findall(r"^\| R(\d{3})", part, re.MULTILINE)] for part in text.split("\n## ")
    ]
    return [
        *(f"R{number:03} is missing." for number in range(1, LAST + 1) if number not in times),
        *(f"R{number:03} is no number of a requirement." for number in times if not 0 < number <= LAST),
        *(f"R{number:03} stands here {count} times." for number, count in times.items() if count > 1),
        *(
            f"R{after:03} stands after R{before:03}."
            for part in parts
            for before, after in pairwise(part)
            if after < before
        ),
    ]


def unshown(number: str, paths: str) -> list[str]:
    """Return why a requirement is not done: the page names no test, or one that does not exist."""
    tests = TEST.findall(paths)
    if not tests:
        return [f"R{number} is done, but no test is named that shows it."]
    missing = ["::".join(filter(None, test)) for test in tests if not exists(*test)]
    return [f"R{number} is done by {name}, which does not exist." for name in missing]


@cache
def exists(path: str, name: str) -> bool:
    file = ROOT / path
    return file.is_file() and (not name or f"def {name}(" in file.read_text("utf-8"))


def miscounted(text: str, counts: Counter[str]) -> list[str]:
    """Return the faults of the totals: the page gives the number of requirements in each state."""
    counted = COUNTS.search(text)
    rows = tuple(counts[state] for state in STATES)
    if counted and tuple(map(int, counted.groups())) == rows:
        return []
    return ["The page should say: Today {} are done, {} are thin and {} are none.".format(*rows)]


def parts() -> dict[str, set[str]]:
    """Return the numbers in each part of the page, by the anchor of its heading."""
    pieces = page().split("\n## ")[1:]
    titles = [piece.splitlines()[0].lower().replace(" ", "-") for piece in pieces]
    anchors = [re.sub(r"[^\w-]", "", title) for title in titles]
    return {
        anchor: set(re.findall(r"^\| (R\d{3})", piece, re.MULTILINE))
        for anchor, piece in zip(anchors, pieces, strict=True)
    }


def strangers(text: str) -> list[str]:
    """Return the references of a text that no reader of this repository can look up."""
    return [match.group() for match in FOREIGN.finditer(LINK.sub("", text))]


def test_the_page_of_requirements_is_whole() -> None:
    assert faults(page()) == []


def faultless_page() -> str:
    """Return a page without faults: the first requirement is done, the second thin, and the others not begun."""
    states = ["done | `tests/ground/tree.py::files`", "thin | half of it", *["none | "] * (LAST - 2)]
    rows = [f"| R{number:03} | Something is possible. | {state} |" for number, state in enumerate(states, 1)]
    return "\n".join(
        ["Today 1 are done, 1 are thin and 180 are none.", "", "## One", *rows[:9], "", "## Two", *rows[9:]]
    )


def test_a_page_without_a_fault_is_made() -> None:
    assert faults(faultless_page()) == []


@pytest.mark.parametrize(
    ("written", "instead", "fault"),
    [
        ("| R008 |", "| R009 |", "R008 is missing."),
        ("| R008 |", "| R009 |", "R009 stands here 2 times."),
        ("| R182 |", "| R199 |", "R199 is no number of a requirement."),
        ("| R008 |", "| R003 |", "R003 stands after R007."),
        ("| R011 |", "| R11 |", "This row does not read | R000 | sentence | state | shown by |: | R11 | Something"),
        ("| thin |", "| partly |", "R002 is “partly”; it can be done, thin or none."),
        ("| thin |", "|  |", "R002 is “”; it can be done, thin or none."),
        ("| thin | half of it |", "| done | seen |", "R002 is done, but no test is named that shows it."),
        ("::files", "::file", "R001 is done by tests/ground/tree.py::file, which does not exist."),
        ("tree.py::files", "trees.py", "R001 is done by tests/ground/trees.py, which does not exist."),
        ("Today 1 are", "Today 9 are", "The page should say: Today 1 are done, 1 are thin and 180 are none."),
    ],
)
def test_each_fault_of_the_page_has_a_sentence(written: str, instead: str, fault: str) -> None:
    page_with_a_fault = faultless_page().replace(written, instead, 1)

    assert page_with_a_fault != faultless_page()
    assert any(sentence.startswith(fault) for sentence in faults(page_with_a_fault))


def test_a_number_of_a_requirement_leads_to_its_part() -> None:
    numbers = parts()
    links = [
        (path, link[1], link[2]) for path, text in texts() for link in LINK.finditer(text) if path != Path(__file__)
    ]

    assert links
    assert [link for link in links if link[1] not in numbers.get(link[2], ())] == []


def test_nothing_is_named_that_a_clone_lacks() -> None:
    own = {ROOT / PAGE, Path(__file__)}
    named = {
        str(path.relative_to(ROOT)): strangers(text)
        for path, text in texts()
        if path not in own and path.suffix != ".lock"
    }

    assert {path: places for path, places in named.items() if places} == {}


def test_every_page_that_code_names_exists() -> None:
    pages = {path.relative_to(ROOT).as_posix() for path, _ in texts() if path.suffix == ".md"}
    names = pages | {Path(name).name for name in pages}
    code = [
        (path, text)
        for path, text in texts()
        if path.suffix in (".py", ".toml", ".yaml", ".js", ".css") and path.relative_to(ROOT).parts[0] != "tests"
    ]

    assert [
        (str(path.relative_to(ROOT)), name) for path, text in code for name in NAMED.findall(text) if name not in names
    ] == []


@pytest.mark.parametrize(
    "text",
    [
        "excluded (R029)",
        "``analytics.md`` C2 is the model",
        "whole points (privacy rule 9)",
        "(grammar, C.7)",
        "Catalogue F1 17",
        "activated employees (F1's A)",
        "(F1 1: A / E)",
        "who only read (F2)",
        "Catalogue of the analytics design",
        "those of its section G",
    ],
)  # fmt: skip
def test_a_reference_to_something_outside_a_clone_is_found(text: str) -> None:
    pages = [name for name in NAMED.findall(text) if not list(ROOT.rglob(name))]

    assert strangers(text) or pages


@pytest.mark.parametrize(
    "text",
    ["[R029](requirements.md#communities)", "Q12", "the channel C1", "docs/mirror.md", "F9 opens it", "rule 24 hours"],
)
def test_what_can_be_looked_up_is_left_alone(text: str) -> None:
    assert strangers(text) == []
