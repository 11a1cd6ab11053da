"""What the ledger remembers of a record, to see whether the source says something else than before."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, get_type_hints

import pytest
from hypothesis import given, strategies as st

from migration.loading.ledger import fingerprint
from migration.reading.records import Document, Event, Person, Place, Post, Record

AT = datetime(2024, 3, 4, 9, tzinfo=UTC)
POST = Post(
    "slack/-/post/C1/1.1", "slack/-/place/C1", "slack/-/person/U1", "L’idée", AT, where="general/2024-03-04.json"
)
#: Of a post, what says which one it is and where it stands. It never changes at a source, and no change of it would be
#: brought in; any other field must change the fingerprint.
STANDS = frozenset("key place created root root_author parent language placeholder where".split())
#: A value that no field of the records below has, by the type of the field.
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
    assert fingerprint(POST) == 139_267_425_580
    assert fingerprint(replace(POST, edited=AT + timedelta(0, 0, 1), tags=("a", "b"))) == 290_529_170_891


@given(st.text(st.characters(codec="utf-8"), max_size=30), st.text(st.characters(codec="utf-8"), max_size=30))
def test_no_text_is_taken_for_another_or_for_none(one: str, other: str) -> None:
    first, second = fingerprint(replace(POST, text=one)), fingerprint(replace(POST, text=other))

    assert (first == second) is (one == other)
    assert 0 < first < 2**63
