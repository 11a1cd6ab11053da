"""The places of a Slack export, their readers and their folders."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import TypeVar
from unicodedata import normalize

import pytest
from hypothesis import given, strategies as st
from sqlalchemy import select

from migration.reading.records import Membership, Note, Place, Post, Record
from migration.sources.slack_export.folders import Folders
from reseau import access
from reseau.communities import reading
from reseau.network import Network
from reseau.people import members
from reseau.store.tables import community, content, membership
from tests.migration.conftest import Bring, Read
from tests.migration.export import Export, Message, channel, message, user

One = TypeVar("One")
EVERYTHING = "private,direct"


def of(records: list[Record], form: type[One]) -> list[One]:
    return [record for record in records if isinstance(record, form)]


def codes(records: list[Record]) -> set[str]:
    return {note.code for note in of(records, Note)}


def line(number: int, text: str, user_id: str = "U1") -> Message:
    return message(f"17095500{number:02}.000001", user_id, text)


# -- private places ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("list_name", ["groups.json", "channels.json"])
def test_a_private_channel_does_not_exist_for_outsiders(
    network: Network, bring: Bring, tmp_path: Path, list_name: str
) -> None:
    hidden = channel("C9", "rachat", ["U1"], is_private=True, purpose={"value": "Préparer l’offre"})
    export = Export().day(line(0, "bonjour")).put(list_name, [hidden]).day(line(1, "entre nous"), folder="rachat")
    bring(export.zip(tmp_path), "private")
    with network.store.read() as tx:
        lea, hugo = (members.find(tx, name)[0].id for name in ("Léa Martin", "Hugo Petit"))
        seen = {
            person: [place.name for place in reading.listed(tx, access.viewer(tx, person))] for person in (lea, hugo)
        }
        stranger = reading.find(tx, access.viewer(tx, hugo), "rachat")

    assert "rachat" in seen[lea]
    assert "rachat" not in seen[hugo]
    assert stranger == []


def test_a_channel_in_two_lists_is_as_closed_as_the_closer_one_says(tmp_path: Path, read: Read) -> None:
    for first, second in ((["U1", "U2"], ["U1"]), (["U1"], ["U1", "U2"])):
        export = Export().put("channels.json", [channel("C1", "comite", first)])
        export.put("groups.json", [channel("C1", "comite", second)]).day(line(0, "chut"), folder="comite")
        path = export.zip(tmp_path)
        records = read(path, "private")

        assert [(place.privacy, place.name) for place in of(records, Place)] == [("secret", "comite")]
        assert [membership.person[-2:] for membership in of(records, Membership)] == second
        assert "channel_in_two_lists" in codes(records)
        assert of(read(path), Place) == []
        assert "chut" not in repr(read(path))


def test_entries_of_a_list_with_everything_are_read_by_their_own_fields(tmp_path: Path, read: Read) -> None:
    places = [
        channel("C1", "general", ["U1"]),
        channel("C2", "direction", ["U1"], is_private=True),
        {"id": "D1", "is_im": True, "user": "U2", "members": ["U1", "U2"]},
        {"id": "G3", "name": "mpdm-a--b-1", "is_mpim": True, "is_private": True, "members": ["U1", "U2"]},
    ]
    places_ = of(read(Export().put("channels.json", places).zip(tmp_path), EVERYTHING), Place)

    assert [(place.key[-2:], place.privacy, place.conversation) for place in places_] == [
        ("C1", "open", False),
        ("C2", "secret", False),
        ("D1", "secret", True),
        ("G3", "secret", True),
    ]


def test_a_channel_that_another_workspace_of_the_export_closes_is_closed(tmp_path: Path, read: Read) -> None:
    export = Export().put("teams/Nord/groups.json", [channel("C1", "general", ["U1"])])
    places_ = of(read(export.day(line(0, "x")).zip(tmp_path), "private"), Place)

    assert {place.privacy for place in places_} == {"secret"}


def test_comments_on_a_canvas_are_read_by_the_listed_people(tmp_path: Path, read: Read) -> None:
    notes = channel("C5", "FC:F05ABCDEF:Notes d’atelier", ["U1", "U2"])
    for number, folder in enumerate((notes["name"], "FC_F05ABCDEF_Notes d’atelier")):
        export = Export().day(line(0, "x")).put("file_conversations.json", [notes]).day(line(1, "oui"), folder=folder)
        records = read(export.zip(tmp_path, f"{number}.zip"), "private")

        assert [(place.name, place.privacy) for place in of(records, Place)][1:] == [("Notes d’atelier", "secret")]
        assert [post.key for post in of(records, Post)][1:] == ["slack/-/post/C5/1709550001.000001"]
        assert [membership.person[-2:] for membership in of(records, Membership)][2:] == ["U1", "U2"]


# -- conversations without a list of members ---------------------------------------------------------------------------


@pytest.mark.parametrize("nobody", [{}, {"members": []}, {"members": None}])
def test_whoever_wrote_in_a_conversation_belongs_to_it(
    network: Network, bring: Bring, tmp_path: Path, nobody: dict[str, object]
) -> None:
    zoe = user("U4", "Zoé Roy")
    export = Export(*[user(f"U{number}", name) for number, name in enumerate(("Léa", "Hugo", "Ana"), 1)], zoe)
    export.put("dms.json", [{"id": "D0ABCDEF1", "user": "U2", **nobody}])
    export.put("mpims.json", [{"id": "G0ABCDEF2", "name": "mpdm-lea--ana-1", **nobody}])
    export.day(line(0, "ouvert")).day(line(1, "le train de huit heures"), folder="D0ABCDEF1")
    export.day(line(2, "vu", "U3"), line(3, "vu aussi", "U1"), folder="mpdm-lea--ana-1")
    bring(export.zip(tmp_path), "direct")
    with network.store.read() as tx:
        rows = tx.execute(select(community.c.id, community.c.name).where(community.c.conversation)).all()
        readers = {}
        for row in rows:
            inside = select(membership.c.member_id).where(membership.c.community_id == row.id)
            readers[row.name] = {members.get(tx, id_).name for id_ in tx.execute(inside).scalars()}

    assert {name: people for name, people in readers.items() if people} == {
        "Hugo, Léa": {"Léa", "Hugo"},
        "Ana, Léa": {"Ana", "Léa"},
    }


def test_a_closed_channel_without_members_is_named_in_a_note(tmp_path: Path, read: Read) -> None:
    export = Export().put("groups.json", [{"id": "G1", "name": "comite"}]).day(line(0, "chut"), folder="comite")
    records = read(export.zip(tmp_path), "private")

    assert [note.detail for note in of(records, Note) if note.code == "place_without_readers"] == ["G1"]


def test_a_conversation_in_no_list_is_its_writers(tmp_path: Path, read: Read) -> None:
    export = Export().day(line(0, "à toi", "U2"), folder="D0ABCDEF1")
    records = read(export.zip(tmp_path), "direct")

    assert [
        membership.person[-2:] for membership in of(records, Membership) if membership.place.endswith("D0ABCDEF1")
    ] == ["U2"]


# -- folder names in other encodings -----------------------------------------------------------------------------------

NAMES = ("général", "qualité-sécurité", "fc:notes", "ventes")
SPELLINGS = {
    "apart": lambda name: normalize("NFD", name),
    "upper": lambda name: name.capitalize(),
    "low line": lambda name: name.replace(":", "_"),
    "utf-8 read as cp437": lambda name: name.encode().decode("cp437"),
    "utf-8 read as windows": lambda name: name.encode().decode("cp1252"),
    "cp850 read as cp437": lambda name: name.encode("cp850").decode("cp437"),
    "windows read as cp437": lambda name: name.encode("cp1252").decode("cp437"),
    "numbers of letters": lambda name: "".join(c if c.isascii() else f"#U{ord(c):04x}" for c in name),
}


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_a_folder_in_other_bytes_is_the_channel_of_the_list(
    network: Network, bring: Bring, tmp_path: Path, spelling: str
) -> None:
    listed = [channel(f"C{number}", name, ["U1"]) for number, name in enumerate(NAMES)]

    def export(written: object) -> Export:
        made = Export().put("channels.json", listed)
        for number, name in enumerate(NAMES):
            made.day(line(number, f"dans {name}"), folder=written(name))  # type: ignore[operator]
        return made

    bring(export(str).zip(tmp_path, "1.zip"))
    again = bring(export(SPELLINGS[spelling]).zip(tmp_path, "2.zip")).tally.as_dict()
    with network.store.read() as tx:
        rows = tx.execute(
            select(community.c.name, content.c.text).join(content, content.c.community_id == community.c.id)
        ).all()

    assert again["inserted"] == {}
    assert again["warnings"] == {}
    assert sorted(row.text for row in rows) == sorted(f"dans {row.name}" for row in rows)
    assert len(rows) == len(NAMES)


def test_names_of_a_zip_without_a_mark_of_its_code_page_are_found(tmp_path: Path, read: Read) -> None:
    export = Export().put("channels.json", [channel("C1", "général", ["U1"])]).day(line(0, "x"), folder="gXnXral")
    path = export.zip(tmp_path)
    path.write_bytes(path.read_bytes().replace(b"gXnXral", "général".encode("cp850")))

    assert zipfile.is_zipfile(path)
    assert [post.place for post in of(read(path), Post)] == ["slack/-/place/C1"]


def test_of_two_folders_that_are_alike_each_channel_takes_its_own(tmp_path: Path, read: Read) -> None:
    export = Export().put("channels.json", [channel("C1", "canal_b", ["U1"]), channel("C2", "canal:b", ["U1"])])
    export.day(line(1, "un"), folder="canal_b").day(line(2, "deux"), folder="canal:b")
    posts = of(read(export.zip(tmp_path)), Post)

    assert {(post.place[-2:], post.text) for post in posts} == {("C1", "un"), ("C2", "deux")}


def test_a_channel_in_two_folders_of_one_name_is_read_whole_by_day(tmp_path: Path, read: Read) -> None:
    export = Export().put("channels.json", [channel("C1", "général", ["U1"])])
    export.day(line(2, "deux"), folder="général", day="2024-03-05")
    export.day(line(1, "un"), folder=normalize("NFD", "général"), day="2024-03-04")

    assert [post.text for post in of(read(export.zip(tmp_path)), Post)] == ["un", "deux"]


def test_a_folder_in_no_list_has_one_key_in_any_encoding(tmp_path: Path, read: Read) -> None:
    exports = [
        Export().day(line(0, "x"), folder=folder) for folder in (normalize("NFC", "été"), normalize("NFD", "été"))
    ]
    paths = [export.zip(tmp_path, f"{number}.zip") for number, export in enumerate(exports)]
    keys = {post.key for path in paths for post in of(read(path), Post)}

    assert keys == {"slack/-/post/%C3%A9t%C3%A9/1709550000.000001"}


@given(st.text(max_size=12), st.text(max_size=12))
def test_no_name_of_a_folder_or_channel_is_too_much(folder: str, name: str) -> None:
    folders = Folders([f"{folder}/2024-03-04.json"])
    taken = [*folders.take("", [name]), *folders.take_alike("", name)]

    assert len(taken) + sum(len(days) for _, days in folders.left()) in (0, 1)
