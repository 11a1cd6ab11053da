"""Every sentence for people is in the French catalogue of its package, complete and with French typography."""

from __future__ import annotations

import re
import string
from collections.abc import Iterable, Iterator
from functools import cache
from importlib.metadata import distribution
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
import typer
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.pofile import read_po

from reseau import cli
from tests.ground.tree import ROOT, files
from tests.ground.typography import faults

KEYWORDS = {"t": None, "N_": None, "plural": (1, 2)}
BRACES = re.compile(r"\{[{%](.*?)[%}]\}", re.DOTALL)
#: Languages with a catalogue; the messages themselves are English.
LANGUAGES = ("fr",)
ROOMS = {
    point.value: ROOT / point.value.replace(".", "/")
    for point in distribution("reseau").entry_points
    if point.group == "reseau.catalogues"
}


@cache
def messages(room: str) -> frozenset[str | tuple[str, str]]:
    """Return the messages in the code of a package, without those of nested packages that have a catalogue."""
    nested = [ROOMS[other] for other in ROOMS if other.startswith(f"{room}.")]
    sentences: set[str | tuple[str, str]] = set()
    for path in files(ROOMS[room]):
        if path.suffix in (".py", ".html") and not any(path.is_relative_to(other) for other in nested):
            for _, message, _, _ in extract("python", BytesIO(code(path)), keywords=KEYWORDS):
                sentences.add(message if isinstance(message, str) else (message[0], message[1]))
    return frozenset(sentences | set(helps(room)))


def code(path: Path) -> bytes:
    """Return the code of a file; for a template, the code between its braces."""
    if path.suffix == ".py":
        return path.read_bytes()
    return "\n".join(f"({inside})" for inside in BRACES.findall(path.read_text("utf-8"))).encode()


def helps(room: str) -> Iterator[str]:
    """Yield the help of the commands that a package registers."""
    points = [point for point in distribution("reseau").entry_points if point.group == "reseau.cli"]
    doors = {point.name: room_of(point.value.partition(":")[0]) for point in points}
    cli._add_rooms()
    command = typer.main.get_command(cli.app)
    if room == "reseau":
        yield from spoken(command, inside=False)
    for name, inner in command.commands.items():  # type: ignore[attr-defined]
        if doors.get(name, "reseau") == room:
            yield from spoken(inner)


def room_of(module: str) -> str:
    return max((room for room in ROOMS if module.startswith(f"{room}.")), key=len)


def spoken(command: Any, inside: bool = True) -> Iterator[str]:
    for documented in (command, *command.params):
        if getattr(documented, "help", None) and documented.name != "help":
            yield documented.help
    for inner in command.commands.values() if inside and hasattr(command, "commands") else ():
        yield from spoken(inner)


@cache
def catalogue(room: str, language: str) -> Catalog:
    path = ROOMS[room] / "locale" / f"{language}.po"
    if not path.is_file():
        return Catalog(language)
    with path.open("rb") as source:
        return read_po(source, locale=language, abort_invalid=True)


def translations(room: str, language: str) -> dict[str | tuple[str, str], Message]:
    return {
        (message.id if isinstance(message.id, str) else (message.id[0], message.id[1])): message
        for message in catalogue(room, language)
        if message.id
    }


def forms(message: Message) -> tuple[str, ...]:
    return (message.string,) if isinstance(message.string, str) else tuple(message.string or ())


def lines(entries: Iterable[str | tuple[str, str]]) -> str:
    """Return one entry a line, so a failing test shows all."""
    return "\n".join(sorted(map(str, entries)))


def fields(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("room", ROOMS)
def test_a_catalogue_holds_exactly_the_messages_of_its_package(room: str, language: str) -> None:
    entries = set(translations(room, language))

    path = (ROOMS[room] / "locale" / f"{language}.po").relative_to(ROOT)
    assert lines(messages(room) - entries) == "", f"{path} lacks these sentences of the code: write them there"
    assert lines(entries - messages(room)) == "", (
        f"{path} holds what the code says no more: take it out, or mark it in the code with t, N_ or t.plural"
    )
    assert list(catalogue(room, language).obsolete) == []


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("room", ROOMS)
def test_every_entry_is_translated_and_certain(room: str, language: str) -> None:
    entries = translations(room, language).items()

    assert [key for key, message in entries if not all(form.strip() for form in forms(message))] == []
    assert [key for key, message in entries if message.fuzzy] == []
    assert [key for key, message in entries if isinstance(key, tuple) and len(forms(message)) != 2] == []


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("room", ROOMS)
def test_a_translation_keeps_the_places_for_values(room: str, language: str) -> None:
    wrong = []
    for key, message in translations(room, language).items():
        expected = fields(key) if isinstance(key, str) else fields(key[0]) | fields(key[1])
        for form in forms(message):
            lost = expected - fields(form) if isinstance(key, str) else fields(key[1]) - fields(form) - {"count"}
            if fields(form) - expected or lost:
                wrong.append((key, form))
    assert wrong == []


@pytest.mark.parametrize("room", ROOMS)
def test_french_is_well_set(room: str) -> None:
    faults_ = [
        f"{fault}: {form}"
        for message in translations(room, "fr").values()
        for form in forms(message)
        for fault in faults(form)
    ]
    assert "\n".join(faults_) == ""


COUNTED = re.compile(r"\{count\} (?:\w+ )?(?!characters)(?:\w+s|people)\b")
#: Sentences whose number is never one: a list of several things, a rate, and a made-up company.
MANY = ("Several ", "{count} records,", "DEMONSTRATION:", "A company is being made up:", "{count} people are expected;")


@pytest.mark.parametrize("room", ROOMS)
def test_a_number_before_a_noun_has_a_form_for_one(room: str) -> None:
    single = [key for key in translations(room, "fr") if isinstance(key, str)]

    assert [sentence for sentence in single if COUNTED.search(sentence) and not sentence.startswith(MANY)] == []


#: « is no date » instead of « is not a date »; « there is no … » and « is no longer … » are good English.
UNNATURAL = re.compile(
    r"(?<!\bthere )\b(?:is|are|was|were) (?:none\b|no (?!longer\b|more\b)[a-z])|\bhe or she\b", re.IGNORECASE
)


@pytest.mark.parametrize("room", ROOMS)
def test_a_sentence_says_that_something_is_not_what_it_should_be(room: str) -> None:
    sentences = [message if isinstance(message, str) else message[1] for message in messages(room)]

    assert [message for message in sentences if UNNATURAL.search(message)] == []


@pytest.mark.parametrize(
    "sentence", ["“{day}” is no date.", "An address is none: it was left out.", "The lines are no JSON."]
)
def test_an_unnatural_sentence_is_seen(sentence: str) -> None:
    assert UNNATURAL.search(sentence)


@pytest.mark.parametrize(
    "sentence", ["There is no page here.", "{name} is no longer linked.", "There are no figures yet."]
)
def test_a_natural_sentence_is_left_alone(sentence: str) -> None:
    assert not UNNATURAL.search(sentence)


def test_every_folder_of_catalogues_is_registered(project: Path) -> None:
    folders = {path.parent.parent for path in files(project) if path.parent.name == "locale" and path.suffix == ".po"}

    assert folders <= set(ROOMS.values())
