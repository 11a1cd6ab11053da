"""The image and its composition match the documents. These tests read the files and need no container engine."""

from __future__ import annotations

import json
import re
import tomllib
from fnmatch import fnmatch
from typing import Any

import pytest
import yaml
from typer.main import get_command

from reseau.cli import app
from reseau.settings import Settings
from tests.ground.dockerfile import Stage, stages
from tests.ground.tree import PACKAGES, ROOT

TOOLS = re.compile(r"\b(?:gcc|g\+\+|make|cmake|build-essential|git|curl|wget|\S+-dev|python3-(?:pip|venv)|pip|uv)\b")


def image() -> tuple[Stage, Stage]:
    """Return the stage that builds and the stage that runs."""
    build, last = stages((ROOT / "Dockerfile").read_text("utf-8"))
    return build, last


def variables(stage: Stage) -> dict[str, str]:
    return dict(re.findall(r"(\w+)=(\S+)", " ".join(stage.all("ENV"))))


def composition() -> dict[str, Any]:
    read: dict[str, Any] = yaml.safe_load((ROOT / "compose.yaml").read_text("utf-8"))
    return read


OURS = ("reseau", "bots", "worker", "dashboards")


def test_the_image_is_built_in_one_stage_and_run_in_another() -> None:
    build, last = image()

    assert build.name == "build"
    assert last.name == ""
    assert last.all("COPY") == ["--from=build /opt/reseau /opt/reseau"], "nothing else comes over"
    assert build.base == last.base, "the environment finds the same Python under the same name"


def test_the_image_begins_from_a_debian_of_a_day() -> None:
    assert re.fullmatch(r"debian:bookworm-\d{8}-slim", image()[1].base)


def test_nothing_that_builds_or_downloads_is_in_the_last_stage() -> None:
    assert [TOOLS.findall(run) for run in image()[1].all("RUN") if TOOLS.search(run)] == []


def test_the_image_runs_as_nobody_in_particular() -> None:
    _, last = image()
    names = [instruction.name for instruction in last.instructions]

    (user,) = last.all("USER")
    assert user == "reseau"
    assert any(f"useradd --system --uid 10001 --gid {user}" in run for run in last.all("RUN"))
    assert "RUN" not in names[names.index("USER") :]


def test_the_image_serves_and_can_be_asked_how_it_is() -> None:
    _, last = image()
    (check,) = last.all("HEALTHCHECK")

    assert [json.loads(line) for line in last.all("CMD")] == [["reseau", "serve"]]
    assert "/healthz" in check
    assert last.all("STOPSIGNAL") == ["SIGTERM"]


def test_what_the_image_writes_is_in_its_volume() -> None:
    _, last = image()

    assert last.all("VOLUME") == [variables(last)["RESEAU_DATA"]] == ["/data"]
    assert any("mkdir -m 0700 /data" in run for run in last.all("RUN")), "private conversations are kept in it"


def test_the_image_installs_the_lock_file() -> None:
    build, _ = image()
    locked = {
        package["name"]: package["version"]
        for package in tomllib.loads((ROOT / "uv.lock").read_text("utf-8"))["package"]
    }
    runs = " ".join(build.all("RUN"))

    assert re.findall(r"uv==(\S+)", runs) == [locked["uv"]]
    assert "uv sync --frozen" in runs
    assert "--no-dev" in runs
    assert "--no-deps" in runs


def test_every_package_is_in_the_image() -> None:
    copied = {name for line in image()[0].all("COPY") for name in line.split()[:-1]}

    assert set(PACKAGES) <= copied
    assert [name for name in copied if not (ROOT / name).exists()] == []
    assert [name for name in copied if ignored(name)] == []


@pytest.mark.parametrize("name", ["var", "reseau.toml", "reseau.env", ".git", ".venv", "tests"])
def test_neither_data_nor_secrets_go_into_the_image(name: str) -> None:
    assert ignored(name)


def ignored(name: str) -> bool:
    """Whether ``.dockerignore`` excludes a top-level name; the last matching line decides."""
    left_out = False
    for line in (ROOT / ".dockerignore").read_text("utf-8").splitlines():
        pattern = line.removeprefix("!")
        if line and not line.startswith("#") and fnmatch(name, pattern):
            left_out = not line.startswith("!")
    return left_out


def test_every_setting_that_is_named_exists() -> None:
    settings = {f"RESEAU_{field.upper()}" for field in Settings.model_fields}
    named = {key for service in composition()["services"].values() for key in service.get("environment", {})}

    assert {name for name in named if name.startswith("RESEAU_")} <= settings
    assert {name for name in variables(image()[1]) if name.startswith("RESEAU_")} <= settings


def test_the_composition_runs_commands_that_exist() -> None:
    commands = set(getattr(get_command(app), "commands", {}))
    services = composition()["services"]

    assert set(services) == {*OURS, "postgres"}
    for name in OURS[1:]:
        program, command = services[name]["command"]
        assert (program, command in commands) == ("reseau", True)


def test_each_way_to_serve_has_its_profile() -> None:
    services = composition()["services"]

    assert {name: service["profiles"] for name, service in services.items()} == {
        "reseau": ["one"],
        **{name: ["apart"] for name in ("bots", "worker", "dashboards", "postgres")},
    }


def test_no_port_is_open_beyond_this_machine() -> None:
    ports = [port for service in composition()["services"].values() for port in service.get("ports", ())]

    assert len(ports) == 3
    assert [port for port in ports if not port.startswith("127.0.0.1:")] == []


def test_a_stop_waits_longer_than_the_server_needs() -> None:
    code = (ROOT / "reseau" / "serve.py").read_text("utf-8")
    needed = re.search(r"timeout_graceful_shutdown=(\d+)", code)

    assert needed is not None
    for name in OURS:
        assert int(composition()["services"][name]["stop_grace_period"].removesuffix("s")) > int(needed[1])


def test_the_images_of_others_have_a_version_and_hold_no_secret() -> None:
    services = composition()["services"]

    assert re.fullmatch(r"postgres:\d+-\w+", services["postgres"]["image"])
    assert (
        services["reseau"]["image"]
        == "reseau:" + tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["version"]
    )
    assert re.search(r"(?i)password:\s*\w", (ROOT / "compose.yaml").read_text("utf-8")) is None


def test_a_dockerfile_is_read_as_an_engine_reads_it() -> None:
    text = "ARG BASE=debian:1\nFROM ${BASE} AS one\n# no\nRUN a \\\n  && b\nFROM other\nUSER me\n"

    stage, two = stages(text)

    assert (stage.base, stage.name, stage.all("RUN")) == ("debian:1", "one", ["a && b"])
    assert (two.base, two.name, two.all("USER"), two.all("RUN")) == ("other", "", ["me"], [])
