"""Damaged parts of an input are refused and named; everything else is imported."""

from __future__ import annotations

import io
import json
import struct
import tracemalloc
import zipfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings, strategies as st
from sqlalchemy import select
from typer.testing import CliRunner, Result

from migration.cli import migrate
from migration.reading.bundle import open_bundle
from migration.reading.records import Note, Post
from migration.sources.slack_export import decoding
from migration.sources.slack_export.decoding import decode, pieces
from reseau.errors import ReseauError
from reseau.i18n import Words
from reseau.network import Network
from reseau.settings import load_settings
from reseau.store.tables import community, content, member, membership
from tests.migration.conftest import Bring, Read
from tests.migration.export import Export, Message, channel, message, user


def line(number: int, text: str, **more: Any) -> Message:
    return message(f"17095500{number:02}.000001", "U1", text, **more)


def texts(network: Network) -> list[str]:
    with network.store.read() as tx:
        return list(tx.execute(select(content.c.text).order_by(content.c.created_at)).scalars())


# -- zips with false headers -------------------------------------------------------------------------------------------

#: Fields of an entry in a zip's directory: their offset, their format, and a false value.
LIES = {
    "packed size": (20, "<I", 0xFFFF_FFF0),
    "unpacked size, less": (24, "<I", 10),
    "unpacked size, more": (24, "<I", 0x2000_0000),
    "checksum": (16, "<I", 1),
    "packing": (10, "<H", 99),
    "offset": (42, "<I", 0xFFFF_FFF0),
    "offset of another": (42, "<I", 0),
    "password": (8, "<H", 1),
}


@pytest.mark.parametrize("lie", LIES)
def test_an_entry_with_false_headers_is_refused_alone(network: Network, bring: Bring, tmp_path: Path, lie: str) -> None:
    offset, form, value = LIES[lie]
    export = Export().day(line(0, "avant"), day="2024-03-04").day(line(1, "menti" * 9), day="2024-03-05")
    path = export.day(line(2, "après"), day="2024-03-06").zip(tmp_path)
    data = bytearray(path.read_bytes())
    struct.pack_into(form, data, _directory_entry(data, b"general/2024-03-05.json") + offset, value)
    path.write_bytes(data)
    counts = bring(path).tally.as_dict()

    assert texts(network) == ["avant", "après"]
    assert counts["refused"] == {"entry": 1}


def _directory_entry(data: bytearray, name: bytes) -> int:
    return data.rfind(name) - 46


def test_two_entries_of_one_name_lose_nothing_unless_they_differ(tmp_path: Path, read: Read) -> None:
    for number, (second, lost) in enumerate((("un", ""), ("deux", "entry"))):
        path = Export().day(line(0, "un")).zip(tmp_path, f"{number}.zip")
        with zipfile.ZipFile(path, "a") as archive, pytest.warns(UserWarning, match="Duplicate name"):
            archive.writestr("general/2024-03-04.json", json.dumps([line(0, second)]))

        assert [
            record.refused for record in read(path) if isinstance(record, Note) and record.code == "name_twice"
        ] == [lost]


def test_a_lost_day_is_never_called_everything(tmp_path: Path, sqlite_template: Path) -> None:
    export = Export().day(line(0, "un")).put("general/2024-03-05.json", b"{}")
    result = ask(_data(tmp_path, sqlite_template), "run", str(export.zip(tmp_path)))

    assert result.exit_code == 1
    assert "Tout est importé" not in result.stdout
    assert "1 élément" in result.stdout


# -- damaged days ------------------------------------------------------------------------------------------------------

DEEP = '{"type": "message", "ts": "1709550099.000001", "text": ' + "[" * 3_000 + "]" * 3_000 + "}"
DAMAGE = {
    "a mark is missing": '{"type": "message", "ts": "1709550099.000001, "text": "b"}',
    "a comma is missing": '{"type": "message" "ts": "1709550099.000001", "text": "b"}',
    "a brace is missing": '{"type": "message", "ts": "1709550099.000001", "text": "b"',
    "a brace too many": '{"type": "message", "ts": "1709550099.000001", "text": "b"}}',
    "binary": '{"type": "mess\x00\x01\x02"]]]',
    "nested too deep": DEEP,
    "an endless number": '{"type": "message", "ts": "1709550099.000001", "n": ' + "9" * 5_000 + "}",
}


@pytest.mark.parametrize("damage", DAMAGE)
def test_of_a_damaged_day_the_other_messages_come_in(
    network: Network, bring: Bring, tmp_path: Path, damage: str
) -> None:
    first, *others = (
        json.dumps(line(number, text, reactions=[{"name": "+1", "users": ["U2"]}, {"name": "ok", "users": ["U2"]}]))
        for number, text in enumerate("acde")
    )
    day = f"[{first},{DAMAGE[damage]},{','.join(others)}]"
    counts = bring(Export().put("general/2024-03-04.json", day.encode()).zip(tmp_path)).tally.as_dict()

    assert set("cde") <= set(texts(network))
    assert counts["refused"].get("post", 0) <= 1 + (damage == "a brace too many")
    assert counts["refused"]


def test_the_lost_part_of_a_file_is_given_in_bytes() -> None:
    whole = json.dumps(line(0, "a")).encode()
    _, faults = decode(b"[" + whole + b"," + whole[:-20])

    assert [fault.code for fault in faults] == ["cut_file"]
    assert faults[0].detail.endswith(f"{len(whole) - 20} B")
    assert faults[0].lost


@given(st.binary(max_size=40), st.integers(0, 400), st.integers(0, 60))
@settings(max_examples=200, deadline=None)
def test_no_damage_stops_the_reading_or_makes_anything_up(noise: bytes, at: int, cut: int) -> None:
    messages = [line(number, f"texte {number}") for number in range(6)]
    data = json.dumps(messages).encode()
    items, _ = decode(data[:at] + noise + data[at + cut :])
    pieced = [item for some, _ in pieces(io.BytesIO(data[:at] + noise + data[at + cut :])) for item in some]

    before = [message for number, message in enumerate(messages) if len(json.dumps(messages[: number + 1])) - 1 <= at]
    assert [record for record in items if record in messages][: len(before)] == before
    assert [item for item in pieced if item in messages][: len(before)] == before


HOSTILE = {
    "open objects": b'[{"a":' + b'[{},{"a":' * 100_000,
    "empty objects": b"[" + b"{},{" * 200_000,
    "open brackets": b"[" * 1_000_000,
    "a text without end": b'["' + b"a" * 2_000_000,
    "backslashes": b"[" + b"\\" * 2_000_000,
    "crossed braces": b"[" + b"}{" * 200_000,
    "half keys": b"[" + b'},{"":"' * 100_000,
}


@pytest.mark.parametrize("hostile", HOSTILE)
def test_a_hostile_day_is_given_up_after_a_bounded_look(hostile: str) -> None:
    rescue = decoding._Rescue()
    items, used = rescue.items(rescue.opened(HOSTILE[hostile]), last=True)

    assert used == len(HOSTILE[hostile]) - 1
    assert len(rescue.faults) <= decoding._MOST_FAULTS + 2
    assert len(items) <= 200_000


@pytest.mark.parametrize("indent", [None, 4])
def test_a_large_day_is_read_in_pieces_and_whole(indent: int | None) -> None:
    reactions = [{"name": str(number), "users": ["U1"]} for number in range(20)]
    messages = [message(f"17{number:08}.000001", "U1", "é" * 30, reactions=reactions) for number in range(6_000)]
    data = json.dumps(messages, indent=indent, ensure_ascii=False).encode()
    read, faults = [], []
    for items, wrong in pieces(io.BytesIO(data)):
        read += items
        faults += wrong

    assert len(data) > decoding.LARGE
    assert read == messages
    assert faults == []


def test_a_large_day_is_never_in_memory_as_a_whole(tmp_path: Path) -> None:
    encoded = json.dumps(message("1709550000.000001", "U1", "bonjour " * 20)).encode()
    with zipfile.ZipFile(tmp_path / "a.zip", "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        archive.writestr("users.json", b"[]")
        archive.writestr("channels.json", json.dumps([channel("C1", "general")]))
        with archive.open("general/2024-03-04.json", "w") as day:
            day.write(b"[" + encoded)
            for number in range(200):
                day.write(
                    b"".join(b"," + encoded.replace(b"0.000001", b"%d.%06d" % (number % 9, at)) for at in range(1000))
                )
            day.write(b"]")
    tracemalloc.start()
    with open_bundle(tmp_path / "a.zip") as bundle:
        size = bundle.size("general/2024-03-04.json")
        most = 0
        with bundle.open("general/2024-03-04.json") as stream:
            for items, _ in pieces(stream):
                most = max(most, len(items))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert size > 40_000_000
    assert most > 1_000
    assert peak < size


# -- seed records ------------------------------------------------------------------------------------------------------

PEOPLE = '{"record": "person", "key": "s/-/person/1", "name": "Léa", "email": "lea@exemple.fr"}\n'
PLACE = '{"record": "place", "key": "s/-/place/1", "name": "Achats"}\n'


def post(number: int, **more: object) -> str:
    written = {"place": "s/-/place/1", "author": "s/-/person/1", "text": f"bonjour {number}", **more}
    moments = {"created": "2026-02-03T09:30:00+01:00", **more}
    return json.dumps({"record": "post", "key": f"s/-/post/{number}", **written, **moments}) + "\n"


@pytest.mark.parametrize(
    "bad", ["x" * 9_000_000, '{"record": ' + "[" * 500_000, "\x00", '{"record": "post"}', "[]", "9" * 9_999]
)
def test_one_bad_line_is_refused_alone(network: Network, bring: Bring, tmp_path: Path, bad: str) -> None:
    (tmp_path / "a.jsonl").write_text(PEOPLE + PLACE + post(1) + bad + "\n" + post(2), "utf-8")
    counts = bring(tmp_path / "a.jsonl").tally.as_dict()

    assert texts(network) == ["bonjour 1", "bonjour 2"]
    assert counts["refused"] == {"record": 1}


def test_a_file_of_records_that_breaks_off_keeps_what_was_read(network: Network, bring: Bring, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w", zipfile.ZIP_STORED) as archive:
        archive.writestr("1.jsonl", PEOPLE + PLACE + post(1))
        archive.writestr("2.jsonl", post(2))
    path = tmp_path / "a.zip"
    path.write_bytes(path.read_bytes().replace(b"bonjour 1", b"bonjour 9", 1))
    counts = bring(path).tally.as_dict()

    assert "bonjour 2" in texts(network)
    assert counts["refused"] == {"entry": 1}


# -- moments -----------------------------------------------------------------------------------------------------------

BEYOND = ["0001-01-01T00:00:00+01:00", "9999-12-31T23:59:59-05:00", "1601-01-01T00:00:00Z", "5138-11-16T09:46:39Z"]


@pytest.mark.parametrize("moment", BEYOND)
def test_a_record_of_no_year_is_refused_and_the_others_come(
    network: Network, bring: Bring, tmp_path: Path, moment: str
) -> None:
    dated = json.dumps({"record": "place", "key": "s/-/place/2", "name": "Ventes", "created": moment}) + "\n"
    (tmp_path / "a.jsonl").write_text(
        PEOPLE + PLACE + dated + post(1, created=moment) + post(2, edited=moment) + post(3), "utf-8"
    )
    counts = bring(tmp_path / "a.jsonl").tally.as_dict()

    assert sorted(texts(network)) == ["bonjour 2", "bonjour 3"]
    assert counts["refused"] == {"post": 1}
    assert counts["warnings"] == {"moment_refused": 1, "moment_dropped": 2}
    assert counts["inserted"]["place"] == 2


def test_a_closing_moment_is_never_dropped_if_it_may_be_true(network: Network, bring: Bring, tmp_path: Path) -> None:
    def belongs(number: int, left: str) -> str:
        stay = {"place": "s/-/place/1", "person": "s/-/person/1", "left": left}
        return json.dumps({"record": "membership", "key": f"s/-/membership/{number}", **stay}) + "\n"

    (tmp_path / "a.jsonl").write_text(PEOPLE + PLACE + post(1, deleted=BEYOND[0]) + belongs(1, BEYOND[1]), "utf-8")
    counts = bring(tmp_path / "a.jsonl").tally.as_dict()

    assert texts(network) == []
    assert counts["refused"] == {"post": 1}
    with network.store.read() as tx:
        assert list(tx.execute(select(membership.c.left_at)).scalars()) == [None]


def test_what_was_closed_in_no_year_does_not_come_in_open(network: Network, bring: Bring, tmp_path: Path) -> None:
    closed = {"record": "place", "key": "s/-/place/2", "name": "Ventes", "archived": BEYOND[0]}
    stay = {"record": "membership", "key": "s/-/membership/1", "place": "s/-/place/1", "person": "s/-/person/1"}
    ended = {**stay, "left": BEYOND[0]}
    (tmp_path / "a.jsonl").write_text(PEOPLE + PLACE + f"{json.dumps(closed)}\n{json.dumps(ended)}\n", "utf-8")
    counts = bring(tmp_path / "a.jsonl").tally.as_dict()

    assert counts["refused"] == {"place": 1, "membership": 1}
    with network.store.read() as tx:
        assert tx.execute(select(membership.c.id)).first() is None
        assert tx.execute(select(community.c.id).where(community.c.name == "Ventes")).first() is None


def test_a_plan_foresees_what_is_refused_for_its_moment(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text(PEOPLE + PLACE + post(1, created=BEYOND[0]) + post(2), "utf-8")
    plan = json.loads(ask(tmp_path / "none", "plan", str(tmp_path / "a.jsonl"), "--json").stdout)

    assert plan["counts"]["post"] == 1
    assert plan["refused"] == {"post": 1}
    assert plan["channels"] == [{"name": "Achats", "posts": 1}]


def test_moments_of_slack_as_numbers_are_read_and_doubles_are_told_apart(
    network: Network, bring: Bring, tmp_path: Path
) -> None:
    day = [
        {"type": "message", "ts": 1709550000.00005, "user": "U1", "text": "nombre"},
        {"type": "message", "ts": 1709550001, "user": "U1", "text": "entier"},
        {"type": "message", "ts": "1709550002", "user": "U1", "text": "sans décimales"},
        {"type": "message", "ts": "99999999999.000001", "user": "U1", "text": "trop loin"},
        line(5, "un"),
        line(5, "un"),
        line(5, "deux, au même instant"),
        {**line(6, "réponse"), "thread_ts": 1709550001},
    ]
    counts = bring(Export().day(*day).zip(tmp_path)).tally.as_dict()
    with network.store.read() as tx:
        rows = {row.text: row for row in tx.execute(select(content))}

    assert set(rows) == {"nombre", "entier", "sans décimales", "un", "réponse"}
    assert rows["réponse"].root_id == rows["entier"].id
    assert counts["refused"] == {"post": 2}
    assert counts["warnings"] == {
        "message_twice": 1,
        "message_without_ts": 1,
        "moment_completed": 3,
        "moment_taken": 1,
    }


# -- inputs that people repacked ---------------------------------------------------------------------------------------


def wrapped(export: Export, folder: str, **others: bytes) -> Export:
    made = Export()
    made.entries = {f"{folder}{name}": data for name, data in export.entries.items()}
    made.entries.update({name.replace("__", "/").replace("_", "."): data for name, data in others.items()})
    return made


WRAPPINGS: dict[str, tuple[str, dict[str, bytes]]] = {
    "a folder": ("Acme/", {}),
    "two folders": ("Acme/Acme 2026/", {}),
    "three folders and a note": ("a/b/c/", {"LISEZ_txt": b"bonjour", "a__plan_pdf": b"%PDF"}),
    "a folder and a note": ("Acme/", {"LISEZ_txt": b"bonjour"}),
    "a folder beside another": ("Acme/", {"photos__chat_png": b"png"}),
    "a folder beside other lists": ("Acme/", {"budget_json": b"[]"}),
}


@pytest.mark.parametrize("packed", [True, False])
@pytest.mark.parametrize("wrapping", WRAPPINGS)
def test_an_export_in_other_wrappings_is_the_same_export(
    sqlite_network: Network, bring_sqlite: Bring, tmp_path: Path, wrapping: str, packed: bool
) -> None:
    folder, others = WRAPPINGS[wrapping]
    export = Export().day(line(0, "bonjour"))
    bring_sqlite(export.zip(tmp_path, "as-given.zip"))
    made = wrapped(export, folder, **others)
    counts = bring_sqlite(made.zip(tmp_path) if packed else made.folder(tmp_path)).tally.as_dict()

    assert counts["unchanged"]["post"] == 1
    assert counts["inserted"] == {}
    assert set(counts["warnings"]) <= {"beside_export"}
    assert bool(counts["warnings"]) == bool(others)


def _days(*names: str) -> Export:
    made = Export()
    made.entries = {name: json.dumps([line(0, "x")]).encode() for name in names}
    return made


def _sentences() -> dict[str, tuple[Export, str]]:
    lists = Export().entries
    beside = Export().day(line(0, "x"), folder="other")
    beside.entries.update({f"Acme/{name}": data for name, data in lists.items()})
    several = Export()
    several.entries = {f"{folder}/{name}": data for folder in ("2024", "2025") for name, data in lists.items()}
    inside = wrapped(Export(), "general/")
    inside.entries["general/2024-03-04.json"] = b"[]"
    no_lists = _days("general/2024-03-04.json", "ventes/2024-03-04.json")
    people = _days("general/2024-03-04.json", "ventes/2024-03-04.json")
    people.entries["users.json"] = b"[]"
    nested = Export()
    nested.entries = {"export.zip": b"PK\x03\x04"}
    empty = Export()
    empty.entries = {}
    return {
        "lists in a channel's folder": (inside, "E_SLACK_LISTS"),
        "several exports": (several, "E_SLACK_SEVERAL"),
        "folders alone": (no_lists, "E_SLACK_NO_LISTS"),
        "people and folders": (people, "E_SLACK_NO_LISTS"),
        "an archive in the archive": (nested, "E_NESTED_EXPORT"),
        "nothing": (empty, "E_EMPTY_EXPORT"),
    }


SENTENCES = _sentences()


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("case", SENTENCES)
def test_an_input_that_cannot_be_imported_has_a_sentence_with_advice(tmp_path: Path, case: str, language: str) -> None:
    export, code = SENTENCES[case]
    result = ask(tmp_path / "data", "plan", str(export.zip(tmp_path)), language=language)

    assert isinstance(result.exception, ReseauError)
    assert result.exception.code == code
    assert "export.zip" in result.exception.sentence(Words(language))
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize(("name", "code"), [("x" * 300 + ".zip", "E_NO_INPUT"), ("vide.zip", "E_EMPTY_INPUT")])
def test_an_input_that_cannot_be_opened_has_a_sentence(tmp_path: Path, name: str, code: str) -> None:
    (tmp_path / "vide.zip").write_bytes(b"")
    result = ask(tmp_path / "data", "plan", str(tmp_path / name))

    assert isinstance(result.exception, ReseauError)
    assert result.exception.code == code
    assert "Errno" not in result.exception.sentence(Words("fr"))


def test_a_folder_inside_that_leads_round_in_a_circle_or_is_closed_stops_nothing(tmp_path: Path, read: Read) -> None:
    folder = Export().day(line(0, "x")).folder(tmp_path)
    (folder / "boucle").symlink_to(folder)

    assert [record.text for record in read(folder) if isinstance(record, Post)] == ["x"]


# -- output on the terminal --------------------------------------------------------------------------------------------

ESCAPES = "\x1b[31mrouge\x07 \u202etxt.exe \u2066x\u0085 fin"


def test_names_of_an_export_never_steer_the_terminal(tmp_path: Path, sqlite_template: Path) -> None:
    data = _data(tmp_path, sqlite_template)
    export = Export(user("U1", f"Léa {ESCAPES}")).put("channels.json", [channel("C1", "general", ["U1"], extra=1)])
    export.day(line(0, "un"), {"type": "message"}, folder=f"dossier {ESCAPES}")
    export.put(f"general/{ESCAPES}/2024-03-04.json", b"x").day(line(1, "deux"))
    path = export.zip(tmp_path, f"export {ESCAPES}.zip")
    output = ""
    for words in (("detect", str(path)), ("plan", str(path)), ("run", str(path)), ("report", str(path)), ("status",)):
        output += ask(data, *words).output.replace(str(path), "")
    report = next((data / "reports").glob("*.fr.html")).read_text("utf-8")

    assert "dossier" in output
    assert "deux" not in output
    for letter in "\x1b\x07\u202e\u2066\u0085":
        assert letter not in output
        assert letter not in report


def test_a_plan_names_its_channels(tmp_path: Path) -> None:
    export = Export().put("channels.json", [channel("C1", "general"), channel("C2", "ventes")])
    export.day(line(0, "a"), line(1, "b"), folder="ventes").day(line(2, "c"))
    output = ask(tmp_path / "none", "plan", str(export.zip(tmp_path))).stdout

    assert output.index("2  ventes") < output.index("1  general")


def _data(tmp_path: Path, template: Path) -> Path:
    folder = tmp_path / "data"
    folder.mkdir()
    (folder / "reseau.db").write_bytes(template.read_bytes())
    return folder


def ask(data: Path, *words: str, language: str = "fr") -> Result:
    return CliRunner().invoke(migrate, list(words), obj=load_settings(data=data, language=language))


# -- records that refer to nothing -------------------------------------------------------------------------------------


def sheets(folder: Path, *records: dict[str, Any]) -> Path:
    """Write seed records of one tool: a person, a place and a post, the test's records, and a last post."""
    person = {"record": "person", "name": "Ana", "email": "ana@exemple.fr", "id": "p1"}
    place = {"record": "place", "name": "Atelier", "id": "c1"}
    written = [person, place, wrote("avant", id="1"), *records, wrote("après", id="99")]
    path = folder / "fiches.jsonl"
    path.write_text("\n".join(json.dumps(sheet(number, **fields)) for number, fields in enumerate(written)), "utf-8")
    return path


def sheet(number: int, id: str = "", **fields: Any) -> dict[str, Any]:  # noqa: A002  (the field's own name)
    return (
        fields if "key" in fields else {"src": {"system": "outil", "instance": "i", "id": id or f"r{number}"}, **fields}
    )


def wrote(text: str, **more: Any) -> dict[str, Any]:
    return {"record": "post", "place": "c1", "author": "p1", "created": "2024-03-04T10:00:00Z", "text": text, **more}


@pytest.mark.parametrize(
    "record",
    [
        {"record": "reaction", "post": "1", "person": "", "emoji": "+1"},
        {"record": "membership", "place": "", "person": "p1"},
        {"record": "membership", "place": "c1", "person": ""},
        wrote("perdu", key="seul", place="ici", author="ici"),
    ],
)
def test_a_record_that_cannot_be_kept_is_left_aside_alone(
    network: Network, bring: Bring, tmp_path: Path, record: dict[str, Any]
) -> None:
    path = sheets(tmp_path, record)

    tally = bring(path).tally

    assert texts(network) == ["avant", "après"]
    assert tally.warnings == {"record_refused": 1}
    assert tally.get("refused", record["record"]) == 1
    assert bring(path).tally.total("inserted") == 0


def test_what_waits_and_cannot_be_settled_is_left_aside_alone(network: Network, bring: Bring, tmp_path: Path) -> None:
    lost = {"record": "reaction", "post": "98", "person": "", "emoji": "+1"}
    reaction = {"record": "reaction", "post": "98", "person": "p1", "emoji": "+1"}
    later = sheets(tmp_path, lost, reaction, wrote("répondu", root="absent"), wrote("trop tard", id="98"))

    tally = bring(later).tally

    assert texts(network).count("répondu") == 1
    assert (tally.get("inserted", "reaction"), tally.get("refused", "reaction")) == (1, 1)


def test_words_without_an_author_are_kept(network: Network, bring: Bring, tmp_path: Path) -> None:
    meeting = {"record": "event", "place": "c1", "author": "", "title": "Revue", "starts": "2024-03-05T10:00:00Z"}
    tally = bring(sheets(tmp_path, wrote("de personne", author=""), meeting)).tally

    assert "de personne" in texts(network)
    assert tally.get("inserted", "event") == 1
    assert tally.total("refused") == 0


def test_a_reply_to_a_key_without_form_starts_its_thread(network: Network, bring: Bring, tmp_path: Path) -> None:
    bring(sheets(tmp_path, wrote("réponse", key="a", root="b", place="outil/i/place/c1", author="outil/i/person/p1")))

    assert "réponse" in texts(network)


def test_half_a_letter_in_a_tag_is_a_sign(network: Network, bring: Bring, tmp_path: Path) -> None:
    bring(sheets(tmp_path, wrote("titré", tags=["coupé \ud83d", "nul\x00"])))

    assert "titré" in texts(network)


@pytest.mark.parametrize(
    ("field", "value"),
    [("root", "outil/i/person/p1"), ("author", "outil/i/place/c1"), ("key", "outil/i/person/p1"), ("key", "")],
)
def test_a_key_of_another_kind_of_thing_is_refused(bring_sqlite: Bring, tmp_path: Path, field: str, value: str) -> None:
    full = wrote("x", key="outil/i/post/7", place="outil/i/place/c1", author="outil/i/person/p1")

    tally = bring_sqlite(sheets(tmp_path, {**full, field: value})).tally

    assert tally.warnings == {"line_unreadable": 1}


def test_null_means_unknown(network: Network, bring: Bring, tmp_path: Path) -> None:
    person = {"record": "person", "id": "p2", "name": "Zoé", "email": None, "job": None, "placeholder": None}

    tally = bring(sheets(tmp_path, person, wrote("bref", title=None, tags=None, root=None))).tally

    assert tally.total("refused") == 0
    assert "bref" in texts(network)


# -- fields of another kind --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("more", [{"files": []}, {"files": None}, {"file": {}}, {"files": "", "file": None}])
def test_no_files_are_no_lost_file(bring_sqlite: Bring, tmp_path: Path, more: dict[str, Any]) -> None:
    tally = bring_sqlite(Export().day(line(0, "sans fichier", **more)).zip(tmp_path)).tally

    assert tally.get("inserted", "post") == 1
    assert tally.total("refused") == 0


@pytest.mark.parametrize("subtype", [[], {}, 3, None, [{}]])
def test_a_message_whose_kind_is_no_word_is_a_message(bring_sqlite: Bring, tmp_path: Path, subtype: object) -> None:
    tally = bring_sqlite(Export().day(line(0, "dit", subtype=subtype)).zip(tmp_path)).tally

    assert tally.get("inserted", "post") == 1
    assert tally.total("refused") == 0


# -- case of letters in names of places --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "letters", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be"]
)
def test_an_export_in_wide_letters_is_read(bring_sqlite: Bring, tmp_path: Path, letters: str) -> None:
    export = Export().day(line(0, "dit"))
    export.entries = {name: content.decode().encode(letters) for name, content in export.entries.items()}

    tally = bring_sqlite(export.zip(tmp_path)).tally

    assert (tally.get("inserted", "post"), tally.total("refused")) == (1, 0)


@pytest.mark.parametrize("letters", ["utf-16", "utf-16-be", "utf-32-le"])
def test_a_large_file_in_wide_letters_is_read_to_its_end(letters: str) -> None:
    items = [{"type": "message", "ts": f"{number}", "text": "é" * 1000} for number in range(1500)]
    read_items = [item for some, _ in pieces(io.BytesIO(json.dumps(items).encode(letters))) for item in some]

    assert read_items == items


def test_seed_records_in_other_letters_are_read_or_named(network: Network, bring: Bring, tmp_path: Path) -> None:
    person = '{"record":"person","key":"outil/i/person/1","name":"Zoé"}\n'
    (tmp_path / "latin.jsonl").write_bytes(person.encode("latin-1"))
    (tmp_path / "wide.jsonl").write_bytes(person.encode("utf-16"))

    assert bring(tmp_path / "latin.jsonl").tally.warnings == {"latin1": 1}
    assert bring(tmp_path / "wide.jsonl").tally.warnings == {"not_utf8": 1}
    with network.store.read() as tx:
        assert tx.execute(select(member.c.name)).scalars().all() == ["Zoé"]


@pytest.mark.parametrize(
    "name", ["general//2024-03-05.json", "general/./2024-03-05.json", ".\\general\\2024-03-05.json"]
)
def test_a_day_is_found_however_its_path_is_written(bring_sqlite: Bring, tmp_path: Path, name: str) -> None:
    tally = bring_sqlite(Export().day(line(0, "un")).put(name, [line(1, "deux")]).zip(tmp_path)).tally

    assert (tally.get("inserted", "post"), tally.total("refused")) == (2, 0)


@pytest.mark.parametrize(
    "name", ["vieux/general/2024-03-05.json", "general/2024-03-05.JSON", "general/2024-03-05 (1).json"]
)
def test_a_day_in_another_folder_is_not_ignored_silently(bring_sqlite: Bring, tmp_path: Path, name: str) -> None:
    tally = bring_sqlite(Export().day(line(0, "un")).put(name, [line(1, "deux")]).zip(tmp_path)).tally

    assert (tally.get("inserted", "post"), tally.get("refused", "entry")) == (1, 1)
    assert tally.warnings == {"day_elsewhere": 1}
