"""The launch day: one command sets, shows and removes it."""

from __future__ import annotations

import contextlib
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, strategies as st

from reseau.cli import main
from reseau.launch import day as launch
from reseau.launch.day import LaunchDayError
from reseau.network import open_network
from reseau.settings import load_settings

TODAY = date(2026, 11, 20)


def run_launch(folder: Path, capsys: pytest.CaptureFixture[str], *line: str) -> tuple[int, str]:
    """Return the exit code and the output of the command."""
    try:
        main(["--data", str(folder), "--language", "en", "launch", "day", *line])
    except SystemExit as leaving:
        printed = capsys.readouterr()
        return int(leaving.code or 0), printed.out + printed.err
    return 0, capsys.readouterr().out


def test_the_launch_day_is_set_shown_and_taken_away(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert "No launch day is set: figures count from the first person" in run_launch(tmp_path, capsys)[1]
    assert run_launch(tmp_path, capsys, "2026-01-05") == (
        0,
        "The launch day is Monday, 5 January 2026: figures count from then on. To count anew: reseau facts build\n",
    )
    assert "Monday, 5 January 2026" in run_launch(tmp_path, capsys)[1]
    with open_network(load_settings(data=tmp_path)).store.read() as tx:
        assert launch.launch_day(tx) == date(2026, 1, 5)
    assert "any more" in run_launch(tmp_path, capsys, "--clear")[1]
    assert "No launch day is set:" in run_launch(tmp_path, capsys)[1]


def test_a_launch_to_come_says_that_nothing_counts_until_then(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    year = date.today().year + 2  # noqa: DTZ011  (the command reads the clock itself)
    assert "until then, nothing counts" in run_launch(tmp_path, capsys, f"{year}-01-05")[1]


@pytest.mark.parametrize("typed", ["demain", "05/01/2026", "2026-02-30", "2026-13-01", "1", "²⁰²⁶-01-01", ""])
def test_an_invalid_date_has_a_sentence_with_the_right_form(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], typed: str
) -> None:
    code, words = run_launch(tmp_path, capsys, typed)

    assert code == 2
    assert f"“{typed}” is not a date. Write the year, the month and the day" in words


@pytest.mark.parametrize("typed", ["0001-01-01", "1999-12-31", "9999-12-31", "2032-01-01"])
def test_a_day_that_cannot_be_meant_is_refused(typed: str) -> None:
    with pytest.raises(LaunchDayError, match=typed):
        launch.read_day(typed, TODAY)


@given(st.text(max_size=30))
def test_no_text_breaks_the_reading_of_a_day(text: str) -> None:
    with contextlib.suppress(LaunchDayError):
        assert launch.read_day(text, TODAY).year >= 2000
