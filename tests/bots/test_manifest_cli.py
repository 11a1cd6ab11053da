"""``reseau manifest``, as someone of IT runs it."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pytest

from reseau.cli import main

APP = "11111111-2222-4333-8444-666666666666"


def run(*arguments: str) -> int:
    try:
        main(["manifest", *arguments])
    except SystemExit as leaving:
        return int(leaving.code or 0)
    return 0


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_slacks_manifest_is_json_on_the_standard_output_and_nothing_else(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("slack") == 0
    assert json.loads(capsys.readouterr().out)["features"]["slash_commands"][0]["command"] == "/rse"


def test_slacks_manifest_goes_to_a_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("slack", "--out", "app.json") == 0
    assert "app.json" in capsys.readouterr().out
    assert json.loads((tmp_path / "app.json").read_text("utf-8"))["settings"]["socket_mode_enabled"] is True


def test_a_folder_that_is_not_there_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("slack", "--out", "nowhere/app.json") == 2
    assert "nowhere/app.json" in capsys.readouterr().err


def test_nothing_is_made_in_the_data_folder(tmp_path: Path) -> None:
    assert run("slack") == 0
    assert list(tmp_path.iterdir()) == []


def test_the_app_of_teams_is_a_zip(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MicrosoftAppId", APP)
    monkeypatch.setenv("RESEAU_PUBLIC_URL", "https://rse.example.org")

    assert run("teams", "--version", "1.20", "--no-channels", "--company", "Dupont SA") == 0
    with zipfile.ZipFile(tmp_path / "reseau-teams.zip") as archive:
        made = json.loads(archive.read("manifest.json"))
    assert (made["manifestVersion"], made["id"], made["developer"]["name"]) == ("1.20", APP, "Dupont SA")
    assert "authorization" not in made


@pytest.mark.parametrize("version", ["1.19", "latest"])
def test_a_version_that_is_not_made_is_refused_with_those_that_are(
    version: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("teams", "--version", version) == 2
    assert "1.29, 1.20" in capsys.readouterr().err
