"""Every figure equals a second, independent count of the raw rows."""

from __future__ import annotations

import math
import shutil
from datetime import datetime
from pathlib import Path

import pandas as pd
import pytest

from analytics.cell import SEGMENTS
from analytics.metric import METRICS
from analytics.published import reading
from analytics.published.record import Record
from analytics.publishing import cubes
from analytics.tables import open_tables
from reseau.network import Network
from tests.analytics.recount import RECOUNTS, Company, Figure, Key, Segmented, kinds, segments
from tests.analytics.story import draw_company, moment

NOW = moment(9 * 7 + 3, 9.0)


def cells_of(frame: pd.DataFrame, names: list[str]) -> dict[Key, Figure]:
    return {
        (row["grain"], row["start"], row["end"], row["segment_kind"], row["segment"]): {
            name: float(row[name]) for name in names
        }
        for row in frame.to_dict("records")
    }


def assert_same(published: dict[Key, Figure], expected: dict[Key, Figure]) -> None:
    assert sorted(published) == sorted(expected)
    for key, figure in expected.items():
        for name, number in figure.items():
            assert math.isclose(published[key][name], number, abs_tol=1e-9), (key, name, published[key][name], number)


def compare(network: Network, now: datetime) -> None:
    """Compare all cells before the k-floor, and those that it shows."""
    cubes.refresh(network, at=now)
    company = Company(network, now)
    contributions_only = Record(_folder_with_contributions(network.settings.folder))
    with open_tables(network.settings, now, record=contributions_only) as tables:
        assert tables.calendar.launch == company.launch
        for name, recount in RECOUNTS.items():
            expected = recount(company)
            names = sorted({name for figure in expected.values() for name in figure})
            assert_same(cells_of(METRICS[name].shape.measure(tables), names), expected)
            compare_published(network, name, expected)
            if (people := METRICS[name].shape.people) is not None:
                assert segments_of(people(tables)) == segments(company, name)
    compare_kinds(network, company)


def _folder_with_contributions(folder: Path) -> Path:
    """Return a data folder with published contributions only, which the figures within them need."""
    nowhere = folder / "nowhere"
    (nowhere / "published").mkdir(parents=True)
    shutil.copy(folder / "published" / "contributions.parquet", nowhere / "published")
    return nowhere


def segments_of(frame: pd.DataFrame) -> Segmented:
    rows = frame.astype(object).where(frame.notna(), None).to_dict("records")
    return {
        (row["grain"], row["start"], row["end"], tuple(row[kind] for kind in SEGMENTS)): (
            int(row["numerator"]),
            int(row["denominator"]),
        )
        for row in rows
    }


def compare_published(network: Network, name: str, expected: dict[Key, Figure]) -> None:
    cells = reading.all_cells(network.settings.folder, name)
    published = cells.loc[(cells["shown"] == "value") & cells["segment_kind"].isin(["", "window", "community"])]
    for key, cell in cells_of(published, ["numerator"]).items():
        if key not in expected:
            continue
        if name.startswith("activation"):  # it keeps its last value if too few were active
            assert cell["numerator"] <= expected[key]["numerator"]
        else:
            assert cell["numerator"] == expected[key]["numerator"]


def compare_kinds(network: Network, company: Company) -> None:
    """Check that the kinds of a block add up to its shown weeks, and that none exceeds its count."""
    cells = reading.all_cells(network.settings.folder, "contributions")
    published = cells.loc[cells["shown"] == "value"]
    for span in company.blocks():
        inside = published.loc[(published["start"] >= span[1]) & (published["end"] <= span[2])]
        by_kind = inside.loc[(inside["segment_kind"] == "kind") & (inside["grain"] == "4w")]
        weeks = inside.loc[(inside["segment_kind"] == "") & (inside["grain"] == "week")]
        counted = kinds(company, span)
        assert not len(by_kind) or by_kind["value"].sum() == weeks["value"].sum()
        for row in by_kind.loc[by_kind["segment"] != "other"].to_dict("records"):
            assert row["value"] <= counted[row["segment"]]


def test_every_figure_has_a_second_count() -> None:
    missing = set(METRICS) - set(RECOUNTS)
    assert not missing, f"RECOUNTS in tests/analytics/recount.py does not count: {', '.join(sorted(missing))}"
    assert set(RECOUNTS) <= set(METRICS)


@pytest.mark.parametrize("seed", [1, 2])
def test_a_random_company_is_counted_the_same_twice(sqlite_network: Network, seed: int) -> None:
    draw_company(sqlite_network, seed)

    compare(sqlite_network, NOW)


def test_both_engines_count_the_same(network: Network) -> None:
    draw_company(network, 4)

    compare(network, NOW)
