"""``reseau admin``: who runs the network."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from bots.tools.administrators import AdministratorError, name_administrator
from reseau.acting import Acting
from reseau.cli import main
from reseau.kinds import MemberKind
from reseau.people import members
from reseau.people.members import NewMember
from reseau.settings import Settings, load_settings
from reseau.store import open_store

PEOPLE = [
    NewMember("Ana Diaz", "ana", email="ana@exemple.example"),
    NewMember("Paul Roy", "paul", email="paul@exemple.example"),
    NewMember("Paul Roy", "proy", email="p.roy@exemple.example"),
    NewMember("Cleo", "cleo", email="cleo@client.example", kind=MemberKind.CLIENT),
]


@pytest.fixture
def settings(tmp_path: Path, sqlite_template: Path) -> Settings:
    (tmp_path / "reseau.db").write_bytes(sqlite_template.read_bytes())
    chosen = load_settings(data=tmp_path)
    with closing(open_store(chosen.store_url)) as store, store.write() as tx:
        members.add(tx, PEOPLE, Acting("console"))
    return chosen


@pytest.fixture
def run(settings: Settings, capsys: pytest.CaptureFixture[str]) -> Callable[..., str]:
    """Run ``reseau admin …``; return its output."""

    def running(*arguments: str) -> str:
        with pytest.raises(SystemExit) as leaving:
            main(["--data", str(settings.data), "-l", "en", "admin", *arguments])
            raise SystemExit(0)
        output = capsys.readouterr()
        return output.out if not leaving.value.code else output.err

    return running


def test_somebody_is_named_listed_and_let_go(run: Callable[..., str]) -> None:
    assert run("list") == "Nobody yet. To name an administrator: reseau admin add E-MAIL\n"
    assert run("add", "ana@exemple.example") == "Ana Diaz is an administrator of the network.\n"
    assert run("list") == "Ana Diaz\n"
    assert run("remove", "ana") == "Ana Diaz is an ordinary member of the network.\n"
    assert run("list").startswith("Nobody yet")


@pytest.mark.parametrize(
    ("who", "code"),
    [("nobody@exemple.example", "E_NO_MEMBER"), ("Paul Roy", "E_SEVERAL_MEMBERS"), ("cleo", "E_ADMINISTRATOR")],
)
def test_who_cannot_be_named_is_refused(settings: Settings, who: str, code: str) -> None:
    with pytest.raises(AdministratorError) as refusal:
        name_administrator(settings, who, True)

    assert refusal.value.code == code
    with closing(open_store(settings.store_url)) as store, store.read() as tx:
        assert members.administrators(tx, 10) == []


def test_people_of_the_same_name_are_told_by_their_handles(run: Callable[..., str]) -> None:
    assert "@paul, @proy" in run("add", "Paul Roy")
