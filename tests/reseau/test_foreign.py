"""Untrusted JSON from other programs."""

from __future__ import annotations

from hypothesis import given, strategies as st

from reseau.foreign import dicts, fields, items, number, part, texts, word

ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.sampled_from(("id", "user", "name")) | st.text(), inner),
    max_leaves=20,
)


@given(ANYTHING)
def test_whatever_is_sent_each_reading_gives_the_type_that_it_promises(value: object) -> None:
    assert type(fields(value)) is dict
    assert type(part(value, "id")) is dict
    assert type(items(value)) is list
    assert all(type(inner) is dict for inner in dicts(value))
    assert all(type(inner) is str for inner in texts(value))
    assert type(word(value, "id")) is str
    assert type(number(value, "id")) is int
    assert number(value, "id") >= 0


def test_what_is_there_is_read() -> None:
    message = {"id": "M1", "user": {"name": "Léa"}, "reply_count": 3, "files": [{"id": "F1"}, None], "to": ["U1", 2]}

    assert word(message, "id") == "M1"
    assert word(part(message, "user"), "name") == "Léa"
    assert number(message, "reply_count") == 3
    assert dicts(message["files"]) == [{"id": "F1"}]
    assert texts(message["to"]) == ["U1"]
    assert items(message["files"]) == [{"id": "F1"}, None]
    assert fields(message["user"]) == {"name": "Léa"}


def test_true_counts_nothing() -> None:
    assert number({"reply_count": True}, "reply_count") == 0


def test_a_count_is_at_least_one() -> None:
    assert [number({"reply_count": count}, "reply_count") for count in (-1, 0, 1, 2)] == [0, 0, 1, 2]
