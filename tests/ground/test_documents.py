"""The documents: every command, file and setting that they name exists."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib.metadata import entry_points
from pathlib import Path
from uuid import UUID

import pytest
from typer import Typer
from typer.main import get_command

from bots.command import all_commands
from bots.platforms.slack.manifest import SCOPES
from bots.platforms.teams.manifest import manifest
from reseau.cli import app
from reseau.settings import Settings, load_settings
from tests.ground.tree import ROOT

READMES = ("README.md", "README.fr.md")
DOCUMENTS = sorted(
    str(path.relative_to(ROOT))
    for path in [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]
    if path.name != "CHANGELOG.md"  # it also names removed things
)
FRENCH = [name for name in DOCUMENTS if name.endswith(".fr.md")]
GUIDES = [name for name in DOCUMENTS if re.match(r"docs/(?:setup-|serving)", name)]
CODE = re.compile(r"```(?:console|sh|bash)\n(.*?)```|`([^`\n]+)`", re.DOTALL)


def text(name: str) -> str:
    return (ROOT / name).read_text("utf-8")


def commands(name: str) -> list[str]:
    """Return the lines of code of a document, without prompts and variables before a command."""
    lines = [line for block, span in CODE.findall(text(name)) for line in (block or span).splitlines()]
    return [re.sub(r"^(?:\$ )?(?:[A-Z_]+=\S+ )*", "", line.strip()) for line in lines]


def make_targets(name: str) -> set[str]:
    matches = [re.match(r"make ((?:[a-z]+ ?)+)", line) for line in commands(name)]
    return {target for match in matches if match for target in match[1].split()}


def reseau_lines(name: str) -> set[str]:
    """Return the commands of a document: ``migrate run`` for ``.venv/bin/reseau --demo migrate run PATH``."""
    matches = [re.match(r"(?:\.venv/bin/)?reseau((?: --[a-z-]+)*)((?: [a-z|]+)*)", line) for line in commands(name)]
    return {words for match in matches if match and (words := match[2].strip())}


@cache
def known_commands() -> frozenset[str]:
    """Return every command of the program, with its subcommands: ``migrate``, ``migrate run``."""
    rooms = [(point.name, point.load()) for point in entry_points(group="reseau.cli")]
    groups = [("", app), *((name, room) for name, room in rooms if isinstance(room, Typer))]
    queue = [(name, get_command(group)) for name, group in groups]
    names = {name for name, _ in rooms}
    while queue:
        above, command = queue.pop()
        inner = {f"{above} {name}".strip(): subcommand for name, subcommand in getattr(command, "commands", {}).items()}
        names.update(inner)
        queue.extend(inner.items())
    return frozenset(names)


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_make_target_that_is_named_exists(name: str) -> None:
    targets = set(re.findall(r"^([a-z]+):", text("Makefile"), re.MULTILINE))

    assert make_targets(name) - targets == set()


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_command_that_is_named_exists(name: str) -> None:
    named = {words if " " not in words else " ".join(words.split()[:2]) for words in reseau_lines(name)}
    groups = {command.split()[0] for command in known_commands() if " " in command}

    assert {words for words in named if not exists(words, groups)} == set()


def exists(words: str, groups: set[str]) -> bool:
    """Whether a command exists; arguments (``chat aide``) or alternatives (``kit list|show``) may follow it."""
    first, _, second = words.partition(" ")
    if first in groups and second:
        return all(f"{first} {choice}" in known_commands() for choice in second.split("|"))
    return all(choice in known_commands() for choice in first.split("|"))


@pytest.mark.parametrize(("name", "language"), [("README.md", "en"), ("README.fr.md", "fr")])
def test_the_table_of_verbs_is_complete(name: str, language: str) -> None:
    table = re.search(r"^\| verbe? \|.*?\n\n", text(name), re.MULTILINE | re.DOTALL)
    cells = re.findall(r"^\|([^|]*)\|", table[0], re.MULTILINE) if table else []
    verbs = {verb for cell in cells for verb in re.findall(r"`([^`]+)`", cell)}

    visible_verbs = {command.name(language) for command in all_commands() if not command.hidden}
    assert verbs == visible_verbs, "give each verb a row in the table, and remove rows of others"


@pytest.mark.parametrize("name", READMES)
def test_every_setting_is_explained(name: str) -> None:
    page = text(name)

    assert [field for field in Settings.model_fields if f"`RESEAU_{field.upper()}`" not in page] == []


@pytest.mark.parametrize("name", READMES)
def test_no_setting_is_explained_that_does_not_exist(name: str) -> None:
    named = set(re.findall(r"RESEAU_[A-Z_]+", text(name)))

    assert named - {f"RESEAU_{field.upper()}" for field in Settings.model_fields} == set()


@pytest.mark.parametrize("name", FRENCH)
def test_a_page_in_french_has_the_parts_of_the_english_one(name: str) -> None:
    levels = [re.findall(r"^(#+) ", text(page), re.MULTILINE) for page in both(name)]

    assert levels[0] == levels[1]


@pytest.mark.parametrize("name", FRENCH)
def test_a_page_in_french_gives_the_commands_and_the_files_of_the_english_one(name: str) -> None:
    english, french = (blocks(page) for page in both(name))

    assert english == french


@pytest.mark.parametrize("name", GUIDES)
def test_a_guide_has_the_same_lists_in_both_languages(name: str) -> None:
    marks = [re.findall(r"^(\||- |\d\. )", without_code(page), re.MULTILINE) for page in both(name)]

    assert marks[0] == marks[1]


@pytest.mark.parametrize("name", FRENCH)
def test_both_languages_lead_to_each_other(name: str) -> None:
    english, french = both(name)

    assert f"]({Path(french).name})" in text(english)
    assert f"]({Path(english).name})" in text(french)


@pytest.mark.parametrize("name", GUIDES)
def test_every_setting_of_a_guide_exists(name: str) -> None:
    settings = {f"RESEAU_{field.upper()}" for field in Settings.model_fields} | {"RESEAU_POSTGRES_PASSWORD"}

    assert set(re.findall(r"RESEAU_[A-Z_]+", text(name))) - settings == set()


@pytest.mark.parametrize("name", [guide for guide in GUIDES if "setup" in guide])
def test_the_settings_that_a_guide_writes_down_can_be_read(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    files = re.findall(r"```toml\n(.*?)```", text(name), re.DOTALL)

    assert len(files) == 3
    for file in files:
        (tmp_path / "reseau.toml").write_text(file.replace("…", "x" * 16), "utf-8")
        assert load_settings() != load_settings(name="Another")


@pytest.mark.parametrize("name", ["docs/setup-slack.md", "docs/setup-slack.fr.md"])
def test_the_guide_of_slack_explains_every_right_that_the_app_asks_for(name: str) -> None:
    assert rights(name) == list(SCOPES)


@pytest.mark.parametrize("name", ["docs/setup-teams.md", "docs/setup-teams.fr.md"])
def test_the_guide_of_teams_explains_every_right_that_the_app_asks_for(name: str) -> None:
    made = manifest(load_settings(teams_app_id=str(UUID(int=1)), public_url="https://rse.example.org"))
    permissions = [permission["name"] for permission in made["authorization"]["permissions"]["resourceSpecific"]]
    (bot,) = made["bots"]

    assert bot["supportsTargetedMessages"] is True
    assert rights(name) == [*permissions, *bot["scopes"], "supportsTargetedMessages"]


def rights(name: str) -> list[str]:
    """Return the first column of the table of rights."""
    table = re.search(r"^\| (?:scope|right|droit) \|.*?\n\n", text(name), re.MULTILINE | re.DOTALL)
    return re.findall(r"^\| `([^`]+)`", table[0], re.MULTILINE) if table else []


def both(name: str) -> tuple[str, str]:
    """Return a page in English and in French, by the name of the French one."""
    return name.replace(".fr.md", ".md"), name.replace(".md", ".fr.md").replace(".fr.fr.", ".fr.")


def without_code(name: str) -> str:
    return re.sub(r"```.*?```", "", text(name), flags=re.DOTALL)


def blocks(name: str) -> list[str]:
    """Return the blocks of code without comments and lines for the chat, which differ between languages."""
    match = re.findall(r"```(?:console|yaml|toml|ini|nginx)\n(.*?)```", text(name), re.DOTALL)
    return [re.sub(r" +#.*", "", block) for block in match]


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_file_that_is_named_exists(name: str) -> None:
    folder = (ROOT / name).parent
    links = [link for link in re.findall(r"\]\(([^)#\s]+)[^)]*\)", text(name)) if not re.match(r"[a-z]+:", link)]

    assert [link for link in links if not (folder / link).exists()] == []


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_path_in_backquotes_exists(name: str) -> None:
    paths = re.findall(r"`((?:reseau|bots|migration|analytics|dashboards|tests|docs)/[\w./-]*)`", text(name))

    assert [path for path in paths if not (ROOT / path).exists()] == []


def test_the_changelog_says_what_comes_next() -> None:
    assert re.search(r"^## Unreleased$", text("CHANGELOG.md"), re.MULTILINE)


def test_the_changelog_is_grouped_by_area() -> None:
    assert ungrouped(text("CHANGELOG.md")) == []


@pytest.mark.parametrize(
    ("wrong", "fault"),
    [
        ("## Unreleased\n\n- A line.\n", "This line stands under no area: - A line."),
        ("## Unreleased\n\n### Page\n\n### Kits\n\n- A line.\n", "Nothing stands under Page."),
        ("## Unreleased\n\n### Kits\n\n- One.\n\n### Kits\n\n- Two.\n", "Kits stands there 2 times."),
        ("## Unreleased\n\n### Kits\n\n- and so\n  on\n", "This is no whole sentence: and so on"),
    ],
)
def test_a_fault_of_the_changelog_is_seen(wrong: str, fault: str) -> None:
    assert ungrouped(wrong) == [fault]


def ungrouped(page: str) -> list[str]:
    """Return the faults in the form of the next release's notes: a heading for each area, and full sentences."""
    first, *areas = re.split(r"^### ", page.split("## Unreleased\n")[1].split("\n## ")[0], flags=re.MULTILINE)
    names = [area.splitlines()[0] for area in areas]
    entries = [" ".join(entry.split()) for area in areas for entry in re.split(r"^- ", area, flags=re.MULTILINE)[1:]]
    return [
        *(f"This line stands under no area: {line}" for line in first.splitlines() if line.startswith("- ")),
        *(f"Nothing stands under {name}." for name, area in zip(names, areas, strict=True) if "\n- " not in area),
        *(f"{name} stands there {names.count(name)} times." for name in dict.fromkeys(names) if names.count(name) > 1),
        *(f"This is no whole sentence: {entry}" for entry in entries if not re.match(r"[^a-z].*[.”»?]$", entry)),
    ]


def test_the_makefile_and_the_lock_file_agree_on_uv() -> None:
    locked = {package["name"]: package["version"] for package in tomllib.loads(text("uv.lock"))["package"]}
    pinned = re.search(r"^UV := (\S+)$", text("Makefile"), re.MULTILINE)

    assert pinned is not None
    assert pinned[1] == locked["uv"]


def test_both_readmes_open_with_the_way_to_see_it() -> None:
    for name in READMES:
        first = next(block for block in blocks(name))
        assert "git clone" in first
        assert "make run" in first


@pytest.mark.parametrize("name", READMES)
def test_a_readme_shows_the_page_and_a_conversation_before_it_explains(name: str) -> None:
    opening = text(name).split("\n## ")[0]
    pictures = re.findall(r"!\[[^\]]+\]\(docs/screenshots/([a-z]+)-[\w-]+\.png\)", opening)

    assert pictures == ["overview", "slack", "teams"]


def test_the_architecture_names_every_room() -> None:
    page = text("docs/architecture.md")

    assert [room for room in ("reseau/", "bots/", "migration/", "analytics/", "dashboards/") if room not in page] == []


def test_every_decision_has_its_three_lines() -> None:
    decisions = re.split(r"^## ", text("docs/decisions.md"), flags=re.MULTILINE)[1:]

    assert decisions
    for decision in decisions:
        lines = [line for line in decision.splitlines()[1:] if line.strip()]
        assert [line.split(":")[0] for line in lines] == ["Decision", "Why", "What would change it"], decision


def test_the_python_files_of_the_ground_are_found() -> None:
    assert Path(__file__).is_relative_to(ROOT / "tests" / "ground")
