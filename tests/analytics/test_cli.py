"""The commands ``facts`` and ``metrics``."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pandas as pd
import pytest
import structlog
import typer
from typer.testing import CliRunner, Result

from analytics import cli
from analytics.cell import COLUMNS
from analytics.cut import Cut
from analytics.metric import METRICS
from reseau.errors import ReseauError
from reseau.i18n import Words
from reseau.network import open_network
from reseau.settings import load_settings
from tests.analytics.story import activate, people


def run(app: typer.Typer, folder: Path, *line: str, language: str = "en") -> Result:
    return CliRunner().invoke(app, line, obj=load_settings(data=folder, language=language))


@pytest.fixture(autouse=True)
def own_log() -> Iterator[None]:
    """Restore the log, which a command sends to its own standard error."""
    yield
    structlog.reset_defaults()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A network of 60 people in three departments, built by the command."""
    folder = tmp_path_factory.mktemp("figures")
    settings = load_settings(data=folder)
    network = open_network(settings)
    for department, size in (("Achats", 30), ("Études", 30), ("Direction", 3)):
        activate(network, people(network, size, department=department)[: size // 2], 0)
    network.store.close()
    done = run(cli.facts, folder, "build", "--json")
    structlog.reset_defaults()
    assert done.exit_code == 0, done.stderr
    assert json.loads(done.stdout)["facts"]["rows"] > 0
    return folder


def test_a_second_build_adds_nothing_and_reports_that(folder: Path) -> None:
    done = run(cli.facts, folder, "build", language="fr")

    assert done.exit_code == 0
    assert "0 acte ajouté" in done.stdout
    assert "chiffres publiés" in done.stdout


def test_a_rebuild_makes_all_facts_again(folder: Path) -> None:
    done = json.loads(run(cli.facts, folder, "rebuild", "--json").stdout)

    assert done["facts"]["anew"]
    assert done["facts"]["added"] == done["facts"]["rows"]
    assert done["cubes"]["failed"] == {}


def test_the_list_explains_the_calculation_of_each_figure(folder: Path) -> None:
    output = run(cli.metrics, folder, "list", language="fr").stdout
    names = [metric["name"] for metric in json.loads(run(cli.metrics, folder, "list", "--json").stdout)]

    assert "Taux d’activation" in output
    assert "activation_rate" in names


def test_a_table_shows_the_figure_its_interval_and_its_method(folder: Path) -> None:
    output = run(cli.metrics, folder, "show", "activation_rate", "--grain", "launch").stdout

    assert "49.2%" in output  # 31 of 63
    assert "divided by" in output


def test_a_table_of_segments_says_why_a_cell_is_hidden(folder: Path) -> None:
    output = run(cli.metrics, folder, "show", "activation_rate", "--grain", "4w", "--by", "department").stdout

    assert "Direction" in output
    assert "fewer than 10 people" in output
    assert "3" not in next(line for line in output.splitlines() if "Direction" in line).split("Direction")[1]


def test_csv_has_the_documented_columns_and_empty_hidden_values(folder: Path) -> None:
    text = run(cli.metrics, folder, "show", "activation_rate", "--by", "department", "--format", "csv").stdout

    rows = list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))
    assert list(rows[0]) == list(COLUMNS)
    assert {row["value"] for row in rows if row["segment"] == "Direction"} == {""}


def test_json_is_one_list_of_cells_with_null_for_hidden_values(folder: Path) -> None:
    cells = json.loads(
        run(cli.metrics, folder, "show", "activation_rate", "--by", "department", "--format", "json").stdout
    )

    assert {cell["value"] for cell in cells if cell["segment"] == "Direction"} == {None}
    assert cells[0]["start"].startswith("20")


def test_an_unknown_figure_is_answered_with_those_there_are(folder: Path) -> None:
    done = run(cli.metrics, folder, "show", "happiness")

    assert isinstance(done.exception, ReseauError)
    assert "activation_rate" in str(done.exception)


def test_before_anything_is_published_the_table_says_what_to_do(tmp_path: Path) -> None:
    assert "reseau facts build" in run(cli.metrics, tmp_path, "show", "activation_rate").stdout


def test_an_unknown_segment_is_refused_even_before_anything_is_published(tmp_path: Path) -> None:
    cut = run(cli.metrics, tmp_path, "show", "activation_rate", "--by", "service")
    period = run(cli.metrics, tmp_path, "show", "activation_rate", "--grain", "mois")

    assert "cannot be cut by “service”, only by: department" in str(cut.exception)
    assert "is not published for “mois”, only for: week, 4w, 12w, launch." in str(period.exception)
    assert "reseau facts build" in run(cli.metrics, tmp_path, "show", "activation_rate", "--by", "site").stdout


def _cells(days: int, state: str) -> pd.DataFrame:
    start = date(2026, 11, 2)
    row = {"start": start, "end": start + timedelta(days=days - 1), "segment_kind": "", "shown": state}
    return pd.DataFrame([row])


@pytest.mark.parametrize(
    ("days", "states", "why"),
    [
        (7, "value", "the first four are not over yet"),
        (28, "band", "itself a range"),
        (28, "value", "Nobody in the dir"),
    ],
)
def test_why_a_figure_is_not_cut_is_the_true_reason(days: int, states: str, why: str) -> None:
    every = _cells(days, states)
    cut_ = Cut(METRICS["activation_rate"], "department", every.iloc[:0], every)

    assert why in cut_.emptiness(Words("en"))


def test_the_format_may_be_typed_in_capitals(folder: Path) -> None:
    assert run(cli.metrics, folder, "show", "activation_rate", "--format", "CSV").exit_code == 0


def test_a_french_spreadsheet_finds_its_columns_decimals_and_accents(folder: Path) -> None:
    line = ("show", "activation_rate", "--grain", "4w", "--by", "department", "--format", "csv")
    text = run(cli.metrics, folder, *line, language="fr").stdout

    rows = list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff")), delimiter=";"))
    assert text.startswith("\ufeff")
    assert {row["value"] for row in rows if row["segment"] == "Études"} == {"0,5"}


@pytest.mark.parametrize("options", ["service", "departement", "sitte", "window", "="])
@pytest.mark.parametrize("form", ["table", "csv", "json"])
def test_a_cut_that_is_not_there_is_answered_with_those_there_are(folder: Path, options: str, form: str) -> None:
    done = run(cli.metrics, folder, "show", "activation_rate", "--by", options, "--format", form)

    assert isinstance(done.exception, ReseauError)
    assert str(done.exception) == (
        f"activation_rate cannot be cut by “{options}”, only by: department, site, country, job."
    )


def test_a_period_that_is_not_there_is_answered_with_those_there_are(folder: Path) -> None:
    done = run(cli.metrics, folder, "show", "activation_rate", "--grain", "mois")

    assert isinstance(done.exception, ReseauError)
    assert str(done.exception) == "activation_rate is not published for “mois”, only for: week, 4w, 12w, launch."


def test_a_figure_with_segments_only_names_them(folder: Path) -> None:
    done = run(cli.metrics, folder, "show", "active_members")

    assert str(done.exception) == "active_members is published by window only: add --by."


def test_a_cut_without_any_values_has_a_sentence(folder: Path) -> None:
    done = run(cli.metrics, folder, "show", "activation_rate", "--by", "site")
    script = run(cli.metrics, folder, "show", "activation_rate", "--by", "site", "--format", "json")

    assert done.exit_code == 0
    assert "under site" in done.stdout
    assert "reseau facts build" not in done.stdout
    assert (json.loads(script.stdout), "under site" in script.stderr) == ([], True)
