"""Promises of every source, whoever wrote it."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import pytest

from migration.reading.bundle import InputError, open_bundle
from migration.reading.records import Note
from migration.reading.source import SOURCES, Options, Source
from reseau.network import Network
from tests.migration.conftest import Read, brought
from tests.migration.export import Export, said

PEOPLE = '{"record": "person", "key": "k", "name": "Léa"}\n'


@pytest.fixture
def inputs(tmp_path: Path) -> dict[str, Path]:
    """A small input for each source; a new source adds its own here."""
    (tmp_path / "records.jsonl").write_text(PEOPLE, "utf-8")
    export = Export().day(said("1709550000.000001", "U1", "x")).zip(tmp_path)
    return {"slack_export": export, "seed_records": tmp_path / "records.jsonl"}


@pytest.mark.parametrize("name", SOURCES)
def test_a_source_is_called_as_its_file(name: str) -> None:
    source: Source = SOURCES[name]

    assert source.name == name
    assert source.title


@pytest.mark.parametrize("name", SOURCES)
def test_a_source_recognises_its_own_and_nothing_else(name: str, inputs: dict[str, Path], tmp_path: Path) -> None:
    (tmp_path / "other.txt").write_text("rien")
    for other, path in [*inputs.items(), ("", tmp_path / "other.txt")]:
        with open_bundle(path) as bundle:
            found = SOURCES[name].detect(bundle)
        assert (found.score > 50) == (other == name)
        assert bool(found.reason) == (found.score > 0)


@pytest.mark.parametrize("name", SOURCES)
def test_a_source_reads_the_same_records_each_time(name: str, inputs: dict[str, Path], read: Read) -> None:
    first = read(inputs[name])

    assert first == read(inputs[name])
    assert [record for record in first if not isinstance(record, Note)]


@pytest.mark.parametrize("name", SOURCES)
def test_reading_twice_adds_nothing(name: str, inputs: dict[str, Path], sqlite_network: Network) -> None:
    first, second = (brought(sqlite_network, inputs[name]).tally for _ in range(2))

    assert first.total("inserted") > 0
    assert second.total("inserted") == second.total("updated") == 0


@pytest.mark.parametrize("name", SOURCES)
def test_a_source_outlives_whatever_bytes_it_meets(name: str, inputs: dict[str, Path], tmp_path: Path) -> None:
    data = inputs[name].read_bytes()
    for number, cut in enumerate(range(10, len(data), max(1, len(data) // 7))):
        path = tmp_path / f"{number}{inputs[name].suffix}"
        path.write_bytes(data[:cut])
        with suppress(InputError), open_bundle(path) as bundle:
            list(SOURCES[name].read(bundle, Options()))
    assert number > 0
