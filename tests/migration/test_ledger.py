"""What the ledger remembers of a record, to see whether the source says something else than before."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, strategies as st

from migration.loading.ledger import fingerprint
from migration.reading.records import Person, Post

AT = datetime(2024, 3, 4, 9, tzinfo=UTC)
POST = Post(
    "slack/-/post/C1/1.1", "slack/-/place/C1", "slack/-/person/U1", "L’idée", AT, where="general/2024-03-04.json"
)
#: Fields that say something, each with a value it has not.
SAID: dict[str, Any] = {
    "author": "slack/-/person/U2",
    "text": "L’idée.",
    "kind": "idea",
    "title": "Une idée",
    "edited": AT,
    "deleted": AT,
    "tags": ("vélo",),
}


@pytest.mark.parametrize("field", SAID)
def test_a_change_at_the_source_is_seen(field: str) -> None:
    assert fingerprint(replace(POST, **{field: SAID[field]})) != fingerprint(POST)


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
