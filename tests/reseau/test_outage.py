"""Failures of the store: the sentence for each cause says what to do."""

from __future__ import annotations

import os
import sqlite3
import stat
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from reseau import cli
from reseau.store import Store, open_store
from reseau.store.engine import make_engine
from reseau.store.outage import explained


def outage(work: Callable[[], object]) -> tuple[str, str]:
    """Return the code and the sentence of the error that a function raises."""
    with pytest.raises(DBAPIError) as raised:
        work()
    error = explained(raised.value)
    return error.code, str(error)


def write(store: Store, statement: str = "INSERT INTO notice (name, value) VALUES ('a', '1')") -> None:
    with store.write() as tx:
        tx.connection.execute(text(statement))


@pytest.fixture
def file(tmp_path: Path, sqlite_template: Path) -> Path:
    """Return the file of an empty network's store."""
    place = tmp_path / "reseau.db"
    place.write_bytes(sqlite_template.read_bytes())
    return place


def test_a_file_that_cannot_be_opened_names_the_rights(tmp_path: Path) -> None:
    (tmp_path / "reseau.db").mkdir()
    code, sentence = outage(lambda: open_store(f"sqlite:///{tmp_path}/reseau.db"))
    assert code == "E_STORE_RIGHTS"
    assert "RESEAU_DATA" in sentence


def test_a_store_that_may_only_be_read_says_that_nothing_was_changed(file: Path) -> None:
    store = open_store(f"sqlite:///{file}")
    with store.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA query_only=1")
    assert outage(lambda: write(store))[0] == "E_STORE_READ_ONLY"


def test_a_store_that_another_program_holds_asks_to_try_again(file: Path) -> None:
    holder, other = open_store(f"sqlite:///{file}"), open_store(f"sqlite:///{file}")
    with other.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA busy_timeout=10")
    with holder.write() as tx:
        tx.connection.execute(text("DELETE FROM notice"))
        assert outage(lambda: write(other))[0] == "E_STORE_BUSY"


def test_a_full_disk_has_a_sentence_with_advice_and_loses_nothing(file: Path) -> None:
    store = open_store(f"sqlite:///{file}")
    write(store)

    def overfill() -> None:
        with store.write() as tx:
            pages = tx.connection.exec_driver_sql("PRAGMA page_count").scalar()
            tx.connection.exec_driver_sql(f"PRAGMA max_page_count={pages}")
            large = "INSERT INTO notice (name, value) VALUES ('b', 'x' || hex(zeroblob(200000)))"
            tx.connection.execute(text(large))

    assert outage(overfill)[0] == "E_STORE_FULL"
    with store.read() as tx:
        assert tx.connection.execute(text("SELECT count(*) FROM notice")).scalar() == 1


@pytest.mark.parametrize("statement", ["SELECT nothing_of_ours", "INSERT INTO notice (name) VALUES ('a')"])
def test_what_the_driver_itself_refuses_has_the_same_name_as_everything_else(store: Store, statement: str) -> None:
    with pytest.raises(DBAPIError), store.write() as tx:
        tx.cursor().execute(statement)


@pytest.mark.parametrize("spoil", [lambda _bytes: b"no database at all" * 100, lambda whole: whole[:10] + whole[9000:]])
def test_a_damaged_store_points_to_the_backup(file: Path, spoil: Callable[[bytes], bytes]) -> None:
    file.write_bytes(spoil(file.read_bytes()))
    code, sentence = outage(lambda: write(open_store(f"sqlite:///{file}")))
    assert code == "E_STORE_DAMAGED"
    assert "backup" in sentence


@pytest.mark.parametrize(
    ("reason", "code"),
    [
        ("database disk image is malformed", "E_STORE_DAMAGED"),
        ("disk I/O error", "E_STORE_DISK"),
        ("attempt to write a readonly database", "E_STORE_READ_ONLY"),
    ],
)
def test_each_reason_of_sqlite_has_its_own_sentence(reason: str, code: str) -> None:
    assert explained(DBAPIError("", None, sqlite3.OperationalError(reason))).code == code


def test_the_values_of_a_statement_are_never_shown() -> None:
    reason = Exception("the row is refused\nDETAIL: it holds (mot-secret)")
    error = explained(DBAPIError("INSERT INTO notice VALUES (:value)", {"value": "mot-secret"}, reason))
    assert "the row is refused" in str(error)
    assert "mot-secret" not in str(error)


def test_a_server_that_is_away_gives_its_own_reason() -> None:
    engine = make_engine("postgresql://ana:s3cret-word@127.0.0.1:1/reseau")
    code, sentence = outage(engine.connect)
    assert code == "E_STORE_AWAY"
    assert "s3cret-word" not in sentence


def test_the_command_reports_it_in_the_readers_language(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "reseau.db").write_bytes(b"no database at all" * 100)
    with pytest.raises(SystemExit, match="2"):
        cli.main(["--data", str(tmp_path), "--language", "fr", "db", "upgrade"])
    assert "La base est endommagée" in capsys.readouterr().err


@pytest.mark.usefixtures("usual_umask")
def test_a_store_is_made_for_its_owner_alone(tmp_path: Path) -> None:
    store = open_store(f"sqlite:///{tmp_path}/reseau.db")
    write(store)
    modes = {stat.S_IMODE(made.stat().st_mode) for made in tmp_path.iterdir()}
    store.close()
    assert modes == {0o600}


@pytest.fixture
def usual_umask() -> Iterator[None]:
    """Set a shell's usual umask, as an earlier test may have changed it."""
    before = os.umask(0o022)
    yield
    os.umask(before)


@pytest.mark.usefixtures("usual_umask")
def test_whatever_a_command_writes_is_for_its_owner_alone(tmp_path: Path) -> None:
    cli.main(["--data", str(tmp_path / "data"), "facts", "build"])
    modes = {stat.S_IMODE(made.stat().st_mode) & 0o077 for made in (tmp_path / "data").rglob("*")}
    assert modes == {0}
