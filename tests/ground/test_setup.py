"""The choice of a Python for ``.venv``, and the sentence if none is suitable."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from tests.ground.tree import ROOT

GOOD = '#!/bin/sh\n[ "$1" = -c ] || echo "${0##*/} $*"\n'
TOO_OLD = '#!/bin/sh\n[ "$1" = --version ] && echo "Python 3.9.2" && exit 0\nexit 1\n'
WITHOUT_VENV = '#!/bin/sh\ncase "$2" in *ensurepip*) exit 1;; esac\n'


@pytest.fixture
def machine(tmp_path: Path) -> Path:
    """Make an empty folder of programs."""
    (tmp_path / "bin").mkdir()
    return tmp_path


def choose(machine: Path, pythons: dict[str, str], *wish: str) -> subprocess.CompletedProcess[str]:
    for name, script in pythons.items():
        (machine / "bin" / name).write_text(script, "utf-8")
        (machine / "bin" / name).chmod(0o755)
    return subprocess.run(
        ["/bin/sh", str(ROOT / ".ci" / "venv"), *wish],
        cwd=machine,
        env={"PATH": str(machine / "bin")},
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_first_python_that_is_new_enough_makes_it(machine: Path) -> None:
    assert choose(machine, {"python3": TOO_OLD, "python3.12": GOOD}).stdout == "python3.12 -m venv --clear .venv\n"


def test_the_python_that_was_asked_for_makes_it(machine: Path) -> None:
    assert choose(machine, {"python3": GOOD, "python3.13": GOOD}, "python3.13").stdout.startswith("python3.13 -m venv")


def test_a_python_that_has_venv_is_preferred_to_one_that_has_not(machine: Path) -> None:
    assert choose(machine, {"python3": WITHOUT_VENV, "python3.11": GOOD}).stdout.startswith("python3.11 -m venv")


def test_an_environment_that_works_is_kept(machine: Path) -> None:
    (machine / ".venv" / "bin").mkdir(parents=True)
    (machine / ".venv" / "bin" / "python").symlink_to("../../bin/python3")

    result = choose(machine, {"python3": GOOD})

    assert result.returncode == 0
    assert result.stdout == ""


def test_a_python_that_is_too_old_is_named(machine: Path) -> None:
    result = choose(machine, {"python3": TOO_OLD})

    assert result.returncode == 2
    assert result.stderr.startswith("Python 3.11 or newer is needed; python3 is: Python 3.9.2.")


def test_a_machine_without_python_gets_a_sentence(machine: Path) -> None:
    result = choose(machine, {})

    assert result.returncode == 2
    assert "python3 is: there is none" in result.stderr


def test_a_python_without_venv_says_what_to_install(machine: Path) -> None:
    result = choose(machine, {"python3": WITHOUT_VENV})

    assert result.returncode == 2
    assert "apt-get install python3-venv" in result.stderr


def test_what_ci_runs_can_be_run() -> None:
    assert os.access(ROOT / ".ci" / "run", os.X_OK)
    assert os.access(ROOT / ".ci" / "venv", os.X_OK)
