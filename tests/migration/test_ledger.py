"""Fingerprints in the ledger, which reveal that a source has changed a record."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, get_type_hints

import pytest
from hypothesis import given, strategies as st
from sqlalchemy import update

from migration.loading.ledger import Entry, find, fingerprint, former_fingerprint, is_unchanged
from migration.reading.records import Document, Event, Note, Person, Place, Post, Record
from migration.reading.source import INCLUDABLE, SOURCES
from reseau.network import Network
from reseau.store.tables import provenance
from tests.migration.conftest import Bring, records_of
from tests.migration.dump import dump
from tests.migration.sample import sample

AT = datetime(2024, 3, 4, 9, tzinfo=UTC)
POST = Post(
    "slack/-/post/C1/1.1", "slack/-/place/C1", "slack/-/person/U1", "L’idée", AT, where="general/2024-03-04.json"
)
#: Fields that identify a post and its place. They never change at a source, and an import would ignore a change; every
#: other field must change the fingerprint.
STANDS = frozenset("key place created root root_author parent language placeholder where".split())
#: For each type of field, a value that no record below has.
OTHER: dict[object, Any] = {
    str: "something else",
    bool: True,
    datetime: AT + timedelta(days=1),
    datetime | None: AT + timedelta(days=1),
    tuple[str, ...]: ("vélo",),
}
RECORDS: dict[type[Record], Record] = {
    Post: POST,
    Person: Person("slack/-/person/U1", "Léa", where="users.json"),
    Place: Place("slack/-/place/C1", "general", "functional", "open", where="channels.json"),
    Document: Document("seed/-/document/1", "seed/-/place/1", "seed/-/person/1", "Guide", "Lire d’abord", AT),
    Event: Event("seed/-/event/1", "seed/-/place/1", "seed/-/person/1", "Fête", AT),
}
SAYING = [
    (record, name)
    for form, record in RECORDS.items()
    for name in get_type_hints(form)
    if name not in (STANDS if form is Post else {"where"})
]


@pytest.mark.parametrize(("record", "field"), SAYING, ids=[f"{type(r).__name__}-{name}" for r, name in SAYING])
def test_a_change_at_the_source_is_seen_in_every_field(record: Any, field: str) -> None:
    changed = replace(record, **{field: OTHER[get_type_hints(type(record))[field]]})

    assert fingerprint(changed) != fingerprint(record)


def test_where_a_record_was_read_changes_nothing() -> None:
    person = Person("slack/-/person/U1", "Léa", where="users.json")

    assert fingerprint(replace(POST, where="elsewhere.json")) == fingerprint(POST)
    assert fingerprint(replace(person, where="elsewhere.json")) == fingerprint(person)
    assert fingerprint(replace(person, name="Lea")) != fingerprint(person)


def test_it_is_the_same_on_every_machine() -> None:
    assert fingerprint(POST) == 5_950_218_348_467_554_491
    assert fingerprint(replace(POST, edited=AT + timedelta(0, 0, 1), tags=("a", "b"))) == 8_569_284_718_692_321_233


@given(st.text(st.characters(codec="utf-8"), max_size=30), st.text(st.characters(codec="utf-8"), max_size=30))
def test_no_text_is_taken_for_another_or_for_none(left: str, other: str) -> None:
    first, second = fingerprint(replace(POST, text=left)), fingerprint(replace(POST, text=other))

    assert (first == second) is (left == other)
    assert first != 0
    assert -(2**63) <= first < 2**63


@pytest.mark.parametrize(
    ("record", "number"),
    [
        (POST, 139_267_425_580),
        (Person("slack/-/person/U1", "Léa", email="lea@exemple.fr"), 303_362_471_602),
        (Place("slack/-/place/C1", "Général", created=AT), 354_458_630_565),
        (Document("wiki/-/document/d", "wiki/-/place/a", "wiki/-/person/u", "Titre", "Texte", AT), 444_363_473_195),
    ],
)
def test_what_an_earlier_version_noted_is_no_change(record: Record, number: int) -> None:
    assert former_fingerprint(record) == number
    assert is_unchanged(Entry(1, number, 1), record)
    assert is_unchanged(Entry(1, fingerprint(record), 1), record)
    assert not is_unchanged(Entry(1, 0, 1), record)
    assert not is_unchanged(Entry(1, number + 1, 1), record)


@pytest.mark.parametrize("source", SOURCES)
def test_a_store_of_an_earlier_version_is_neither_written_anew_nor_doubled(
    network: Network, bring: Bring, source: str
) -> None:
    everything = ",".join(INCLUDABLE)
    bring(sample(source), everything)
    records = {record.key: record for record in records_of(sample(source), everything) if not isinstance(record, Note)}
    with network.store.write() as tx:
        noted = {
            key: stored for key, stored in find(tx, records).items() if stored.fingerprint == fingerprint(records[key])
        }
        for key in noted:
            former = {"fingerprint": former_fingerprint(records[key])}
            tx.execute(update(provenance).where(provenance.c.key == key).values(former))
        before = dump(tx)
    again = bring(sample(source), everything).tally.as_dict()
    with network.store.read() as tx:
        assert dump(tx) == before

    assert {record.__class__ for key, record in records.items() if key in noted} >= {Person, Place, Post}
    assert again["inserted"] == again["updated"] == again["warnings"] == {}
