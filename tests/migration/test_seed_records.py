"""Seed records: the document describes every field, its examples load, and written records read the same."""

from __future__ import annotations

import io
import json
import re
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings, strategies as st
from sqlalchemy import select

from migration.reading import lines
from migration.reading.records import DEFAULTS, FIELDS, KINDS, Note, Person, Place, Post, Reaction, Record
from migration.report.wording import KIND_WORDS
from migration.sources.slack_export import source as slack
from reseau.network import Network
from reseau.store.tables import animateur, content, tag
from tests.migration.conftest import Bring, Read
from tests.migration.export import Export, message

DOCUMENT = Path(__file__).parent.parent.parent / "docs" / "seed-records.md"
EXAMPLES = re.findall(r"```json\n(.*?)```", DOCUMENT.read_text("utf-8"), re.DOTALL)


def section(kind: str) -> str:
    return DOCUMENT.read_text("utf-8").partition(f"\n### {kind}\n")[2].partition("\n### ")[0]


@pytest.mark.parametrize("kind", KINDS)
def test_the_document_lists_every_field_with_its_default(kind: str) -> None:
    listed = {}
    for names, default in re.findall(r"^\| (`[^|]*) \| ([^|]*?) ?\|", section(kind), re.MULTILINE):
        listed.update(dict.fromkeys(re.findall(r"`(\w+)`", names), default.strip("`")))

    assert set(listed) == set(FIELDS[kind])
    for field in FIELDS[kind]:
        default = DEFAULTS[kind].get(field)
        assert listed[field] == ("" if field not in DEFAULTS[kind] else json.dumps(default))


def test_the_examples_of_the_document_load(network: Network, bring: Bring, tmp_path: Path) -> None:
    (tmp_path / "exemples.jsonl").write_text("".join(EXAMPLES), "utf-8")
    counts = bring(tmp_path / "exemples.jsonl").tally.as_dict()

    assert {line["record"] for line in map(json.loads, "".join(EXAMPLES).splitlines())} == set(KINDS)
    assert counts["refused"] == {"feed": 1}
    assert counts["inserted"] | {"link": 0} == {
        "activity": 1,
        "document": 1,
        "event": 1,
        "file": 1,
        "link": 0,
        "membership": 1,
        "person": 1,
        "place": 1,
        "post": 2,
        "reaction": 1,
        "tag": 1,
    }
    with network.store.read() as tx:
        kinds = sorted(tx.execute(select(content.c.kind)).scalars())
        assert len(tx.execute(select(animateur)).all()) == 1
        assert set(tx.execute(select(tag.c.label)).scalars()) == {"comité", "papier"}
    assert kinds == ["announcement", "answer", "document", "question"]
    assert bring(tmp_path / "exemples.jsonl").tally.as_dict()["inserted"] == {}


def test_every_kind_of_record_has_a_word_for_people() -> None:
    assert set(KINDS) - {"note"} <= set(KIND_WORDS)


def test_a_slack_export_written_as_records_loads_as_the_export_does(
    bring_sqlite: Bring, read: Read, tmp_path: Path
) -> None:
    export = Export().day(message("1709550000.000001", "U1", "a *b*", reactions=[{"name": "+1", "users": ["U2"]}]))
    path = export.zip(tmp_path)
    with (tmp_path / "out.jsonl").open("w", encoding="utf-8") as out:
        lines.write(read(path), out)
    bring_sqlite(path)
    counts = bring_sqlite(tmp_path / "out.jsonl").tally.as_dict()

    assert counts["inserted"] == counts["updated"] == {}
    assert counts["unchanged"] == {"membership": 2, "person": 3, "place": 1, "post": 1, "reaction": 1}
    assert slack.name == "slack_export"


@pytest.mark.parametrize(
    ("line", "said_"),
    [
        ("{", "not JSON"),
        ("[1]", "not a JSON object"),
        ("[" * 50_000, "not JSON"),
        ('{"record": "poste"}', "“record” should be one of person, place"),
        ('{"record": "tag", "key": "k", "post": "p"}', "needs the field “label”"),
        ('{"record": "tag", "key": "k", "post": "p", "label": 3}', "“label” should be a text"),
        ('{"record": "tag", "key": "k", "post": "p", "label": "x", "colour": 1}', "no field “colour”"),
        ('{"record": "tag", "src": "x", "post": "p", "label": "x"}', "“src” should hold"),
        (
            '{"record": "activity", "key": "k", "place": "p", "person": "u", "what": "x", "at": "2026-01-01T00:00:00"}',
            "“at” should be a moment with its time zone",
        ),
    ],
)
def test_a_wrong_line_is_reported_with_its_fault_and_place(line: str, said_: str) -> None:
    good = '{"record": "note", "code": "x"}'
    wrong, kept = lines.read([line, "", good], "a.jsonl")

    assert isinstance(wrong, Note)
    assert wrong.where == "a.jsonl:1"
    assert said_ in wrong.detail
    assert kept == Note("x", "a.jsonl:3")


def test_wrong_lines_are_refused_and_the_others_kept(bring_sqlite: Bring, tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text("".join(EXAMPLES[:1]) + "{oh\n", "utf-8")
    counts = bring_sqlite(tmp_path / "a.jsonl").tally.as_dict()

    assert counts["inserted"] == {"person": 1}
    assert counts["refused"] == {"record": 1}
    assert counts["warnings"] == {"line_unreadable": 1}


def test_own_ids_become_keys_of_their_kind() -> None:
    src = {"system": "wiki", "instance": "a/b", "id": "p 1"}
    record = lines.from_object(
        {"record": "reaction", "src": src, "post": "p 1", "person": "léa", "emoji": "+1", "raw_time": "x"}
    )

    assert record == Reaction("wiki/a%2Fb/reaction/p%201", "wiki/a%2Fb/post/p%201", "wiki/a%2Fb/person/l%C3%A9a", "+1")


def test_closed_places_stay_out_with_all_that_is_in_them(read: Read, tmp_path: Path) -> None:
    def src(id_: str) -> dict[str, Any]:
        return {"src": {"system": "wiki", "id": id_}}

    objects: list[dict[str, Any]] = [
        {"record": "place", **src("s"), "name": "secret", "privacy": "secret"},
        {"record": "post", **src("p"), "place": "s", "author": "u", "text": "x", "created": "2026-01-01T00:00:00Z"},
        {"record": "reaction", **src("r"), "post": "p", "person": "u", "emoji": "+1"},
    ]
    (tmp_path / "a.jsonl").write_text("\n".join(map(json.dumps, objects)))

    assert read(tmp_path / "a.jsonl") == []
    assert [type(record) for record in read(tmp_path / "a.jsonl", "private")] == [Place, Post, Reaction]


MOMENTS = st.datetimes(timezones=st.just(UTC))
WORDS = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=20)


@given(WORDS, WORDS, MOMENTS, st.lists(WORDS, max_size=3), st.booleans())
@settings(deadline=None)
def test_what_is_written_is_read_the_same(record: str, two: str, at: datetime, words: list[str], deleted: bool) -> None:
    zone = timezone(timedelta(hours=1))
    records: list[Record] = [
        Post(
            "k", record, two, record, at.astimezone(zone), tags=tuple(words), deleted=at if deleted else None, where="w"
        ),
        Person("k", record, email=two, placeholder=deleted, where="w"),
    ]
    out = io.StringIO()

    assert lines.write(records, out) == 2
    assert list(lines.read(out.getvalue().split("\n"), "f")) == records


@given(
    st.recursive(
        st.none() | st.text(max_size=4), lambda x: st.dictionaries(st.sampled_from(["record", "src", "key", "post"]), x)
    )
)
@settings(deadline=None)
def test_no_object_makes_it_fail(value: object) -> None:
    (note,) = lines.read([json.dumps(value)], "a.jsonl")

    assert isinstance(note, Note)
    assert note.code == "line_unreadable"
