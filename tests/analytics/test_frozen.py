"""Segments are frozen by month: one person who comes, moves or goes changes no segment by one."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from analytics import directory, frozen
from analytics.pseudonyms import installation_pseudonyms
from reseau import members
from reseau.members import MemberChange
from reseau.network import Network
from tests.analytics.story import HERE, people

MARCH, APRIL = date(2026, 3, 10), date(2026, 4, 10)
K = 10


def build(network: Network, today: date, key: str = "one") -> None:
    directory.snapshot(network, installation_pseudonyms(network.settings.folder))
    frozen.freeze(network.settings.folder, key, today, K)


def sizes(folder: Path, month: str) -> dict[str, int]:
    counts = frozen.membership(folder, [month])["department"].fillna("-").value_counts()
    return {str(department): int(count) for department, count in counts.items()}


@pytest.fixture
def march(sqlite_network: Network) -> Network:
    """Twelve people in A and twelve in B, frozen in March."""
    people(sqlite_network, 12, department="A")
    people(sqlite_network, 12, department="B")
    build(sqlite_network, MARCH)
    return sqlite_network


def test_one_newcomer_enters_with_the_next_month(march: Network, tmp_path: Path) -> None:
    people(march, 1, department="A")

    build(march, MARCH)
    assert sizes(tmp_path, "2026-03") == {"A": 12, "B": 12}
    build(march, APRIL)
    assert sizes(tmp_path, "2026-04") == {"A": 13, "B": 12}


def test_a_crowd_of_newcomers_enters_at_once(march: Network, tmp_path: Path) -> None:
    people(march, K, department="A")
    people(march, K - 1, department="B")

    build(march, MARCH)

    assert sizes(tmp_path, "2026-03") == {"A": 22, "B": 12}


def test_a_directory_that_comes_after_the_first_build_is_there_at_once(sqlite_network: Network, tmp_path: Path) -> None:
    build(sqlite_network, MARCH)
    people(sqlite_network, 30, department="A")

    build(sqlite_network, MARCH)

    assert sizes(tmp_path, "2026-03") == {"A": 30}


def test_who_moves_is_counted_where_they_were_until_the_month_ends(march: Network, tmp_path: Path) -> None:
    with march.store.write() as tx:
        (who, *_) = members.find(tx, "1")
        members.change(tx, [MemberChange(who.id, {"department": "B"})], HERE)

    build(march, MARCH)
    assert sizes(tmp_path, "2026-03") == {"A": 12, "B": 12}
    build(march, APRIL)
    assert sizes(tmp_path, "2026-04") == {"A": 11, "B": 13}
    assert sizes(tmp_path, "2026-03") == {"A": 12, "B": 12}


def test_months_before_the_first_build_hold_who_was_there_on_their_first_day(
    sqlite_network: Network, tmp_path: Path
) -> None:
    people(sqlite_network, 3, department="A", hired_on=date(2026, 2, 1))
    people(sqlite_network, 4, department="A", hired_on=date(2026, 2, 2))
    people(sqlite_network, 5, department="A", left_on=date(2026, 2, 20))
    build(sqlite_network, MARCH)

    assert sizes(tmp_path, "2026-01") == {"A": 5}
    assert sizes(tmp_path, "2026-02") == {"A": 8}
    assert sizes(tmp_path, "2026-03") == {"A": 7}


def test_months_frozen_under_another_key_are_forgotten(march: Network, tmp_path: Path) -> None:
    people(march, 1, department="A")

    build(march, MARCH, key="another")

    assert sizes(tmp_path, "2026-03") == {"A": 13, "B": 12}
