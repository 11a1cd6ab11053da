"""Cut, overwritten and missing files of the figures: the next build repairs them, and doctor names them until then."""

from __future__ import annotations

import dataclasses
import shutil
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import timedelta
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from sqlalchemy import func, select

from analytics.examination import examine
from analytics.facts import facts
from analytics.facts.manifest import facts_folder, part_files
from analytics.facts.pseudonyms import KEY_FILE, KeyDamagedError
from analytics.files import analytics_folder
from analytics.metric import METRICS
from analytics.published import reading as cells_of
from analytics.published.earlier import earlier_folder
from analytics.published.record import Record, record_folder
from analytics.publishing import cubes
from reseau.examination import Level
from reseau.kinds import Verb
from reseau.network import Network
from reseau.settings import load_settings
from reseau.store import open_store
from reseau.store.tables import activity
from tests.analytics.story import MONDAY, did, moment, people, tell
from tests.analytics.test_facts import expected_rows, rows_of

Spoil = Callable[[Path], object]


def flip(file: Path) -> None:
    """Change one byte in the middle, as a bad disk does."""
    bytes_ = bytearray(file.read_bytes())
    bytes_[len(bytes_) // 2] ^= 0xFF
    file.write_bytes(bytes_)


SPOILT: dict[str, Spoil] = {
    "cut": lambda file: file.write_bytes(file.read_bytes()[: file.stat().st_size // 2]),
    "garbage": lambda file: file.write_bytes(b"\x00\xff nothing of ours" * 20),
    "empty": lambda file: file.write_bytes(b""),
    "gone": lambda file: file.unlink(),
    "one byte": flip,
}


@pytest.fixture(params=SPOILT)
def spoil(request: pytest.FixtureRequest) -> Spoil:
    return SPOILT[request.param]


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> dict[str, Path]:
    """Make two data folders, which each test copies: one with facts, and one with a published figure too."""
    built, published = (tmp_path_factory.mktemp(name) / "data" for name in ("built", "published"))
    built.mkdir()
    shutil.copy(sqlite_template, built / "reseau.db")
    with opened(built) as network:
        staff = people(network, 12)
        tell(network, [did(who, Verb.USED, day) for who in staff for day in (0, 10, 40)])
        facts.build(network)
    shutil.copytree(built, published)
    with opened(published) as network:
        cubes.publish(network, at=moment(50), only=["activation_rate"])
    return {"built": built, "published": published}


@contextmanager
def opened(folder: Path) -> Iterator[Network]:
    with closing(open_store(f"sqlite:///{folder / 'reseau.db'}", make=False)) as store:
        yield Network(load_settings(data=folder), store)


@pytest.fixture
def company(models: dict[str, Path], tmp_path: Path) -> Iterator[Network]:
    """A small company with two months of undamaged facts."""
    with opened(shutil.copytree(models["built"], tmp_path / "data")) as network:
        yield network


@pytest.fixture
def published(models: dict[str, Path], tmp_path: Path) -> Iterator[Network]:
    """The same company with a figure published."""
    with opened(shutil.copytree(models["published"], tmp_path / "data")) as network:
        yield network


def test_a_spoilt_file_of_facts_is_made_again_by_the_next_build(company: Network, spoil: Spoil) -> None:
    folder = company.settings.folder
    spoil(part_files(folder)[0])

    built = facts.build(company)

    assert (built.damaged, built.anew) == (1, True)
    assert rows_of(folder) == expected_rows(company)


def test_a_spoilt_manifest_is_made_again_by_the_next_build(company: Network, spoil: Spoil) -> None:
    folder = company.settings.folder
    manifest = facts_folder(folder) / "manifest.json"
    spoil(manifest)

    facts.build(company)

    assert rows_of(folder) == expected_rows(company)
    assert manifest.is_file()


def test_whole_facts_are_left_as_they_are(company: Network) -> None:
    built = facts.build(company)

    assert (built.damaged, built.anew, built.added) == (0, False, 0)


@pytest.mark.parametrize("how", ["cut", "garbage", "empty"])
def test_a_spoilt_key_is_refused_with_advice_and_never_shown(company: Network, how: str) -> None:
    key = company.settings.folder / KEY_FILE
    written = key.read_text("ascii").strip()
    SPOILT[how](key)

    with pytest.raises(KeyDamagedError, match="backup") as refused:
        facts.build(company)

    assert written[:16] not in str(refused.value)


def test_doctor_finds_every_file_of_a_whole_installation_in_order(published: Network) -> None:
    assert [finding.level for finding in examine(published)] == [Level.WELL]


def test_doctor_names_each_spoilt_file_and_its_repair(published: Network) -> None:
    folder = published.settings.folder
    places = (analytics_folder(folder), record_folder(folder))
    files = [file for place in places for file in place.rglob("*") if file.suffix in (".parquet", ".json")]
    assert len(files) > 10
    for file in files:
        intact = file.read_bytes()
        file.write_bytes(b"\x00\xff nothing of ours")
        findings = list(examine(published))
        file.write_bytes(intact)

        assert [str(finding.values["file"]) for finding in findings] == [str(file)], file
        assert ("backup" if file.parent == record_folder(folder) and file.suffix == ".parquet" else "facts build") in (
            findings[0].how
        )


RATE = "activation_rate"


def test_a_spoilt_cube_shows_nothing_until_it_is_made_again_from_the_record(published: Network, spoil: Spoil) -> None:
    folder = published.settings.folder
    before = cells_of.all_cells(folder, RATE)
    spoil(cells_of.cubes_folder(folder) / f"{RATE}.parquet")
    assert len(cells_of.all_cells(folder, RATE)) in (0, len(before))

    cubes.publish(published, at=moment(50), only=[RATE])

    pd.testing.assert_frame_equal(cells_of.all_cells(folder, RATE), before)


@pytest.mark.parametrize("how", ["cut", "garbage", "empty", "gone"])
def test_a_spoilt_note_of_the_last_build_reads_as_never_built(published: Network, how: str) -> None:
    folder = published.settings.folder
    SPOILT[how](cells_of.freshness_file(folder))
    assert cells_of.freshness(folder).built_at is None

    cubes.publish(published, at=moment(50), only=[RATE])

    assert cells_of.freshness(folder).built_at == moment(50)


@pytest.mark.parametrize("how", ["cut", "garbage", "empty", "gone"])
def test_a_spoilt_note_of_the_record_is_made_again_from_the_files_beside_it(published: Network, how: str) -> None:
    folder = published.settings.folder
    before = cells_of.all_cells(folder, RATE)
    SPOILT[how](Record(folder).file)

    outcome = cubes.publish(published, at=moment(57), only=[RATE])

    after = cells_of.all_cells(folder, RATE)
    assert (outcome.lost, len(outcome.mended)) == (None, 1)
    weeks = after.loc[(after["grain"] == "week") & (after["end"] <= max(before["end"]))]
    pd.testing.assert_frame_equal(
        weeks.reset_index(drop=True), before.loc[before["grain"] == "week"].reset_index(drop=True)
    )


@pytest.mark.parametrize("how", ["cut", "garbage", "empty"])
def test_a_spoilt_record_of_a_figure_is_reported_and_stops_no_other_figure(published: Network, how: str) -> None:
    folder = published.settings.folder
    before = cells_of.all_cells(folder, RATE)
    SPOILT[how](record_folder(folder) / f"{RATE}.parquet")

    outcome = cubes.publish(published, at=moment(57), only=[RATE, "living_communities"])

    assert "backup" in outcome.failed[RATE]
    assert "living_communities" in outcome.cells
    pd.testing.assert_frame_equal(cells_of.all_cells(folder, RATE), before)


def test_a_missing_record_of_a_figure_republishes_no_past_period(published: Network) -> None:
    folder = published.settings.folder
    last_end = max(cells_of.all_cells(folder, RATE)["end"])
    (record_folder(folder) / f"{RATE}.parquet").unlink()

    cubes.publish(published, at=moment(57), only=[RATE])

    weeks = cells_of.cells(folder, RATE, "week")
    assert min(weeks["end"]) > last_end


def test_a_missing_record_is_reported_and_figures_begin_after_it(published: Network) -> None:
    folder = published.settings.folder
    last_end = max(cells_of.all_cells(folder, RATE)["end"])
    shutil.rmtree(record_folder(folder))

    outcome = cubes.publish(published, at=moment(57), only=[RATE])

    assert outcome.lost == last_end
    assert min(cells_of.cells(folder, RATE, "week")["end"]) > last_end


def test_figures_of_a_version_without_a_record_are_set_aside_and_never_republished(company: Network) -> None:
    folder, last = company.settings.folder, MONDAY + timedelta(days=48)
    cells_of.cubes_folder(folder).mkdir(parents=True)
    old = pa.table({"metric": ["activation_rate"], "end": pa.array([last], pa.date32()), "value": [0.5]})
    pq.write_table(old, cells_of.cubes_folder(folder) / f"{RATE}.parquet")

    outcome = cubes.publish(company, at=moment(50), only=[RATE])
    assert outcome.earlier == last + timedelta(days=1)
    assert (earlier_folder(folder) / f"{RATE}.parquet").is_file()
    assert len(cells_of.all_cells(folder, RATE)) == 0

    later = cubes.publish(company, at=moment(57), only=[RATE])
    assert (later.earlier, later.lost) == (None, None)
    weeks = cells_of.cells(folder, RATE, "week")
    assert weeks["start"].tolist() == [last + timedelta(days=1)]


def test_a_build_with_nothing_new_measures_no_people_again(published: Network, monkeypatch: pytest.MonkeyPatch) -> None:
    def measured(tables: object) -> pd.DataFrame:
        raise AssertionError

    shape = dataclasses.replace(METRICS[RATE].shape, measure=measured)
    monkeypatch.setitem(METRICS._loaded, RATE, dataclasses.replace(METRICS[RATE], shape=shape))

    assert cubes.publish(published, at=moment(51), only=[RATE]).failed == {}


def test_doctor_names_a_file_that_is_gone(published: Network) -> None:
    for file in sorted(analytics_folder(published.settings.folder).rglob("*")):
        if file.suffix not in (".parquet", ".json") or file.parent.name == "lists":
            continue
        intact = file.read_bytes()
        file.unlink()
        findings = list(examine(published))
        file.write_bytes(intact)

        assert [str(finding.values["file"]) for finding in findings] == [str(file)], file
        assert findings[0].level is Level.WARNING


def test_doctor_says_so_when_the_store_has_less_than_the_figures(published: Network) -> None:
    with published.store.write() as tx:
        newest = tx.execute(select(func.max(activity.c.id))).scalar_one()
        tx.execute(activity.delete().where(activity.c.id == newest))

    (finding,) = examine(published)

    assert finding.level is Level.FATAL
    assert "backup" in finding.what


def test_doctor_says_so_when_the_key_is_spoilt(company: Network) -> None:
    (company.settings.folder / KEY_FILE).write_text("no key")

    (findings,) = examine(company)

    assert findings.level is Level.FATAL
    assert "backup" in findings.what
