"""Finding people by typed names, in large directories too, and in spite of unusual profiles."""

from __future__ import annotations

from pathlib import Path

import pytest
from alembic import command
from sqlalchemy import text

from reseau import access
from reseau.acting import Acting
from reseau.communities import belonging, opening
from reseau.communities.belonging import Joining
from reseau.communities.opening import NewCommunity
from reseau.finding import experts, people
from reseau.kinds import CommunityKind, MemberKind, MemberStatus
from reseau.people import members
from reseau.people.members import MemberChange, NewMember, ProfileItems
from reseau.store import Store, open_store, schema
from reseau.store.transaction import Transaction

HERE = Acting("console")
PEOPLE = [
    NewMember("Vera Blin", handle="vblin"),
    NewMember("Anaëlle Roy", job="Ingénieure qualité", department="Études", site="Orléans"),
    NewMember("Jean-Luc d’Auterive", job="RESPONSABLE SÉCURITÉ"),
    NewMember("Royce Ham", handle="ham42", job="Technicien"),
    NewMember("Zoé Ha", job="Acheteuse"),
    NewMember("Jade Dupont"),
    NewMember("Ali Dupont"),
]


def search(tx: Transaction, asker: int, words: str) -> list[str]:
    return [match.member.name for match in people.find(tx, access.viewer(tx, asker), words)]


@pytest.mark.parametrize(
    ("words", "first"),
    [
        ("qualité", "Anaëlle Roy"),
        ("INGENIEURE QUALITE", "Anaëlle Roy"),
        ("études", "Anaëlle Roy"),
        ("etudes", "Anaëlle Roy"),
        ("orleans", "Anaëlle Roy"),
        ("sécurité", "Jean-Luc d’Auterive"),
        ("jean luc auterive", "Jean-Luc d’Auterive"),
        ("jeanluc", "Jean-Luc d’Auterive"),
        ("d'Auterive Jean-Luc", "Jean-Luc d’Auterive"),
        ("ham42", "Royce Ham"),
        ("roy", "Anaëlle Roy"),
        ("roy anaelle", "Anaëlle Roy"),
        ("ha", "Zoé Ha"),
        ("J. Dupont", "Jade Dupont"),
        ("a. dupont", "Ali Dupont"),
        ("technicien", "Royce Ham"),
    ],
)
def test_people_are_found_by_name_work_place_and_handle_with_any_accents(store: Store, words: str, first: str) -> None:
    with store.write() as tx:
        asker, *_ = members.add(tx, PEOPLE, HERE)
        people = search(tx, asker, words)

    assert people[:1] == [first]


def test_what_changes_of_somebody_is_found_under_the_new_words_alone(store: Store) -> None:
    with store.write() as tx:
        asker, ana, *_ = members.add(tx, PEOPLE, HERE)
        members.change(tx, [MemberChange(ana, {"job": "Métrologue", "site": "Évry"})], HERE)
        people_ = {words: search(tx, asker, words) for words in ("metrologue", "évry", "qualité", "études")}

    assert people_ == {"metrologue": ["Anaëlle Roy"], "évry": ["Anaëlle Roy"], "qualité": [], "études": ["Anaëlle Roy"]}


def test_a_complete_name_comes_first_among_hundreds_of_partial_matches(store: Store) -> None:
    crowd = [NewMember(f"Marie Nom{number:03}") for number in range(300)]
    crowd += [NewMember(f"Prénom{number:03} Martin", job="Marie") for number in range(300)]
    with store.write() as tx:
        asker, *_ = members.add(tx, [NewMember("Vera"), *crowd, NewMember("Marie Martin")], HERE)
        first = [search(tx, asker, words)[0] for words in ("marie martin", "Martin Marie", "MARTIN, Marie")]

    assert first == ["Marie Martin"] * 3


def test_people_with_a_declared_skill_are_experts_even_if_they_are_many(store: Store) -> None:
    with store.write() as tx:
        ids = members.add(tx, [NewMember("Vera"), *(NewMember(f"Personne {n:03}") for n in range(260))], HERE)
        sheets = [ProfileItems(id_, "interest", ("soudage",)) for id_ in ids[1:-1]]
        members.set_profile(tx, [*sheets, ProfileItems(ids[-1], "expertise", ("soudage",))], HERE)
        matches = experts.rank(tx, access.viewer(tx, ids[0]), "soudage")

    assert [(match.member.name, match.declared) for match in matches] == [("Personne 259", ("soudage",))]


def test_words_of_the_sheet_and_of_the_name_count_together(store: Store) -> None:
    with store.write() as tx:
        ids = members.add(tx, [NewMember("Vera"), NewMember("Karim A"), NewMember("Karim B"), NewMember("Lise")], HERE)
        members.set_profile(tx, [ProfileItems(ids[2], "expertise", ("soudure TIG", "soudure MIG"))], HERE)
        members.set_profile(tx, [ProfileItems(ids[3], "expertise", ("soudure",))], HERE)
        matches = people.find(tx, access.viewer(tx, ids[0]), "karim soudure")

    assert [match.member.name for match in matches] == ["Karim B", "Karim A", "Lise"]
    assert matches[0].matching == ("soudure TIG", "soudure MIG")


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("karm", ["Karim Benali"]),
        ("Krim", ["Karim Benali"]),
        ("karim benalli", ["Karim Benali"]),
        ("Bneali Karim", ["Karim Benali"]),
        ("Éloise Brulet", ["Éloïse Brûlé"]),
        ("kar", []),
        ("x" * 400, []),
        ("lundi prochain", []),
    ],
)
def test_a_slip_of_the_finger_is_near_a_name_and_a_short_word_near_none(
    store: Store, typed: str, expected: list[str]
) -> None:
    with store.write() as tx:
        members.add(tx, [NewMember("Karim Benali"), NewMember("Éloïse Brûlé"), NewMember("Li Wu")], HERE)
        members.add(tx, [NewMember("Karin Benalo", status=MemberStatus.LEFT)], HERE)
        knowable = access.knowable_people(access.Viewer(1, internal=True))
        names = [person.name for person in members.near(tx, typed, among=knowable)]

    assert names == expected


def test_somebody_hidden_neither_hides_nor_shows_a_namesake(store: Store) -> None:
    with store.write() as tx:
        lea, vera = members.add(tx, [NewMember("Léa Petit"), NewMember("Vera")], HERE)
        guests = members.add(tx, [NewMember("Petit", kind=MemberKind.PARTNER) for _ in range(6)], HERE)
        (place,) = opening.add(tx, [NewCommunity("Fusion", CommunityKind.PROJECT)], HERE)
        belonging.join(tx, [Joining(place, id_) for id_ in guests], HERE)
        knowable = access.knowable_people(access.viewer(tx, vera))
        names = [person.id for person in members.find(tx, "Petit", among=knowable)]
        by_handle = members.find(tx, "@petit", among=knowable)

    assert names == [lea]
    assert [person.id for person in by_handle] == [lea]


def test_people_of_a_store_already_in_use_are_found_by_their_job(store_url: str, tmp_path: Path) -> None:
    address = f"sqlite:///{tmp_path / 'old.db'}" if store_url.startswith("sqlite") else store_url
    old = open_store(address, make=False)
    if old.engine.dialect.name == "postgresql":  # the tables of the template are laid aside
        with old.engine.begin() as connection:
            connection.execute(text("DROP SCHEMA public CASCADE"))
            connection.execute(text("CREATE SCHEMA public"))
    settings = schema.config()
    with old.engine.execution_options(reseau_writes=True).begin() as connection:
        settings.attributes["connection"] = connection
        command.upgrade(settings, "0004")
        columns = "id, handle, name, folded_name, job, kind, status, created_at, origin"
        for number, job in ((1, None), (2, "Chargée d’ÉTUDES")):
            values = {"id": number, "handle": f"h{number}", "job": job}
            connection.execute(
                text(
                    f"INSERT INTO member ({columns}) VALUES"
                    " (:id, :handle, 'Ana', 'ana', :job, 'employee', 'active', 1, 'native')"
                ),
                values,
            )
    old.close()
    new = open_store(address)
    with new.read() as tx:
        matches = [match.member.id for match in people.find(tx, access.viewer(tx, 1), "etudes")]
    new.close()

    assert matches == [2]


def test_a_text_without_words_finds_nobody(store: Store) -> None:
    with store.write() as tx:
        asker, *_ = members.add(tx, PEOPLE, HERE)
        reader = access.viewer(tx, asker)

        assert people.find(tx, reader, "le la ?") == []
        assert people.holding(tx, reader, "le la ?") == []
        assert people.holding(tx, access.STRANGER, "technicien") == []
