"""Facts hold each row of the log once, even if a build is interrupted, and no text of members."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import threading
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from sqlalchemy import select

from analytics.facts import facts
from analytics.facts.manifest import facts_folder, part_files, read_manifest
from analytics.facts.parts import MANY
from analytics.facts.pseudonyms import KEY_FILE, Pseudonyms, installation_pseudonyms
from reseau import activity as log
from reseau.acting import Acting
from reseau.kinds import Origin, Verb
from reseau.network import Network
from reseau.settings import load_settings
from reseau.store.tables import activity, metadata
from tests.analytics.story import HERE, did, draw_company, moment, people, tell

POINTS = ("chunk written", "files named", "manifest written")


def rows_of(folder: Path) -> list[dict[str, object]]:
    """Return all countable facts, by id."""
    tables = [pq.ParquetFile(file).read() for file in part_files(folder)]
    rows: list[dict[str, object]] = pa.concat_tables(tables).to_pylist() if tables else []
    return sorted(rows, key=lambda row: str(row["id"]).zfill(12))


def expected_rows(network: Network) -> list[dict[str, object]]:
    """Return the same rows, read from the store."""
    names = installation_pseudonyms(network.settings.folder)
    with network.store.read() as tx:
        rows = list(tx.execute(select(activity).order_by(activity.c.id)))
    return [
        {
            "id": row.id,
            "at": row.at,
            "day": row.at.astimezone(network.settings.zone).date(),
            "person": names.of([row.member_id])[0],
            "verb": row.verb,
            "kind": row.kind,
            "content": row.content_id,
            "root": row.root_id,
            "community": row.community_id,
            "target": names.of([row.target_id])[0],
            "platform": row.platform,
            "origin": row.origin,
        }
        for row in rows
    ]


def test_facts_are_the_log_under_pseudonyms(network: Network) -> None:
    draw_company(network, 7)

    built = facts.build(network)

    assert rows_of(network.settings.folder) == expected_rows(network)
    assert built.added == built.rows == len(expected_rows(network))


def test_many_builds_give_the_same_facts_as_one_rebuild(network: Network) -> None:
    staff = people(network, 5)
    for day in range(0, 90, 9):
        tell(network, [did(who, Verb.USED, day) for who in staff])
        facts.build(network)
    bit_by_bit = rows_of(network.settings.folder)

    again = facts.rebuild(network)

    assert rows_of(network.settings.folder) == bit_by_bit == expected_rows(network)
    assert (again.anew, again.rows) == (True, 50)


def test_a_build_with_nothing_new_adds_nothing_and_writes_nothing(sqlite_network: Network) -> None:
    tell(sqlite_network, [did(who, Verb.USED, 0) for who in people(sqlite_network, 3)])
    facts.build(sqlite_network)
    before = {file: file.stat().st_mtime_ns for file in facts_folder(sqlite_network.settings.folder).rglob("*")}

    assert facts.build(sqlite_network).added == 0
    assert {file: file.stat().st_mtime_ns for file in before} == before


def test_late_rows_lie_in_the_month_they_happened_in(network: Network) -> None:
    (who,) = people(network, 1)
    tell(network, [did(who, Verb.USED, 60)])
    facts.build(network)

    tell(network, [did(who, Verb.USED, 0)])
    facts.build(network)

    months = {part.month: part.rows for part in read_manifest(network.settings.folder).parts}
    assert months == {"2026-03": 1, "2026-05": 1}


def test_a_fact_s_day_and_month_are_the_company_s_own(sqlite_network: Network) -> None:
    (who,) = people(sqlite_network, 1)
    late = datetime(2026, 6, 30, 22, 30, tzinfo=UTC)  # half past midnight in Paris, on the first of July
    tell(sqlite_network, [log.Trace(late, who, Verb.USED)])

    facts.build(sqlite_network)

    (part,) = read_manifest(sqlite_network.settings.folder).parts
    assert part.month == "2026-07"
    assert rows_of(sqlite_network.settings.folder)[0]["day"] == date(2026, 7, 1)


def test_many_small_files_of_a_month_become_one(sqlite_network: Network) -> None:
    (who,) = people(sqlite_network, 1)
    for hour in range(MANY + 1):
        tell(sqlite_network, [did(who, Verb.USED, 0, hour)])
        facts.build(sqlite_network)

    folder = sqlite_network.settings.folder
    assert len(list(facts_folder(folder).rglob("*.parquet"))) == len(part_files(folder)) == 1
    assert rows_of(folder) == expected_rows(sqlite_network)


def test_another_store_under_the_same_folder_begins_anew(sqlite_network: Network, tmp_path: Path) -> None:
    tell(sqlite_network, [did(who, Verb.USED, 0) for who in people(sqlite_network, 3)])
    facts.build(sqlite_network)
    with sqlite_network.store.write() as tx:
        tx.execute(activity.delete().where(activity.c.id > 1))

    built = facts.build(sqlite_network)

    assert (built.anew, built.rows) == (True, 1)
    assert rows_of(tmp_path) == expected_rows(sqlite_network)


def test_a_changed_time_zone_makes_the_days_again(sqlite_network: Network, tmp_path: Path) -> None:
    (who,) = people(sqlite_network, 1)
    tell(sqlite_network, [did(who, Verb.USED, 0, 20)])
    facts.build(sqlite_network)
    moved = Network(load_settings(data=tmp_path, timezone="Asia/Tokyo"), sqlite_network.store)

    assert facts.build(moved).anew
    assert rows_of(tmp_path)[0]["day"] == date(2026, 3, 3)


def test_no_column_of_text_enters_the_facts() -> None:
    texts = {column.name for table in metadata.sorted_tables for column in table.columns} & {
        *("text", "title", "name", "bio", "reason", "emoji", "value", "handle", "email", "purpose")
    }
    assert texts
    assert not texts & set(facts.SCHEMA.names)


def test_the_key_is_kept_apart_readable_by_its_owner_alone_and_made_once(tmp_path: Path) -> None:
    first = installation_pseudonyms(tmp_path)

    file = tmp_path / KEY_FILE
    assert file.stat().st_mode & 0o777 == 0o600
    assert file.parent.stat().st_mode & 0o777 == 0o700
    assert "analytics" not in file.parent.parts[-1:]
    assert installation_pseudonyms(tmp_path).of([1, None, 1]) == first.of([1, None, 1])


def test_a_pseudonym_is_a_keyed_code_of_the_member() -> None:
    """HMAC-SHA256 with key 0x0b * 20 of ``member:7``, by ``openssl dgst -sha256 -mac HMAC``, first 20 digits."""
    one, other = Pseudonyms(b"\x0b" * 20), Pseudonyms(b"\x0c" * 20)

    assert one.of([7]) == ["fd43cad35c31fd848c57"]
    assert one.of([7]) != other.of([7])
    assert one.mark != other.mark


def test_another_key_makes_the_facts_again(sqlite_network: Network, tmp_path: Path) -> None:
    tell(sqlite_network, [did(who, Verb.USED, 0) for who in people(sqlite_network, 3)])
    facts.build(sqlite_network)
    (tmp_path / KEY_FILE).unlink()

    assert facts.build(sqlite_network).anew
    assert rows_of(tmp_path) == expected_rows(sqlite_network)


KILLED = """
import os, sys
from pathlib import Path
from analytics.facts import facts
from reseau.network import Network
from reseau.settings import load_settings
from reseau.store import open_store
settings = load_settings(data=Path(sys.argv[1]))
network = Network(settings, open_store(settings.store_url, make=False))
def watch(point):
    if point == sys.argv[2]:
        os.kill(os.getpid(), 9)
facts._CHUNK = 20
facts.build(network, anew=sys.argv[3] == "anew", watch=watch)
"""


def killed_build(folder: Path, point: str, how: str = "append") -> None:
    """Run a build in its own process, which is killed at a named point without any cleaning up."""
    project = Path(__file__).parents[2]
    command = [sys.executable, "-c", KILLED, str(folder), point, how]
    ended = subprocess.run(command, cwd=project, capture_output=True, timeout=60, check=False)
    assert ended.returncode == -signal.SIGKILL, ended.stderr.decode()


@pytest.mark.parametrize("point", POINTS)
def test_a_build_killed_anywhere_loses_and_doubles_nothing(sqlite_network: Network, tmp_path: Path, point: str) -> None:
    staff = people(sqlite_network, 4)
    tell(sqlite_network, [did(who, Verb.USED, day) for who in staff for day in range(0, 40, 4)])
    facts.build(sqlite_network)
    tell(sqlite_network, [did(who, Verb.REACTED, day) for who in staff for day in range(0, 60, 4)])

    killed_build(tmp_path, point)
    interrupted = rows_of(tmp_path)
    facts.build(sqlite_network)

    assert len(interrupted) in (40, 100)
    assert (len(interrupted) == 100) == (point == "manifest written")
    assert rows_of(tmp_path) == expected_rows(sqlite_network)
    counted = {*part_files(tmp_path), facts_folder(tmp_path) / "manifest.json"}
    assert {file for file in facts_folder(tmp_path).rglob("*") if file.is_file()} == counted


@pytest.mark.parametrize("point", POINTS)
def test_a_rebuild_killed_anywhere_leaves_the_old_facts_or_the_new(
    sqlite_network: Network, tmp_path: Path, point: str
) -> None:
    draw_company(sqlite_network, 5)
    facts.build(sqlite_network)
    whole = rows_of(tmp_path)

    killed_build(tmp_path, point, "anew")

    assert rows_of(tmp_path) == whole
    facts.build(sqlite_network)
    assert rows_of(tmp_path) == whole


@dataclass
class Late:
    """A row whose id was assigned long before."""

    id: int
    at: datetime
    member_id: int


def build_late(network: Network, building: threading.Event) -> None:
    building.set()
    facts.build(network)


def test_a_late_commit_with_smaller_ids_is_not_skipped(network: Network) -> None:
    """One writer takes ids and waits; a second takes greater ones and commits. The build must wait for the first."""
    if network.store.engine.dialect.name != "postgresql":
        assert facts.build(network).rows == 0  # SQLite has one writer: it cannot happen
        return
    (who,) = people(network, 1)
    traces, building = [did(who, Verb.USED, 0)], threading.Event()
    with network.store.write() as slow:
        first = slow.ids(activity, 1)[0]  # taken, nothing inserted yet: no lock on the table
        with network.store.write() as quick:
            log.append(quick, traces, HERE)
        builder = threading.Thread(target=build_late, args=(network, building))
        builder.start()
        building.wait()
        builder.join(0.3)
        assert builder.is_alive()
        slow.insert(activity, [Late(first, moment(0), who)], verb="used", kind="", platform="slack", origin="native")
    builder.join(30)

    assert [row["id"] for row in rows_of(network.settings.folder)] == [first, first + 1]


def test_seeded_rows_are_facts_with_their_origin(sqlite_network: Network, tmp_path: Path) -> None:
    staff = people(sqlite_network, 2)
    tell(sqlite_network, [did(who, Verb.PUBLISHED, 0, content_id=who) for who in staff], Origin.SEEDED)

    facts.build(sqlite_network)

    assert {row["origin"] for row in rows_of(tmp_path)} == {"seeded"}


def test_a_manifest_of_another_form_is_made_again(sqlite_network: Network, tmp_path: Path) -> None:
    tell(sqlite_network, [did(who, Verb.USED, 0) for who in people(sqlite_network, 3)])
    facts.build(sqlite_network)
    file = facts_folder(tmp_path) / "manifest.json"
    file.write_text(json.dumps({**json.loads(file.read_text()), "form": 0}))

    assert facts.build(sqlite_network).anew
    assert rows_of(tmp_path) == expected_rows(sqlite_network)


def test_a_large_log_is_taken_in_at_a_steady_pace(sqlite_network: Network) -> None:
    staff = people(sqlite_network, 50)
    rows = [log.Trace(moment(0) + timedelta(minutes=n), staff[n % 50], Verb.USED) for n in range(120_000)]
    with sqlite_network.store.write() as tx:
        log.append(tx, rows, Acting("slack"))

    built = facts.build(sqlite_network)

    assert built.rows == 120_000
    assert built.seconds < 20
