"""Plugs of a folder: a sentence names the fields that a file lacks."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol, runtime_checkable

import pytest

from reseau.plugins import Plugins, UnknownPlugError


@dataclass(frozen=True, slots=True)
class Recipe:
    """A kind of plug that is a record."""

    title: str
    serves: int


@runtime_checkable
class Kitchen(Protocol):
    """A kind of plug that is a protocol."""

    name: str

    def cook(self) -> str: ...


Offer = Callable[..., Plugins[Any]]


@pytest.fixture
def offer(tmp_path: Path) -> Iterator[Offer]:
    """Make a folder of plugs from the text of one file, ``soup``."""
    package = f"plugs_{tmp_path.name}".replace("-", "_")
    folder = tmp_path / package
    folder.mkdir()
    (folder / "__init__.py").touch()
    sys.path.insert(0, str(tmp_path))

    def make(text: str, kind: type[Any] = Recipe) -> Plugins[Any]:
        head = "from tests.reseau.test_plugins import Kitchen, Recipe\n"
        (folder / "soup.py").write_text(head + text, encoding="utf-8")
        importlib.invalidate_caches()
        return Plugins(importlib.import_module(package), "offered", kind, "reseau.no_such_group")

    yield make
    sys.path.remove(str(tmp_path))


def test_a_plug_is_what_its_file_offers(offer: Offer) -> None:
    plugs = offer("offered = Recipe('Soup', 4)")

    assert dict(plugs) == {"soup": Recipe("Soup", 4)}


def test_an_unknown_name_is_answered_with_those_there_are(offer: Offer) -> None:
    with pytest.raises(UnknownPlugError, match=r"“stew”.*soup"):
        offer("offered = Recipe('Soup', 4)")["stew"]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "must offer `offered`, a Recipe$"),
        ("offered = 'Soup'", "must offer `offered`, a Recipe$"),
        ("offered = Recipe()", "must offer `offered`, a Recipe, whose file does not give `title`, `serves`$"),
        ("offered = Recipe('Soup', 4, salt=1)", "must offer `offered`, a Recipe, which has no field `salt`$"),
        ("offered = len()", r"^len\(\) takes exactly one argument"),
    ],
)
def test_a_sentence_says_which_fields_a_record_does_not_give(offer: Offer, text: str, sentence: str) -> None:
    with pytest.raises(TypeError, match=sentence):
        offer(text)["soup"]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "must offer `offered`, a Kitchen$"),
        ("offered = 'Soup'", "must offer `offered`, a Kitchen, which lacks `name`, `cook`$"),
        ("class offered:\n    name = 'Soup'", "must offer `offered`, a Kitchen, which lacks `cook`$"),
    ],
)
def test_a_sentence_says_which_parts_of_a_protocol_an_object_lacks(offer: Offer, text: str, sentence: str) -> None:
    with pytest.raises(TypeError, match=sentence):
        offer(text, Kitchen)["soup"]
