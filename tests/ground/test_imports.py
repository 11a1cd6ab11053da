"""The import contracts refuse each forbidden import, which is added to a copy of the tree."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.ground.tree import PACKAGES, ROOT

ROOMS = "The rooms stand in their order"
DOORS = "The doors find the rooms by entry points"
DASHBOARD = "The dashboard counts on analytics and reseau alone"
SLACK = "Slack's libraries stay in bots.platforms.slack"
TEAMS = "Bot Framework stays in bots.platforms.teams"
CHARTS = "Charts stay in dashboards"
FRAMES = "Frames stay where things are counted and shown"


def order(package: str) -> str:
    """Return the name of the contract about the layers inside a package."""
    return f"The rooms of {package} stand in their order"


#: Inside the packages: a folder, and a higher one that it may not import.
ABOVE = [
    ("reseau/contents", "reseau.finding"),
    ("reseau/communities", "reseau.contents"),
    ("reseau/people", "reseau.communities"),
    ("reseau/channels", "reseau.people"),
    ("reseau/exchange", "reseau.channels"),
    ("reseau/search", "reseau.contents"),
    ("reseau/store", "reseau.access"),
    ("reseau/markup", "reseau.people"),
    ("bots/platforms/teams", "bots.tools"),
    ("bots/commands", "bots.intake"),
    ("bots/mirror", "bots.commands"),
    ("bots/sending", "bots.mirror"),
    ("bots/answers", "bots.sending"),
    ("bots/speech", "bots.answers"),
    ("bots/markup", "bots.request"),
    ("migration/reading", "migration.loading"),
    ("migration/loading", "migration.report"),
    ("analytics/facts", "analytics.metric"),
    ("analytics/privacy", "analytics.publishing"),
    ("analytics/metrics", "analytics.publishing"),
    ("dashboards/figures", "dashboards.drawing"),
    ("dashboards/drawing", "dashboards.sections"),
    ("dashboards/sections", "dashboards.entry"),
]

FORBIDDEN = [
    *(("reseau", f"import {room}", DOORS) for room in ("bots", "migration", "analytics", "dashboards")),
    ("reseau", "def late() -> None:\n    import bots", DOORS),
    ("bots", "import migration", ROOMS),
    ("bots", "import analytics", ROOMS),
    ("bots", "import dashboards", ROOMS),
    ("migration", "import bots", ROOMS),
    ("migration", "import analytics", ROOMS),
    ("migration", "import dashboards", ROOMS),
    ("analytics", "import bots", ROOMS),
    ("analytics", "import migration", ROOMS),
    ("analytics", "import dashboards", ROOMS),
    ("dashboards", "import bots", DASHBOARD),
    ("dashboards", "import migration", DASHBOARD),
    *((room, "import slack_bolt", SLACK) for room in PACKAGES),
    ("bots", "from slack_sdk.web import WebClient", SLACK),
    ("bots/platforms/teams", "import slack_sdk", SLACK),
    *((room, "import botbuilder.core", TEAMS) for room in PACKAGES),
    ("bots", "from botframework.connector import auth", TEAMS),
    ("bots/platforms/slack", "import botbuilder.schema", TEAMS),
    *((room, "import dash", CHARTS) for room in PACKAGES[:-1]),
    ("analytics", "import plotly.graph_objects", CHARTS),
    ("analytics", "import dash_mantine_components", CHARTS),
    *((room, "import pandas", FRAMES) for room in PACKAGES[:3]),
    ("reseau", "import ibis", FRAMES),
    *((folder, f"import {above}", order(folder.partition("/")[0])) for folder, above in ABOVE),
]
ALLOWED = [
    ("dashboards/pages", "import analytics, reseau, dash, plotly, pandas"),
    ("analytics/publishing", "import reseau, pandas, ibis, duckdb, scipy"),
    ("migration/kits", "import reseau"),
    ("bots/answers", "import reseau"),
    ("bots/platforms/slack", "import slack_bolt, slack_sdk.web"),
    ("bots/platforms/slack/inner", "from slack_bolt.async_app import AsyncApp"),
    ("bots/platforms/teams", "import botbuilder.core, botframework.connector"),
]


CONTRACTS = sorted({contract for _, _, contract in FORBIDDEN})


@pytest.fixture(scope="session")
def verdicts(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Return the verdict of each contract on its forbidden import, which is added in a new module."""
    outputs = {}
    for number, contract in enumerate(CONTRACTS):
        tree = copied(tmp_path_factory.mktemp(f"contract{number}"))
        for case, (folder, line, broken) in enumerate(FORBIDDEN):
            if broken == contract:
                plant(tree, folder, line, f"planted{case}")
        outputs[contract] = lint(tree).stdout
    return outputs


@pytest.mark.parametrize("case", range(len(FORBIDDEN)), ids=[f"{folder}: {line}" for folder, line, _ in FORBIDDEN])
def test_a_forbidden_import_is_refused(verdicts: dict[str, str], case: int) -> None:
    folder, line, contract = FORBIDDEN[case]
    target = line.replace("from ", "import ").split("import ")[1].split()[0]
    target = target if target.partition(".")[0] in PACKAGES else target.partition(".")[0]

    assert f"{contract} BROKEN" in verdicts[contract]
    assert f"{folder.replace('/', '.')}.planted{case} -> {target} (l." in verdicts[contract]


def test_what_the_rooms_may_import_is_accepted(tmp_path: Path) -> None:
    tree = copied(tmp_path)
    for folder, line in ALLOWED:
        plant(tree, folder, line, "planted")

    result = lint(tree)

    assert result.returncode == 0, result.stdout


def copied(tree: Path) -> Path:
    """Copy the Python files of the five packages, and the contracts."""
    for package in PACKAGES:
        for source in (ROOT / package).rglob("*.py"):
            target = tree / source.relative_to(ROOT)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, target)
    shutil.copyfile(ROOT / "pyproject.toml", tree / "pyproject.toml")
    return tree


def plant(tree: Path, folder: str, line: str, name: str) -> None:
    """Write a module with the import, and the packages around it if they do not exist."""
    place = tree / folder
    place.mkdir(parents=True, exist_ok=True)
    for package in [place, *place.parents]:
        if package.is_relative_to(tree) and package != tree:
            (package / "__init__.py").touch()
    (place / f"{name}.py").write_text(f"{line}\n", "utf-8")


def lint(tree: Path) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(tree), "COLUMNS": "200"}
    program = [str(Path(sys.executable).with_name("lint-imports")), "--no-logo", "--no-cache"]
    return subprocess.run(program, cwd=tree, env=environment, capture_output=True, text=True, check=False)
