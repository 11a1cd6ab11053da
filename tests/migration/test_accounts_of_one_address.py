"""Several accounts with one address: the open one counts, in any order and in any run."""

from __future__ import annotations

import json
from datetime import date
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update

from reseau.acting import Acting
from reseau.kinds import MemberKind, MemberStatus
from reseau.network import Network
from reseau.people import accounts, identities, members
from reseau.people.accounts import Account, NotAdmittedError, Standing
from reseau.people.identities import NewIdentity
from reseau.people.members import MemberChange
from reseau.store.tables import member
from tests.migration.conftest import Bring
from tests.migration.export import Export, message, user

ADDRESS = "lea@exemple.fr"
CLOSED = user("U1", "Léa M.", email=ADDRESS, deleted=True, title="Stagiaire", is_restricted=True)
PRESENT = user("U8", "Léa Martin", email="LEA@exemple.fr", title="Responsable achats")
OLDER = user("U9", "Lea", email=ADDRESS, deleted=True)
ORDERS = list(permutations((CLOSED, PRESENT, OLDER)))


def export(*people: dict[str, Any]) -> Export:
    return Export(*people).day(
        *(message(f"170955000{at}.000001", person["id"], "x") for at, person in enumerate(people))
    )


def lea(network: Network) -> members.Member:
    with network.store.read() as tx:
        return members.get(tx, members.by_email(tx, [ADDRESS])[ADDRESS])


@pytest.mark.parametrize("order", ORDERS, ids=["".join(person["id"] for person in order) for order in ORDERS])
def test_the_living_account_decides_in_one_list(
    network: Network, bring: Bring, tmp_path: Path, order: tuple[dict[str, Any], ...]
) -> None:
    path = export(*order).zip(tmp_path)
    warnings = bring(path).tally.warnings
    first = lea(network)
    again = bring(path).tally.as_dict()

    assert (first.status, first.job, first.kind) == (MemberStatus.INVITED, "Responsable achats", MemberKind.EMPLOYEE)
    assert "person_back" not in warnings
    assert lea(network) == first
    assert again["inserted"] == again["updated"] == {}


@pytest.mark.parametrize("order", list(permutations((CLOSED, PRESENT))), ids=("closed first", "present first"))
def test_the_living_account_decides_in_two_workspaces(
    network: Network, bring: Bring, tmp_path: Path, order: tuple[dict[str, Any], ...]
) -> None:
    for number, person in enumerate(order):
        bring(export(person).zip(tmp_path, f"{number}.zip"))

    assert (lea(network).status, lea(network).job) == (MemberStatus.INVITED, "Responsable achats")
    bring(export({**CLOSED, "profile": {**CLOSED["profile"], "title": "autre"}}, PRESENT).zip(tmp_path, "later.zip"))
    assert (lea(network).status, lea(network).job) == (MemberStatus.INVITED, "Responsable achats")


def test_when_the_last_account_is_closed_the_person_is_gone(network: Network, bring: Bring, tmp_path: Path) -> None:
    bring(export(CLOSED, PRESENT).zip(tmp_path, "1.zip"))
    bring(export(CLOSED, {**PRESENT, "deleted": True}).zip(tmp_path, "2.zip"))

    assert lea(network).status is MemberStatus.LEFT


def wrongly_gone(network: Network, bring: Bring, tmp_path: Path) -> Path:
    """Make a store as an earlier version left it after reading the closed account first."""
    path = export(CLOSED, PRESENT).zip(tmp_path)
    bring(path)
    with network.store.write() as tx:
        gone: dict[str, object] = {
            "status": MemberStatus.LEFT,
            "left_on": None,
            "job": None,
            "kind": MemberKind.PARTNER,
        }
        members.change(tx, [MemberChange(lea(network).id, gone)], Acting("import"))
    return path


def test_a_person_wrongly_gone_is_back_with_the_next_import(network: Network, bring: Bring, tmp_path: Path) -> None:
    counts = bring(wrongly_gone(network, bring, tmp_path)).tally.as_dict()

    assert lea(network).status is MemberStatus.INVITED
    assert lea(network).job == "Responsable achats"
    assert counts["warnings"]["person_back"] == 1


def test_a_person_who_is_back_takes_no_other_members_address(network: Network, bring: Bring, tmp_path: Path) -> None:
    bring(export(user("U2", "Ana", email="ana@exemple.fr")).zip(tmp_path, "ana.zip"))
    wrongly_gone(network, bring, tmp_path)
    moved = {**PRESENT, "profile": {**PRESENT["profile"], "email": "ana@exemple.fr"}}
    bring(export(CLOSED, moved).zip(tmp_path, "moved.zip"))

    with network.store.read() as tx:
        ana = members.get(tx, members.by_email(tx, ["ana@exemple.fr"])["ana@exemple.fr"])
    assert (ana.name, lea(network).status) == ("Ana", MemberStatus.INVITED)


def account(platform: str, **more: str) -> Account:
    return Account(platform, "T1", "U8", more.pop("standing", Standing.HOME), "Léa", email=ADDRESS, **more)


@pytest.mark.parametrize("platform", ["slack", "teams"])
def test_a_person_wrongly_gone_can_sign_in_on_any_platform(
    network: Network, bring: Bring, tmp_path: Path, platform: str
) -> None:
    wrongly_gone(network, bring, tmp_path)
    with network.store.write() as tx:
        met = accounts.meet(tx, account(platform), "directory")

    assert met == lea(network).id
    assert (lea(network).status, lea(network).kind) == (MemberStatus.INVITED, MemberKind.EMPLOYEE)


def test_a_person_whom_a_directory_marks_as_gone_stays_out(network: Network, bring: Bring, tmp_path: Path) -> None:
    wrongly_gone(network, bring, tmp_path)
    line = {"record": "person", "key": "rh/-/person/7", "name": "Léa", "email": ADDRESS, "status": "left"}
    (tmp_path / "rh.jsonl").write_text(json.dumps(line), "utf-8")
    bring(tmp_path / "rh.jsonl")
    bring(export(CLOSED, PRESENT).zip(tmp_path, "again.zip"))

    assert lea(network).status is MemberStatus.LEFT
    with network.store.write() as tx, pytest.raises(NotAdmittedError):
        accounts.meet(tx, account("slack"), "open")


@pytest.mark.parametrize("standing", [Standing.GUEST, Standing.OUTSIDE, Standing.GONE])
def test_an_account_that_is_no_full_member_brings_nobody_back(
    network: Network, bring: Bring, tmp_path: Path, standing: Standing
) -> None:
    wrongly_gone(network, bring, tmp_path)
    with network.store.write() as tx, pytest.raises(NotAdmittedError):
        accounts.meet(tx, account("slack", standing=standing), "open")

    assert lea(network).status is MemberStatus.LEFT


def test_a_person_who_joined_without_an_import_and_left_is_not_brought_back(
    network: Network, bring: Bring, tmp_path: Path
) -> None:
    path = wrongly_gone(network, bring, tmp_path)
    with network.store.write() as tx:
        tx.execute(update(member).where(member.c.id == lea(network).id).values(activated_at=tx.now))
    bring(path)

    assert lea(network).status is MemberStatus.LEFT


def test_somebody_whose_leaving_has_a_day_is_not_brought_back(network: Network, bring: Bring, tmp_path: Path) -> None:
    path = wrongly_gone(network, bring, tmp_path)
    with network.store.write() as tx:
        tx.execute(update(member).where(member.c.id == lea(network).id).values(left_on=date(2024, 3, 1)))
    bring(path)

    assert lea(network).status is MemberStatus.LEFT


def test_a_person_who_comes_back_by_an_account_without_an_address_keeps_their_own(
    network: Network, bring: Bring, tmp_path: Path
) -> None:
    wrongly_gone(network, bring, tmp_path)
    with network.store.write() as tx:
        own = NewIdentity(lea(network).id, "slack", "T1", "U8", "administrator")
        identities.add(tx, [own], Acting("console"))
        met = members.get(tx, accounts.meet(tx, Account("slack", "T1", "U8", Standing.HOME, "Léa"), "directory"))

    assert (met.status, met.email) == (MemberStatus.INVITED, ADDRESS)


def people(network: Network) -> list[tuple[str, str | None]]:
    with network.store.read() as tx:
        return [
            (row.name, row.email) for row in tx.execute(select(member.c.name, member.c.email).order_by(member.c.id))
        ]


def directory(folder: Path, *addresses: str, name: str = "annuaire.jsonl") -> Path:
    path = folder / name
    sheets = (
        {"record": "person", "key": f"annuaire/-/person/{name}{at}", "name": f"N{at}", "email": address}
        for at, address in enumerate(addresses)
    )
    path.write_text("\n".join(map(json.dumps, sheets)))
    return path


@pytest.mark.parametrize("nothing", ["-", "n/a", "inconnue", "@", "a@", "a@x, b@x", "deux mots@x"])
def test_what_is_no_address_makes_no_two_people_one(
    network: Network, bring: Bring, tmp_path: Path, nothing: str
) -> None:
    tally = bring(directory(tmp_path, nothing, nothing)).tally

    assert people(network) == [("N0", None), ("N1", None)]
    assert tally.warnings == {"address_dropped": 2}


@pytest.mark.parametrize(
    "other",
    ["LEA@Exemple.FR", " lea@exemple.fr\n", "\u200blea@exemple.fr", "lea@exemple.fr\u00a0", "lea@exemple.fr\u202c"],
)
def test_an_address_is_one_however_it_is_written(network: Network, bring: Bring, tmp_path: Path, other: str) -> None:
    bring(directory(tmp_path, ADDRESS, other))
    bring(directory(tmp_path, other, name="suite.jsonl"))

    assert people(network) == [("N0", ADDRESS)]


def test_accents_of_an_address_are_one_however_they_are_written(network: Network, bring: Bring, tmp_path: Path) -> None:
    bring(directory(tmp_path, "l\u00e9a@exemple.fr", "le\u0301a@exemple.fr", "L\u00c9A@exemple.fr"))

    assert people(network) == [("N0", "l\u00e9a@exemple.fr")]


def test_a_mailbox_beside_a_plus_is_somebody_else(network: Network, bring: Bring, tmp_path: Path) -> None:
    bring(directory(tmp_path, ADDRESS, "lea+essai@exemple.fr"))

    assert [name for name, _ in people(network)] == ["N0", "N1"]


def test_a_stranger_is_known_by_the_list_of_an_older_export(network: Network, bring: Bring, tmp_path: Path) -> None:
    zoe = user("U9", "Zoé Neuve", email="zoe@exemple.fr")
    newer = Export().day(message("1709570000.000001", "U9", "a", user_profile={"real_name": "zoé"}))
    bring(newer.zip(tmp_path, "newer.zip"))
    bring(Export(CLOSED, zoe).day(message("1709550000.000001", "U1", "b")).zip(tmp_path, "older.zip"))
    bring(newer.zip(tmp_path, "again.zip"))

    assert ("Zoé Neuve", "zoe@exemple.fr") in people(network)


def test_a_message_changes_nobody_whom_a_list_named(network: Network, bring: Bring, tmp_path: Path) -> None:
    zoe = user("U9", "Zoé Neuve", email="zoe@exemple.fr")
    bring(Export(zoe).day(message("1709550000.000001", "U9", "b")).zip(tmp_path, "older.zip"))
    bring(Export(CLOSED).day(message("1709570000.000001", "U9", "a", user_profile={"real_name": "zz"})).zip(tmp_path))

    with network.store.read() as tx:
        (people,) = tx.execute(select(member.c.name, member.c.status).where(member.c.email == "zoe@exemple.fr")).all()
    assert tuple(people) == ("Zoé Neuve", MemberStatus.INVITED)
