"""The wheel holds the five packages with their data, and nothing else."""

from __future__ import annotations

import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.ground.tree import PACKAGES, ROOT, files


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """Return the names in a wheel built from a copy of the tree, without a network."""
    tree, built = tmp_path_factory.mktemp("tree"), tmp_path_factory.mktemp("built")
    for path in (*(ROOT / name for name in (".gitignore", "LICENSE", "README.md", "pyproject.toml")), *packaged()):
        target = tree / path.relative_to(ROOT)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, target)
    command = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(built)]
    subprocess.run(command, cwd=tree, check=True, capture_output=True)
    with zipfile.ZipFile(next(built.glob("*.whl"))) as archive:
        return archive.namelist()


def packaged() -> list[Path]:
    return [path for package in PACKAGES for path in files(ROOT / package)]


def test_the_wheel_holds_exactly_the_five_packages(wheel: list[str]) -> None:
    tops = {name.split("/")[0] for name in wheel}

    assert {top for top in tops if not top.endswith(".dist-info")} == set(PACKAGES)


def test_every_file_of_the_packages_is_in_the_wheel(wheel: list[str]) -> None:
    inside = {name for name in wheel if ".dist-info/" not in name}

    assert inside == {path.relative_to(ROOT).as_posix() for path in packaged()}


def test_catalogues_and_types_travel_with_the_packages(wheel: list[str]) -> None:
    assert {f"{package}/py.typed" for package in PACKAGES} <= set(wheel)
    assert any(name.endswith("/locale/fr.po") for name in wheel)


def test_the_licence_is_apache_2_and_travels_with_the_wheel(wheel: list[str]) -> None:
    text = (ROOT / "LICENSE").read_text("utf-8")

    assert any(name.endswith(".dist-info/licenses/LICENSE") for name in wheel)
    assert "Apache License" in text
    assert "END OF TERMS AND CONDITIONS" in text
