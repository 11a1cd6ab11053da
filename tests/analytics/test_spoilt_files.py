"""A file of the figures that is cut, overwritten or gone: the next build mends it, and doctor names it meanwhile."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from analytics import cubes, facts
from analytics.examination import examine
from analytics.manifest import facts_folder, part_files
from analytics.pseudonyms import KEY_FILE, KeyDamagedError
from analytics.shelf import shelf
from reseau.examination import Level
from reseau.kinds import Verb
from reseau.network import Network
from tests.analytics.story import did, moment, people, tell
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


@pytest.fixture
def company(sqlite_network: Network) -> Network:
    """A small company with two months of facts, in which nothing is damaged."""
    staff = people(sqlite_network, 12)
    tell(sqlite_network, [did(who, Verb.USED, day) for who in staff for day in (0, 10, 40)])
    facts.build(sqlite_network)
    return sqlite_network


@pytest.fixture
def published(company: Network) -> Network:
    """The same company with a figure published."""
    cubes.publish(company, at=moment(50), only=["activation_rate"])
    return company


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
def test_a_spoilt_key_is_refused_with_what_to_do_and_never_shown(company: Network, how: str) -> None:
    key = company.settings.folder / KEY_FILE
    written = key.read_text("ascii").strip()
    SPOILT[how](key)

    with pytest.raises(KeyDamagedError, match="backup") as refused:
        facts.build(company)

    assert written[:16] not in str(refused.value)


def test_doctor_finds_every_file_of_a_whole_installation_in_order(published: Network) -> None:
    assert [finding.level for finding in examine(published)] == [Level.WELL]


def test_doctor_names_each_spoilt_file_and_what_mends_it(published: Network) -> None:
    folder = published.settings.folder
    files = [file for file in shelf(folder).rglob("*") if file.suffix in (".parquet", ".json")]
    assert len(files) > 7
    for file in files:
        whole = file.read_bytes()
        file.write_bytes(b"\x00\xff nothing of ours")
        found = list(examine(published))
        file.write_bytes(whole)

        assert [str(finding.values["file"]) for finding in found] == [str(file)], file
        assert "facts build" in found[0].how


def test_doctor_says_so_when_the_key_is_spoilt(company: Network) -> None:
    (company.settings.folder / KEY_FILE).write_text("no key")

    (found,) = examine(company)

    assert found.level is Level.FATAL
    assert "backup" in found.what
