"""Cubes are read from their files, cached while these do not change, and read again after a change."""

from __future__ import annotations

import os
import re
from pathlib import Path

from analytics.metric import METRICS
from dashboards import drawing
from dashboards.figures.cells import Cell, current, preceding
from dashboards.figures.source import Published
from tests.dashboards.company import company, write_cubes


def test_files_give_the_published_cells(tmp_path: Path) -> None:
    made = company()
    write_cubes(made.rows, tmp_path)
    source = Published(tmp_path)

    for name, grain, kind in (("activation_rate", "4w", ""), ("contributions", "4w", "kind")):
        assert source.cells(name, grain, kind) == made.cells(name, grain, kind) != []
    assert (source.state().k, source.state().seeded) == (10, 186)


def test_a_network_whose_figures_were_never_made_has_no_cells(tmp_path: Path) -> None:
    source = Published(tmp_path)

    assert source.cells("activation_rate", "4w") == []
    assert source.state().built_at is None


def test_new_cubes_are_seen_without_a_restart(tmp_path: Path) -> None:
    rows = company().rows
    write_cubes(rows, tmp_path)
    source = Published(tmp_path)
    before = source.cells("activation_rate", "launch")[0].numerator

    rows["activation_rate"][-1]["numerator"] = 411
    for cube in (tmp_path / "analytics" / "cubes").iterdir():
        cube.unlink()
    (tmp_path / "analytics" / "cubes").rmdir()
    write_cubes(rows, tmp_path)
    file = tmp_path / "analytics" / "cubes" / "activation_rate.parquet"
    os.utime(file, ns=(1, 1))

    assert (before, source.cells("activation_rate", "launch")[0].numerator) == (317, 411)


def test_the_latest_finished_period_is_read_and_compared_with_its_equal_before() -> None:
    cells = company().cells("activation_rate", "4w")
    now = current(cells)

    assert now is not None
    before = preceding(cells, now)
    assert before is not None
    assert (before.days, (now.start - before.end).days) == (now.days, 1)
    assert cells[-1].end == now.end


def test_the_first_period_of_a_network_has_none_before() -> None:
    cells: list[Cell] = company().cells("activation_rate", "4w")

    assert preceding(cells, cells[0]) is None
    assert current([]) is None


def test_what_is_drawn_knows_no_metric_by_its_name() -> None:
    folder = Path(drawing.__file__).parent
    named = [
        f"{file.name}: {name}"
        for file in sorted(folder.glob("*.py"))
        for name in METRICS
        if re.search(rf"\b{name}\b", file.read_text(encoding="utf-8"))
    ]

    assert named == [], "give the metric what its card needs (made_of, looks_back, needs) in analytics/metric.py"
