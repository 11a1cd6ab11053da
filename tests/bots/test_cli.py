"""``reseau chat``, as a person or a script runs it."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import structlog

from reseau import access
from reseau.acting import Acting
from reseau.cli import main
from reseau.communities import reading
from reseau.finding import people
from reseau.keys import AccountKey
from reseau.kinds import MemberStatus
from reseau.network import open_network
from reseau.people import identities, members
from reseau.people.members import NewMember
from reseau.settings import load_settings
from tests.bots.company import company, spaced

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(
    tmp_path: Path, sqlite_template: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Iterator[Run]:
    """Run ``reseau chat …`` in a folder of its own; gives exit code, output and errors."""
    (tmp_path / "reseau.db").write_bytes(sqlite_template.read_bytes())
    monkeypatch.setenv("COLUMNS", "80")

    def running(*arguments: str, typed: str = "") -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "stdin", io.StringIO(typed))
        try:
            main(["--data", str(tmp_path), "chat", *arguments])
        except SystemExit as leaving:
            code = int(leaving.code or 0)
        else:
            code = 0
        output = capsys.readouterr()
        return code, output.out, output.err

    yield running
    structlog.reset_defaults()  # the log was sent to this test's own standard error


@pytest.fixture
def staffed(run: Run, tmp_path: Path) -> Run:
    """The same, with the company's people in it."""
    company(open_network(load_settings(data=tmp_path)))
    return run


def test_one_line_and_out(run: Run) -> None:
    code, out, _ = run("aide")

    assert code == 0
    assert "Ce que vous pouvez faire ici" in out


def test_words_of_a_line_need_no_quotes(staffed: Run) -> None:
    assert (
        staffed("--as", "lea", "chercher", "bancs", "d’essai")[1] == staffed("--as", "lea", "chercher bancs d’essai")[1]
    )


def test_json_is_one_object_on_one_line(staffed: Run) -> None:
    code, out, _ = staffed("--as", "lea@example.org", "--yes", "--json", "publier bonjour")

    assert code == 0
    card = json.loads(out)
    assert out.count("\n") == 1
    assert (card["code"], card["done"], card["error"], card["visibility"]) == ("D1", True, "", "public")


def test_without_yes_something_is_asked_first(staffed: Run) -> None:
    card = json.loads(staffed("--as", "lea", "--json", "publier bonjour")[1])

    assert (card["code"], card["done"], card["error"]) == ("", False, "")
    confirmed = json.loads(staffed("--as", "lea", "--json", card["buttons"][0]["line"])[1])
    assert confirmed["code"] == "D1"


def test_what_could_not_be_done_leaves_with_2(staffed: Run) -> None:
    assert staffed("--as", "lea", "xyzzy")[0] == 2
    code, out, err = staffed("--as", "personne", "fil")
    assert (code, out) == (2, "")
    assert "personne" in err
    assert staffed("--as", "a", "fil")[0] == 2


def test_similar_questions_are_no_failure(staffed: Run) -> None:
    code, out, _ = staffed("--as", "lea", "--json", "demander qui a déjà posé des bancs d’essai ?")

    assert (code, json.loads(out)["error"]) == (0, "E_SIMILAR_FOUND")


def test_a_conversation_through_a_pipe(staffed: Run) -> None:
    typed = "publier dans Veille : bonjour\n1\n\nD1\nfil\n1\nlangue en\nhelp\n"
    code, out, err = staffed("--as", "lea", typed=typed)
    cards = out.replace("\N{NO-BREAK SPACE}", " ").split("\n\n")

    assert code == 0
    assert "line not answered" not in err
    assert [card.split("\n")[0] for card in cards] == [
        "Votre message, avant publication",
        "Votre message D1 est publié.",
        "D1 · bonjour",
        "Votre fil",
        "D1 · bonjour",
        "I now answer you in English.",
        "What you can do here",
    ]


def test_a_conversation_in_json_is_one_card_a_line(staffed: Run) -> None:
    _, out, _ = staffed("--as", "lea", "--json", typed="fil\n1\nau revoir\naide\n")

    assert [json.loads(line)["title"] for line in out.splitlines()][1:] == [
        "Q12 · Qui a déjà posé des bancs d’essai ? #soudure"
    ]


def test_the_local_administrator_is_made_once(run: Run, tmp_path: Path) -> None:
    run("aide")
    _, out, _ = run("profil")

    assert "@administrateur" in out
    with open_network(load_settings(data=tmp_path)).store.read() as tx:
        rows = tx.connection.exec_driver_sql(
            "SELECT m.handle, m.administrator, i.platform, i.proof FROM member m JOIN identity i ON i.member_id = m.id"
        ).all()
    assert rows == [("administrateur", 1, "console", "administrator")]


def test_the_local_administrator_is_nobody_who_merely_has_that_handle(staffed: Run, tmp_path: Path) -> None:
    with open_network(load_settings(data=tmp_path)).store.write() as tx:
        members.add(tx, [NewMember("Imposteur", "administrateur")], Acting("test"))
    assert "@administrateur.2" in staffed("profil")[1]


def test_an_argument_that_no_encoding_knows_is_survived(run: Run) -> None:
    assert run("aide", "\udcff")[0] == 0


def test_a_number_beyond_the_list_is_said_and_the_buttons_stay(staffed: Run) -> None:
    _, out, _ = staffed("--as", "lea", typed="bonjour\n9\n1\n")
    cards = spaced(out).split("\n\n")

    assert cards[1] == "Il n’y a pas de choix 9 ; tapez un nombre de 1 à 3."
    assert cards[2].startswith("Votre fil")


def test_whoever_sits_at_the_machine_is_nobody_of_the_company(staffed: Run, tmp_path: Path) -> None:
    with open_network(load_settings(data=tmp_path)).store.read() as tx:
        before = reading.audience(tx, None)
    assert "Veille" in staffed("communautés")[1]
    assert staffed("--yes", "publier bonjour de la machine")[0] == 0

    with open_network(load_settings(data=tmp_path)).store.read() as tx:
        operator = members.get(tx, int(str(identities.member_of(tx, AccountKey("console", "", "local")))))
        activated = tx.connection.exec_driver_sql(
            f"SELECT count(*) FROM activity WHERE verb = 'activated' AND member_id = {operator.id}"
        ).scalar()
        lea = access.viewer(tx, members.find(tx, "lea")[0].id)
        matches = [match.member.id for match in people.find(tx, lea, "Administrateur")]
        counted = reading.audience(tx, None)
    assert (operator.status, operator.activated_at, activated) == (MemberStatus.OPERATOR, None, 0)
    assert (counted, operator.id in matches) == (before, False)
