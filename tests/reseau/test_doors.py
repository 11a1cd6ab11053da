"""Sentences, plugs, logs and the HTTP service."""

from __future__ import annotations

import asyncio
import json
import socket
from datetime import UTC, datetime, timedelta
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Protocol, runtime_checkable

import pytest
import structlog
from pydantic import SecretStr
from sqlalchemy import select

from reseau import cli, logs, serve as door
from reseau.acting import Acting
from reseau.communities import opening
from reseau.communities.opening import NewCommunity
from reseau.errors import ReseauError
from reseau.i18n import Words, known_language
from reseau.kinds import CommunityKind, Privacy
from reseau.network import Network, get_notice, set_notice
from reseau.plugins import Plugins
from reseau.settings import load_settings
from reseau.store.tables import community
from tests import looped
from tests.served import served


def test_numbers_and_dates_are_those_of_the_reader() -> None:
    fr, en = Words("fr"), Words("en")

    assert (fr.number(3500), en.number(3500)) == ("3\N{NARROW NO-BREAK SPACE}500", "3,500")
    assert (fr.percent(0.027), en.percent(0.027)) == ("2,7\N{NARROW NO-BREAK SPACE}%", "2.7%")
    late = datetime(2026, 2, 3, 23, 30, tzinfo=UTC)
    assert (fr.date(late), en.date(late)) == ("4 février 2026", "4 February 2026")
    assert (fr.ago(timedelta(hours=3)), en.ago(timedelta(hours=3))) == ("il y a 3 heures", "3 hours ago")


@pytest.mark.parametrize(
    ("wish", "language"), [("en-GB", "en"), ("fr_FR", "fr"), ("de", "fr"), ("", "fr"), (None, "fr")]
)
def test_a_wished_language_is_one_of_ours(wish: str | None, language: str) -> None:
    assert known_language(wish) == language


def test_a_sentence_is_translated_with_its_values() -> None:
    error = ReseauError("E_COMMUNITY_FIELD", "A community has no field “{field}”.", field="colour")

    assert (
        error.sentence(Words("fr")) == "Une communauté n’a pas de champ «\N{NO-BREAK SPACE}colour\N{NO-BREAK SPACE}»."
    )
    assert str(error) == "A community has no field “colour”."


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    package = tmp_path / "some_plugs"
    package.mkdir()
    (package / "__init__.py").write_text("", encoding="utf-8")
    (package / "good.py").write_text("plug = 'good'\n", encoding="utf-8")
    (package / "broken.py").write_text("import not_there_at_all\n", encoding="utf-8")
    (package / "empty.py").write_text("", encoding="utf-8")
    (package / "_aside.py").write_text("", encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    imported: ModuleType = import_module("some_plugs")
    return imported


def test_a_folder_is_a_mapping_of_plugs_and_a_broken_one_troubles_no_other(folder: ModuleType) -> None:
    plugs = Plugins(folder, "plug", str, "reseau.test_plugs")

    assert list(plugs) == ["broken", "empty", "good"]
    assert plugs["good"] == "good"
    with pytest.raises(ModuleNotFoundError):
        plugs["broken"]
    with pytest.raises(TypeError, match="must offer"):
        plugs["empty"]
    with pytest.raises(ReseauError, match="good"):
        plugs["other"]


@runtime_checkable
class Talking(Protocol):
    """The protocol of these tests' plugs."""

    name: str

    def say(self, words: str) -> str: ...


def test_an_incomplete_plug_is_refused_with_its_missing_parts(folder: ModuleType) -> None:
    plugs = Plugins(folder, "plug", Talking, "reseau.test_plugs")  # type: ignore[type-abstract]  # a port, as ours are

    with pytest.raises(TypeError, match=r"some_plugs.good must offer `plug`, a Talking, which lacks `name`, `say`$"):
        plugs["good"]
    with pytest.raises(TypeError, match=r"some_plugs.empty must offer `plug`, a Talking$"):
        plugs["empty"]


def test_a_secret_never_reaches_the_log(capsys: pytest.CaptureFixture[str]) -> None:
    logs.set_up(load_settings(log_format="json"))
    hidden = "s3cr3t-value"
    logs.get("test").info(
        "done",
        value=SecretStr(hidden),
        bot_token=hidden,
        headers={"Authorization": hidden},
        count=3,
        more=[{"password": hidden}],
    )
    line = capsys.readouterr().err
    structlog.reset_defaults()

    assert hidden not in line
    assert json.loads(line)["count"] == 3


def test_health_readiness_and_measures_are_served(network: Network) -> None:
    with served(door.application(network)) as address:
        assert address.get("/healthz") == (200, "ok\n")
        assert address.get("/readyz") == (200, '{"store":"up"}')
        assert address.request("/")[0] == 401  # the first page, which needs a session
        assert address.get("/nowhere")[0] == 404
        measures = address.get("/metrics")[1]

    assert 'reseau_http_requests_total{service="house",status="200"} 2.0' in measures
    assert "reseau_outbox_waiting 0.0" in measures


@pytest.mark.parametrize("path", ["/nowhere", "/dashboard", "/favicon.ico", "/..", "//"])
def test_an_unknown_path_names_the_pages_that_exist(sqlite_network: Network, path: str) -> None:
    with served(door.application(sqlite_network)) as address:
        french = address.request(path)
        english = address.request(path, headers={"Accept-Language": "en"})

    assert (french[0], english[0]) == (404, 404)
    assert "Il n’y a rien à cette adresse. Ce qu’il y a à voir est ici\u00a0: /\n" in french[2]
    assert "The page is at /\n" in english[2]


TOKEN = "a-token-of-the-launch-team"


@pytest.mark.parametrize(
    ("header", "status"),
    [
        ("", 401),
        ("Bearer", 401),
        (TOKEN, 401),
        ("Bearer wrong", 401),
        (f"Basic {TOKEN}", 401),
        (f"Bearer {TOKEN}x", 401),
        (f"Bearer {TOKEN}", 200),
    ],
)
def test_the_measures_need_the_token(sqlite_network: Network, header: str, status: int) -> None:
    settings = sqlite_network.settings.model_copy(update={"access_token": SecretStr(TOKEN)})
    with served(door.application(Network(settings, sqlite_network.store))) as address:
        response = address.request("/metrics", headers={"Authorization": header} if header else {})

    assert response[0] == status
    assert ("reseau_outbox_waiting" in response[2]) is (status == 200)


def test_without_a_token_the_measures_are_for_this_machine_under_its_own_name(sqlite_network: Network) -> None:
    beyond = sqlite_network.settings.model_copy(update={"http_host": "0.0.0.0"})
    with served(door.application(sqlite_network)) as address:
        assert address.request("/metrics")[0] == 200
        assert address.request("/metrics", headers={"Host": "rse.example.org"})[0] == 403
    with served(door.application(Network(beyond, sqlite_network.store), ["bots"])) as address:
        assert address.request("/metrics")[0] == 403


def test_a_store_that_does_not_answer_is_not_ready(sqlite_network: Network) -> None:
    app = door.application(sqlite_network, ["dashboards"])  # the endpoint asks the store before it starts
    sqlite_network.store.close()
    (sqlite_network.settings.data / "reseau.db").unlink()
    (sqlite_network.settings.data / "reseau.db").mkdir()
    with served(app) as address:
        assert address.get("/readyz") == (503, '{"store":"down"}')


def test_a_note_of_the_installation_is_replaced(network: Network) -> None:
    with network.store.write() as tx:
        assert get_notice(tx, "demonstration") is None
        set_notice(tx, "demonstration", {"seed": 1})
        set_notice(tx, "demonstration", {"seed": 2})
        assert get_notice(tx, "demonstration") == {"seed": 2}


def test_a_refusal_is_a_sentence_and_exit_code_2(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RESEAU_K", "2")
    with pytest.raises(SystemExit) as stop:
        cli.main(["db", "upgrade"])

    assert stop.value.code == 2
    assert "RESEAU_K" in capsys.readouterr().err


def test_a_port_in_use_has_a_sentence_with_advice(sqlite_network: Network) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        settings = sqlite_network.settings.model_copy(update={"http_port": port})
        with pytest.raises(ReseauError, match=f"Port {port} is taken"):
            door.serve(Network(settings, sqlite_network.store))


def test_an_address_is_taken_from_the_moment_it_is_looked_at() -> None:
    with door.listen(load_settings(http_port=0)) as first:
        port = first.getsockname()[1]
        with pytest.raises(ReseauError, match=f"Port {port} is taken"):
            door.listen(load_settings(http_port=port))


@pytest.mark.parametrize(
    ("host", "address"),
    [
        ("127.0.0.1", "http://127.0.0.1:8050/"),
        ("0.0.0.0", "http://127.0.0.1:8050/"),
        ("::", "http://[::1]:8050/"),
        ("intranet", "http://intranet:8050/"),
    ],
)
def test_the_address_to_open_can_be_opened(host: str, address: str) -> None:
    assert door.address(host, 8050) == address


def test_an_answer_in_two_pieces_waits_for_no_receipt() -> None:
    async def without_delay() -> int:
        done: asyncio.Future[int] = asyncio.get_running_loop().create_future()

        def answered(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            socket_ = writer.get_extra_info("socket")
            done.set_result(socket_.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY))
            writer.close()

        async with await asyncio.start_server(answered, sock=door.listen(load_settings(http_port=0))) as server:
            _, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
            writer.close()
            return await asyncio.wait_for(done, 10)

    assert looped.run(without_delay()) == 1


@pytest.mark.parametrize("path", ["/healthz", "/metrics", "/nothing"])
def test_a_body_that_is_none_leaves_a_line_in_the_log_and_no_traceback(
    sqlite_network: Network, path: str, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    with served(door.application(sqlite_network)) as server:
        with socket.create_connection(("127.0.0.1", server.port), timeout=5) as stranger:
            head = f"POST {path} HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
            stranger.sendall(head.encode() + b"zz\r\nno chunk\r\n0\r\n\r\n")
            assert b" 400 " in stranger.recv(1000)
        assert server.get("/healthz") == (200, "ok\n")
    log = caplog.text + "".join(capsys.readouterr())
    assert "Traceback" not in log


def test_a_path_that_rooms_could_read_differently_reaches_none_of_them(sqlite_network: Network) -> None:
    with served(door.application(sqlite_network)) as address:
        for path in ("/pilotage/assets//x", "/pilotage/assets//../_dash-layout", "//pilotage/"):
            assert address.request(path)[0] == 404


def test_a_secret_community_never_takes_a_name_that_somebody_would_find_taken(sqlite_network: Network) -> None:
    with sqlite_network.store.write() as tx:
        new = [
            NewCommunity("Fusion", CommunityKind.PROJECT, Privacy.SECRET),
            NewCommunity("Fusion", CommunityKind.PROJECT),
        ]
        ids = opening.add(tx, new, Acting("console"))
        slugs = {row.id: row.slug for row in tx.execute(select(community.c.id, community.c.slug))}

    assert slugs[ids[1]] == "fusion"
    assert slugs[ids[0]].startswith("fusion-")
