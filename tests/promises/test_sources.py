"""Promises of every source: a new file in ``migration/sources/`` is covered the moment it exists.

A source brings its small sample in ``tests/migration/data/`` (``tests/migration/sample.py`` says how).
"""

from __future__ import annotations

import ast
import inspect
import json
import sys
import zipfile
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest

from migration.reading.bundle import Bundle, InputError
from migration.reading.records import KIND_OF, Note, Record
from migration.reading.source import INCLUDABLE, SOURCES, Options, detect
from migration.report.notes import SHARED
from reseau.network import Network
from tests.migration.conftest import brought, records_of
from tests.migration.sample import DATA, Entries, damaged, entries, in_memory, sample

EVERYTHING = Options(frozenset(INCLUDABLE))
SURE = 50  # of 100
#: Modules and functions that open a file, a connection or another program. A source has a bundle for that.
OPENERS = frozenset(
    "ctypes fileinput glob http io.FileIO io.open linecache mmap os pathlib shutil socket sqlite3 subprocess tarfile "
    "tempfile urllib.request zipfile".split()
)

pytestmark = pytest.mark.parametrize("name", SOURCES)


def read(name: str, held: Entries, options: Options = EVERYTHING) -> list[Record]:
    with in_memory(held) as bundle:
        return list(SOURCES[name].read(bundle, options))


def placeless(records: list[Record]) -> list[Record]:
    """Records without their positions: a row before them moves those."""
    return [replace(record, where="") for record in records]


def trees(name: str) -> Iterator[tuple[Path, ast.Module]]:
    """The code of a source: its file, or every file of its folder."""
    home = Path(str(inspect.getsourcefile(sys.modules[type(SOURCES[name]).__module__])))
    for path in sorted(home.parent.rglob("*.py")) if home.name == "__init__.py" else [home]:
        yield path, ast.parse(path.read_text("utf-8"))


def test_it_is_called_as_its_file_and_by_a_title(name: str) -> None:
    assert SOURCES[name].name == name, f"`name` of {name} must be that of its file"
    assert SOURCES[name].title, f"{name} needs a `title`, as people call such an export"


def test_what_its_sample_yields_is_written_down(name: str) -> None:
    path = str(sample(name).relative_to(DATA))
    expected = json.loads((DATA / "expected.json").read_text("utf-8"))
    read_of = Counter(KIND_OF[type(record)] for record in read(name, entries(sample(name))))
    entry = json.dumps({path: {"read": dict(sorted(read_of.items()))}})

    assert path in expected, (
        f"tests/migration/data/expected.json lacks what the sample yields; what is read now: {entry}"
    )


def test_it_recognises_its_own_export_and_no_other(name: str, tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("rien")
    inputs = {other: entries(sample(other)) for other in SOURCES} | {"a text": entries(tmp_path / "notes.txt")}
    for other, held in inputs.items():
        with in_memory(held) as bundle:
            detection = SOURCES[name].detect(bundle)
            surest = [source for source, _ in detect(bundle)][:1]
        if other == name:
            assert detection.score > SURE, f"{name} does not recognise its own sample (a score above {SURE})"
            assert surest == [name], f"{surest} is surer than {name} that the sample of {name} is its own"
        else:
            assert detection.score <= SURE, f"{name} takes {other} for its own"
        assert bool(detection.reason) == (detection.score > 0)


def test_it_reads_its_sample_whole_and_the_same_each_time(name: str) -> None:
    held = entries(sample(name))
    records = read(name, held)

    assert [note for note in records if isinstance(note, Note)] == [], "reading the sample gives notes"
    assert records
    assert read(name, held) == records


def test_it_reads_a_zip_as_the_folder_that_it_was_packed_from(name: str, tmp_path: Path) -> None:
    held = entries(sample(name))
    with zipfile.ZipFile(tmp_path / "packed.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for entry, data in held.items():
            archive.writestr(entry, data)

    assert records_of(tmp_path / "packed.zip", ",".join(INCLUDABLE)) == read(name, held)


def test_it_gives_records_before_it_has_read_everything(name: str) -> None:
    with in_memory(entries(sample(name))) as bundle:
        first = next(iter(SOURCES[name].read(bundle, EVERYTHING)))

        assert first is not None
        assert bundle.done < bundle.total, f"{name} reads a whole export into memory: read entry by entry, row by row"


def test_what_it_includes_only_when_asked_takes_nothing_away(name: str) -> None:
    held = entries(sample(name))
    keys = [{getattr(record, "key", "") for record in read(name, held, options)} for options in (Options(), EVERYTHING)]

    assert keys[0] <= keys[1]


def test_its_keys_stay_so_a_second_import_adds_nothing(name: str, sqlite_network: Network) -> None:
    first, second = (brought(sqlite_network, sample(name), ",".join(INCLUDABLE)).tally for _ in range(2))

    assert first.total("inserted") > 0
    assert first.total("refused") == 0
    assert second.as_dict()["inserted"] == second.as_dict()["updated"] == {}


def test_a_broken_row_is_named_and_takes_no_other_with_it(name: str) -> None:
    whole, rest = (placeless(read(name, held)) for held in (entries(sample(name)), damaged(name)))
    lost = [note for note in rest if isinstance(note, Note) and note.refused]

    assert [record for record in whole if record not in rest] == []
    assert lost, f"{name} passes over a broken row without a Note that says what was refused"


def test_no_bytes_end_a_reading_with_an_error(name: str) -> None:
    for entry, held in broken_off(name):
        error = error_of(name, held)
        start = bytes(held[entry][:20])

        assert error is None, f"{name} ends with {error!r} where {entry} begins {start!r}: give a Note and read on"


def broken_off(name: str) -> Iterator[tuple[str, Entries]]:
    """The sample with one entry or another (named) cut short, emptied, or replaced by binary data."""
    held = entries(sample(name))
    for entry, data in held.items():
        for wrong in (data[: len(data) // 3], data[: len(data) - 2], b"", b"\x00\xff\xfe" * 20, b"{}", b"[null, 3]"):
            yield entry, {**held, entry: wrong}


def error_of(name: str, held: Entries) -> Exception | None:
    """Return the error that ended a reading, unless it is the sentence about an input that cannot be read at all."""
    try:
        read(name, held)
    except InputError:
        return None
    except Exception as error:  # noqa: BLE001  (the promise reports any error)
        return error
    return None


def test_every_note_that_it_gives_has_a_sentence(name: str) -> None:
    codes = {code for _, tree in trees(name) for code in noted(tree)}
    for held in (damaged(name), *(held for _, held in broken_off(name))):
        with suppress(Exception):  # another promise checks errors that end a reading
            codes.update(note.code for note in read(name, held) if isinstance(note, Note))
    silent = sorted(codes.difference(SOURCES[name].notes, SHARED))

    assert silent == [], f"{name} gives notes without a sentence; put one into its `notes` for: {', '.join(silent)}"


def noted(tree: ast.Module) -> Iterator[str]:
    """The codes in the code itself, as ``Note("code", …)``."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Note" and node.args:
            code = node.args[0]
            if isinstance(code, ast.Constant):
                yield str(code.value)


def test_it_opens_no_file_by_itself(name: str) -> None:
    faults = [f"{path.name}:{line}: {what}" for path, tree in trees(name) for line, what in openings(tree)]

    assert faults == [], f"{name} reads by the bundle that it is given, and opens nothing by itself"


def openings(tree: ast.Module) -> Iterator[tuple[int, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names if alias.name in OPENERS)
        elif isinstance(node, ast.ImportFrom):
            names = {str(node.module), *(f"{node.module}.{alias.name}" for alias in node.names)}
            yield from ((node.lineno, module) for module in sorted(names & OPENERS))
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("open", "open_bundle"):
            yield node.lineno, node.func.id


def test_the_bundle_is_left_as_it_was(name: str) -> None:
    with in_memory(entries(sample(name))) as bundle:
        before = (bundle.names, list(bundle.notes))
        list(SOURCES[name].read(bundle, EVERYTHING))

        assert isinstance(bundle, Bundle)
        assert (bundle.names, list(bundle.notes)) == before
