"""The attack on everything published, by someone who knows the directory, finds nobody."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import pandas as pd
import pytest

from analytics.facts.manifest import part_files
from analytics.periods import DAY, WEEK
from tests.analytics.attack import Attack, together
from tests.analytics.breaks import BREAKS, OTHERS, Break
from tests.analytics.companies import living, quiet_week
from tests.analytics.solving import Finding
from tests.analytics.staged import Person, staged
from tests.analytics.story import MONDAY

WEEKS = (4, 5)  # the companies publish after these numbers of weeks


@dataclass(frozen=True, slots=True)
class RandomCompany:
    """A random company, everything that it published, and its week with few authors."""

    folder: Path
    cells: pd.DataFrame
    quiet: date


@pytest.fixture(scope="module", params=[(9, 60)], ids=["nearly all come"])
def figures(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> RandomCompany:
    """Return a random company with departments of 3, 9, 10 and 11 people, and everything that it published."""
    seed, people = request.param
    folder = tmp_path_factory.mktemp("attacked")
    cells = together(list(living(folder, seed, people, WEEKS)))
    return RandomCompany(folder, cells, MONDAY + timedelta(weeks=quiet_week(seed, WEEKS)))


def test_no_hidden_cell_no_leaver_and_no_newcomer_is_found(figures: RandomCompany) -> None:
    assert list(Attack(figures.folder, figures.cells).findings()) == []


def findings_of(people: Sequence[Person], folder: Path, weeks: Sequence[int], *broken: str) -> list[Finding]:
    """Return the findings of the attack on a staged company."""
    return list(staged(folder, people, weeks, **dict.fromkeys(broken, True)).findings())


STAGED = sorted({(broken.people, broken.weeks) for broken in BREAKS} | set(OTHERS), key=lambda pair: pair[0].__name__)


@pytest.mark.parametrize(("people", "weeks"), STAGED, ids=[people.__name__ for people, _ in STAGED])
def test_nobody_is_found_in_a_company_with_traps(
    people: Callable[[], list[Person]], weeks: tuple[int, ...], tmp_path: Path
) -> None:
    assert findings_of(people(), tmp_path, weeks) == []


@pytest.mark.parametrize("broken", BREAKS, ids=[broken.rule for broken in BREAKS])
def test_the_attack_sees_each_rule_that_is_broken(
    broken: Break, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken.breaks(monkeypatch)

    assert findings_of(broken.people(), tmp_path, broken.weeks, *broken.measures) != []


def test_a_few_people_wrote_in_a_week_that_is_hidden_beside_others_that_are_shown(figures: RandomCompany) -> None:
    facts = pd.concat([pd.read_parquet(file) for file in part_files(figures.folder)])
    wrote = facts.loc[facts["verb"].isin(["published", "replied"])]
    few = wrote.loc[(wrote["day"] >= figures.quiet) & (wrote["day"] < figures.quiet + WEEK), "person"].value_counts()
    assert 1 <= len(few) <= 9
    assert few.max() == 7

    weeks = figures.cells.loc[(figures.cells["metric"] == "contributions") & (figures.cells["grain"] == "week")]
    assert set(weeks.loc[weeks["start"] == figures.quiet, "shown"]) == {"hidden"}
    assert "value" in set(weeks.loc[weeks["end"] <= MONDAY + 4 * WEEK - DAY, "shown"])


def test_the_attack_sees_a_total_that_holds_a_hidden_week(figures: RandomCompany) -> None:
    folder, cells = figures.folder, figures.cells
    weekly = cells.loc[(cells["metric"] == "contributions") & (cells["grain"] == "week")].sort_values("start")
    first = weekly.head(4).to_dict("records")
    hidden = {**first[0], "shown": "hidden", "value": math.nan, "numerator": math.nan}
    beyond = sum(week["value"] for week in first[1:] if week["shown"] == "value") + 7
    total = {**first[-1], "grain": "launch", "start": first[0]["start"], "shown": "value", "value": beyond}
    rest = cells.loc[(cells["metric"] != "contributions") | (cells["start"] != first[0]["start"])]
    spoilt = pd.concat([rest, pd.DataFrame([hidden, total])], ignore_index=True)

    volumes = list(Attack(folder, spoilt)._volumes())

    assert volumes, "a total of more than its shown weeks tells of the hidden one"


def test_the_attack_sees_a_small_department_that_is_shown(figures: RandomCompany) -> None:
    folder, cells = figures.folder, figures.cells
    whole = cells.loc[(cells["metric"] == "activation_rate") & (cells["grain"] == "4w") & (cells["segment_kind"] == "")]
    hidden = whole.assign(segment_kind="department", segment="D3", shown="hidden", reason="k", numerator=math.nan)
    at_least = hidden.assign(shown="value", reason="", numerator=1.0, value=1 / 3, denominator=3.0)
    spoilt = pd.concat([cells, hidden, at_least], ignore_index=True)

    findings = [finding.what for finding in Attack(folder, spoilt).findings()]

    assert any("D3" in what for what in findings)
