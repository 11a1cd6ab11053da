"""``reseau doctor``: its findings, its sentences, and the secrets that it never prints."""

from __future__ import annotations

import http.server
import json
import socket
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from importlib.metadata import EntryPoint
from pathlib import Path
from typing import Any

import pytest
import structlog

from bots.platform import Courier, Missing, Platform, Reception
from bots.tools.doctor import chosen, examined, hurried
from reseau import examination
from reseau.cli import main
from reseau.errors import ReseauError
from reseau.examination import Finding, Level, worst
from reseau.i18n import N_, Words
from reseau.network import Network
from reseau.services import Opened
from reseau.settings import Settings, load_settings
from reseau.store import StoreUrlError, open_store, schema
from reseau.store.tables import activity as acts
from tests.served import served

ENGLISH = Words("en")
TOKEN = "xoxb-very-secret-token"


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return int(listening.getsockname()[1])


@dataclass
class Parlour:
    """A platform with faults that a test chooses."""

    lacks: Sequence[Missing] = ()
    error: Exception | None = None
    on: bool = True
    name: str = "slack"
    title: str = "Parlour"
    asked: list[Network] = field(default_factory=list)

    def configured(self, _settings: Settings) -> bool:
        return self.on

    def open(self, _network: Network, _reception: Reception) -> Opened | None:
        return None

    def courier(self, _network: Network) -> Courier | None:
        return None

    async def missing(self, network: Network) -> Sequence[Missing]:
        self.asked.append(network)
        if self.error is not None:
            raise self.error
        return self.lacks


@pytest.fixture
def settings(tmp_path: Path, sqlite_template: Path) -> Callable[..., Settings]:
    """Return a function that makes settings of a healthy installation, with some changed."""
    tmp_path.chmod(0o700)
    (tmp_path / "reseau.db").write_bytes(sqlite_template.read_bytes())
    (tmp_path / "reseau.db").chmod(0o600)
    return lambda **changed: load_settings(**{"data": tmp_path, "http_port": free_port(), **changed})


def about(findings: Sequence[Finding], name: str) -> Finding:
    """Return the gravest finding about a subject, which must exist."""
    matching = [finding for finding in findings if finding.about == name]
    return max(matching, key=lambda finding: list(Level).index(finding.level))


def test_an_installation_in_good_order_has_green_lines_only(settings: Callable[..., Settings]) -> None:
    findings = examined(settings(), [Parlour()])

    assert {finding.level for finding in findings} == {Level.WELL}
    assert {finding.about for finding in findings} >= {
        "data",
        "disk",
        "store",
        "sqlite",
        "clock",
        "port",
        "page",
        "slack",
    }
    assert about(findings, "slack").sentence(ENGLISH) == "Parlour has what it needs."


def test_looking_makes_nothing(tmp_path: Path) -> None:
    findings = examined(load_settings(data=tmp_path / "new", http_port=free_port()), [Parlour()])

    assert worst(findings) is Level.WELL
    assert list(tmp_path.iterdir()) == []


def test_a_platform_may_look_into_a_store_that_is_not_there_yet(tmp_path: Path) -> None:
    parlour = Parlour()
    examined(load_settings(data=tmp_path / "new", http_port=free_port()), [parlour])

    assert parlour.asked[0].store.engine.dialect.name == "sqlite"
    assert "new" not in str(parlour.asked[0].store.engine.url)


@pytest.mark.parametrize(("fatal", "level"), [(True, Level.FATAL), (False, Level.WARNING)])
def test_what_a_platform_lacks_is_told_with_where_to_click(
    settings: Callable[..., Settings], fatal: bool, level: Level
) -> None:
    lack = Missing("{scope} is missing", "Open {page}", {"scope": "chat:write", "page": "OAuth"}, fatal)

    findings = about(examined(settings(), [Parlour([lack])]), "slack")

    assert findings.level is level
    assert findings.sentence(ENGLISH) == "chat:write is missing"
    assert findings.advice(ENGLISH) == "Open OAuth"


def test_a_platform_that_is_not_set_up_is_no_fault(settings: Callable[..., Settings]) -> None:
    parlour = Parlour([Missing("no token", "get one")], on=False)

    findings = about(examined(settings(), [parlour]), "slack")

    assert findings.level is Level.WELL
    assert "docs/setup-slack.md" in findings.advice(ENGLISH)
    assert parlour.asked == []


def test_a_platform_that_is_asked_for_is_examined_before_it_is_set_up(settings: Callable[..., Settings]) -> None:
    parlour = Parlour([Missing("no token", "get one")], on=False)

    assert about(examined(settings(), [parlour], chosen_name="slack"), "slack").sentence(ENGLISH) == "no token"


def test_a_platform_that_is_half_set_up_is_examined(settings: Callable[..., Settings]) -> None:
    parlour = Parlour([Missing("no token", "get one")], on=False)

    assert about(examined(settings(slack_app_token="xapp-1"), [parlour]), "slack").level is Level.FATAL


@pytest.mark.parametrize(
    "error", [OSError(f"cannot reach https://slack.test/?token={TOKEN}"), TimeoutError(), KeyError(TOKEN)]
)
def test_a_platform_that_fails_neither_hides_the_others_nor_tells_a_secret(
    settings: Callable[..., Settings], error: Exception
) -> None:
    findings = examined(settings(), [Parlour(error=error), Parlour(name="teams", title="Hall")])

    assert about(findings, "slack").level is Level.WARNING
    assert about(findings, "teams").sentence(ENGLISH) == "Hall has what it needs."
    assert TOKEN not in " ".join(finding.sentence(ENGLISH) + finding.advice(ENGLISH) for finding in findings)


def test_a_refusal_of_a_platform_is_told_as_it_stands(settings: Callable[..., Settings]) -> None:
    refusal = ReseauError(
        "E_TEST", N_("There is no {kind} named “{name}”; there is: {known}."), kind="k", name="n", known="-"
    )

    findings = about(examined(settings(), [Parlour(error=refusal)]), "slack")

    assert findings.level is Level.FATAL
    assert findings.sentence(ENGLISH) == "There is no k named “n”; there is: -."


def test_a_platform_that_does_not_exist_is_refused() -> None:
    platforms: list[Platform] = [Parlour(), Parlour(name="teams")]

    assert chosen(platforms, "") == platforms
    assert [finding.name for finding in chosen(platforms, "teams")] == ["teams"]
    with pytest.raises(ReseauError) as refusal:
        chosen(platforms, "irc")
    assert "slack, teams" in str(refusal.value)


def test_a_folder_that_others_may_read_is_a_warning(tmp_path: Path, settings: Callable[..., Settings]) -> None:
    tmp_path.chmod(0o755)

    findings = about(examined(settings(), []), "data")

    assert findings.level is Level.WARNING
    assert f"chmod 700 {tmp_path}" in findings.advice(ENGLISH)


def test_a_folder_that_cannot_be_made_is_fatal(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", "utf-8")

    findings = examined(load_settings(data=tmp_path / "file" / "var", http_port=free_port()), [])

    assert about(findings, "data").level is Level.FATAL


@pytest.mark.parametrize(("mode", "level"), [(0o644, Level.WARNING), (0o600, None)])
def test_a_file_of_settings_with_secrets_is_for_one_account(
    tmp_path: Path, settings: Callable[..., Settings], monkeypatch: pytest.MonkeyPatch, mode: int, level: Level | None
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "reseau.toml").write_text(f'SLACK_BOT_TOKEN = "{TOKEN}"\n', "utf-8")
    (tmp_path / "reseau.toml").chmod(mode)

    findings = examined(settings(), [])

    assert [finding.level for finding in findings if finding.about == "settings"] == ([level] if level else [])
    assert TOKEN not in str(findings)


def test_a_folder_without_a_file_of_settings_is_named(
    tmp_path: Path, settings: Callable[..., Settings], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)

    findings = about(examined(settings(), []), "settings")

    assert findings.level is Level.WELL
    assert str(tmp_path) in findings.sentence(ENGLISH)


def test_a_file_of_settings_without_secrets_may_be_read(
    tmp_path: Path, settings: Callable[..., Settings], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "reseau.toml").write_text('name = "RSE"\n', "utf-8")
    (tmp_path / "reseau.toml").chmod(0o644)

    assert [finding for finding in examined(settings(), []) if finding.about == "settings"] == []


def test_a_store_that_does_not_answer_is_fatal_and_keeps_its_password(settings: Callable[..., Settings]) -> None:
    address = f"postgresql+psycopg://ana:s3cret-word@127.0.0.1:{free_port()}/reseau"
    parlour = Parlour()

    findings = examined(settings(store=address), [parlour])

    assert about(findings, "store").level is Level.FATAL
    assert "PostgreSQL in 127.0.0.1/reseau" in about(findings, "store").sentence(ENGLISH)
    assert "s3cret-word" not in str([finding.as_json(ENGLISH) for finding in findings])
    assert about(findings, "slack").level is Level.WELL


def test_a_store_that_others_may_read_is_a_warning(tmp_path: Path, settings: Callable[..., Settings]) -> None:
    (tmp_path / "reseau.db").chmod(0o644)

    findings = about(examined(settings(), []), "store")

    assert findings.level is Level.WARNING
    assert "chmod 600" in findings.advice(ENGLISH)


@pytest.mark.parametrize("spoilt", [b"no database at all" * 100, None])
def test_a_damaged_store_is_fatal_and_points_to_the_backup(
    tmp_path: Path, settings: Callable[..., Settings], spoilt: bytes | None
) -> None:
    file = tmp_path / "reseau.db"
    whole = file.read_bytes()
    file.write_bytes(spoilt or whole[:16384] + bytes(len(whole) - 16384))

    findings = about(examined(settings(), []), "store")

    assert findings.level is Level.FATAL
    assert "backup" in findings.sentence(ENGLISH) + findings.advice(ENGLISH)


def test_a_room_that_cannot_be_examined_hides_nothing_of_the_others(
    settings: Callable[..., Settings], monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = EntryPoint("broken", "reseau.nowhere:examine", "reseau.examinations")
    monkeypatch.setattr(examination, "entry_points", lambda group: [broken])

    findings = examined(settings(), [])

    assert about(findings, "broken").level is Level.WARNING
    assert about(findings, "store").level is Level.WELL


def test_a_password_that_was_not_quoted_is_not_taken_for_a_host(settings: Callable[..., Settings]) -> None:
    findings = examined(settings(store="postgresql+psycopg://ana:s3cret@word@127.0.0.1:1/reseau"), [])

    assert about(findings, "store").level is Level.FATAL
    assert "word@" not in str([finding.as_json(ENGLISH) for finding in findings])


def test_an_address_that_is_none_is_refused(settings: Callable[..., Settings]) -> None:
    with pytest.raises(StoreUrlError):
        examined(settings(store="nonsense"), [])


@pytest.mark.postgres
def test_a_postgresql_that_answers_is_well(settings: Callable[..., Settings], postgres_server: str) -> None:
    findings = examined(settings(store=postgres_server), [Parlour()])

    assert about(findings, "store").level is Level.WARNING, "it has no tables yet"
    assert "reseau db upgrade" in about(findings, "store").advice(ENGLISH)
    with closing(open_store(postgres_server, make=False)) as store:
        assert schema.current(store.engine) is None


def test_the_wait_for_a_server_has_an_end() -> None:
    assert hurried("postgresql://a:b%40@h/d") == "postgresql://a:b%40@h/d?connect_timeout=5"
    assert hurried("postgresql://h/d?connect_timeout=60") == "postgresql://h/d?connect_timeout=60"
    assert hurried("sqlite:///var/reseau.db") == "sqlite:///var/reseau.db"


@pytest.mark.parametrize(("origin", "level"), [("native", Level.FATAL), ("seeded", Level.WELL)])
def test_a_clock_behind_what_has_happened_is_fatal(
    settings: Callable[..., Settings], origin: str, level: Level
) -> None:
    chosen_settings = settings()
    with closing(open_store(chosen_settings.store_url)) as store, store.write() as tx:
        later = datetime.now(UTC) + timedelta(hours=1)
        tx.execute(acts.insert().values(at=later, verb="used", platform="console", origin=origin))

    assert about(examined(chosen_settings, []), "clock").level is level


@pytest.mark.parametrize(
    ("changed", "level"),
    [
        ({}, None),
        ({"public_url": "https://rse.example.org"}, Level.WELL),
        ({"public_url": "http://rse.example.org"}, Level.WARNING),
        ({"public_url": "https://127.0.0.1"}, Level.WARNING),
        ({"teams_app_id": "x", "public_url": "https://rse.example.org"}, Level.WELL),
        ({"teams_app_id": "x", "public_url": "http://rse.example.org"}, Level.FATAL),
        ({"teams_app_id": "x", "public_url": "https://localhost:8050"}, Level.FATAL),
        ({"teams_app_id": "x", "public_url": "https://10.1.2.3"}, Level.FATAL),
        ({"teams_dev_unauthenticated": True, "public_url": "https://rse"}, Level.WARNING),
        ({"slack_signing_secret": "x", "public_url": "http://rse.example.org"}, Level.FATAL),
        ({"slack_signing_secret": "x", "slack_app_token": "y", "public_url": "http://rse.example.org"}, Level.WARNING),
    ],
)
def test_the_public_address_must_suit_who_calls_it(
    settings: Callable[..., Settings], changed: dict[str, Any], level: Level | None
) -> None:
    findings = [finding for finding in examined(settings(**changed), []) if finding.about == "public url"]

    assert [finding.level for finding in findings] == ([level] if level else [])


def test_the_address_is_told_without_a_password_in_it(settings: Callable[..., Settings]) -> None:
    findings = examined(settings(public_url="https://ana:s3cret@rse.example.org/?key=s3cret"), [])

    assert "s3cret" not in str([finding.as_json(ENGLISH) for finding in findings])


class Stranger(http.server.BaseHTTPRequestHandler):
    """Another program, which answers everything."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"hello")

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def stranger() -> Iterator[int]:
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Stranger) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server.server_port
        server.shutdown()
        thread.join()


def test_a_port_that_another_program_holds_is_fatal(settings: Callable[..., Settings], stranger: int) -> None:
    findings = about(examined(settings(http_port=stranger), []), "port")

    assert findings.level is Level.FATAL
    assert "RESEAU_HTTP_PORT" in findings.advice(ENGLISH)


def test_a_misspelt_variable_is_told_with_what_was_perhaps_meant(
    settings: Callable[..., Settings], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RESEAU_HTTP_PROT", "8051")
    findings = about(examined(settings(), []), "settings")

    assert findings.level is Level.WARNING
    assert "RESEAU_HTTP_PROT" in findings.sentence(ENGLISH)
    assert findings.advice(ENGLISH) == "Did you mean RESEAU_HTTP_PORT?"


def test_a_port_that_reseau_holds_itself_is_well(settings: Callable[..., Settings], sqlite_network: Network) -> None:
    from reseau.serve import application

    with served(application(sqlite_network, ("nothing",))) as address:
        findings = about(examined(settings(http_port=address.port), []), "port")

    assert findings.level is Level.WELL
    assert "already serving" in findings.sentence(ENGLISH)


def test_an_address_of_another_machine_cannot_be_listened_at(settings: Callable[..., Settings]) -> None:
    assert about(examined(settings(http_host="192.0.2.1"), []), "port").level is Level.FATAL


@pytest.mark.parametrize(
    ("changed", "level"),
    [
        ({"http_host": "0.0.0.0"}, Level.FATAL),
        ({"http_host": "0.0.0.0", "access_token": "s" * 16}, Level.WELL),
        ({"public_url": "https://rse.example.org"}, Level.WARNING),
        ({"public_url": "https://rse.example.org", "access_token": "s" * 16}, Level.WELL),
        ({}, Level.WELL),
    ],
)
def test_the_page_is_closed_to_strangers(
    settings: Callable[..., Settings], changed: dict[str, Any], level: Level
) -> None:
    assert about(examined(settings(**changed), []), "page").level is level


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Iterator[Any]:
    """Return a function that runs ``reseau doctor …`` on an empty folder and returns its exit code and output."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("RESEAU_HTTP_PORT", str(free_port()))

    def running(*arguments: str) -> tuple[int, str]:
        code = 0
        try:
            main(["--data", str(tmp_path / "var"), "-l", "en", "doctor", *arguments])
        except SystemExit as leaving:
            code = int(leaving.code or 0)
        return code, capsys.readouterr().out

    yield running
    structlog.reset_defaults()


def test_the_command_leaves_with_0_when_all_is_well(run: Any) -> None:
    code, out = run()

    assert code == 0
    assert "✓" in out
    assert out.endswith("All is well.\n")


def test_the_command_leaves_with_1_after_a_warning(run: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RESEAU_PUBLIC_URL", "https://rse.example.org")

    code, out = run()

    assert code == 1
    assert "! The page has no access token" in out


def test_the_command_leaves_with_2_after_something_fatal(run: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RESEAU_HTTP_HOST", "0.0.0.0")

    code, out = run()

    assert code == 2
    assert "✗ The server listens beyond this machine" in out


def test_the_command_tells_scripts_in_json(run: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RESEAU_ACCESS_TOKEN", TOKEN)

    code, out = run("--json")

    response = json.loads(out)
    assert code == 0
    assert response["verdict"] == "well"
    assert {"about": "page", "level": "well", "what": "The page asks for its access token.", "how": ""} in response[
        "findings"
    ]
    assert TOKEN not in out
