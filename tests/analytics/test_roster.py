"""Rosters: the counted people stay the same for four weeks, and change only k or more at a time."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

from analytics import roster
from analytics.facts import directory
from analytics.facts.pseudonyms import installation_pseudonyms
from reseau.network import Network
from reseau.people import members
from reseau.people.members import MemberChange
from tests.analytics.story import HERE, MONDAY, people

FIRST, SECOND, THIRD = (MONDAY + timedelta(weeks=4 * n) for n in range(3))
K = 10


def settle(network: Network, *blocks: date, key: str = "one") -> list[Path]:
    directory.snapshot(network, installation_pseudonyms(network.settings.folder))
    return roster.settle(network.settings.folder, key, blocks, K)


def sizes(folder: Path, block: date) -> dict[str, int]:
    counts = roster.read_roster(folder, block)["department"].fillna("-").value_counts()
    return {str(department): int(count) for department, count in counts.items()}


@pytest.fixture
def company(sqlite_network: Network) -> Network:
    """Twelve people in A and twelve in B, settled for the first block."""
    people(sqlite_network, 12, department="A")
    people(sqlite_network, 12, department="B")
    settle(sqlite_network, FIRST)
    return sqlite_network


def test_one_newcomer_waits_until_enough_others_come(company: Network, tmp_path: Path) -> None:
    people(company, 1, department="A", hired_on=FIRST)
    settle(company, FIRST, SECOND)
    assert sizes(tmp_path, FIRST) == sizes(tmp_path, SECOND) == {"A": 12, "B": 12}

    people(company, K - 1, department="A", hired_on=SECOND + timedelta(days=1))
    settle(company, FIRST, SECOND, THIRD)
    assert sizes(tmp_path, SECOND) == {"A": 12, "B": 12}
    assert sizes(tmp_path, THIRD) == {"A": 22, "B": 12}


def test_one_leaver_stays_counted_until_enough_others_leave(company: Network, tmp_path: Path) -> None:
    with company.store.write() as tx:
        who = members.find(tx, "1")[0]
        members.change(tx, [MemberChange(who.id, {"left_on": FIRST})], HERE)

    settle(company, FIRST, SECOND)

    assert sum(sizes(tmp_path, SECOND).values()) == 24


def test_a_person_who_moves_stays_counted_in_the_old_department(company: Network, tmp_path: Path) -> None:
    with company.store.write() as tx:
        who = members.find(tx, "1")[0]
        members.change(tx, [MemberChange(who.id, {"department": "B"})], HERE)

    settle(company, FIRST, SECOND)

    assert sizes(tmp_path, SECOND) == {"A": 12, "B": 12}


def test_a_directory_that_comes_after_the_first_build_is_there_at_once(sqlite_network: Network, tmp_path: Path) -> None:
    settle(sqlite_network, FIRST)
    people(sqlite_network, 30, department="A")

    settle(sqlite_network, FIRST)

    assert sizes(tmp_path, FIRST) == {"A": 30}


def test_a_block_counts_the_employees_of_its_first_day(sqlite_network: Network, tmp_path: Path) -> None:
    people(sqlite_network, 20, department="A", hired_on=FIRST)
    people(sqlite_network, 4, department="A", hired_on=FIRST + timedelta(days=1))
    people(sqlite_network, 5, department="A", left_on=FIRST)
    settle(sqlite_network, FIRST)

    assert sizes(tmp_path, FIRST) == {"A": 20}


def test_rosters_under_another_key_are_forgotten(company: Network, tmp_path: Path) -> None:
    people(company, 1, department="A")

    settle(company, FIRST, key="another")

    assert sizes(tmp_path, FIRST) == {"A": 13, "B": 12}


def test_a_lost_note_of_the_key_changes_no_roster(company: Network, tmp_path: Path) -> None:
    people(company, 1, department="A")
    (roster.rosters_folder(tmp_path) / "key.json").write_text("not ours")

    assert settle(company, FIRST) == []

    assert sizes(tmp_path, FIRST) == {"A": 12, "B": 12}


def test_a_damaged_roster_is_settled_again_and_named(company: Network, tmp_path: Path) -> None:
    settle(company, FIRST, SECOND)
    file = roster.rosters_folder(tmp_path) / f"{SECOND}.parquet"
    file.write_bytes(b"nothing of ours")

    assert settle(company, FIRST, SECOND) == [file]
    assert sizes(tmp_path, SECOND) == {"A": 12, "B": 12}
