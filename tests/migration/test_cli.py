"""The command ``reseau migrate``: sentences for people, one JSON object for scripts, exit codes for both."""

from __future__ import annotations

import io
import json
import re
from datetime import UTC, datetime
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from migration.cli import migrate
from migration.loading.run import Run
from migration.loading.tally import Tally
from migration.reading.bundle import open_bundle
from migration.report.progress import Progress
from migration.report.report import Report, html, named, summary
from reseau.errors import ReseauError
from reseau.i18n import Words
from reseau.settings import load_settings
from tests.migration.export import Export, channel, message


@pytest.fixture
def data(tmp_path: Path, sqlite_template: Path) -> Path:
    folder = tmp_path / "data"
    folder.mkdir()
    (folder / "reseau.db").write_bytes(sqlite_template.read_bytes())
    return folder


def ask(data: Path, *words: str, language: str = "fr") -> Result:
    settings = load_settings(data=data, language=language)
    return CliRunner().invoke(migrate, list(words), obj=settings, catch_exceptions=True)


def export(tmp_path: Path) -> str:
    path = (
        Export()
        .put("groups.json", [channel("G1", "comite", ["U1"])])
        .day(message("1709550000.000001", "U1", "bonjour <script>alert(1)</script>"), {"type": "message", "text": "?"})
    )
    return str(path.day(message("1709550000.000001", "U1", "privé"), folder="comite").zip(tmp_path))


def test_run_prints_one_json_object_and_nothing_else_on_standard_output(tmp_path: Path, data: Path) -> None:
    result = ask(data, "run", export(tmp_path), "--json")
    content: dict[str, Any] = json.loads(result.stdout)

    assert set(content) == {"read", "inserted", "updated", "unchanged", "refused", "warnings"}
    assert content["inserted"]["post"] == 1
    assert content["refused"] == {"post": 1}
    assert content["warnings"] == {"message_without_ts": 1}
    assert result.exit_code == 1
    assert "horodatage" in result.stderr


def test_private_places_come_when_asked_for(tmp_path: Path, data: Path) -> None:
    path = export(tmp_path)

    assert json.loads(ask(data, "run", path, "--json").stdout)["inserted"]["place"] == 1
    later = json.loads(ask(data, "run", path, "--include", "private", "--json").stdout)
    assert later["inserted"] == {"membership": 1, "place": 1, "post": 1}


def test_a_run_without_refusals_ends_with_zero(tmp_path: Path, data: Path) -> None:
    path = Export().day(message("1709550000.000001", "U1", "x")).zip(tmp_path)
    result = ask(data, "run", str(path))

    assert result.exit_code == 0
    assert "messages et réponses\N{NO-BREAK SPACE}: 1 (1 ajout)" in result.stdout


def test_a_run_with_a_refusal_says_so_and_the_report_names_it(tmp_path: Path, data: Path) -> None:
    path = export(tmp_path)
    planned, done = ask(data, "plan", path).stdout, ask(data, "run", path)
    output = ask(data, "report", path).stdout
    space, narrow = "\N{NO-BREAK SPACE}", "\N{NARROW NO-BREAK SPACE}"

    assert f"messages et réponses{space}: 2 (1 refus)" in planned
    assert f"messages et réponses{space}: 2 (1 ajout, 1 refus)" in done.stdout
    assert f"Import terminé{narrow}; 1 message a été refusé{space}: voir le rapport" in done.stdout
    assert "Tout est importé" not in done.stdout
    assert done.exit_code == 1
    assert "general/2024-03-04.json · Un message n’a pas d’horodatage" in output
    assert "#2" in output
    assert "moins d’une seconde" in (data / "reports" / "import-1.fr.html").read_text("utf-8")


def test_plan_and_detect_write_nothing(tmp_path: Path) -> None:
    path = export(tmp_path)
    plan = json.loads(ask(tmp_path / "none", "plan", path, "--json").stdout)

    assert plan["counts"] == {"membership": 2, "person": 3, "place": 1, "post": 1} | {"membership": 2}
    assert plan["places"] == {"open": 1}
    assert "Ce que contient cet export" in ask(tmp_path / "none", "plan", path).stdout
    assert ask(tmp_path / "none", "detect", path).stdout.startswith("export Slack (95")
    assert json.loads(ask(tmp_path / "none", "detect", path, "--json").stdout)[0]["source"] == "slack_export"
    assert not (tmp_path / "none").exists()


class Page(HTMLParser):
    """The tags and the text of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.links: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.links += [value or "" for name, value in attrs if name in ("src", "href")]


def test_report_writes_pages_in_both_languages_into_the_data_folder(tmp_path: Path, data: Path) -> None:
    path = export(tmp_path)
    missing = ask(data, "report", path)
    ask(data, "run", path)
    ask(data, "run", path)
    result = ask(data, "report", path)
    written = sorted(file.name for file in (data / "reports").iterdir())
    french, english = ((data / "reports" / f"import-1.{language}.html").read_text("utf-8") for language in ("fr", "en"))
    content = json.loads((data / "reports" / "import-1.json").read_text("utf-8"))

    assert isinstance(missing.exception, ReseauError)
    assert missing.exception.code == "E_NO_RUN"
    assert result.exit_code == 0
    assert written == ["import-1.en.html", "import-1.fr.html", "import-1.json"]
    assert "Ce qui est venu" in french
    assert "What came" in english
    assert Page(french).links == []
    assert "script" not in Page(french).tags
    assert content["places"] == [{"name": "general", "posts": 1}]
    assert content["months"] == {"2024-03": 1}
    assert content["notes"][0]["where"] == "general/2024-03-04.json"
    assert json.loads(ask(data, "report", path, "--json").stdout) == content


def test_status_lists_the_runs(tmp_path: Path, data: Path) -> None:
    assert "Rien n’a encore été importé" in ask(data, "status").stdout
    ask(data, "run", export(tmp_path))
    assert "export.zip" in ask(data, "status").stdout
    (run,) = json.loads(ask(data, "status", "--json").stdout)
    assert run["input"] == "export.zip"
    assert run["finished_at"] is not None


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("run", "absent.zip"), "E_NO_INPUT"),
        (("run", "{export}", "--include", "tout"), "E_INCLUDE"),
        (("plan", "{other}"), "E_UNKNOWN_EXPORT"),
    ],
)
def test_each_error_has_a_sentence(tmp_path: Path, data: Path, words: tuple[str, ...], code: str) -> None:
    (tmp_path / "notes.txt").write_text("rien")
    places = {"export": export(tmp_path), "other": str(tmp_path / "notes.txt")}
    result = ask(data, *(word.format(**places) for word in words))

    assert isinstance(result.exception, ReseauError)
    assert result.exception.code == code
    assert result.exception.sentence(Words("fr")) != result.exception.sentence(Words("en"))


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_progress_shows_rate_and_time_left_on_a_terminal_and_as_lines_elsewhere(tmp_path: Path) -> None:
    with open_bundle(Path(export(tmp_path))) as bundle:
        bundle.done = bundle.total // 2
        for out, first in ((Terminal(), "\r"), (io.StringIO(), "2")):
            progress = Progress(bundle, Words("en"), out)
            progress(1, "a")
            assert out.getvalue() == ""
            progress._last_shown -= 60
            progress(2_000, "a")
            assert out.getvalue().startswith(first)
            assert "2,000 records" in out.getvalue()
            assert "s left" in out.getvalue()
            progress.end()


@pytest.mark.parametrize("name", ["\x1b[31mrouge\x1b[0m", "a\u202eb", "un\ndeux\x07"])
def test_names_in_an_export_command_no_terminal_and_turn_no_writing(name: str) -> None:
    run = Run(1, "slack", name, {}, datetime(2026, 1, 2, tzinfo=UTC), None, 0, Tally())
    report = Report(run, [(name, 3)], [], [("W_SECRET", name, name)])
    output = summary(Words("fr"), run) + named(Words("fr"), report) + html(report, Words("fr"))

    assert re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e]", output) is None
