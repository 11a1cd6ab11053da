"""Everything published, at every publishing, against somebody who knows the directory: nobody is found."""

from __future__ import annotations

import math
from pathlib import Path

import pandas as pd
import pytest

from tests.analytics.attack import Attack, together
from tests.analytics.companies import living


@pytest.fixture(scope="module", params=[(3, (4, 5)), (6, (4, 5)), (2, (4, 5))])
def told(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, pd.DataFrame]:
    """A random company with departments of 3, 9, 10 and 11, and all that it published."""
    seed, weeks = request.param
    folder = tmp_path_factory.mktemp("attacked")
    return folder, together(list(living(folder, seed, 60, weeks)))


def test_no_hidden_cell_no_leaver_and_no_newcomer_is_found(told: tuple[Path, pd.DataFrame]) -> None:
    assert list(Attack(*told).findings()) == []


def test_the_attack_sees_a_total_that_holds_a_hidden_week(told: tuple[Path, pd.DataFrame]) -> None:
    folder, cells = told
    weekly = cells.loc[(cells["metric"] == "contributions") & (cells["grain"] == "week")].sort_values("start")
    first = weekly.head(4).to_dict("records")
    hidden = {**first[0], "shown": "hidden", "value": math.nan, "numerator": math.nan}
    beyond = sum(week["value"] for week in first[1:] if week["shown"] == "value") + 7
    total = {**first[-1], "grain": "launch", "start": first[0]["start"], "shown": "value", "value": beyond}
    rest = cells.loc[(cells["metric"] != "contributions") | (cells["start"] != first[0]["start"])]
    spoilt = pd.concat([rest, pd.DataFrame([hidden, total])], ignore_index=True)

    found = list(Attack(folder, spoilt)._volumes())

    assert found, "a total of more than its shown weeks tells of the hidden one"


def test_the_attack_sees_a_small_department_that_is_shown(told: tuple[Path, pd.DataFrame]) -> None:
    folder, cells = told
    three = (cells["metric"] == "activation_rate") & (cells["segment"] == "D3") & (cells["grain"] == "4w")
    rows = cells.loc[three].copy()
    assert set(rows["shown"]) == {"hidden"}
    at_least = rows.assign(shown="value", numerator=1.0, value=1 / 3, denominator=3.0)
    spoilt = pd.concat([cells, at_least], ignore_index=True)

    found = [finding.what for finding in Attack(folder, spoilt).findings(most=0)]

    assert any("D3" in what for what in found)
