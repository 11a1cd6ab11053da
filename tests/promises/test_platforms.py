"""Promises of every platform; a new folder of ``bots/platforms`` is covered as soon as it exists."""

from __future__ import annotations

import ast
import socketserver
import subprocess
import sys
import threading
import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings as trying, strategies as st

from bots.arrival import Arrival, Where
from bots.card import Card, Quote, Text
from bots.form import Choice, Sheet
from bots.platform import (
    PLATFORMS,
    Address,
    Answer,
    Called,
    Courier,
    DoubtError,
    LaterError,
    Platform,
    Post,
    RefusedError,
)
from reseau.i18n import LANGUAGES, Words
from reseau.network import Network
from reseau.settings import load_settings
from tests import looped
from tests.ground.tree import PACKAGES, ROOT, sources
from tests.journeys.doors import TOOLS
from tests.promises.test_cards import CARDS

FOLDER = ROOT / "bots" / "platforms"
NAMES = sorted(
    path.stem for path in FOLDER.iterdir() if path.stem not in ("console", "__init__", "__pycache__")
)  # a console has no other people
#: The tools of others; before a page of ours nobody sits elsewhere (``tests/bots/web``).
TOOLS_OF_OTHERS = [name for name in NAMES if name != "web"]
#: Libraries for signatures, addresses and the like, which any room may come to need.
GENERAL = {"cryptography", "jwt", "yarl"}
#: What a server may come to answer, beside what it should.
ANSWERS = {
    "nothing": b"",
    "no HTTP": b"hello\r\n",
    "half an answer": b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 90\r\n\r\n{",
    "no JSON": b"HTTP/1.1 200 OK\r\ncontent-type: text/html\r\ncontent-length: 6\r\n\r\n<html>",
    "a list": b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n[]",
    "an empty object": b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n{}",
    "no right": b"HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\n\r\n",
    "not there": b"HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n",
    "a wait": b"HTTP/1.1 429 Too Many Requests\r\nretry-after: 7\r\ncontent-length: 0\r\n\r\n",
    "a wait of no length": b"HTTP/1.1 429 Too Many Requests\r\nretry-after: soon\r\ncontent-length: 0\r\n\r\n",
    "an error": b"HTTP/1.1 500 Internal Server Error\r\ncontent-length: 0\r\n\r\n",
}


def lacking(name: str, tools: Mapping[str, object] = TOOLS) -> list[str]:
    """Return what a folder of ``bots/platforms`` lacks to be a platform, in sentences; empty for a good one."""
    lacks = list(_unkept(name))
    if name not in tools:
        lacks.append(f"tests/journeys/doors.py has no door for {name}: add one to TOOLS.")
    lacks += [
        f"{name} imports {library}: a contract of pyproject.toml must keep it in bots/platforms/{name}."
        for library in sorted(own_libraries(name) - contracted(name))
    ]
    return lacks


def _unkept(name: str) -> Iterator[str]:
    """Return the parts of the port that a folder does not keep."""
    try:
        module = import_module(f"bots.platforms.{name}")
    except Exception as error:  # noqa: BLE001  (whatever keeps it from being loaded)
        yield f"bots/platforms/{name} cannot be loaded: {error}"
        return
    if not hasattr(module, "platform"):
        yield f"bots/platforms/{name} must offer `platform`."
        return
    for part in ("name", "title", "configured", "open", "courier", "missing"):
        if not hasattr(module.platform, part):
            yield f"The platform {name} lacks `{part}` of bots.platform.Platform."
    called = getattr(module.platform, "name", name)
    if called != name:
        yield f"The platform {name} calls itself {called!r}: its name must be that of its folder."


def own_libraries(name: str) -> set[str]:
    """The libraries that a platform imports and nothing else of the product does."""
    inside = {path for path in sources("bots") if path.is_relative_to(FOLDER / name) or path == FOLDER / f"{name}.py"}
    others = set(sources()) - inside
    return imported(inside) - imported(others) - GENERAL


def imported(paths: set[Path]) -> set[str]:
    """The libraries that some files import, wherever in them."""
    libraries: set[str] = set()
    for path in paths:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Import):
                libraries.update(alias.name.partition(".")[0] for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and node.module:
                libraries.add(node.module.partition(".")[0])
    return libraries - sys.stdlib_module_names - set(PACKAGES)


def contracted(name: str) -> set[str]:
    """The libraries that a contract of import-linter keeps in a platform's folder."""
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]["contracts"]
    return {
        library
        for contract in contracts
        if any(ignored.startswith(f"bots.platforms.{name}") for ignored in contract.get("ignore_imports", ()))
        for library in contract.get("forbidden_modules", ())
    }


class UnusedReception:
    """A reception that must not receive anything."""

    async def receive(self, arrival: Arrival) -> bool:
        raise AssertionError(arrival)

    async def answer(self, arrival: Arrival, within: float) -> Answer | None:
        raise AssertionError(arrival)

    async def sheet(self, arrival: Arrival) -> Sheet | None:
        raise AssertionError(arrival)

    async def choices(self, arrival: Arrival, entry: str, text: str) -> Sequence[Choice]:
        return ()

    async def submit(self, arrival: Arrival, within: float) -> Sheet | None:
        raise AssertionError(arrival)


every_platform = pytest.mark.parametrize("name", NAMES)
every_tool = pytest.mark.parametrize("name", TOOLS_OF_OTHERS)


@every_platform
def test_a_platform_is_whole(name: str) -> None:
    lacks = lacking(name)

    assert not lacks, "\n".join(lacks)
    assert isinstance(PLATFORMS[name], Platform)
    assert PLATFORMS[name].title.strip()


def test_what_a_platform_lacks_is_said_in_sentences() -> None:
    assert lacking("slack", {}) == ["tests/journeys/doors.py has no door for slack: add one to TOOLS."]
    assert "bots/platforms/console must offer `platform`." in lacking("console")
    assert lacking("nowhere")[0].startswith("bots/platforms/nowhere cannot be loaded")
    assert own_libraries("slack") == {"slack_bolt", "slack_sdk"}
    assert "botbuilder" in own_libraries("teams") - contracted("slack")


@every_platform
def test_its_libraries_are_loaded_only_when_it_is_opened(name: str) -> None:
    libraries = sorted(contracted(name))
    loading = f"import sys; from bots.platform import PLATFORMS; PLATFORMS[{name!r}]"
    code = f"{loading}; print(*(one for one in {libraries!r} if one in sys.modules))"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)

    assert loaded.stdout.split() == []


@every_tool
def test_a_platform_that_is_not_configured_opens_nothing_and_says_what_is_missing(
    name: str, sqlite_network: Network
) -> None:
    platform = PLATFORMS[name]

    assert not platform.configured(sqlite_network.settings)
    assert platform.open(sqlite_network, UnusedReception()) is None
    assert platform.courier(sqlite_network) is None
    missing = looped.run(platform.missing(sqlite_network))
    assert missing
    for language in LANGUAGES:
        t = Words(language)
        assert all(t(step.what, **step.values) for step in missing)
    french = Words("fr")
    assert [
        step.what for step in missing if french(step.what, **step.values) == Words("en")(step.what, **step.values)
    ] == []


@every_tool
def test_a_demonstration_talks_to_nobody(name: str, sqlite_network: Network) -> None:
    network = reaching(name, sqlite_network, "http://127.0.0.1:9", demo=True)

    assert PLATFORMS[name].courier(network) is None
    assert PLATFORMS[name].open(network, UnusedReception()) is None


@every_platform
def test_what_stands_before_a_line_in_a_channel_is_said(name: str, sqlite_network: Network) -> None:
    platform: object = PLATFORMS[name]
    if isinstance(platform, Called):
        assert platform.calling(sqlite_network.settings, thread=False).strip()
        assert platform.calling(sqlite_network.settings, thread=True).strip()


# -- whatever the tool answers -----------------------------------------------------------------------------------------


def reaching(name: str, network: Network, url: str, **more: Any) -> Network:
    """The network, its platform at an address."""
    settings = load_settings(data=network.settings.data, **TOOLS[name].settings(url), **more)
    return Network(settings, network.store)


@contextmanager
def answering(answer: bytes) -> Iterator[str]:
    """A server that answers the same to everything, and its address."""

    class Handler(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            self.request.recv(65536)
            self.request.sendall(answer)

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}"
        finally:
            server.shutdown()


def calls(courier: Courier, url: str) -> Sequence[Callable[[], Any]]:
    """Every call of the port: to a channel, in person, of one part and of several."""
    channel, own = Where("C1", service=url), Where("D1", personal=True, service=url)
    somebody, everybody = Address("T1", channel, "U1"), Address("T1", channel)
    private, public = Answer(Card("Bonjour")), Answer(Card("Bonjour"), private=False)
    post = Post("key", "Ana Roux", "**Bonjour** " * 9)
    return (
        lambda: courier.account("T1", "U1", own),
        lambda: courier.audience("T1", channel),
        lambda: courier.show(private, somebody),
        lambda: courier.show(public, everybody),
        lambda: courier.show(private, Address("T1", own, "U1", message="1.2")),
        lambda: courier.post(post, everybody),
        lambda: courier.edit(("1.2",), post, everybody),
        lambda: courier.remove(("1.2",), everybody),
        lambda: courier.posted("key", everybody, 0.0),
    )


async def outcomes(name: str, network: Network, url: str) -> list[str]:
    """The errors of the calls that are none of the three that the port knows."""
    courier = PLATFORMS[name].courier(reaching(name, network, url))
    assert courier is not None
    others = []
    try:
        for number, call in enumerate(calls(courier, url)):
            try:
                await call()
            except (LaterError, RefusedError, DoubtError):
                continue
            except Exception as error:  # noqa: BLE001  (any other is what is looked for)
                others.append(f"call {number}: {type(error).__name__}: {error}")
    finally:
        await courier.close()
    return others


@every_tool
@pytest.mark.parametrize("answer", [*ANSWERS, "nobody there"])
def test_whatever_the_tool_answers_a_courier_raises_one_of_three_errors(
    name: str, answer: str, sqlite_network: Network
) -> None:
    with answering(ANSWERS.get(answer, b"")) as url:
        address = url if answer in ANSWERS else "http://127.0.0.1:9"

        assert looped.run(outcomes(name, sqlite_network, address)) == []


# -- how cards look ----------------------------------------------------------------------------------------------------


@every_platform
@trying(max_examples=25)
@given(card=CARDS, language=st.sampled_from(LANGUAGES))
def test_no_card_is_more_than_the_tool_takes(name: str, card: Card, language: str) -> None:
    tool = TOOLS[name]

    assert list(tool.faults(tool.drawing(Answer(card, language=language)))) == []


@every_platform
@pytest.mark.parametrize("text", ["", "\x00\u202e", "a" * 200_000, "<!channel> <at>x</at>", "😀\n" * 9_000])
def test_no_text_breaks_a_card(name: str, text: str) -> None:
    tool = TOOLS[name]
    card = Card(text[:9000], (Text(text), Quote(text, text[:90])))

    assert list(tool.faults(tool.drawing(Answer(card)))) == []
