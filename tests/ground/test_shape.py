"""The shape of the code: short functions, short files, names from the domain, tests that can fail."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from tests.ground.tree import ROOT, files, sources, texts

LONGEST_FILE = 500
LONGEST_FUNCTION = 50
MOST_FILES = 20  # in one folder; a flat list of short, well-named plugs may be longer
FLAT = {"commands", "kinds", "metrics", "pages", "sources", "versions"}
MOST_PLACES = 4  # values of a record that is read by position
NO_NOUN = {"utils", "util", "helpers", "helper", "manager", "managers", "common", "misc"}
Function = ast.FunctionDef | ast.AsyncFunctionDef

# Paths on a single machine, and hosts of package mirrors.
OF_A_MACHINE = re.compile(
    r"(?<![\w.])/(?:home|root|Users)/[\w.]|/work/\w|/opt/wheels|/tmp/\w+/\w|[a-z]:\\Users"
    r"|files\.pythonhosted\.org|https?://[\w.-]*(?:artifactory|nexus|devpi|jfrog)|registry\.npmjs\.org",
    re.IGNORECASE,
)


@cache
def nodes(path: Path) -> tuple[ast.AST, ...]:
    """Return every node of a file; each file is parsed once for all tests."""
    return tuple(ast.walk(ast.parse(path.read_text("utf-8"))))


def functions(path: Path) -> Iterator[Function]:
    yield from (node for node in nodes(path) if isinstance(node, Function))


def named(path: Path, node: Function) -> str:
    return f"{path.relative_to(ROOT)}:{node.lineno} {node.name}"


def suite() -> list[Path]:
    return [path for path in files(ROOT / "tests") if path.suffix == ".py"]


def test_files_are_short() -> None:
    long = [path for path in sources() if len(path.read_text("utf-8").splitlines()) > LONGEST_FILE]

    assert [str(path.relative_to(ROOT)) for path in long] == []


def test_functions_are_short() -> None:
    long = [
        named(path, node)
        for path in sources()
        if "migrations/versions" not in path.as_posix()  # Alembic writes one function a revision
        for node in functions(path)
        if (node.end_lineno or node.lineno) - node.lineno >= LONGEST_FUNCTION
    ]
    assert long == []


def test_folders_have_room() -> None:
    folders = {path.parent for path in sources() if path.parent.name not in FLAT}
    crowded = [folder for folder in folders if len(list(folder.glob("*.py"))) > MOST_FILES]

    assert [str(folder.relative_to(ROOT)) for folder in crowded] == []


def test_records_are_read_by_name() -> None:
    """Above the store, reading by position hides from the type checker that a field was inserted."""
    places = [
        f"{path.relative_to(ROOT)}:{getattr(node, 'lineno', 0)}"
        for path in sources()
        if not path.is_relative_to(ROOT / "reseau" / "store")
        for node in nodes(path)
        if is_by_position(node)
    ]
    assert places == []


def is_by_position(node: ast.AST) -> bool:
    """Whether a node makes a large named tuple, unpacks a large tuple, or fills a named tuple by position."""
    match node:
        case ast.ClassDef(bases=[ast.Name(id="NamedTuple")], body=body):
            return sum(isinstance(line, ast.AnnAssign) for line in body) > MOST_PLACES
        case ast.Assign(targets=[ast.Tuple(elts=places)]) | ast.For(target=ast.Tuple(elts=places)):
            return len(places) > MOST_PLACES
        case ast.comprehension(target=ast.Tuple(elts=places)):
            return len(places) > MOST_PLACES
        case ast.Attribute(value=ast.Name(id="tuple"), attr="__new__"):
            return True
        case _:
            return False


def test_files_and_classes_are_called_by_a_noun_of_the_domain() -> None:
    modules = [path for path in [*sources(), *suite()] if path.stem in NO_NOUN or path.parent.name in NO_NOUN]
    classes = [
        (path.relative_to(ROOT), node.name)
        for path in sources()
        for node in nodes(path)
        if isinstance(node, ast.ClassDef) and re.search(r"(Utils?|Helpers?|Manager|Common)$", node.name)
    ]
    assert modules == []
    assert classes == []


def test_every_test_can_fail() -> None:
    checks = frozenset(
        node.name
        for path in suite()
        for node in functions(path)
        if can_fail(node) and not node.name.startswith("test_")
    )
    idle = [
        named(path, node)
        for path in suite()
        if path.name.startswith("test_") or path.name.endswith("_test.py")
        for node in functions(path)
        if node.name.startswith("test_") and not can_fail(node, checks)
    ]
    assert idle == []


def can_fail(node: Function, checks: frozenset[str] = frozenset()) -> bool:
    """Whether a test can fail: it asserts, expects an error, or calls a function that asserts."""
    called = [call.func for call in ast.walk(node) if isinstance(call, ast.Call)]
    names = [func.attr if isinstance(func, ast.Attribute) else getattr(func, "id", "") for func in called]
    return any(isinstance(inner, ast.Assert) for inner in ast.walk(node)) or any(
        name in checks
        or name in ("raises", "fail", "expect", "fnmatch_lines")
        or name.startswith(("assert_", "to_be", "to_have"))
        for name in names
    )


def test_no_test_takes_the_code_apart_to_pass() -> None:
    mocked = re.compile(r"^\s*(?:from unittest(?:\.mock)? import|import unittest\.mock)", re.MULTILINE)

    assert [str(path) for path in suite() if mocked.search(path.read_text("utf-8"))] == []


def test_no_file_names_a_machine_or_a_registry() -> None:
    places = [
        f"{path.relative_to(ROOT)}: {match.group()}"
        for path, text in texts()
        if path != Path(__file__)
        for match in OF_A_MACHINE.finditer(text)
    ]
    assert places == []


@pytest.mark.parametrize(
    ("body", "able"),
    [
        ("    assert x == 1", True),
        ("    with pytest.raises(ValueError):\n        f()", True),
        ("    result.stdout.fnmatch_lines(['x'])", True),
        ("    expect(page).to_have_title('x')", True),
        ("    assert_same(a, b)", True),
        ("    f()", False),
        ("    x = raises", False),
    ],
)
def test_a_test_that_cannot_fail_is_seen(body: str, able: bool) -> None:
    function = ast.parse(f"def test_it():\n{body}\n").body[0]

    assert isinstance(function, Function)
    assert can_fail(function) is able


@pytest.mark.parametrize("text", ["/home/ana/reseau", "/root/.config", "C:\\Users\\ana", "https://nexus.example/pypi"])
def test_a_path_of_a_machine_is_seen(text: str) -> None:
    assert OF_A_MACHINE.search(text)


@pytest.mark.parametrize("text", ["/usr/bin/chromium", "../samples", "https://example.org/home/ana", "/tmp"])
def test_what_is_on_every_machine_is_left_alone(text: str) -> None:
    assert not OF_A_MACHINE.search(text)


def test_tests_run_coroutines_in_a_thread_of_their_own() -> None:
    """After a browser test, the main thread has an event loop, in which ``asyncio.run`` would fail."""
    own = {ROOT / "tests/looped.py", ROOT / "tests/simulators/slack_socket.py", Path(__file__)}
    places = [path for path in sources("tests") if path not in own and path.parent.name != "bench"]
    called = re.compile(r"asyncio\.run\(")

    assert [str(path.relative_to(ROOT)) for path in places if called.search(path.read_text("utf-8"))] == []
