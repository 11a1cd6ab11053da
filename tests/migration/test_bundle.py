"""Bundles give the entries of a folder, a zip or a file, and refuse harmful ones."""

from __future__ import annotations

import io
import os
import struct
import zipfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from migration.reading.bundle import InputError, Limits, open_bundle
from reseau.errors import ReseauError


def archive(path: Path, entries: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> Path:
    with zipfile.ZipFile(path, "w", method) as made:
        for name, content in entries.items():
            made.writestr(name, content)
    return path


@pytest.mark.parametrize("method", [zipfile.ZIP_DEFLATED, zipfile.ZIP_STORED])
def test_entries_of_a_zip_are_read_without_unpacking(tmp_path: Path, method: int) -> None:
    content = b"un compte-rendu\n" * 50
    path = archive(tmp_path / "a.zip", {"users.json": b"[]", "general/2024-01-02.json": content}, method)

    with open_bundle(path) as bundle:
        assert bundle.names == ["general/2024-01-02.json", "users.json"]
        assert bundle.read("general/2024-01-02.json") == content
        assert bundle.size("users.json") == 2
        with bundle.open("general/2024-01-02.json") as stream:
            assert stream.readline() == b"un compte-rendu\n"
    assert list(tmp_path.iterdir()) == [path]


def test_an_entry_with_a_long_name_is_read_completely(tmp_path: Path) -> None:
    name = f"general/{'é' * 700}.json"

    with open_bundle(archive(tmp_path / "a.zip", {name: b"[1]" * 500, "users.json": b"[]"})) as bundle:
        assert bundle.read(name) == b"[1]" * 500


def test_a_folder_and_its_zip_show_the_same(tmp_path: Path) -> None:
    entries = {"users.json": b"[]", "général/2024-01-02.json": b"[1]"}
    for name, content in entries.items():
        (tmp_path / "folder" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "folder" / name).write_bytes(content)
    path = archive(tmp_path / "a.zip", entries)

    with open_bundle(tmp_path / "folder") as folder, open_bundle(path) as packed:
        assert folder.names == packed.names
        assert [folder.read(name) for name in folder.names] == [packed.read(name) for name in packed.names]
        assert folder.fingerprint != packed.fingerprint


def test_one_enclosing_folder_and_the_litter_of_systems_are_passed_over(tmp_path: Path) -> None:
    entries = {
        "mon export/users.json": b"[]",
        "mon export/.DS_Store": b"x",
        "__MACOSX/mon export/._users.json": b"x",
        "Thumbs.db": b"x",
    }
    with open_bundle(archive(tmp_path / "a.zip", entries)) as bundle:
        assert bundle.names == ["users.json"]
        assert bundle.notes == []


@pytest.mark.parametrize(
    "name", ["../evil.json", "/etc/evil.json", "a/../../evil.json", "C:/evil.json", "..\\evil.json"]
)
def test_names_that_lead_outside_are_refused_and_named(tmp_path: Path, name: str) -> None:
    path = archive(tmp_path / "a.zip", {"users.json": b"[]", name: b"[]"})

    with open_bundle(path) as bundle:
        assert bundle.names == ["users.json"]
        assert [note.code for note in bundle.notes] == ["unsafe_name"]


def test_links_are_refused_in_zips_and_folders(tmp_path: Path) -> None:
    link = zipfile.ZipInfo("shadow.json")
    link.external_attr = 0o120777 << 16
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as made:
        made.writestr("users.json", b"[]")
        made.writestr(link, b"/etc/shadow")
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "users.json").write_bytes(b"[]")
    (tmp_path / "folder" / "shadow.json").symlink_to("/etc/passwd")

    for path in (tmp_path / "a.zip", tmp_path / "folder"):
        with open_bundle(path) as bundle:
            assert bundle.names == ["users.json"]
            assert [note.code for note in bundle.notes] == ["link_refused"]


def test_a_bomb_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    path = archive(tmp_path / "a.zip", {"users.json": b"[]", "bomb.json": b" " * 3_000_000})

    with open_bundle(path, Limits(small=1_000)) as bundle:
        assert bundle.names == ["users.json"]
        assert [note.code for note in bundle.notes] == ["bomb_refused"]
    with pytest.raises(InputError, match="too many"):
        open_bundle(path, Limits(entries=1))
    with pytest.raises(InputError, match="unpack"):
        open_bundle(path, Limits(total=1_000))


def test_an_entry_with_a_false_size_is_not_unpacked_further(tmp_path: Path) -> None:
    path = archive(tmp_path / "a.zip", {"users.json": b"[]" + b" " * 200_000})
    data = bytearray(path.read_bytes())
    directory = data.rfind(b"PK\x01\x02")
    struct.pack_into("<I", data, directory + 24, 100)  # the unpacked size in the central directory
    path.write_bytes(data)

    with open_bundle(path) as bundle, pytest.raises(InputError, match="users"):
        bundle.read("users.json")


def test_an_entry_whose_bytes_were_damaged_is_named(tmp_path: Path) -> None:
    path = archive(tmp_path / "a.zip", {"users.json": b"abcdefgh" * 20}, zipfile.ZIP_STORED)
    data = path.read_bytes()
    path.write_bytes(data.replace(b"abcdefgh", b"abcdefgX", 1))

    with open_bundle(path) as bundle, pytest.raises(InputError, match="users"):
        bundle.read("users.json")


def test_archives_inside_are_not_opened(tmp_path: Path) -> None:
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w") as made:
        made.writestr("users.json", b"[]")
    path = archive(tmp_path / "a.zip", {"inner.zip": inner.getvalue(), "users.json": b"[]"})

    with open_bundle(path) as bundle:
        assert bundle.names == ["users.json"]
        assert [note.code for note in bundle.notes] == ["nested_archive"]


def test_utf8_names_without_their_flag_are_read(tmp_path: Path) -> None:
    path = archive(tmp_path / "a.zip", {"été/1.json": b"1", "caf.json": b"2"})
    data = bytearray(path.read_bytes())
    for sign, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = data.find(sign)
        while at >= 0:
            flags = struct.unpack_from("<H", data, at + offset)[0]
            struct.pack_into("<H", data, at + offset, flags & ~0x800)
            at = data.find(sign, at + 4)
    path.write_bytes(data)

    with open_bundle(path) as bundle:
        assert bundle.names == ["caf.json", "été/1.json"]
        assert bundle.read("été/1.json") == b"1"
        with bundle.open("été/1.json") as stream:
            assert stream.read() == b"1"


def test_a_zip_cut_short_gets_a_sentence(tmp_path: Path) -> None:
    path = archive(tmp_path / "a.zip", {"users.json": os.urandom(5_000)})
    path.write_bytes(path.read_bytes()[:3_000])

    with pytest.raises(InputError) as caught:
        open_bundle(path)
    assert caught.value.code == "E_DAMAGED_ZIP"
    assert "a.zip" in str(caught.value)


def test_an_input_that_is_not_there_gets_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        open_bundle(tmp_path / "absent.zip")
    assert caught.value.code == "E_NO_INPUT"


@given(data=st.binary(max_size=400), cut=st.integers(0, 300))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_file_makes_it_fail(tmp_path: Path, data: bytes, cut: int) -> None:
    path = archive(tmp_path / "a.zip", {"users.json": b"[]", "b.json": b"{}"})
    whole = path.read_bytes()
    path.write_bytes(whole[:cut] + data + whole[cut:])
    outcome = "read"
    try:
        with open_bundle(path) as bundle:
            for name in bundle.names:
                bundle.read(name)
    except ReseauError:
        outcome = "refused"
    assert outcome in ("read", "refused")
