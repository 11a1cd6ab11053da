"""The package of the Teams app."""

from __future__ import annotations

import io
import json
import struct
import zipfile
import zlib
from dataclasses import replace
from typing import Any

import pytest

from bots.command import all_commands
from bots.menu import ManifestError, first_sentence
from bots.platforms.teams import icons
from bots.platforms.teams.manifest import CHANNEL_MESSAGES, Form, Publisher, localisation, manifest, package
from bots.speech.parser import Understood, parse
from reseau.settings import Settings, load_settings
from tests.bots.schemas import teams_refuses

APP = "11111111-2222-4333-8444-666666666666"


def settings(**chosen: Any) -> Settings:
    return load_settings(**{"teams_app_id": APP, "public_url": "https://rse.example.org", **chosen})


@pytest.mark.parametrize("form", Form)
@pytest.mark.parametrize("language", ["fr", "en"])
def test_microsofts_schema_takes_it(form: Form, language: str) -> None:
    assert teams_refuses(form, manifest(settings(language=language), form=form)) == []


@pytest.mark.parametrize("form", Form)
@pytest.mark.parametrize("language", ["fr", "en"])
def test_microsofts_schema_takes_its_words(form: Form, language: str) -> None:
    assert teams_refuses(form, localisation(settings(), language, form=form), "Localization") == []


def test_microsofts_schema_sees_what_is_wrong() -> None:
    package = manifest(settings(), form=Form.OLD)
    commands = package["bots"][0]["commandLists"][0]["commands"]
    commands.append(commands[0] | {"title": "T" * 33})
    package["name"]["short"] = "N" * 31
    package["bots"][0]["supportsTargetedMessages"] = True

    text = " ".join(teams_refuses("1.20", package))

    assert "/bots/0/commandLists/0/commands must NOT have more than 10 items" in text
    assert "/bots/0/commandLists/0/commands/10/title must NOT have more than 32 characters" in text
    assert "/name/short must NOT have more than 30 characters" in text
    assert "/bots/0 must NOT have additional properties" in text


def test_microsofts_schema_sees_a_word_that_has_no_place() -> None:
    words = localisation(settings(), "en") | {"bots[0].commandLists[3].commands[0].title": "Lost"}

    assert teams_refuses("1.29", words, "Localization") != []


def test_only_the_new_form_speaks_of_targeted_messages_and_slashes() -> None:
    assert "supportsTargetedMessages" in manifest(settings())["bots"][0]
    assert "supportsTargetedMessages" not in manifest(settings(), form=Form.OLD)["bots"][0]
    assert "slash" not in str(manifest(settings(), form=Form.OLD)["bots"][0]["commandLists"])


@pytest.mark.parametrize("language", ["fr", "en"])
def test_every_title_is_understood_as_the_verb_that_it_names(language: str) -> None:
    expected = {command.name(language).capitalize(): command.id for command in all_commands()}
    for commands in manifest(settings(language=language))["bots"][0]["commandLists"]:
        assert len(commands["commands"]) == 10
        for entry in commands["commands"]:
            parsed = parse(entry["title"], all_commands())
            assert isinstance(parsed, Understood)
            assert parsed.command.id == expected[entry["title"]]


def test_every_place_of_the_menu_has_its_words_in_both_languages() -> None:
    lists = manifest(settings())["bots"][0]["commandLists"]
    places = {
        f"bots[0].commandLists[{i}].commands[{j}].{name}"
        for i, commands in enumerate(lists)
        for j, entry in enumerate(commands["commands"])
        for name in entry
    }
    for language in ("fr", "en"):
        words = localisation(settings(), language)
        assert places == {key for key in words if key.startswith("bots")}
    english, french = (localisation(settings(), language) for language in ("en", "fr"))
    titles = [key for key in places if key.endswith("title")]
    assert len({english[key] for key in titles}) == len({french[key] for key in titles}) == 10


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_menu_of_a_message_offers_forms_in_both_languages(language: str) -> None:
    actions = manifest(settings(language=language))["composeExtensions"][0]["commands"]
    words = localisation(settings(), language)

    assert all(action["type"] == "action" and action["fetchTask"] for action in actions)
    assert {action["context"][0] for action in actions} == {"message", "compose"}
    for place, action in enumerate(actions):
        assert len(action["title"]) <= 32
        assert words[f"composeExtensions[0].commands[{place}].title"] == action["title"]


def test_the_zip_holds_what_the_manifest_names() -> None:
    with zipfile.ZipFile(io.BytesIO(package(settings()))) as archive:
        read_manifest = json.loads(archive.read("manifest.json"))
        names = set(archive.namelist())

    locale = read_manifest["localizationInfo"]
    named = {
        *read_manifest["icons"].values(),
        locale["defaultLanguageFile"],
        *(translation["file"] for translation in locale["additionalLanguages"]),
    }
    assert names == {"manifest.json", *named}
    assert locale["defaultLanguageTag"] == "fr"


def test_the_same_settings_make_the_same_bytes() -> None:
    assert package(settings()) == package(settings())


def test_reading_channels_is_asked_for_only_where_it_is_wanted() -> None:
    assert CHANNEL_MESSAGES in str(manifest(settings()))
    assert "authorization" not in manifest(settings(), channels=False)
    assert teams_refuses("1.29", manifest(settings(), channels=False)) == []


def test_the_publisher_is_the_network_unless_somebody_is_named() -> None:
    plain = manifest(settings(name="Agora"))["developer"]
    named = manifest(settings(), Publisher("Dupont SA", "https://dupont.example/vie-privee", ""))["developer"]

    assert plain["name"] == "Agora"
    assert plain["privacyUrl"] == plain["websiteUrl"] == "https://rse.example.org/"
    assert named["name"] == "Dupont SA"
    assert named["privacyUrl"] == "https://dupont.example/vie-privee"


@pytest.mark.parametrize(
    ("chosen", "code"),
    [
        ({"teams_app_id": None}, "E_APP_ID"),
        ({"teams_app_id": "rse"}, "E_APP_ID"),
        ({"public_url": ""}, "E_TEAMS_URL"),
        ({"public_url": "http://rse.example.org"}, "E_TEAMS_URL"),
        ({"name": "N" * 31}, "E_NAME_LONG"),
    ],
)
def test_what_teams_would_refuse_is_refused_first(chosen: dict[str, Any], code: str) -> None:
    with pytest.raises(ManifestError) as refusal:
        package(settings(**chosen))

    assert refusal.value.code == code


def test_a_verb_too_long_for_the_menu_is_refused() -> None:
    long = replace(all_commands()[0], forms={"fr": ("v" * 33,), "en": ("v",)})

    with pytest.raises(ManifestError) as refusal:
        manifest(settings(), commands=(long,))

    assert refusal.value.code == "E_TITLE_LONG"


@pytest.mark.parametrize(
    ("text", "most", "kept"),
    [
        ("Asks. Then waits.", 30, "Asks."),
        ("Who knows? Somebody.", 30, "Who knows?"),
        ("One two three four", 10, "One two…"),
        ("Version 1.5 is here. Yes.", 30, "Version 1.5 is here."),
    ],
)
def test_a_description_is_the_first_sentence_as_far_as_it_fits(text: str, most: int, kept: str) -> None:
    assert first_sentence(text, most) == kept


@pytest.mark.parametrize(("picture", "side"), [(icons.colour, 192), (icons.outline, 32)])
def test_a_picture_has_the_size_that_teams_asks_for(picture: Any, side: int) -> None:
    width, height, _ = pixels(picture())

    assert (width, height) == (side, side)


def test_the_outline_is_white_on_nothing_and_the_other_is_never_seen_through() -> None:
    _, _, outline = pixels(icons.outline())
    _, _, colour = pixels(icons.colour())

    assert {pixel[:3] for pixel in outline} == {b"\xff\xff\xff"}
    assert {0, 255} <= {pixel[3] for pixel in outline}
    assert {pixel[3] for pixel in colour} == {255}
    assert {bytes([255] * 4), bytes([15, 95, 154, 255])} <= set(colour)


def pixels(picture: bytes) -> tuple[int, int, list[bytes]]:
    """The size of a PNG of 8-bit RGBA without filters, and its pixels."""
    width, height = struct.unpack(">II", picture[16:24])
    start = picture.index(b"IDAT")
    (length,) = struct.unpack(">I", picture[start - 4 : start])
    data = zlib.decompress(picture[start + 4 : start + 4 + length])
    rows = [data[row * (width * 4 + 1) + 1 : (row + 1) * (width * 4 + 1)] for row in range(height)]
    return width, height, [row[place : place + 4] for row in rows for place in range(0, len(row), 4)]
