"""The skip policy, in real runs of pytest."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.ground.tree import ROOT

pytest_plugins = ["pytester"]

PASSES = "import pytest\n\ndef test_runs():\n    assert True\n\n"
SKIPS = {
    "test_call": "def test_it():\n    pytest.skip('too slow')",
    "test_mark": "@pytest.mark.skip(reason='later')\ndef test_it():\n    assert False",
    "test_condition": "@pytest.mark.skipif(True, reason='not here')\ndef test_it():\n    assert False",
    "test_expected": "@pytest.mark.xfail(reason='known')\ndef test_it():\n    assert False",
    "test_module": "pytest.skip('the whole file', allow_module_level=True)",
    "test_import": "pytest.importorskip('a_library_that_is_not_there')",
}


@pytest.fixture
def suite(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> pytest.Pytester:
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")  # the suite's other plugins take seconds to import
    pytester.makefile(".ini", pytest="[pytest]\n")
    (pytester.path / "tests").mkdir()
    (pytester.path / "tests" / "allowed-skips.txt").write_text("# a comment\nneeds the moon :: moon\n", "utf-8")
    return pytester


def run(suite: pytest.Pytester, tests: dict[str, str], *options: str) -> pytest.RunResult:
    suite.makepyfile(**{name: PASSES + test for name, test in tests.items()})
    return suite.runpytest_subprocess("-rs", "-p", "tests.plugins.skips", *options)


def test_a_suite_without_skips_passes_and_prints_the_list(suite: pytest.Pytester) -> None:
    result = run(suite, {"test_it": ""})

    assert result.ret == 0
    result.stdout.fnmatch_lines(["allowed skips: needs the moon (while *moon is missing)"])


def test_a_skip_of_the_list_passes_only_while_its_path_is_missing(suite: pytest.Pytester) -> None:
    tests = {"test_it": "def test_moon():\n    pytest.skip('needs the moon, full')"}
    missing = run(suite, tests)
    (suite.path / "moon").mkdir()
    with_path = run(suite, tests)

    assert (missing.ret, with_path.ret) == (0, 1)
    with_path.stdout.fnmatch_lines(["*skips that are not allowed*", "test_it.py::test_moon: needs the moon, full"])


@pytest.mark.parametrize("options", [(), ("-p", "xdist", "-n1")], ids=["alone", "workers"])
def test_every_other_skip_fails_the_run_and_is_named_before_the_summary(
    suite: pytest.Pytester, options: tuple[str, ...]
) -> None:
    result = run(suite, SKIPS, *options)

    named = [line.split(".py", maxsplit=1)[0] for line in result.outlines if line.partition(": ")[0] in _nodes()]
    assert result.ret == 1
    assert sorted(named) == sorted(SKIPS)
    assert "5 skipped" in result.outlines[-1]
    assert "1 xfailed" in result.outlines[-1]


def test_the_committed_list_allows_none(project: Path) -> None:
    lines = (project / "tests" / "allowed-skips.txt").read_text("utf-8").splitlines()

    assert [line for line in lines if not line.startswith("#")] == []


def _nodes() -> set[str]:
    return {f"{name}.py{end}" for name in SKIPS for end in ("", "::test_it")}


@pytest.mark.parametrize("skips", ["# none\n", "# a comment\nneeds the moon :: moon\n"], ids=["none", "one"])
def test_what_ci_runs_begins_with_any_list(tmp_path: Path, skips: str) -> None:
    (tmp_path / ".ci").mkdir()
    shutil.copy(ROOT / ".ci" / "run", tmp_path / ".ci" / "run")
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests" / "allowed-skips.txt").write_text(skips, "utf-8")
    make = tmp_path / "bin" / "make"
    make.parent.mkdir()
    make.write_text('#!/bin/sh\necho "make $@"\n', "utf-8")
    make.chmod(0o755)
    path = f"{make.parent}{os.pathsep}{os.environ['PATH']}"

    run = subprocess.run(
        ["/bin/bash", str(tmp_path / ".ci" / "run")], env={"PATH": path}, capture_output=True, text=True, check=False
    )

    assert (run.returncode, run.stderr) == (0, "")
    assert run.stdout.splitlines()[-1].endswith("browser test")
