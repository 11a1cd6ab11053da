"""Promises of every metric, from the moment its file exists."""

from __future__ import annotations

import dataclasses
import math
import textwrap
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pandas as pd
import pytest

from analytics.cell import COLUMNS, SEGMENTS, Shown
from analytics.metric import EXTRA, METRICS, RAW, Metric, Shape, Subject
from analytics.published import reading
from analytics.publishing import cubes
from reseau.i18n import LANGUAGES, Words
from reseau.kinds import Origin, Verb
from reseau.network import Network
from reseau.settings import load_settings
from reseau.store import open_store
from tests.analytics.story import Draw, activate, did, draw_company, moment, people, places, tell, wrote

NOW = moment(9 * 7 + 3, 9.0)
METHODS = Path(__file__).parents[2] / "docs" / "metrics.md"
CONTRIBUTING = Path(__file__).parents[2] / "CONTRIBUTING.md"
SAME = {"Contributions"}  # alike in both languages
GRAINS = {"week", "4w", "12w", "launch"}
REASONS = {
    Shown.VALUE: {""},
    Shown.BAND: {"k", "complement", "homogeneous"},
    Shown.HIDDEN: {"k", "complement", "dominance", "homogeneous", "small"},
}


def all_cells(folder: Path, name: str) -> pd.DataFrame:
    return pd.read_parquet(reading.cubes_folder(folder) / f"{name}.parquet")


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Network]:
    """A company large enough to show figures and small enough to hide some, counted once for all metrics."""
    folder = tmp_path_factory.mktemp("company")
    network = Network(load_settings(data=folder), open_store(f"sqlite:///{folder / 'reseau.db'}"))
    draw_company(network, 11, Draw(people=260, places=6, acts=5_000))
    assert cubes.refresh(network, at=NOW).cubes.failed == {}
    yield network
    network.store.close()


@pytest.fixture(scope="module")
def nothing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Network]:
    """A network in which nobody has done anything."""
    folder = tmp_path_factory.mktemp("nothing")
    network = Network(load_settings(data=folder), open_store(f"sqlite:///{folder / 'reseau.db'}"))
    assert cubes.refresh(network, at=NOW).cubes.failed == {}
    yield network
    network.store.close()


@pytest.mark.parametrize("name", METRICS)
def test_it_is_called_as_its_file_and_has_a_shape(name: str) -> None:
    assert METRICS[name].name == name, f"`name` of {name} must be that of its file"
    assert isinstance(METRICS[name].shape, Shape), (
        f"`shape` of {name} must be what a shape of analytics/shapes.py gives, such as volume(what_was_done)"
    )


def test_the_metric_that_contributing_shows_is_one_as_it_stands(company: Network) -> None:
    from analytics.tables import open_tables

    code = CONTRIBUTING.read_text(encoding="utf-8").split("```python\n", 1)[1].split("```", 1)[0]
    names: dict[str, Metric] = {}
    exec(textwrap.dedent(code), names)  # noqa: S102  (our own page)
    metric = names["metric"]

    assert metric.within == "activation_rate", "the example of CONTRIBUTING.md lies within no other metric"
    with open_tables(company.settings, NOW) as tables:
        assert metric.shape.measure(tables)["numerator"].sum() > 0


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", METRICS)
def test_it_has_a_title_and_says_how_it_is_calculated_in_both_languages(name: str, language: str) -> None:
    metric, t = METRICS[name], Words(language)

    for message in (metric.title, metric.method, metric.denominator):
        assert message.strip()
        known = language == "en" or message in SAME or t(message) != message
        assert known, f"analytics/locale/fr.po does not translate: {message}"


@pytest.mark.parametrize("name", METRICS)
def test_its_section_gives_definition_denominator_and_source(name: str) -> None:
    sections = METHODS.read_text(encoding="utf-8").split("\n## ")
    section = next((section for section in sections if section.startswith(f"`{name}`")), "")
    assert section, f"docs/metrics.md has no section that begins with: ## `{name}`"

    for part in ("**Definition.**", "**Denominator.**", "**Source.**"):
        assert part in section, f"the section of {name} in docs/metrics.md lacks {part}"
        assert len(section.split(part)[1].split("**")[0].strip()) > 20


@pytest.mark.parametrize("name", METRICS)
def test_its_cube_has_the_columns_of_the_contract(name: str, company: Network) -> None:
    cells = all_cells(company.settings.folder, name)

    assert list(cells.columns) == list(COLUMNS)
    assert len(cells) > 0
    assert set(cells["metric"]) == {name}
    assert set(cells["grain"]) <= GRAINS
    for row in cells.to_dict("records"):
        assert row["reason"] in REASONS[row["shown"]]
        assert row["start"] <= row["end"]
        assert bool(row["segment_kind"]) == bool(row["segment"])


@pytest.mark.parametrize("name", METRICS)
def test_no_cell_is_published_twice(name: str, company: Network) -> None:
    cells = all_cells(company.settings.folder, name)

    assert not cells.duplicated(["grain", "start", "end", "segment_kind", "segment"]).any()


@pytest.mark.parametrize("name", METRICS)
def test_it_measures_the_columns_it_should(name: str, company: Network) -> None:
    from analytics.tables import open_tables

    metric = METRICS[name]
    with open_tables(company.settings, NOW) as tables:
        assert set(RAW) <= set(metric.shape.measure(tables).columns) <= {*RAW, *EXTRA}
        if metric.shape.people is not None:
            cut = metric.shape.people(tables).columns
            assert set(cut) == {"grain", "start", "end", *SEGMENTS, "numerator", "denominator"}


@pytest.mark.parametrize("name", METRICS)
def test_an_empty_network_gives_an_empty_cube(name: str, nothing: Network) -> None:
    cells = all_cells(nothing.settings.folder, name)

    assert list(cells.columns) == list(COLUMNS)
    assert (cells["shown"] != Shown.VALUE).all()


@pytest.mark.parametrize("name", METRICS)
def test_no_figure_is_about_fewer_than_k_people(name: str, company: Network) -> None:
    metric, cells = METRICS[name], all_cells(company.settings.folder, name)
    published = cells.loc[cells["shown"] != Shown.HIDDEN]

    if about_people(metric):
        assert (published["n"] >= company.settings.k).all()
    assert (published["n"] > 0).all()


@pytest.mark.parametrize("name", METRICS)
def test_people_who_did_something_lie_within_those_who_have_activated(name: str) -> None:
    metric = METRICS[name]
    if metric.subject in (Subject.PEOPLE, Subject.POPULATION, Subject.VOLUME) and not metric.shape.grows:
        within = METRICS.get(metric.within or "")
        assert within is not None, f'{name} is about activated people: give it within="activation_rate"'
        assert within.shape.grows


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", METRICS)
def test_what_it_is_made_of_and_needs_is_said_in_both_languages(name: str, language: str) -> None:
    metric, t = METRICS[name], Words(language)

    if metric.made_of is not None:
        sentences = [t.plural(*metric.made_of, count, whole="9") for count in (1, 7)]
        assert ["1" in sentences[0], "7" in sentences[1]] == [True, True], f"made_of of {name} does not say {{count}}"
        translated = language == "en" or metric.made_of.one.format(count="1", whole="9") != sentences[0]
        assert translated, f"analytics/locale/fr.po does not translate: {metric.made_of.one}"
    assert language == "en" or not metric.needs or t(metric.needs) != metric.needs


@pytest.mark.parametrize("name", METRICS)
def test_a_share_of_people_or_communities_says_on_its_card_what_it_is_made_of(name: str) -> None:
    """A curve and a role have drawings of their own."""
    metric = METRICS[name]
    if metric.subject in (Subject.PEOPLE, Subject.COMMUNITIES) and metric.target is not None:
        assert metric.made_of is not None, f'give {name} made_of=plural("{{count}} … out of {{whole}}", "…")'


def about_people(metric: Metric) -> bool:
    return metric.subject not in (Subject.ITEMS, Subject.COMMUNITIES, Subject.ROLE)


@pytest.mark.parametrize("name", METRICS)
def test_what_is_not_shown_carries_no_number(name: str, company: Network) -> None:
    cells = all_cells(company.settings.folder, name)
    withheld = cells.loc[cells["shown"] != Shown.VALUE]
    hidden = cells.loc[cells["shown"] == Shown.HIDDEN]

    assert withheld[["numerator", "value"]].isna().all(axis=None)
    assert hidden[["denominator", "low", "high"]].isna().all(axis=None)
    assert (hidden["n"] == 0).all()


@pytest.mark.parametrize("name", METRICS)
def test_what_is_shown_is_a_number_that_makes_sense(name: str, company: Network) -> None:
    cells = all_cells(company.settings.folder, name)

    for row in cells.loc[cells["shown"] == Shown.VALUE].to_dict("records"):
        assert row["value"] >= 0
        if METRICS[name].unit == "share":
            assert 0 <= row["low"] <= row["value"] + 1e-9
            assert row["value"] <= row["high"] + 1e-9 <= 1 + 2e-9
            assert row["numerator"] <= row["denominator"]
        else:
            assert math.isnan(row["denominator"])


@pytest.mark.parametrize("name", METRICS)
def test_segments_of_people_are_published_when_their_period_is_over_only(name: str, company: Network) -> None:
    cells = all_cells(company.settings.folder, name)
    of_people = cells.loc[cells["segment_kind"].isin(SEGMENTS)]

    assert of_people["complete"].all()
    assert set(of_people["grain"]) <= {"4w"}
    assert not len(of_people) or METRICS[name].shape.people is not None


def cubes_of(network: Network) -> dict[str, pd.DataFrame]:
    assert cubes.refresh(network, at=NOW).cubes.failed == {}
    return {name: all_cells(network.settings.folder, name) for name in METRICS}


def test_every_metric_gives_the_same_figures_again(company: Network) -> None:
    before = {name: all_cells(company.settings.folder, name) for name in METRICS}

    for name, cells in cubes_of(company).items():
        pd.testing.assert_frame_equal(cells, before[name])


def test_seeded_rows_change_no_metric(sqlite_network: Network) -> None:
    staff = people(sqlite_network, 40)
    (place,) = places(sqlite_network, 1)
    activate(sqlite_network, staff[:30], 3)
    tell(sqlite_network, [wrote(who, who, 4, place=place) for who in staff[:20]])
    before = cubes_of(sqlite_network)

    for verb in set(Verb) - {Verb.DELETED}:
        rows = [
            did(who, verb, day, content_id=900 + who, root_id=900 + who, community_id=place, kind="question")
            for who in staff
            for day in (-400, 5, 9)
        ]
        tell(sqlite_network, rows, Origin.SEEDED)

    for name, cells in cubes_of(sqlite_network).items():
        pd.testing.assert_frame_equal(cells, before[name], obj=name)


def failing(name: str) -> Metric:
    """A metric whose measure fails."""

    def broken(tables: object) -> pd.DataFrame:
        raise ZeroDivisionError

    metric = METRICS[name]
    return dataclasses.replace(metric, shape=dataclasses.replace(metric.shape, measure=broken))


def test_one_metric_that_fails_does_not_stop_the_others(
    sqlite_network: Network, monkeypatch: pytest.MonkeyPatch
) -> None:
    tell(sqlite_network, [did(who, Verb.USED, 0) for who in people(sqlite_network, 2)])
    monkeypatch.setitem(METRICS._loaded, "contributions", failing("contributions"))

    done = cubes.refresh(sqlite_network, at=NOW - timedelta(days=1), only=["contributions", "active_members"]).cubes

    assert done.failed == {"contributions": "ZeroDivisionError: "}
    assert list(done.cells) == ["activation_rate", "active_members"]


def test_a_metric_is_not_published_without_the_one_it_lies_within(
    sqlite_network: Network, monkeypatch: pytest.MonkeyPatch
) -> None:
    tell(sqlite_network, [did(who, Verb.USED, 0) for who in people(sqlite_network, 2)])
    monkeypatch.setitem(METRICS._loaded, "activation_rate", failing("activation_rate"))

    done = cubes.refresh(sqlite_network, at=NOW, only=["engagement_rate"]).cubes

    assert sorted(done.failed) == ["activation_rate", "engagement_rate"]
