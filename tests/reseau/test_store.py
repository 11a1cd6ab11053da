"""The store: transactions, ids, bulk rows and imports."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from dataclasses import dataclass, fields
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st
from sqlalchemy import func, inspect, select

from reseau.acting import Acting
from reseau.contents import publishing, tags
from reseau.contents.kinds.discussion import DISCUSSION
from reseau.contents.publishing import NewContent
from reseau.kinds import Origin, Verb
from reseau.people import members
from reseau.people.members import NewMember
from reseau.store import Store, StoreUrlError, Transaction, indexes, open_store, prepared
from reseau.store.grouping import Grouping
from reseau.store.moments import EARLIEST, LATEST, from_micros, to_micros
from reseau.store.tables import activity, member, tag
from tests import looped

HERE = Acting("console")


@given(st.datetimes(EARLIEST.replace(tzinfo=None), LATEST.replace(tzinfo=None), timezones=st.just(UTC)))
def test_a_moment_comes_back_as_it_went_in(moment: datetime) -> None:
    assert from_micros(to_micros(moment)) == moment


@pytest.mark.parametrize("moment", [EARLIEST, LATEST])
def test_a_moment_beyond_the_calendar_becomes_its_nearest_end(moment: datetime) -> None:
    beyond = moment + timedelta(days=1 if moment is LATEST else -1)

    assert from_micros(to_micros(beyond)) == moment
    assert from_micros(10**18 if moment is LATEST else -(10**18)) == moment


def test_a_moment_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        to_micros(datetime(2026, 1, 1))  # noqa: DTZ001


def test_a_failed_transaction_leaves_nothing(store: Store) -> None:
    with pytest.raises(RuntimeError), store.write() as tx:
        members.add(tx, [NewMember("Ana")], HERE)
        raise RuntimeError
    with store.read() as tx:
        assert tx.execute(select(func.count()).select_from(member)).scalar() == 0


@dataclass
class Label:
    """A row of the table of tags."""

    folded: str
    label: str


@dataclass
class Numbered(Label):
    id: int


@dataclass
class Row:
    """A row of the table of activity."""

    id: int
    at: datetime
    member_id: int | None
    content_id: int | None
    root_id: int | None
    target_id: int | None


@pytest.mark.parametrize("count", [1, 3, 120, 500])
def test_bulk_rows_with_any_values_are_written(store: Store, count: int) -> None:
    labels = [f'l\'été, \t{number} \\ "vélo"\n\N{BICYCLE}' for number in range(count)]
    with store.write() as tx:
        assert tx.insert(tag, [Label(label, label) for label in labels]) == count
        assert tx.insert(tag, [Numbered(labels[0], "again", 9999)], unless_there=True) == 0
    with store.read() as tx:
        assert tx.execute(select(tag.c.label).order_by(tag.c.id)).scalars().all() == labels


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.sampled_from([1, 20, 21, 49, 50, 51, 100, 137]),
    st.lists(st.sampled_from(["alike", "none", "own", "some"]), min_size=4, max_size=4),
)
def test_what_rows_have_alike_is_written_to_each(store: Store, count: int, kinds: list[str]) -> None:
    values: dict[str, Callable[[int], int | None]] = {
        "alike": lambda _: 7,
        "none": lambda _: None,
        "own": lambda row: row,
        "some": lambda row: row if row % 20 == 3 else None,
    }
    at = datetime(2026, 3, 1, tzinfo=UTC)
    rows = [Row(row + 1, at + timedelta(hours=row), *(values[kind](row) for kind in kinds)) for row in range(count)]
    with store.write() as tx:
        tx.execute(activity.delete())
        tx.insert(activity, rows, verb=Verb.REPLIED, platform="p", origin=Origin.SEEDED)
    with store.read() as tx:
        names = [field.name for field in fields(Row)]
        stored = tx.execute(select(*(activity.c[name] for name in names)).order_by(activity.c.id))
        assert [Row(**row._mapping) for row in stored] == rows
        same = tx.execute(select(activity.c.verb, activity.c.platform, activity.c.origin).distinct()).all()
        assert [tuple(row) for row in same] == [("replied", "p", "seeded")]


def test_a_field_without_a_column_writes_nothing(store: Store) -> None:
    with store.write() as tx:
        with pytest.raises(KeyError, match="folder"):
            tx.insert(tag, [Label("vélo", "Vélo")], folder="none")
        assert tx.execute(select(func.count()).select_from(tag)).scalar() == 0


def test_a_list_longer_than_an_engine_takes_is_asked_for_in_parts(store: Store) -> None:
    labels = [f"label {number}" for number in range(2_500)]
    with store.write() as tx:
        tags.ids_of(tx, labels)
    with store.read() as tx:
        assert len(tags.find(tx, labels)) == 2_500


def test_ids_are_fresh_and_ascending(store: Store) -> None:
    with store.write() as tx:
        first, second = list(tx.ids(member, 3)), list(tx.ids(member, 2))
    with store.write() as tx:
        third = list(tx.ids(member, 1))

    together = first + second + third
    assert together == sorted(set(together))


def test_writers_at_the_same_time_all_get_their_turn(store: Store) -> None:
    def add(name: str) -> None:
        for number in range(5):
            with store.write() as tx:
                members.add(tx, [NewMember(f"{name} {number}")], HERE)

    writers = [threading.Thread(target=add, args=(name,)) for name in ("Ana", "Bob", "Chloé")]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    with store.read() as tx:
        assert tx.execute(select(func.count()).select_from(member)).scalar() == 15


def index_names(store: Store) -> set[str]:
    return {
        str(index["name"]) for table in ("content", "placement") for index in inspect(store.engine).get_indexes(table)
    }


def test_a_first_import_lays_indexes_aside_and_a_later_one_keeps_them(store: Store) -> None:
    whole = index_names(store)
    late = {str(index.name) for index in indexes.LATE}
    seen = []
    for _ in range(2):
        with store.importing() as bulk:
            seen.append(whole - index_names(bulk))
            with bulk.write() as tx:
                author = members.add(tx, [NewMember("Ana Roy")], HERE)[0]
                publishing.publish(tx, [NewContent(DISCUSSION, author, "Bonjour")], HERE)
        assert index_names(store) == whole

    assert seen == [late if store.engine.dialect.name == "sqlite" else set(), set()]
    assert late == {"ix_content_author_id", "ix_content_root_id", "ix_content_wall", "ix_placement_community_id"}


def test_indexes_that_a_killed_import_left_aside_are_made_at_the_next_start(store: Store) -> None:
    whole = index_names(store)
    indexes.lay_aside(store.engine)
    again = open_store(store.address)

    assert index_names(again) == whole
    again.close()


def test_what_an_import_wrote_is_there_for_the_store_itself(store: Store) -> None:
    with store.importing() as bulk, bulk.write() as tx:
        members.add(tx, [NewMember("Ana")], HERE)
    with store.write() as tx:
        assert [person.name for person in members.find(tx, "ana")] == ["Ana"]


@pytest.mark.parametrize("wrong", ["nonsense", "mysql://localhost/x", "sqlite"])
def test_a_wrong_address_is_refused_in_a_sentence(wrong: str) -> None:
    with pytest.raises(StoreUrlError):
        open_store(wrong)


@pytest.mark.waits_for_disk
def test_sqlite_waits_for_the_disk_and_checks_its_references(tmp_path: Path) -> None:
    store = open_store(f"sqlite:///{tmp_path / 'one.db'}")
    with store.read() as tx:
        pragma = tx.connection.exec_driver_sql
        assert pragma("PRAGMA synchronous").scalar() == 2
        assert pragma("PRAGMA foreign_keys").scalar() == 1
        assert pragma("PRAGMA journal_mode").scalar() == "wal"
    store.close()


def test_a_prepared_statement_is_the_statement(store: Store) -> None:
    people = select(member.c.id, member.c.name, member.c.created_at, member.c.administrator)
    statement = prepared.Prepared(
        people.where(
            member.c.name.in_(prepared.parameters("names")),
            member.c.kind == prepared.parameter("kind"),
            member.c.status.in_(["active"]),
        ).order_by(member.c.id)
    )
    with store.write() as tx:
        ids = members.add(tx, [NewMember(name, administrator=name == "Léa") for name in ("Léa", "Ana", "Hugo")], HERE)
        for names in ([], ["Léa"], ["Léa", "Ana"], ["Léa", "Ana", "Hugo"], ["personne"] * 5):
            expected = people.where(member.c.name.in_(names)).order_by(member.c.id)
            rows = statement.rows(tx, names=names, kind="employee")
            assert [tuple(row) for row in rows] == [tuple(row) for row in tx.execute(expected)]
        assert statement.one(tx, names=["Ana"], kind="employee").id == ids[1]
        assert statement.first(tx, names=["Ana"], kind="client") is None
        with pytest.raises(LookupError):
            statement.one(tx, names=[], kind="employee")


def test_a_prepared_statement_takes_moments(store: Store) -> None:
    made, soon = timedelta(hours=-1), timedelta(hours=1)
    statement = prepared.Prepared(
        select(member.c.name).where(
            member.c.created_at.between(prepared.parameter("since"), prepared.parameter("until"))
        )
    )
    with store.write() as tx:
        members.add(tx, [NewMember("Léa")], HERE)
        assert statement.first(tx, since=tx.now + made, until=tx.now + soon) == ("Léa",)
        assert statement.first(tx, since=tx.now + soon, until=tx.now + soon) is None
        assert statement.first(tx, since=tx.now + made, until=tx.now + made) is None


def test_a_part_of_a_transaction_is_undone_alone(store: Store) -> None:
    with store.write() as tx:
        members.add(tx, [NewMember("Léa")], HERE)
        with pytest.raises(ValueError, match="no"), tx.apart():
            members.add(tx, [NewMember("Ana")], HERE)
            raise ValueError("no")
        members.add(tx, [NewMember("Hugo")], HERE)
    with store.read() as tx:
        assert list(tx.execute(select(member.c.name).order_by(member.c.id)).scalars()) == ["Léa", "Hugo"]


def test_what_comes_together_is_written_together_and_fails_alone(store: Store) -> None:
    def add(name: str) -> Callable[[Transaction], list[int]]:
        def work(tx: Transaction) -> list[int]:
            ids = members.add(tx, [NewMember(name)], HERE)
            if name == "Ana":
                raise ValueError(name)
            return ids

        return work

    async def all_at_once() -> list[object]:
        grouping = Grouping(store)
        try:
            pieces = (grouping.write(add(name)) for name in ("Léa", "Ana", "Hugo"))
            return list(await asyncio.gather(*pieces, return_exceptions=True))
        finally:
            await asyncio.to_thread(grouping.close)

    done = looped.run(all_at_once())
    assert isinstance(done[1], ValueError)
    assert [isinstance(result, list) for result in done] == [True, False, True]
    with store.read() as tx:
        assert list(tx.execute(select(member.c.name).order_by(member.c.id)).scalars()) == ["Léa", "Hugo"]
